"""Runs of a search: branches on the seeds of a stage, run where they are missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from experiments.runs.replication import Branch, Replication
from experiments.settings.schema import RunConfig
from experiments.studies.compare import brought_files, compile_kernels, replication_task
from experiments.studies.engine import Progress, run_missing
from experiments.studies.store import Store
from experiments.studies.tasks import Executor, Task
from sim.kernels.threads import cores

SEARCHING, FRESH = 1, 2
"""Numbers of the two stages; a seed belongs to one of them."""

BranchesOf = Callable[[int], Sequence[Branch]]
"""Gives the branches that are run on a seed."""


@dataclass
class Runner:
    """Runs branches where they are missing, and says how far the whole search of ``total`` runs is.

    ``why`` is the first error of the last runs that failed.
    """

    config: RunConfig
    store: Store
    executor: Executor
    progress: Progress
    total: int
    done: int = 0
    why: str = ""

    def run(self, branches_of: BranchesOf, seeds: Sequence[int], n_branches: int) -> None:
        """Run what is missing of ``n_branches`` branches on each seed."""
        parts = parts_for(self.config.workers or cores(), len(seeds), n_branches)
        tasks = tasks_of(self.config, branches_of, seeds, parts)
        failures = run_missing(tasks, self.store, self.executor, self.tick, self.compile)
        self.why = failures[0].error if failures else self.why
        self.done += n_branches * len(seeds)
        self.progress(min(self.done, self.total), self.total)

    def tick(self, done: int, _: int) -> None:
        """Say how far the whole search is."""
        self.progress(min(self.done + done, self.total), self.total)

    def compile(self) -> None:
        """Compile the kernels once, before processes look for them."""
        compile_kernels(self.config)


def tasks_of(config: RunConfig, branches_of: BranchesOf, seeds: Sequence[int], parts: int) -> list[Task]:
    """Return branches on seeds as tasks, each with one warm-up; equal runs are run once.

    ``parts`` is how many tasks a seed is split into, so that no process idles; it changes no result.
    """
    config, files, tasks = replace(config, threads=config.threads or 1), brought_files(), []
    for seed in seeds:
        branches = list({branch.key: branch for branch in branches_of(seed)}.values())
        tasks += [
            replication_task(Replication(config, seed, tuple(branches[part::parts]), files))
            for part in range(min(parts, len(branches)))
        ]
    return tasks


def parts_for(processes: int, seeds: int, branches: int) -> int:
    """Return into how many tasks a seed's branches are split for so many processes to be busy."""
    return max(min(-(-processes // max(seeds, 1)), branches), 1)
