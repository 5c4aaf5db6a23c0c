"""The tables of a study, collected from its finished runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.analysis.intervals import compare_runs, pairing
from experiments.files.whole import plain, write_json, write_table
from experiments.runs.results import Failure
from experiments.studies.design import Run, Study
from experiments.studies.results import STOPPING, StudyResults, read_json
from experiments.studies.store import Store
from sim.outcomes import OUTCOMES

TIMINGS = ("run_key", "package", "replication", "warmup_seconds", "seconds", "peak_mib")


def save_tables(study: Study, folder: Path, failures: Sequence[Failure]) -> StudyResults:
    """Collect finished runs into the tables of a study and write them."""
    tables = collect(study, folder, failures)
    write_table(folder / "timings.parquet", tables.timings)
    write_table(folder / "paths.parquet", tables.paths)
    write_table(folder / "harm.parquet", tables.harm)
    write_table(folder / "comparison.csv", tables.comparison)
    write_table(folder / "pairing.csv", tables.pairing)
    write_json(folder / "failures.json", tables.failures)
    write_table(folder / "runs.parquet", tables.runs)
    return tables


def collect(study: Study, folder: Path, failures: Sequence[Failure]) -> StudyResults:
    """Return the tables of a study as far as it is finished."""
    stored = read_rows(study, folder)
    runs = run_table(study, stored, {failure.key for failure in failures})
    labels, outcomes = [arm.label for arm in study.arms], outcome_columns(stored)
    return StudyResults(
        folder=folder,
        info=plain(study.description()),
        runs=runs,
        comparison=compare_blocks(study, runs, outcomes),
        pairing=pairing(runs, labels, study.baseline, outcomes),
        paths=stacked(study, folder, "path"),
        harm=stacked(study, folder, "harm"),
        failures=failure_records(study, failures),
        timings=timing_table(study, stored),
        stopping=read_json(folder / STOPPING, {}),
        study=study,
    )


def compare_blocks(study: Study, runs: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """Compare every arm with the baseline; intervals hold together within each block of the design."""
    blocks: dict[str, list[str]] = {}
    for arm in study.arms:
        blocks.setdefault(arm.block, []).append(arm.label)
    tables = []
    for labels in blocks.values():
        packages = list(dict.fromkeys([study.baseline, *labels]))
        own = compare_runs(runs, packages, study.baseline, outcomes, study.plan)
        tables.append(own[own["package"].isin(labels)])
    return pd.concat(tables, ignore_index=True)


def read_rows(study: Study, folder: Path) -> dict[str, dict[str, Any]]:
    """Return what is stored of each finished run."""
    return Store(folder).rows(dict.fromkeys(run.key for run in study.runs()))


def outcome_columns(stored: dict[str, dict[str, Any]]) -> list[str]:
    """Return the outcomes that a run has, then what was measured beside them."""
    measured = {name: None for row in stored.values() for name in row["outcomes"]}
    return list(dict.fromkeys([*(outcome.name for outcome in OUTCOMES), *measured]))


def run_table(study: Study, stored: dict[str, dict[str, Any]], failed: set[str]) -> pd.DataFrame:
    """Return one row for each run of the design, arm by arm."""
    factors = list(dict.fromkeys(path for arm in study.arms for path in arm.factors))
    rows = []
    for run in study.runs():
        row = stored.get(run.key, {"hash": None, "outcomes": {}})
        status = "ok" if run.key in stored else "failed" if run.key in failed else "missing"
        rows.append(
            {"run_key": run.key, "scenario": study.config.scenario, **place(run)}
            | {"seed": run.seed, "status": status}
            | {f"factor.{path}": run.arm.factors.get(path) for path in factors}
            | {"hash": row["hash"], **row["outcomes"]}
        )
    table = pd.DataFrame(rows)
    for path in factors:
        table[f"factor.{path}"] = of_one_type(table[f"factor.{path}"])
    for name in outcome_columns(stored):
        table[name] = pd.to_numeric(table[name]).astype(float) if name in table else float("nan")
    return table


def of_one_type(values: pd.Series) -> pd.Series:
    """Return the levels of a factor as they are if all are numbers, or all words; else all of them as words.

    A file has one type a column; arms without the factor have none of its levels.
    """
    kinds = {float if isinstance(v, (int, float)) and not isinstance(v, bool) else type(v)
             for v in values if not is_missing(v)}  # fmt: skip
    if len(kinds) < 2 and not kinds & {list, dict}:
        return values
    return values.map(lambda v: None if is_missing(v) else str(v)).astype(object)


def is_missing(value: Any) -> bool:
    """Tell whether a cell is empty; pandas may have put NaN where None was."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def place(run: Run) -> dict[str, Any]:
    """Return where in the design a run stands."""
    return {"package": run.arm.label, "replication": run.replication}


def timing_table(study: Study, stored: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """Return how long each finished run took; apart, because it differs each time."""
    rows = [
        {"run_key": run.key, **place(run), **stored[run.key]["timing"]}
        for run in study.runs()
        if run.key in stored
    ]
    return pd.DataFrame(rows, columns=list(TIMINGS))


def stacked(study: Study, folder: Path, name: str) -> pd.DataFrame:
    """Return the tables ``name`` of all finished runs, one below the other."""
    store, first = Store(folder), ["run_key", "package", "replication"]
    finished = store.finished()
    runs = [run for run in study.runs() if run.key in finished]
    if not runs:
        return pd.DataFrame(columns=first)
    table, lengths = store.stacked([run.key for run in runs], name)
    places = pd.DataFrame([{"run_key": run.key, **place(run)} for run in runs])
    return pd.concat([places.loc[places.index.repeat(lengths)].reset_index(drop=True), table], axis=1)


def failure_records(study: Study, failures: Sequence[Failure]) -> list[dict[str, Any]]:
    """Return all that is known about the runs that failed, in the order of the design."""
    runs, why = {run.key: run for run in study.runs()}, {failure.key: failure for failure in failures}
    return [failure_record(study, run, why[key]) for key, run in runs.items() if key in why]


def failure_record(study: Study, run: Run, failure: Failure) -> dict[str, Any]:
    """Return all that is known about a run that failed."""
    own = {"seed": run.seed, "package": run.package, "mute": list(run.arm.mute)}
    return {
        "run_key": run.key,
        **place(run),
        "seed": run.seed,
        "stage": failure.stage,
        "error": failure.error,
        "traceback": failure.traceback,
        "configuration": study.config.tree() | own,
    }
