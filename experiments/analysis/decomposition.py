"""What a package achieves, split over the channels through which it works."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
from scipy import special

from experiments.analysis.intervals import interval
from experiments.analysis.simultaneous import ERROR
from sim.state.mechanisms import Mechanism

CHANNELS = tuple(channel.value for channel in Mechanism)
TOTAL, DAY_ONE = "all together", "before adaptation"
ROWS = (*CHANNELS, TOTAL, DAY_ONE)


def shapley(values: Mapping[frozenset[str], np.ndarray]) -> dict[str, np.ndarray]:
    """Return what each channel adds to an outcome (n,), averaged over all orders of adding channels.

    The value of Shapley (1953): the only split that adds up to the whole, gives channels that do the
    same the same, and those that do nothing nothing.

    Parameters
    ----------
    values : the outcome (n,) for every set of channels that are at work, the empty one included
    """
    n = len(CHANNELS)
    shares = {}
    for channel in CHANNELS:
        others = [name for name in CHANNELS if name != channel]
        parts = [
            factorial(size) * factorial(n - size - 1) / factorial(n)
            * (values[frozenset(chosen) | {channel}] - values[frozenset(chosen)])
            for size in range(n)
            for chosen in combinations(others, size)
        ]  # fmt: skip
        shares[channel] = np.sum(parts, axis=0)
    return shares


def decompose(runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the split of ``outcome`` for each decomposed package, with intervals over replications.

    One row a package and channel, and two more: `TOTAL` is the outcome with all channels at work less
    that with none; `DAY_ONE` the same while nobody evades: no camouflage, no other way of brushing.
    With no channel at work sanctions are neither felt nor feared more than on the last day of the
    warm-up, and fees stand still. Only replications in which all runs ended well count.

    Parameters
    ----------
    runs : as of a study: ``package``, ``replication``, ``status``, ``factor.package``, ``factor.mute``
    """
    rows = []
    if "factor.mute" not in runs:
        return pd.DataFrame(columns=["package", "channel", "n", "mean", "low", "high"])
    for package in runs.loc[runs["factor.mute"].notna(), "factor.package"].unique():
        values = at_work(runs, package, outcome)
        none, full = values[frozenset()], values[frozenset(CHANNELS)]
        still = values[frozenset(CHANNELS) - {Mechanism.EVASION.value}]
        parts = shapley(values) | {TOTAL: full - none, DAY_ONE: still - none}
        for channel, change in parts.items():
            mean, low, high = interval(change)
            rows.append((package, channel, change.size, mean, low, high))
    return pd.DataFrame(rows, columns=["package", "channel", "n", "mean", "low", "high"])


def effects_of_channels(runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return `decompose` in percentage points of a share, with intervals for a package's rows together.

    ``sim_low`` and ``sim_high`` hold for all channels, `TOTAL` and `DAY_ONE` (Bonferroni).
    """
    table = decompose(runs, outcome).dropna(subset=["mean"])
    table[["mean", "low", "high"]] *= 100
    half = (table["high"] - table["low"]) / 2 * widening(table["n"].to_numpy(float), len(ROWS))
    return table.assign(sim_low=table["mean"] - half, sim_high=table["mean"] + half)


def widening(n: np.ndarray, family: int) -> np.ndarray:
    """Return how much wider t-intervals over n replications are if ``family`` of them hold together."""
    alone, together = (
        special.stdtrit(np.maximum(n - 1, 1), 1 - error / 2) for error in (ERROR, ERROR / family)
    )
    return together / alone


def at_work(runs: pd.DataFrame, package: str, outcome: str) -> dict[frozenset[str], np.ndarray]:
    """Return the outcome by the set of channels at work, in the replications that all of them have."""
    done = runs[runs["status"] == "ok"]
    columns = {frozenset(CHANNELS): done[done["package"] == package]}
    muted = done[done["factor.package"] == package]
    for mute, own in muted.groupby("factor.mute"):
        columns[frozenset(CHANNELS) - frozenset(str(mute).split("+"))] = own
    table = pd.DataFrame({key: own.set_index("replication")[outcome] for key, own in columns.items()})
    table = table.dropna()
    return {key: table[key].to_numpy(float) for key in columns}
