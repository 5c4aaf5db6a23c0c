"""A study that stops when it knows enough: replications batch by batch, and a look after each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.analysis.intervals import compare_runs
from experiments.files.whole import write_json, write_table
from experiments.runs.results import Failure
from experiments.studies.design import Study
from experiments.studies.results import STOPPING
from experiments.studies.stopping import judged
from experiments.studies.tables import read_rows, run_table

LOOKS = "looks.csv"


def run_looks(
    study: Study, folder: Path, run: Callable[[Study], list[Failure]]
) -> tuple[Study, list[Failure]]:
    """Run a study up to the look at which all its goals are reached, or all of it; return what was run.

    What a look sees is fixed by the runs up to it, so that the study stops at the same one whatever the
    number of workers and however often it is interrupted.

    Parameters
    ----------
    run : runs what is missing of a study and returns what failed
    """
    if study.stopping is None:
        return study, run(study)
    seen: list[pd.DataFrame] = []
    for n in study.stopping.looks:
        stage = replace(study, ran=n)
        failures = run(stage)
        seen.append(look(stage, folder).assign(replications=n))
        if seen[-1]["reached"].all():
            break
    table = pd.concat(seen, ignore_index=True)
    write_table(folder / LOOKS, table)
    write_json(folder / STOPPING, record(study, table))
    return stage, failures


def look(stage: Study, folder: Path) -> pd.DataFrame:
    """Return what is known of every goal and package after the replications of a stage."""
    stored = read_rows(stage, folder)
    runs = run_table(stage, stored, set())
    others = counted(stage)
    assert stage.plan and stage.stopping
    tables = []
    for goal in stage.stopping.goals:
        rows = compare_runs(runs, [stage.baseline, *others], stage.baseline, [goal.outcome], stage.plan)
        own = rows[rows["package"] != stage.baseline]
        tables.append(judged(goal, own, stage.plan.error(len(others))))
    return pd.concat(tables, ignore_index=True)


def counted(study: Study) -> list[str]:
    """Return the packages whose differences have to be known: those written out, or all where none is."""
    written = [arm.label for arm in study.arms if not arm.block and arm.label != study.baseline]
    return written or [arm.label for arm in study.arms if arm.label != study.baseline]


def record(study: Study, table: pd.DataFrame) -> dict[str, Any]:
    """Return what came of the looks in ``table``.

    ``fixed`` is how many replications of a plan without looks would have been enough, had means and spreads
    been known beforehand; None where none would be.
    """
    assert study.stopping
    ended, most = int(table["replications"].max()), study.stopping.looks[-1]
    last = table[table["replications"] == ended]
    left = last[~last["reached"]]
    runs = len({run.key for run in study.runs()}) - len({run.key for run in replace(study, ran=ended).runs()})
    return study.stopping.description() | {
        "goals": [goal.shown() for goal in study.stopping.goals],
        "replications": ended,
        "reached": left.empty,
        "open": left[["goal", "package"]].to_dict("records"),
        "saved_replications": most - ended,
        "saved_runs": runs,
        "fixed": None if last["fixed"].isna().any() else int(last["fixed"].max()),
    }
