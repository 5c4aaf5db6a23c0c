"""Carrying an exploration out, and what it gives: points, and a row for each of their runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.files.folders import results_folder
from experiments.files.provenance import now, provenance
from experiments.files.whole import plain, read_table, write_json, write_table
from experiments.runs.results import Failure
from experiments.studies.compare import run_or_copy, tasks_of, write_record
from experiments.studies.engine import Interrupted, Progress
from experiments.studies.executors.clusters import check_installed
from experiments.studies.executors.pool import check_guard
from experiments.studies.exploration import Exploration, load_exploration
from experiments.studies.results import read_json
from experiments.studies.store import Store, claim_folder
from experiments.studies.tables import of_one_type, outcome_columns

FIRST = ("point", "package", "replication", "seed", "run_key", "status")
"""Columns of a run before those of its dimensions and outcomes."""


@dataclass(frozen=True)
class ExplorationResults:
    """What an exploration gives, as DataFrames; the same tables lie in ``folder``.

    ``runs`` has point, package, replication, seed, run_key, status (``ok``, ``failed`` or ``missing``), a
    column for each dimension by its path, and one for each outcome.
    """

    folder: Path
    info: dict[str, Any]
    """What makes this exploration this one: ``study.json``."""
    points: pd.DataFrame
    runs: pd.DataFrame
    failures: list[dict[str, Any]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Tell whether every run ended well."""
        return bool((self.runs["status"] == "ok").all())

    @property
    def finished(self) -> pd.DataFrame:
        """Return the runs that went well."""
        return self.runs[self.runs["status"] == "ok"]


def explore(
    exploration: Exploration | Sequence[str] = (),
    out: str | Path | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    words: dict[str, Any] | None = None,
) -> ExplorationResults:
    """Run what is missing of an exploration and return its points and runs.

    Parameters
    ----------
    exploration : what `load_exploration` returns, or overrides for it such as ``exploration=smoke``
    out : folder of the results; an exploration that is there already is continued
    progress : called as runs end
    words : what a command was asked for, kept in the folder for `resume` and `expand`

    Raises
    ------
    ConfigError
        for bad input, or if ``out`` holds something else; nothing is simulated then
    Interrupted, StoreError
        as `compare`; what is complete stays
    """
    check_guard()
    chosen = (
        load_exploration(exploration) if not isinstance(exploration, Exploration) else checked(exploration)
    )
    check_installed(chosen.base.config)
    folder = Path(out or chosen.base.config.out or default_folder(chosen))
    claim_folder(folder, chosen.description(), words)
    started = now()
    failures = run_exploration(chosen, folder, progress or (lambda finished, total: None))
    return save_exploration(chosen, folder, failures, started, command)


def checked(exploration: Exploration) -> Exploration:
    """Return an exploration made in Python with studies that are checked."""
    elsewhere = {name: study.checked() for name, study in exploration.elsewhere.items()}
    return replace(exploration, base=exploration.base.checked(), elsewhere=elsewhere)


def default_folder(exploration: Exploration) -> Path:
    """Return the folder of an exploration that names none."""
    return results_folder(exploration.base.name, exploration.digest()[:8])


def run_exploration(exploration: Exploration, folder: Path, progress: Progress) -> list[Failure]:
    """Run every run that is not stored yet; points that share a world share their warm-ups."""
    store, config = Store(folder), exploration.base.config
    tasks = [task for study in exploration.studies() for task in tasks_of(study)]
    try:
        return run_or_copy(config, store, exploration.run_keys(), tasks, progress)
    except Interrupted:
        save_tables(exploration, folder, [])
        raise


def save_exploration(
    exploration: Exploration, folder: Path, failures: list[Failure], started: datetime, command: str | None
) -> ExplorationResults:
    """Write everything that describes a finished exploration."""
    parts = Store(folder).seal()
    results = save_tables(exploration, folder, failures)
    held = {"points": results.points.reset_index(), "runs": results.runs}
    more = {"detectors": exploration.base.detectors(), "copied_from": parts["copied_from"]}
    made = provenance(exploration.base.config.seed, started, command, **more)
    write_record(folder, exploration.description(), held, parts, made)
    return results


def save_tables(exploration: Exploration, folder: Path, failures: Sequence[Failure]) -> ExplorationResults:
    """Collect finished runs into the tables of an exploration and write them."""
    stored = read_rows(exploration, folder)
    results = ExplorationResults(
        folder,
        plain(exploration.description()),
        exploration.points,
        run_table(exploration, stored, {failure.key for failure in failures}),
        failure_records(exploration, failures),
    )
    write_table(folder / "points.csv", results.points.reset_index())
    write_json(folder / "failures.json", results.failures)
    write_table(folder / "runs.parquet", results.runs)
    return results


def read_rows(exploration: Exploration, folder: Path) -> dict[str, dict[str, Any]]:
    """Return what is stored of each finished run."""
    return Store(folder).rows(exploration.run_keys())


def run_table(exploration: Exploration, stored: dict[str, dict[str, Any]], failed: set[str]) -> pd.DataFrame:
    """Return one row for each run of the design, point by point."""
    rows = []
    for point, package, run in exploration.runs():
        status = "ok" if run.key in stored else "failed" if run.key in failed else "missing"
        own = stored[run.key]["outcomes"] if run.key in stored else {}
        rows.append((point, package, run.replication, run.seed, run.key, status, own))
    table = pd.DataFrame([row[:-1] for row in rows], columns=list(FIRST))
    for one in exploration.dimensions:
        table[one.path] = of_one_type(exploration.points[one.path].loc[table["point"]].reset_index(drop=True))
    outcomes = {
        name: pd.to_numeric(pd.Series([row[-1].get(name) for row in rows], dtype=object)).astype(float)
        for name in outcome_columns(stored)
    }
    table = pd.concat([table, pd.DataFrame(outcomes, index=table.index)], axis=1)
    return table.sort_values("point", kind="stable", ignore_index=True)


def failure_records(exploration: Exploration, failures: Sequence[Failure]) -> list[dict[str, Any]]:
    """Return all that is known about the runs that failed, in the order of the design."""
    why = {failure.key: failure for failure in failures}
    return [
        {
            "run_key": run.key,
            "point": point,
            "package": package,
            "replication": run.replication,
            "seed": run.seed,
            "stage": why[run.key].stage,
            "error": why[run.key].error,
            "traceback": why[run.key].traceback,
            "values": plain(exploration.points.loc[point].to_dict()),
        }
        for point, package, run in (exploration.runs() if why else ())
        if run.key in why
    ]


def read_exploration(folder: Path | str) -> ExplorationResults:
    """Read the folder of an exploration as far as it is there."""
    folder = Path(folder)
    points = read_table(folder / "points.csv")
    return ExplorationResults(
        folder,
        read_json(folder / "study.json", {}),
        points.set_index("point") if "point" in points else points,
        read_table(folder / "runs.parquet"),
        read_json(folder / "failures.json", []),
    )
