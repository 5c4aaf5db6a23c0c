"""A study: packages × replications in parallel, stored as they end, compared in pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from experiments.files.folders import results_folder
from experiments.files.provenance import now, provenance
from experiments.files.whole import write_json, write_yaml
from experiments.runs.run import simulate, tiny
from experiments.studies.design import Run, Study, load_study
from experiments.studies.executors.local import check_guard, execute
from experiments.studies.replication import Failure, Job
from experiments.studies.store import Parts, claim_folder
from experiments.studies.tables import StudyTables, save_tables
from policies.detector_names import BROUGHT
from sim.kernels.threads import cores

Progress = Callable[[int, int], None]
"""Called with the number of finished runs and of all runs."""


class Interrupted(KeyboardInterrupt):
    """Somebody stopped a study; ``finished`` of ``total`` runs are kept in ``folder``."""

    def __init__(self, folder: Path, finished: int, total: int) -> None:
        super().__init__(f"{finished} of {total} runs are kept in {folder}")
        self.folder, self.finished, self.total = folder, finished, total


def compare(
    study: Study | Sequence[str] = (),
    out: str | Path | None = None,
    progress: Progress | None = None,
    command: str | None = None,
) -> StudyTables:
    """Run what is missing of a study and return the comparison of its packages.

    Parameters
    ----------
    study : what `load_study` returns, or overrides for it such as ``experiment=smoke``
    out : folder of the results; a study that is there already is continued
    progress : called as runs end

    Raises
    ------
    ConfigError
        for bad input, or if ``out`` holds another study; nothing is simulated then
    StoreError
        if a result cannot be written; what is complete stays
    """
    check_guard()
    chosen = study.checked() if isinstance(study, Study) else load_study(study)
    folder = Path(out or chosen.config.out or default_folder(chosen))
    claim_folder(folder, chosen.description())
    started = now()
    failures = run_missing(chosen, folder, progress or (lambda finished, total: None))
    return save_study(chosen, folder, failures, started, command)


def default_folder(study: Study) -> Path:
    """Return the folder of a study that names none."""
    return results_folder(study.name, study.digest()[:8])


def run_missing(study: Study, folder: Path, progress: Progress) -> list[Failure]:
    """Run every run that is not stored yet."""
    runs, parts = study.runs(), Parts(folder)
    keys = {run.key for run in runs}

    def tick() -> None:
        progress(len(parts.finished() & keys), len(keys))

    jobs = missing_jobs(study, folder, runs)
    if not jobs:
        return []
    tick()
    try:
        simulate(tiny(study.config)).close()  # compiles the kernels once, before workers look for them
        return execute(jobs, study.config.workers or cores(), tick)
    except KeyboardInterrupt:
        save_tables(study, folder, [])
        raise Interrupted(folder, len(parts.finished() & keys), len(keys)) from None


def missing_jobs(study: Study, folder: Path, runs: Sequence[Run]) -> list[Job]:
    """Return one job for each replication that is not complete."""
    finished = Parts(folder).finished()
    config = replace(study.config, threads=study.config.threads or 1)
    by_replication: dict[int, list[Run]] = {}
    for run in {run.key: run for run in runs}.values():  # equal runs of two arms are run once
        if run.key not in finished:
            by_replication.setdefault(run.replication, []).append(run)
    files = tuple((name, brought.source, brought.digest) for name, brought in BROUGHT.items())
    return [Job(config, tuple(missing), folder, files) for missing in by_replication.values()]


def save_study(
    study: Study, folder: Path, failures: list[Failure], started: datetime, command: str | None
) -> StudyTables:
    """Write everything that describes a finished study."""
    tables = save_tables(study, folder, failures)
    write_yaml(folder / "config.yaml", study.description())
    more = {"detectors": study.detectors()}
    write_json(folder / "provenance.json", provenance(study.config.seed, started, command, **more))
    return tables
