"""What brushing promises, whom merchants buy it of, and what they make of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from evenings import scene

from sim import Market, World
from sim.chance import Stream, uniforms
from sim.kernels.decide import MerchantColumns, fear, weigh_fine
from sim.kernels.offers import price_of, wanted_cover
from sim.phases.decide import (
    OFFERS,
    Inquiry,
    Prospect,
    Scene,
    choose_option,
    inquire,
    probability_to_brush,
    weigh,
)
from sim.state.beliefs import SEVERITIES, make_severity
from sim.state.campaigns import make_campaigns
from sim.state.clock import Clock
from sim.state.fears import fears
from sim.state.units import NEVER
from sim.state.ways import ways_to_brush


def prospect(market: Market, fee=None, quote=None, most=0.0, full_price=0.0, hazard=None) -> Prospect:
    """Return the prospect of all merchants under terms of the trade and relative hazards of the ways."""
    state, morning = market.state, scene(market)
    n, shape = state.trade.n, (state.shops.n, OFFERS)
    terms = {"fee": state.parameters.trade.fee if fee is None else fee, "least": 0.0, "most": most}
    columns = {name: np.full(n, value) for name, value in terms.items()}
    morning.today.offers = replace(morning.today.offers, camouflage_price=full_price, **columns)
    state.beliefs.severity = make_severity(state.parameters.beliefs, state.shops.n)
    learnt = np.ones(state.campaigns.ways.n) if hazard is None else hazard
    state.beliefs.experience.relative_hazard = lambda: learnt
    quotes = np.full(shape, state.parameters.trade.cut if quote is None else quote)
    everybody = np.arange(state.shops.n)
    return weigh(morning, Inquiry(everybody, np.zeros(shape, np.int64), np.zeros(shape, np.int64), quotes))


def by_way(options: np.ndarray) -> np.ndarray:
    """Return what the first offer of each way has (n, n_ways)."""
    return options[:, ::OFFERS]


def choose(net: np.ndarray, world: World) -> np.ndarray:
    """Return the options that merchants 0 … n − 1 choose on a day."""
    campaigns = make_campaigns(1, ways_to_brush(world), world.brushing)
    key = Clock(seed=1, day=3).key(Stream.DECIDE)
    lucks = np.stack([uniforms(key, np.arange(len(net)), k) for k in (0, 1)])
    return choose_option(net, probability_to_brush(net, campaigns), lucks, campaigns)


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


def losses(market: Market, reach: float, **severity: float) -> np.ndarray:
    """Return what merchants fear to lose by a sanction, RMB, if this much of what they drew is in reach."""
    world, merchants = market.state.parameters, market.state.merchants
    believed = make_severity(world.beliefs, market.state.shops.n)
    for name, value in severity.items():
        setattr(believed, name, value)
    columns = MerchantColumns(*(getattr(merchants, name) for name in MerchantColumns._fields))
    dread = fears(believed, 44.0, world.brushing, reach)
    return np.array([fear.py_func(m, columns, dread) for m in range(merchants.n)])


@pytest.mark.parametrize("reach", [0.0, 0.5])
def test_nobody_fears_to_lose_more_than_he_owns(small_market, reach):
    merchants = small_market.state.merchants
    merchants.drawn[::2], merchants.owed_state[::3], merchants.owed_platform[::5] = 50_000, 20_000, 10**9
    loss = losses(small_market, reach, fine=1e12, closure=1.0)
    owned = np.maximum(merchants.cash, 0) + merchants.deposit + reach * np.maximum(merchants.drawn, 0)
    owned = np.maximum(owned - merchants.owed_platform - merchants.owed_state, 0) / 100
    owned += np.maximum(merchants.profit, 0) * 365
    assert np.all(loss <= owned + 1e-6) and loss.max() > 0


def test_what_is_rare_is_feared_no_more_than_it_is_frequent(small_market):
    nothing = dict.fromkeys(SEVERITIES, 0.0)
    assert np.all(losses(small_market, 0.5, **nothing) == 0)
    for often, rare in (
        ({"demotion": 30.0, "demoted": 1.0}, {"demotion": 0.3, "demoted": 0.01}),
        ({"fine": 1e7, "fined": 1.0}, {"fine": 1e5, "fined": 0.01}),
        ({"removed": 1.0}, {"removed": 0.01}),
    ):
        feared = losses(small_market, 0.5, **nothing | often)
        assert losses(small_market, 0.5, **nothing | rare) == pytest.approx(0.01 * feared)
        assert feared.max() > 100


def test_a_demotion_empties_as_much_of_the_display_as_it_lasts_and_a_removal_all_of_it(small_market):
    nothing = dict.fromkeys(SEVERITIES, 0.0)
    months = losses(small_market, 0.5, **nothing | {"removed": 1.0}) / 44  # the horizon, days
    assert months.max() > 1
    for days, removed, lost in ((1, 0.0, 2), (30, 0.0, 60), (90, 0.0, 134), (1, 1.0, 45), (90, 1.0, 134)):
        said = nothing | {"demotion": float(days), "demoted": 1.0, "removed": removed}
        loss, owned = losses(small_market, 0.5, **said), losses(small_market, 0.5, closure=1.0, fine=1e12)
        assert loss == pytest.approx(np.minimum(lost * months, owned))


def test_who_owes_has_less_to_lose_and_who_drew_has_more_within_reach(small_market):
    merchants, fine = small_market.state.merchants, {"fine": 1e5}
    merchants.drawn[:] = 0
    before = losses(small_market, 0.5, **fine)
    merchants.drawn[:] = 10**6
    drawn = losses(small_market, 0.5, **fine)
    assert np.all(drawn >= before) and (drawn > before).mean() > 0.9
    assert np.array_equal(losses(small_market, 0.0, **fine), before)
    merchants.drawn[:], merchants.owed_state[:] = 0, 50_000
    owing = losses(small_market, 0.5, **fine)
    assert np.all(owing <= before) and (owing < before).mean() > 0.9


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
    option = choose(np.repeat(net, n, axis=0), world)
    weight = np.exp(net[0] / world.brushing.level_scale)
    inclusive = world.brushing.level_scale * np.log(weight.mean())
    p_brush = 1 / (1 + np.exp(-inclusive / world.brushing.choice_scale))
    expected = np.append(1 - p_brush, p_brush * weight / weight.sum())
    observed = np.bincount(option + 1, minlength=7) / n
    # Four standard errors of a binomial share.
    assert np.all(np.abs(observed - expected) <= 4 * np.sqrt(expected * (1 - expected) / n) + 1e-12)


def test_offering_more_levels_is_no_reason_to_brush():
    world = World()
    n = 100_000
    few = choose(np.full((n, 2), -6.0), world)
    many = choose(np.full((n, 6), -6.0), world)
    assert (few >= 0).mean() == pytest.approx((many >= 0).mean())


@pytest.mark.parametrize("term", ["fee", "quote"])
def test_what_the_organiser_asks_is_part_of_the_cost(small_market: Market, term: str) -> None:
    orders = ways_to_brush(small_market.state.parameters).mean_level
    value = (
        small_market.state.parameters.brushing.value_ratio * small_market.state.shops.price[:, None] * orders
    )
    low, high = (prospect(small_market, **{term: share}) for share in (0.01, 0.08))
    assert by_way(high.cost - low.cost) == pytest.approx(0.07 * value)
    assert np.array_equal(high.gain, low.gain) and np.array_equal(high.risk, low.risk)


def test_cover_is_paid_for_and_lowers_the_expected_loss(small_market: Market) -> None:
    small_market.state.merchants.risk[:] = 0.5
    orders = ways_to_brush(small_market.state.parameters).mean_level
    hides = small_market.state.beliefs.experience.hides
    free, paid = (prospect(small_market, most=most, full_price=4.0) for most in (0.0, 0.6))
    cover = by_way(paid.cover)
    assert np.all(free.cover == 0) and cover.max() == 0.6 and 0 < (cover > 0).mean() < 1
    assert by_way(paid.cost - free.cost) == pytest.approx(orders * price_of.py_func(cover, 4.0))
    assert paid.risk == pytest.approx(free.risk * (1 - hides * paid.cover))


@pytest.mark.parametrize("risk", [0.001, 0.05, 0.5])
@pytest.mark.parametrize("full_price", [0.0, 0.5, 14.0])
def test_a_means_of_evasion_more_on_offer_makes_no_option_worse(
    small_market: Market, risk: float, full_price: float
) -> None:
    small_market.state.merchants.risk[:] = risk
    nets = [
        prospect(small_market, most=most, full_price=full_price).net for most in (0.0, 0.1, 0.4, 0.8, 1.0)
    ]
    for less, more in pairwise(nets):
        assert np.all(more >= less - 1e-9 * np.abs(less))
    if full_price == 0:
        assert np.all(nets[-1].max(axis=1) > nets[0].max(axis=1)), "cover for nothing is worth having"


@pytest.mark.parametrize("saved", [0.0, 1.0, 3.0, 4.0, 5.0, 100.0])
def test_no_other_cover_costs_less(saved: float) -> None:
    share, price = np.linspace(0, 1, 1001), 5.0
    cost = price * (share + share**2) / 2 - saved * share
    assert wanted_cover.py_func(saved, price) == pytest.approx(share[cost.argmin()], abs=1e-3)
    assert wanted_cover.py_func(saved, 0.0) == (1.0 if saved > 0 else 0.0)


@pytest.mark.parametrize("way", [0, 3, 11])
def test_a_way_that_is_learnt_to_be_dangerous_is_feared_and_no_other(small_market: Market, way: int) -> None:
    usual = np.ones(ways_to_brush(small_market.state.parameters).level.size)
    learnt = usual.copy()
    learnt[way] = 5.0
    before, after = (by_way(prospect(small_market, hazard=hazard).risk) for hazard in (usual, learnt))
    assert before.min() > 0
    assert after == pytest.approx(before * learnt)


def whom_they_meet(market: Market, sizes: np.ndarray, closed: int) -> tuple[Scene, Inquiry]:
    """Return whom all merchants meet among organisers of some ``sizes``, one of whom is ``closed``."""
    trade, campaigns = market.state.trade, market.state.campaigns
    trade.size[:], trade.is_open[:] = sizes, np.arange(trade.n) != closed
    campaigns.until[:] = NEVER
    morning = scene(market)
    shares = np.cumsum(trade.is_open * sizes)
    return morning, inquire(morning, np.arange(market.state.shops.n), shares / shares[-1])


def test_merchants_ask_their_last_organiser_if_it_is_open_and_others_by_their_size(
    small_market: Market,
) -> None:
    n, campaigns = small_market.state.trade.n, small_market.state.campaigns
    sizes = np.ones(n)
    sizes[7] = n - 2  # half of all that are open
    campaigns.organiser[:] = np.arange(small_market.state.shops.n) % n
    campaigns.organiser[::4] = -1
    _, inquiry = whom_they_meet(small_market, sizes, closed=5)
    has_one = (campaigns.organiser >= 0) & (campaigns.organiser != 5)
    assert np.array_equal(inquiry.organiser[has_one, 0], campaigns.organiser[has_one])
    assert not np.any(inquiry.organiser == 5)
    met = np.concatenate([inquiry.organiser[:, 1], inquiry.organiser[:, 2], inquiry.organiser[~has_one, 0]])
    assert abs((met == 7).mean() - 0.5) < 4.5 * np.sqrt(0.25 / met.size)


def test_quotes_lie_as_far_above_as_below_the_cut_and_within_bounds(small_market: Market) -> None:
    trade, terms = small_market.state.trade, small_market.state.parameters.trade
    trade.cut[:] = np.linspace(terms.cut_low, terms.cut_high, trade.n)
    _, inquiry = whom_they_meet(small_market, np.ones(trade.n), closed=0)
    cut, above = trade.cut[inquiry.organiser], inquiry.sign == 1
    asked = cut * np.where(above, 1 + terms.quote_spread, 1 - terms.quote_spread)
    assert inquiry.quote == pytest.approx(np.clip(asked, terms.cut_low, terms.cut_high))
    assert abs(above.mean() - 0.5) < 4.5 * np.sqrt(0.25 / above.size)


def test_dearer_quotes_lose_customers(small_market: Market) -> None:
    world, n = small_market.state.parameters, small_market.state.shops.n
    shape = (n, OFFERS)
    places, quotes = np.tile(np.arange(OFFERS), (n, 1)), np.full(shape, world.trade.cut)
    quotes[:, 2] = 0.2
    small_market.state.merchants.moral_cost[:] = 0.0
    net = weigh(scene(small_market), Inquiry(np.arange(n), places, np.zeros(shape, np.int64), quotes)).net
    option = choose(np.repeat(net, 200, axis=0), world)
    taken = np.bincount(option[option >= 0] % OFFERS, minlength=OFFERS)
    assert taken.sum() > 500 and abs(taken[0] - taken[1]) < 4.5 * np.sqrt(taken[0] + taken[1])
    assert taken[2] < 0.8 * min(taken[0], taken[1])
