"""Runs of many packages on the same seeds: as tasks, and as the table of what came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from experiments.runs.replication import Branch, Replication
from experiments.runs.seeds import SEARCH_WORD, replication_seed
from experiments.settings.schema import RunConfig, run_key
from experiments.studies.compare import replication_task
from experiments.studies.store import Store
from experiments.studies.tasks import Task
from policies.detectors.names import BROUGHT

SEARCHING, FRESH = 1, 2
"""Numbers of the two stages; a seed belongs to one of them."""

Package = dict[str, Any]


def seeds_of(config: RunConfig, stage: int, replications: int) -> list[int]:
    """Return the seeds of a stage: every package of it has the same luck."""
    return [replication_seed(config.seed, number, SEARCH_WORD, stage) for number in range(replications)]


def tasks_of(config: RunConfig, packages: Sequence[Package], seeds: Sequence[int], parts: int) -> list[Task]:
    """Return the runs of packages on seeds as tasks, each with one warm-up; equal runs are run once.

    ``parts`` is how many tasks a seed is split into, so that no process idles; it changes no result.
    """
    config = replace(config, threads=config.threads or 1)
    files = tuple((name, brought.source, brought.digest) for name, brought in BROUGHT.items())
    tasks = []
    for seed in seeds:
        own = {key: Branch(key, one) for one in packages for key in [run_key(config, one, seed)]}
        branches = list(own.values())
        tasks += [
            replication_task(Replication(config, seed, tuple(branches[part::parts]), files))
            for part in range(min(parts, len(branches)))
        ]
    return tasks


def parts_for(processes: int, seeds: int, packages: int) -> int:
    """Return into how many tasks a seed's packages are split for so many processes to be busy."""
    return max(min(-(-processes // max(seeds, 1)), packages), 1)


def run_rows(
    store: Store, config: RunConfig, packages: Mapping[int, Package], seeds: Sequence[int]
) -> pd.DataFrame:
    """Return one row a run that is stored: ``package`` (its number), ``replication``, seed, key, outcomes."""
    done = store.finished()
    rows = [
        {"package": number, "replication": replication, "seed": seed, "run_key": key, "status": "ok"}
        | store.row(key)["outcomes"]
        for number, package in packages.items()
        for replication, seed in enumerate(seeds)
        for key in [run_key(config, package, seed)]
        if key in done
    ]
    table = pd.DataFrame(rows, columns=None if rows else ["package", "replication", "seed", "run_key"])
    named = {"package", "replication", "seed", "run_key", "status"}
    return table.astype({name: float for name in table if name not in named})
