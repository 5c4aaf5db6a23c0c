"""Positions, attention, displayed sales."""

import numpy as np
import pytest

from sim.parameters import RankingParameters
from sim.phases.leave_traces import show_sales
from sim.phases.rank import attention_slope, rank
from sim.state.attraction import position_weights
from sim.state.displayed import display_horizon


@pytest.mark.parametrize("day", [0, 6, 7, 8, 14])
def test_the_best_score_comes_first_in_every_category(small_market, day):
    small_market.run(day)
    (platform,), shops = small_market.state.platforms, small_market.state.shops
    per_category = platform.demand.per_category
    attention = rank(small_market.state.clock._replace(day=day), platform, shops)
    ranked = attention.rank_shop.reshape(-1, per_category)
    assert np.array_equal(np.sort(ranked.ravel()), np.arange(shops.n))
    assert np.array_equal(ranked // per_category, np.arange(len(ranked))[:, None] + 0 * ranked)
    assert (np.diff(attention.score[ranked], axis=1) <= 0).all()


def test_attention_falls_as_a_power_of_position():
    assert position_weights(4, 1.0) == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])


def test_the_slope_of_an_exact_line_is_found_and_hidden_shops_do_not_count():
    score = np.array([0.0, 1.0, 2.0, 50.0])
    seen = np.array([True, True, True, False])
    share = np.exp(0.3 * score - 5)
    share[3] = 0
    assert attention_slope(score, share, seen, 4) == pytest.approx([0.3])


def sell_two(market, days, rule):
    """Let every shop sell two orders a day under a rule of rank; return the first one's displayed sales."""
    shops, today, (platform,) = market.state.shops, market.today, market.state.platforms
    shops.displayed[:], today.sales.standing[:], today.tasks.count[:] = 0, 1, 1
    platform.ranking = rule
    for _ in range(days):
        show_sales(today, platform, shops)
    return shops.displayed[0]


def test_displayed_sales_of_a_steady_shop_reach_the_horizon(small_market):
    rule = RankingParameters(displayed_days=0)
    assert sell_two(small_market, 2000, rule) == pytest.approx(2 * display_horizon(rule), rel=1e-6)


def test_cumulative_sales_never_fade(small_market):
    assert sell_two(small_market, 10, RankingParameters(cumulative_sales=True)) == 20
