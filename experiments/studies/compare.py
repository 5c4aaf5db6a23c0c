"""A study: packages × replications in parallel, stored as they end, compared in pairs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.files.folders import results_folder
from experiments.files.provenance import now, provenance
from experiments.files.whole import write_json, write_yaml
from experiments.runs.replication import Branch, Replication
from experiments.runs.results import Failure
from experiments.runs.run import simulate, tiny
from experiments.settings.schema import RunConfig
from experiments.studies.design import Run, Study, load_study
from experiments.studies.engine import Interrupted, Progress, run_missing
from experiments.studies.executors.choose import executor_of
from experiments.studies.executors.clusters import check_installed
from experiments.studies.executors.pool import check_guard
from experiments.studies.looks import run_looks
from experiments.studies.manifest import write_manifest
from experiments.studies.results import StudyResults
from experiments.studies.sharing import copy_equal_runs
from experiments.studies.store import Store, claim_folder
from experiments.studies.tables import save_tables
from experiments.studies.tasks import Task
from policies.detectors.names import BROUGHT


def compare(
    study: Study | Sequence[str] = (),
    out: str | Path | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    words: dict[str, Any] | None = None,
) -> StudyResults:
    """Run what is missing of a study and return the comparison of its packages.

    Parameters
    ----------
    study : what `load_study` returns, or overrides for it such as ``experiment=smoke``
    out : folder of the results; a study that is there already is continued
    progress : called as runs end
    words : what a command was asked for, kept in the folder for `resume` and `expand`

    Raises
    ------
    ConfigError
        for bad input, or if ``out`` holds another study; nothing is simulated then
    StoreError
        if a result cannot be written; what is complete stays
    """
    check_guard()
    chosen = study.checked() if isinstance(study, Study) else load_study(study)
    check_installed(chosen.config)
    folder = Path(out or chosen.config.out or default_folder(chosen))
    claim_folder(folder, chosen.description(), words)
    started = now()
    tell = progress or (lambda finished, total: None)
    ran, failures = run_looks(chosen, folder, lambda stage: run_study(stage, folder, tell))
    return save_study(ran, folder, failures, started, command)


def default_folder(study: Study) -> Path:
    """Return the folder of a study that names none."""
    return results_folder(study.name, study.digest()[:8])


def run_study(study: Study, folder: Path, progress: Progress) -> list[Failure]:
    """Run every run that is not stored yet."""
    try:
        return run_or_copy(study.config, Store(folder), study.run_keys(), tasks_of(study), progress)
    except Interrupted:
        save_tables(study, folder, [])
        raise


def run_or_copy(
    config: RunConfig, store: Store, keys: Collection[str], tasks: Sequence[Task], progress: Progress
) -> list[Failure]:
    """Copy runs that another study has, run what is missing then, and return what failed."""
    copy_equal_runs(store, keys, config.share)
    return run_missing(tasks, store, executor_of(config, store), progress, partial(compile_kernels, config))


def compile_kernels(config: RunConfig) -> None:
    """Compile the kernels once, before workers look for them."""
    simulate(tiny(config))


def tasks_of(study: Study) -> list[Task]:
    """Return one task for each replication; equal runs of two arms are run once."""
    config = replace(study.config, threads=study.config.threads or 1)
    files = brought_files()
    by_replication: dict[int, list[Run]] = {}
    for run in {run.key: run for run in study.runs()}.values():
        by_replication.setdefault(run.replication, []).append(run)
    return [
        replication_task(Replication(config, runs[0].seed, tuple(map(branch_of, runs)), files))
        for runs in by_replication.values()
    ]


def brought_files() -> tuple[tuple[str, str, str], ...]:
    """Return name, file and digest of every detector that was brought, as processes load them."""
    return tuple((name, brought.source, brought.digest) for name, brought in BROUGHT.items())


def replication_task(replication: Replication) -> Task:
    """Return the task of one replication."""
    keys = tuple(branch.key for branch in replication.branches)
    return Task(keys, replication.run, replication.config.time_limit)


def branch_of(run: Run) -> Branch:
    """Return a run of the design as a branch of its replication."""
    return Branch(run.key, run.package, run.arm.mute)


def save_study(
    study: Study, folder: Path, failures: list[Failure], started: datetime, command: str | None
) -> StudyResults:
    """Write everything that describes a finished study."""
    parts = Store(folder).seal()
    tables = save_tables(study, folder, failures)
    held = {"runs": tables.runs, "paths": tables.paths, "harm": tables.harm}
    more = {"detectors": study.detectors(), "copied_from": parts["copied_from"]}
    made = provenance(study.config.seed, started, command, **more)
    write_record(folder, study.description(), held, parts, made)
    return tables


def write_record(
    folder: Path,
    description: dict[str, Any],
    held: Mapping[str, pd.DataFrame],
    parts: Mapping[str, Any],
    made: dict[str, Any],
) -> None:
    """Write what a finished folder holds (tables by name, ``parts`` of `Store.seal`), and how it was made."""
    write_manifest(folder, held, parts)
    write_yaml(folder / "config.yaml", description)
    write_json(folder / "provenance.json", made)
