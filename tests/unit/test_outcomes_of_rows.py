"""Outcomes are what a reader of the daily table would compute by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim import Market, World
from sim.outcomes import WINDOW, days_of_end

WARMUP, DAYS = 40, 250


@pytest.fixture(params=[1, 2, 3])
def market(request: pytest.FixtureRequest) -> Market:
    """A market whose rows are written by hand: warm-up and policy days on which everything varies."""
    world = World()
    world.market.n_shops = 100
    market = Market(world, None, seed=1).run(1)
    row, rng = market.rows[0], np.random.default_rng(request.param)
    numbers = [name for name in row if name != "day"]
    market.rows = [
        row | {name: float(rng.integers(1, 100)) for name in numbers} for _ in range(WARMUP + DAYS)
    ]
    market.state.clock = market.state.clock._replace(day=WARMUP + DAYS, policy_start=WARMUP)
    return market


def test_levels_are_means_of_the_second_half_of_the_period(market: Market) -> None:
    last, outcomes = market.rows[-DAYS // 2 :], market.outcomes()
    assert len(last) == 125
    for name in ("brushed_share", "perceived_risk", "fee", "camouflage"):
        assert outcomes[name] == pytest.approx(np.mean([row[name] for row in last]))
    turnover = {kind: sum(row[f"{kind}_turnover_rmb"] for row in last) for kind in ("brushed", "genuine")}
    expected = turnover["brushed"] / (turnover["brushed"] + turnover["genuine"])
    assert outcomes["brushed_turnover_share"] == pytest.approx(expected)
    shops = [row["brushing_shops"] / row["open_shops"] for row in last]
    assert outcomes["brushing_shop_share"] == pytest.approx(np.mean(shops))


@pytest.mark.parametrize(
    ("period", "festivals", "days"),
    [(40, [], 90), (200, [], 100), (721, [], 360), (40, [100], 365), (1100, [100], 365), (1500, [100], 730)],
)
def test_the_end_is_half_of_the_period_a_season_at_least_and_whole_years_of_festivals(
    period: int, festivals: list[int], days: int
) -> None:
    assert days_of_end(period, festivals) == days


def test_sums_are_those_of_the_policy_days_alone(market: Market) -> None:
    period, outcomes = market.rows[WARMUP:], market.outcomes()
    for name in (
        "fines_rmb", "damages_rmb", "enforcement_cost_rmb", "platform_revenue_rmb", "organiser_profit_rmb",
        "innocent_sales_lost_rmb", "reviews", "raids", "suits",
    ):  # fmt: skip
        assert outcomes[name] == pytest.approx(sum(row[name] for row in period))


def test_rates_are_events_over_the_shop_years_of_who_was_at_risk(market: Market) -> None:
    period, outcomes = market.rows[WARMUP:], market.outcomes()
    for name, event, at_risk in (
        ("innocent_hits", "hits_innocent", "innocent_shops"),
        ("honest_hits", "hits_honest", "honest_shops"),
        ("guilty_hits", "hits_guilty", "open_shops"),
        ("innocent_days_lost", "innocent_days_lost", "innocent_shops"),
        ("cases", "cases", "open_shops"),
    ):
        years = sum(row[at_risk] for row in period) / 365
        expected = 1000 * sum(row[event] for row in period) / years
        assert outcomes[f"{name}_per_1000_shop_years"] == pytest.approx(expected)


def test_a_rate_without_anybody_at_risk_is_undefined(market: Market) -> None:
    for row in market.rows:
        row["honest_shops"] = row["hits_honest"] = 0
    assert market.outcomes()["honest_hits_per_1000_shop_years"] is None
    assert market.outcomes()["innocent_hits_per_1000_shop_years"] is not None


def path(market: Market, column: str, before: float, after: list[float]) -> None:
    """Write a column: one value in the warm-up, then a path whose last value stays."""
    values = [before] * WARMUP + after + [after[-1]] * (DAYS - len(after))
    for row, value in zip(market.rows, values, strict=True):
        row[column] = value


@pytest.mark.parametrize(
    ("column", "outcome"),
    [("brushed_share", "effect_half_life_days"), ("camouflage", "evasion_half_life_days")],
)
def test_half_of_a_sudden_change_is_seen_after_half_of_the_28_days_of_its_mean(
    market: Market, column: str, outcome: str
) -> None:
    for before, after in ((0.08, 0.02), (0.0, 0.6)):
        path(market, column, before, [after])
        assert market.outcomes()[outcome] == 13  # the fourteenth day of the policy
        path(market, column, before, [before] * 50 + [after])
        assert market.outcomes()[outcome] == 50 + 13
    path(market, column, 0.0, [day / 100 for day in range(101)])
    assert market.outcomes()[outcome] == pytest.approx(50 + 27 / 2, abs=0.5)


def test_a_period_of_less_than_two_windows_has_no_half_life(market: Market) -> None:
    path(market, "brushed_share", 0.08, [0.02])
    market.rows = market.rows[: WARMUP + 2 * WINDOW]
    market.state.clock = market.state.clock._replace(day=len(market.rows))
    assert market.outcomes()["effect_half_life_days"] == 13
    market.rows = market.rows[:-1]
    assert market.outcomes()["effect_half_life_days"] is None
