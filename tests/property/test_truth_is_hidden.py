"""Turn the truth over, and the evening that institutions see is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from experiments import load_config
from policies import build_package
from sim import Market

LAWLESS = [
    "market=small", "package=threshold_fine_suit", "brushing.opportunist_share=0.9",
    "package.regulator.raids_per_year=8", "trade.ledger_days=5", "package.detection.mode=reviewed",
]  # fmt: skip


def turn_over(market: Market) -> None:
    """Let all that no institution can know be otherwise."""
    state = market.state
    merchants, campaigns, shops, traces = state.merchants, state.campaigns, state.shops, state.traces
    merchants.opportunist[:] = ~merchants.opportunist
    campaigns.last_brushed_day[:] = market.day - campaigns.last_brushed_day % 100
    traces.brushed_30[:] = traces.sums[2, 0] - traces.brushed_30
    traces.brushed[:] = traces.ring[:, 0] - traces.brushed
    for part, names in (
        (merchants, ("risk", "moral_cost", "gain_belief", "profit")),
        (campaigns, ("level", "organiser", "until")),
        (shops, ("quality", "margin", "following", "parcel_flag", "burst", "burst_until")),
    ):
        for name in names:
            getattr(part, name)[:] = getattr(part, name)[::-1].copy()
    state.buyers.works[:] = ~state.buyers.works
    market.today.tasks.count[:] = market.today.tasks.count[::-1].copy()
    state.cases.columns["innocent"] = [not innocent for innocent in state.cases.columns["innocent"]]


def seen(part: Any) -> Any:
    """Return an observation, or a part of one, as plain values."""
    if isinstance(part, Mapping):
        return {key: seen(value) for key, value in part.items()}
    if not is_dataclass(part):
        return np.asarray(part).tolist()
    return {field.name: seen(getattr(part, field.name)) for field in fields(part) if field.name != "luck"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_evening_holds_nothing_of_the_truth(seed: int) -> None:
    config = load_config(LAWLESS)
    market = Market(config.world, build_package(config.package), seed=seed).run(100)
    before = seen(market.observe())
    assert market.state.traces.brushed_30.sum() > 50
    turn_over(market)
    after = seen(market.observe())
    assert [name for name in before if before[name] != after[name]] == []
