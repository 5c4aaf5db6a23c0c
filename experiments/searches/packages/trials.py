"""Runs of many packages on the same seeds: as branches, and as the table of what came out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from experiments.runs.replication import Branch
from experiments.runs.seeds import SEARCH_WORD, replication_seed
from experiments.searches.runner import BranchesOf
from experiments.settings.schema import RunConfig, run_key
from experiments.studies.store import Store

Package = dict[str, Any]


def seeds_of(config: RunConfig, stage: int, replications: int) -> list[int]:
    """Return the seeds of a stage: every package of it has the same luck."""
    return [replication_seed(config.seed, number, SEARCH_WORD, stage) for number in range(replications)]


def branches_of(config: RunConfig, packages: Sequence[Package]) -> BranchesOf:
    """Return what gives the branches of packages on a seed."""
    return lambda seed: [Branch(run_key(config, one, seed), one) for one in packages]


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
