"""The split of an effect over channels is Shapley's, by its definition: the mean over all orders."""

from __future__ import annotations

from itertools import chain, combinations, permutations

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.decomposition import CHANNELS, DAY_ONE, TOTAL, decompose, shapley

SETS = [frozenset(chosen) for size in range(5) for chosen in combinations(CHANNELS, size)]
N = 6


def outcomes(seed: int = 3) -> dict[frozenset[str], np.ndarray]:
    """Return an outcome by replication for every set of channels at work."""
    rng = np.random.default_rng(seed)
    return {chosen: rng.normal(len(chosen), 1, N) for chosen in SETS}


def runs_of(values: dict[frozenset[str], np.ndarray]) -> pd.DataFrame:
    """Return the runs of one decomposed package, and of another that has nothing to do with it."""
    rows = []
    for at_work, outcome in values.items():
        mute = [channel for channel in CHANNELS if channel not in at_work]
        arm = {"factor.package": "p", "factor.mute": "+".join(mute)} if mute else {}
        label = f"p without {', '.join(mute)}" if mute else "p"
        rows += [
            {"package": label, "replication": r, "status": "ok", "share": value, **arm}
            for r, value in enumerate(outcome)
        ]
    rows += [{"package": "other", "replication": r, "status": "ok", "share": 99.0} for r in range(N)]
    return pd.DataFrame(rows)


def test_there_are_four_channels() -> None:
    assert CHANNELS == ("deterrence", "incapacitation", "price", "evasion")


def test_a_channel_s_part_is_what_it_adds_on_average_over_all_orders() -> None:
    values = outcomes()
    added: dict[str, list[np.ndarray]] = {channel: [] for channel in CHANNELS}
    for order in permutations(CHANNELS):
        for i, channel in enumerate(order):
            added[channel].append(values[frozenset(order[: i + 1])] - values[frozenset(order[:i])])
    parts = shapley(values)
    for channel in CHANNELS:
        assert parts[channel] == pytest.approx(np.mean(added[channel], axis=0))
    assert sum(parts.values()) == pytest.approx(values[frozenset(CHANNELS)] - values[frozenset()])


def test_a_package_is_split_into_parts_that_add_up_to_all_together() -> None:
    values = outcomes()
    told = decompose(runs_of(values), "share").set_index("channel")["mean"]
    full, none = values[frozenset(CHANNELS)], values[frozenset()]
    assert told[list(CHANNELS)].sum() == pytest.approx(told[TOTAL])
    assert told[TOTAL] == pytest.approx((full - none).mean())
    still = values[frozenset(CHANNELS) - {"evasion"}]
    assert told[DAY_ONE] == pytest.approx((still - none).mean())
    parts = shapley(values)
    assert all(told[channel] == pytest.approx(parts[channel].mean()) for channel in CHANNELS)


def test_only_replications_in_which_every_run_ended_well_count() -> None:
    values, runs = outcomes(), runs_of(outcomes())
    runs.loc[(runs["package"] == "p without price") & (runs["replication"] == 2), "status"] = "failed"
    told = decompose(runs, "share").set_index("channel")
    assert set(told["n"]) == {N - 1}
    whole = [r for r in range(N) if r != 2]
    change = (values[frozenset(CHANNELS)] - values[frozenset()])[whole]
    assert told.loc[TOTAL, "mean"] == pytest.approx(change.mean())


def test_a_study_without_muted_arms_has_no_split() -> None:
    runs = runs_of(outcomes())
    assert decompose(runs[runs["package"] == "other"].drop(columns="factor.mute"), "share").empty
    assert set(chain(*SETS)) == set(CHANNELS)
