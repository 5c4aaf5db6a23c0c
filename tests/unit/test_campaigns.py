"""Campaigns begin, are thought over when their merchants are sanctioned, end, and teach."""

from __future__ import annotations

import numpy as np
import pytest
from evenings import scene, sleep
from scipy import stats
from willing import willing_world

from sim import Market
from sim.phases.decide import decide, inquire, probability_to_brush, weigh
from sim.state.campaigns import Campaigns
from sim.state.mechanisms import SwitchedOff
from sim.state.units import NEVER


@pytest.fixture(scope="module")
def brushing_market() -> Market:
    """A small market in which all would brush, after sixty days."""
    return Market(willing_world(), None, seed=2).run(60)


def morning_of(market: Market, off: SwitchedOff | None = None) -> Campaigns:
    """Let merchants of a market decide once more and return their campaigns."""
    state, today = market.state, scene(market).today
    owners = state.shops, state.merchants
    decide(today, owners, state.campaigns, state.beliefs, state.traces, off or SwitchedOff())
    return state.campaigns


def struck_in_full_swing(market: Market) -> np.ndarray:
    """Strike all that brush, and return their slots."""
    state, day = market.state, market.day
    slots = np.flatnonzero((state.campaigns.until > day + 1) & state.shops.open)
    state.campaigns.struck[slots] = True
    return slots


def all_begin(market: Market) -> np.ndarray:
    """Let all decide on one day, and nobody after; return the slots of those who begin, and are struck."""
    campaigns = market.state.campaigns
    campaigns.until[:], campaigns.level[:], campaigns.parameters.decision_days = NEVER, 0, 1
    begun = np.flatnonzero(morning_of(market).start == market.day)
    campaigns.struck[begun], campaigns.parameters.decision_days = True, 10**9
    return begun


@pytest.mark.parametrize("place", [0, 3])
def test_a_sanction_that_changes_nothing_changes_no_campaign(brushing_market: Market, place: int) -> None:
    market = brushing_market.branch()
    state, campaigns = market.state, market.state.campaigns
    state.trade.is_open[:] = np.arange(state.trade.n) == place  # so that all ask the same one
    state.trade.camouflage[place], state.merchants.gain_belief[:] = 0.7, 1.0
    begun = all_begin(market)
    names = "until", "level", "way", "cover", "quote", "organiser", "expected_gain"
    before = {name: getattr(campaigns, name)[begun].copy() for name in names}
    morning_of(market)
    assert begun.size > 30 and not campaigns.struck.any()
    for name in names:
        assert np.array_equal(getattr(campaigns, name)[begun], before[name])


def test_a_sanction_that_changes_no_belief_stops_no_campaign(brushing_market: Market) -> None:
    """However much less brushing promises today: others in campaigns do not think of that either (E1)."""
    market = brushing_market.branch()
    begun = all_begin(market)
    market.state.shops.margin[:] *= 0.5
    market.state.merchants.profit[:] *= 3.0
    campaigns = morning_of(market)
    assert begun.size > 30 and not campaigns.struck.any() and np.all(campaigns.until[begun] > market.day)


def test_of_the_struck_those_stop_who_would_not_have_begun_with_what_they_fear_now(
    brushing_market: Market,
) -> None:
    """The share 1 − P₁/P₀ of those who began alike, once, however often they are struck."""
    market = brushing_market.branch()
    market.state.merchants.risk[:] = 0.01
    market.state.trade.is_open[1:] = False  # so that all ask the same one, whoever stops
    begun = all_begin(market)
    campaigns, at_first = market.state.campaigns, chances(market, begun)
    assert np.all(campaigns.feared[begun] == 0.01)
    assert stats.kstest(campaigns.resolve[begun], "uniform").pvalue > 1e-4
    market.state.merchants.risk[:] = 0.2
    now = chances(market, begun)
    stops = campaigns.resolve[begun] * at_first >= now
    morning_of(market)
    assert begun.size > 60 and 0.1 < stops.mean() < 0.9
    assert np.array_equal(campaigns.until[begun] == NEVER, stops)
    sleep(market)
    campaigns.struck[begun[~stops]] = True
    morning_of(market)
    again = (campaigns.until[begun] == NEVER) & ~stops
    assert again.sum() < 0.1 * begun.size, "others are asked, and quote otherwise, but the draw is the same"


def chances(market: Market, slots: np.ndarray) -> np.ndarray:
    """Return how probable it is (n,) that merchants of ``slots`` begin today, asking whom they do."""
    morning, trade = scene(market), market.state.trade
    shares = np.cumsum(trade.is_open * trade.size)
    inquiry = inquire(morning, slots, shares / shares[-1])
    return probability_to_brush(weigh(morning, inquiry).net, market.state.campaigns)


def test_the_struck_stop_in_time_as_they_fear_more(brushing_market: Market) -> None:
    stopped = []
    for risk in (0.0, 0.05, 1.0):
        market = brushing_market.branch()
        market.state.merchants.risk[:] = risk
        slots = struck_in_full_swing(market)
        campaigns = morning_of(market)
        assert slots.size > 30 and not campaigns.struck[slots].any()
        stopped.append(float((campaigns.until[slots] == NEVER).mean()))
        assert np.all(campaigns.level[slots[campaigns.until[slots] == NEVER]] == 0)
    assert stopped[0] < stopped[1] < stopped[2] and stopped[2] > 0.9


def test_without_deterrence_the_struck_go_on_as_they_were(brushing_market: Market) -> None:
    market = brushing_market.branch()
    market.state.merchants.risk[:] = 1.0
    slots = struck_in_full_swing(market)
    until, cover = market.state.campaigns.until[slots].copy(), market.state.campaigns.cover[slots].copy()
    campaigns = morning_of(market, SwitchedOff(deterrence=True))
    assert not campaigns.struck[slots].any()
    assert np.array_equal(campaigns.until[slots], until) and np.array_equal(campaigns.cover[slots], cover)


def test_who_is_hidden_neither_decides_nor_reconsiders(brushing_market: Market) -> None:
    market = brushing_market.branch()
    market.state.shops.hidden_until[:] = market.day + 1
    slots = struck_in_full_swing(market)
    campaigns = morning_of(market)
    assert campaigns.struck[slots].all() and not np.any(campaigns.start == market.day)
    sleep(market)
    campaigns = morning_of(market)
    assert not campaigns.struck[slots].any() and np.any(campaigns.start == market.day)


def test_nobody_decides_while_no_organiser_is_open(brushing_market: Market) -> None:
    market = brushing_market.branch()
    market.state.trade.is_open[:] = False
    slots = struck_in_full_swing(market)
    campaigns = morning_of(market)
    assert campaigns.struck[slots].all() and not np.any(campaigns.start == market.day)


def what_they_learn(market: Market, **campaign: int) -> np.ndarray:
    """Return what merchants believe of gains after campaigns end that brought nothing, some of them so."""
    state, day = market.state, market.day
    campaigns = state.campaigns
    campaigns.level[:], campaigns.until[:], campaigns.ordered[:], campaigns.served[:] = 1, day, 10, 10
    campaigns.expected_gain[:], campaigns.sales_before[:] = 3.0, state.traces.genuine_30() / 30
    state.shops.hidden_until[:] = NEVER
    for name, value in campaign.items():
        part = state.shops if name == "hidden_until" else campaigns
        getattr(part, name)[::2] = value
    state.merchants.gain_belief[:] = 1.0
    morning_of(market)
    return state.merchants.gain_belief[state.shops.owner]


def test_only_campaigns_that_were_carried_out_and_seen_teach(brushing_market: Market) -> None:
    assert what_they_learn(brushing_market.branch()).max() < 1
    unserved = what_they_learn(brushing_market.branch(), served=0)
    assert np.all(unserved[::2] == 1) and np.all(unserved[1::2] < 1), "without orders nothing is learnt"
    day = brushing_market.day
    hidden = what_they_learn(brushing_market.branch(), hidden_until=day - 29)
    assert np.all(hidden[::2] == 1) and np.all(hidden[1::2] < 1)
    long_ago = what_they_learn(brushing_market.branch(), hidden_until=day - 30)
    assert np.all(long_ago < 1)


def test_orders_that_were_not_carried_out_are_not_held_against_the_gain(brushing_market: Market) -> None:
    few, all_of_them = (what_they_learn(brushing_market.branch(), served=n)[::2] for n in (1, 10))
    uncertain = brushing_market.state.traces.genuine_30()[::2] > 0  # who sells nothing learns all from any
    assert np.all(few < 1) and uncertain.sum() > 100 and np.all(few[uncertain] > all_of_them[uncertain])
