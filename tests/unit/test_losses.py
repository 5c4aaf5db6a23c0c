"""Sales that innocent shops lose by sanctions: expected unsanctioned less realised."""

from dataclasses import replace

import numpy as np
import pytest
from evenings import attention_of

from sim.phases.count_losses import expect_unsanctioned
from sim.state.attraction import attraction, mean_probabilities
from sim.state.today import Today


def expect(market, attention, slots, visits):
    """Return what is expected of ``slots`` on a day with these visits, were they not sanctioned."""
    state, sales = market.state, market.today.sales
    today = Today(state.clock, state.shops.n)
    today.attention, today.sales = attention, replace(sales, visits=visits)
    shadow = state.harm.shadow[slots]
    return expect_unsanctioned(today, state.platforms[0], state.shops, state.buyers, slots, shadow)


def expectation(market, attention, visits):
    demand = market.state.platforms[0].demand
    utility = attraction(market.state.shops, demand.parameters, [market.state.buyers.mean_trust()])
    looks = demand.parameters.looks
    law = mean_probabilities(attention.share, utility, demand.outside, looks, demand.per_category)
    return law * np.repeat(visits, demand.per_category)


@pytest.mark.parametrize("slot", [0, 42, 150, 299])
def test_a_hidden_shop_is_expected_to_sell_what_it_would_if_it_were_shown(small_market, slot):
    visits = np.full(3, 2000)
    shown = expectation(small_market, attention_of(small_market), visits)[slot]
    small_market.state.shops.hidden_until[slot] = 99
    hidden = attention_of(small_market)
    small_market.state.harm.shadow[slot] = small_market.state.shops.displayed[slot]
    slots = np.array([slot])
    assert expect(small_market, hidden, slots, visits) == pytest.approx(shown, rel=1e-6)
    assert expectation(small_market, hidden, visits)[slot] < shown


@pytest.mark.parametrize("how", ["hidden", "closed"])
def test_a_hidden_shop_is_expected_to_sell_beside_those_that_are_shown_alone(small_market, how):
    """Its best rivals are hidden or closed too, and stay so in what is expected of it."""
    market, slot, visits = small_market, 42, np.full(3, 2000)
    per_category = market.state.platforms[0].demand.per_category
    best = per_category * (slot // per_category)
    rivals = best + np.argsort(-market.state.shops.displayed[best : best + per_category])[:8]
    rivals = rivals[rivals != slot]
    if how == "hidden":
        market.state.shops.hidden_until[rivals] = 99
    else:
        market.state.shops.open[rivals] = False
    shown = expectation(market, attention_of(market), visits)[slot]
    market.state.shops.hidden_until[slot] = 99
    market.state.harm.shadow[slot] = market.state.shops.displayed[slot]
    alone = expect(market, attention_of(market), np.array([slot]), visits)
    assert alone == pytest.approx(shown, rel=1e-6)


@pytest.mark.parametrize("slot", [0, 42, 150])
def test_a_shop_whose_sales_were_removed_is_expected_to_sell_as_before(small_market, slot):
    visits = np.full(3, 2000)
    before = expectation(small_market, attention_of(small_market), visits)[slot]
    small_market.state.harm.shadow[slot] = small_market.state.shops.displayed[slot]
    small_market.state.shops.displayed[slot] = 0
    after = attention_of(small_market)
    expected = expect(small_market, after, np.array([slot]), visits)
    assert expected == pytest.approx(before, rel=1e-6)


def test_many_shops_at_once_are_expected_to_sell_what_each_would_alone(small_market):
    visits, slots = np.array([1000, 2000, 3000]), np.array([3, 5, 120, 121, 250])
    small_market.state.harm.shadow[:] = small_market.state.shops.displayed + 10
    attention = attention_of(small_market)
    together = expect(small_market, attention, slots, visits)
    alone = [expect(small_market, attention, np.array([s]), visits)[0] for s in slots]
    assert together == pytest.approx(alone, rel=1e-12)


def test_a_sanction_without_effect_costs_nothing_on_average(small_market):
    """Watched but not sanctioned, expected and realised sales agree over many shops and days."""
    market = small_market
    everyone = np.arange(market.state.shops.n)
    market.state.harm.until[everyone] = 10**6
    market.state.harm.shadow[:] = market.state.shops.displayed
    market.state.parameters.shops.leave_rate = market.state.parameters.shops.growth = 0.0
    market.run(60)
    daily = market.daily().tail(60)
    assert abs(daily["innocent_sales_lost_rmb"].sum()) < 0.03 * daily["genuine_turnover_rmb"].sum()
