"""Sales that innocent shops lose by sanctions: expected unsanctioned less realised."""

import numpy as np
import pytest

from sim.demand import attraction, mean_probabilities
from sim.losses import expect_unsanctioned
from sim.ranking import rank_shops


def attention_of(market):
    per_category = market.demand.per_category
    attention = rank_shops(market.shops, market.ranking, market.seed, market.day, per_category)
    market.demand.attract(market.shops, attention.log_displayed)
    return attention


def expectation(market, attention, visits):
    demand = market.demand
    utility = attraction(market.shops, demand.config, [market.buyers.mean_trust()])
    law = mean_probabilities(
        attention.share, utility, demand.outside, demand.config.looks, demand.per_category
    )
    return law * np.repeat(visits, demand.per_category)


@pytest.mark.parametrize("slot", [0, 42, 150, 299])
def test_a_hidden_shop_is_expected_to_sell_what_it_would_if_it_were_shown(small_market, slot):
    visits = np.full(3, 2000)
    shown = expectation(small_market, attention_of(small_market), visits)[slot]
    small_market.shops.hidden_until[slot] = 99
    hidden = attention_of(small_market)
    small_market.losses.shadow[slot] = small_market.shops.displayed[slot]
    slots = np.array([slot])
    assert expect_unsanctioned(small_market, hidden, slots, visits) == pytest.approx(shown, rel=1e-6)
    assert expectation(small_market, hidden, visits)[slot] < shown


@pytest.mark.parametrize("how", ["hidden", "closed"])
def test_a_hidden_shop_is_expected_to_sell_beside_those_that_are_shown_alone(small_market, how):
    """Its best rivals are hidden or closed too, and stay so in what is expected of it."""
    market, slot, visits = small_market, 42, np.full(3, 2000)
    best = market.demand.per_category * (slot // market.demand.per_category)
    rivals = best + np.argsort(-market.shops.displayed[best : best + market.demand.per_category])[:8]
    rivals = rivals[rivals != slot]
    if how == "hidden":
        market.shops.hidden_until[rivals] = 99
    else:
        market.shops.open[rivals] = False
    shown = expectation(market, attention_of(market), visits)[slot]
    market.shops.hidden_until[slot] = 99
    market.losses.shadow[slot] = market.shops.displayed[slot]
    alone = expect_unsanctioned(market, attention_of(market), np.array([slot]), visits)
    assert alone == pytest.approx(shown, rel=1e-6)


@pytest.mark.parametrize("slot", [0, 42, 150])
def test_a_shop_whose_sales_were_removed_is_expected_to_sell_as_before(small_market, slot):
    visits = np.full(3, 2000)
    before = expectation(small_market, attention_of(small_market), visits)[slot]
    small_market.losses.shadow[slot] = small_market.shops.displayed[slot]
    small_market.shops.displayed[slot] = 0
    after = attention_of(small_market)
    expected = expect_unsanctioned(small_market, after, np.array([slot]), visits)
    assert expected == pytest.approx(before, rel=1e-6)


def test_many_shops_at_once_are_expected_to_sell_what_each_would_alone(small_market):
    visits, slots = np.array([1000, 2000, 3000]), np.array([3, 5, 120, 121, 250])
    small_market.losses.shadow[:] = small_market.shops.displayed + 10
    attention = attention_of(small_market)
    together = expect_unsanctioned(small_market, attention, slots, visits)
    alone = [expect_unsanctioned(small_market, attention, np.array([s]), visits)[0] for s in slots]
    assert together == pytest.approx(alone, rel=1e-12)


def test_a_sanction_without_effect_costs_nothing_on_average(small_market):
    """Watched but not sanctioned, expected and realised sales agree over many shops and days."""
    market = small_market
    everyone = np.arange(market.shops.n)
    market.losses.until[everyone] = 10**6
    market.losses.shadow[:] = market.shops.displayed
    market.world.shops.leave_rate = 0.0
    market.run(60)
    daily = market.daily().tail(60)
    assert abs(daily["innocent_sales_lost_rmb"].sum()) < 0.03 * daily["genuine_turnover_rmb"].sum()
