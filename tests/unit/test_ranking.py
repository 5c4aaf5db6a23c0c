"""Positions, attention, displayed sales."""

import numpy as np
import pytest

from sim.config import RankingConfig
from sim.ranking import attention_slope, display_horizon, position_weights, rank_shops, show_sales


@pytest.mark.parametrize("day", [0, 6, 7, 8, 14])
def test_the_best_score_comes_first_in_every_category(small_market, day):
    small_market.run(day)
    per_category = small_market.demand.per_category
    attention = rank_shops(
        small_market.shops, small_market.ranking, small_market.seed, day, per_category, small_market.roll
    )
    ranked = attention.rank_shop.reshape(-1, per_category)
    assert np.array_equal(np.sort(ranked.ravel()), np.arange(small_market.shops.n))
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


def test_displayed_sales_of_a_steady_shop_reach_the_horizon(small_market):
    shops, config = small_market.shops, RankingConfig()
    shops.displayed[:] = 0
    for _ in range(2000):
        show_sales(shops, np.full(shops.n, 2), config)
    assert shops.displayed[0] == pytest.approx(2 * display_horizon(config), rel=1e-6)


def test_cumulative_sales_never_fade(small_market):
    shops = small_market.shops
    shops.displayed[:] = 0
    for _ in range(10):
        show_sales(shops, np.full(shops.n, 2), RankingConfig(cumulative_sales=True))
    assert shops.displayed[0] == 20
