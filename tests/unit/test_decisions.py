"""What brushing promises, and what merchants make of it."""

import numpy as np
import pytest
from evenings import at_evening, attention_of

from sim import Market, World
from sim.kernels.decide import fear, weigh_fine
from sim.phases.decide import choose_way, weigh
from sim.state.beliefs import make_severity
from sim.state.campaigns import make_campaigns
from sim.state.clock import Clock
from sim.state.fears import fears
from sim.state.today import Offers
from sim.state.ways import ways_to_brush


def prospect(market, fee=None, camouflage=0.0, hazard=None):
    """Return the prospect of all merchants under terms of the trade and relative hazards of the ways."""
    state, today = market.state, at_evening(market).today
    today.attention = attention_of(market)
    n = state.trade.n + 1
    fee = state.parameters.trade.fee if fee is None else fee
    today.offers = Offers(fee=np.full(n, fee), cover=np.zeros(n), camouflage_price=np.full(n, camouflage))
    state.beliefs.severity = make_severity(state.parameters.beliefs, state.shops.n)
    learnt = np.ones(state.campaigns.ways.n) if hazard is None else hazard
    state.beliefs.experience.relative_hazard = lambda: learnt
    minds = state.merchants, state.campaigns, state.beliefs
    return weigh(np.arange(state.shops.n), today, state.shops, minds, state.traces.genuine_30())


def choose(net, world):
    """Return the ways that merchants 0 … n − 1 choose on a day."""
    campaigns = make_campaigns(1, ways_to_brush(world), world.brushing)
    return choose_way(net, np.arange(len(net)), campaigns, Clock(seed=1, day=3))


def test_the_gain_grows_with_intensity_but_ever_more_slowly(small_market):
    extra = prospect(small_market).extra_orders
    orders = ways_to_brush(small_market.state.parameters).mean_level
    by_orders = np.argsort(orders)
    assert np.all(np.diff(extra[:, by_orders], axis=1) >= 0)
    assert np.all(np.diff((extra / orders)[:, by_orders], axis=1) <= 1e-12)


def test_without_rank_or_popularity_there_is_nothing_to_gain(small_market):
    small_market.state.platforms[0].ranking.sales_weight = 0
    small_market.state.parameters.demand.sales_weight = 0
    assert prospect(small_market).extra_orders == pytest.approx(0)


def test_a_higher_perceived_risk_raises_the_expected_loss_in_proportion(small_market):
    before = prospect(small_market).risk
    small_market.state.merchants.risk *= 3
    assert prospect(small_market).risk == pytest.approx(3 * before)


def test_nobody_fears_to_lose_more_than_he_owns(small_market):
    merchants, world = small_market.state.merchants, small_market.state.parameters
    slots = np.arange(small_market.state.shops.n)
    severity = make_severity(world.beliefs, slots.size)
    severity.fine, severity.closure = 1e12, 1.0
    cash, beliefs = merchants.cash, fears(severity, 44.0, world.brushing)
    loss = np.array(
        [fear.py_func(merchants.profit[s], cash[s], merchants.deposit[s], beliefs) for s in slots]
    )
    owned = (np.maximum(cash, 0) + merchants.deposit) / 100 + np.maximum(merchants.profit, 0) * 365
    assert np.all(loss <= owned + 1e-6)


def test_small_fines_weigh_as_they_are_and_large_ones_less():
    world = World()
    fines = np.array([1.0, 100.0, 1e4, 1e6])
    weights = np.array(
        [weigh_fine.py_func(fine, world.brushing.fine_scale, world.brushing.fine_concavity) for fine in fines]
    )
    assert weights[0] == pytest.approx(1, rel=1e-3)
    assert np.all(np.diff(weights / fines) < 0)


def test_choices_follow_the_nested_logit():
    world = World()
    net = np.array([[2.0, 1.0, -4.0, -9.0, -20.0, -50.0]])
    n = 200_000
    level = choose(np.repeat(net, n, axis=0), world)
    weight = np.exp(net[0] / world.brushing.level_scale)
    inclusive = world.brushing.level_scale * np.log(weight.mean())
    p_brush = 1 / (1 + np.exp(-inclusive / world.brushing.choice_scale))
    expected = np.append(1 - p_brush, p_brush * weight / weight.sum())
    observed = np.bincount(level + 1, minlength=7) / n
    # Four standard errors of a binomial share.
    assert np.all(np.abs(observed - expected) <= 4 * np.sqrt(expected * (1 - expected) / n) + 1e-12)


def test_offering_more_levels_is_no_reason_to_brush():
    world = World()
    n = 100_000
    few = choose(np.full((n, 2), -6.0), world)
    many = choose(np.full((n, 6), -6.0), world)
    assert (few >= 0).mean() == pytest.approx((many >= 0).mean())


def test_the_fee_is_part_of_the_cost(small_market: Market) -> None:
    orders = ways_to_brush(small_market.state.parameters).mean_level
    value = (
        small_market.state.parameters.brushing.value_ratio * small_market.state.shops.price[:, None] * orders
    )
    low, high = (prospect(small_market, fee=fee) for fee in (0.05, 0.12))
    assert high.cost - low.cost == pytest.approx(0.07 * value)
    assert np.array_equal(high.gain, low.gain) and np.array_equal(high.risk, low.risk)


def test_camouflage_is_part_of_the_cost(small_market: Market) -> None:
    orders = ways_to_brush(small_market.state.parameters).mean_level
    free, paid = (prospect(small_market, camouflage=price) for price in (0.0, 4.0))
    assert paid.cost - free.cost == pytest.approx(np.tile(4 * orders, (300, 1)))


@pytest.mark.parametrize("way", [0, 3, 11])
def test_a_way_that_is_learnt_to_be_dangerous_is_feared_and_no_other(small_market: Market, way: int) -> None:
    usual = np.ones(ways_to_brush(small_market.state.parameters).level.size)
    learnt = usual.copy()
    learnt[way] = 5.0
    before, after = (prospect(small_market, hazard=hazard).risk for hazard in (usual, learnt))
    assert before.min() > 0
    assert after == pytest.approx(before * learnt)
