"""What a page shows: sales of a window, reviews that come late; and how old the shops are."""

from __future__ import annotations

import numpy as np
import pytest

from sim import Market, World
from sim.parameters import RankingParameters, ShopParameters
from sim.state.displayed import give_back, remove, reviews_due, show
from sim.state.shops import Shops, make_shops, vacate
from sim.state.traits import draw_ages
from sim.state.units import NEVER

DAYS, DELAY, SHOPS = 7, 4, 50
RULE = RankingParameters(displayed_days=DAYS)


def shops_of(rule: RankingParameters = RULE) -> Shops:
    return make_shops(SHOPS, 10, ShopParameters(review_days=DELAY), rule)


def orders_of(days: int, seed: int = 1) -> np.ndarray:
    """Return orders (days, SHOPS): many shops without any on most days."""
    return np.random.default_rng(seed).poisson(0.8, (days, SHOPS))


@pytest.mark.parametrize("first", [0, 3, 365])
def test_displayed_are_the_sales_of_the_window_and_nothing_else(first: int) -> None:
    shops, orders = shops_of(), orders_of(40)
    for i, today in enumerate(orders):
        show(shops, RULE, first + i, today)
        assert np.array_equal(shops.displayed, orders[max(0, i + 1 - DAYS) : i + 1].sum(axis=0))
        assert not shops.removed.any()


@pytest.mark.parametrize("again", [None, 2])
def test_removed_sales_leave_when_they_would_have_left_and_what_is_sold_later_is_displayed(
    again: int | None,
) -> None:
    shops, orders, hit, at = shops_of(), orders_of(30), np.arange(0, SHOPS, 3), 10
    last = at + (again or 0)
    for day, today in enumerate(orders):
        show(shops, RULE, day, today)
        if day in (at, last):
            remove(shops, hit, day)
        window = orders[max(0, day + 1 - DAYS) : day + 1].sum(axis=0)
        assert np.array_equal(shops.displayed + shops.removed, window)
        if day >= last:
            since = orders[max(last + 1, day + 1 - DAYS) : day + 1].sum(axis=0)
            assert np.array_equal(shops.displayed[hit], since[hit])
    assert not shops.removed.any()


def test_what_is_given_back_is_what_would_be_displayed_without_the_removal() -> None:
    shops, orders, hit = shops_of(), orders_of(30), np.array([4, 7])
    for day, today in enumerate(orders):
        show(shops, RULE, day, today)
        if day == 10:
            remove(shops, hit, day)
        if day == 13:
            give_back(shops, hit)
    assert np.array_equal(shops.displayed, orders[-DAYS:].sum(axis=0)) and not shops.removed.any()
    assert (shops.counted_from == NEVER).all()


def test_a_slot_that_is_left_begins_with_an_empty_page_and_no_reviews_to_come() -> None:
    shops, left = shops_of(), np.array([3])
    for day, today in enumerate(orders_of(12) + 1):
        show(shops, RULE, day, today)
        reviews_due(shops, day, today, 1000 * today)
    vacate(shops, left)
    nothing = np.zeros(SHOPS, dtype=int)
    for day in range(12, 12 + DELAY):
        due, stars = reviews_due(shops, day, nothing, nothing)
        assert not due[left] and not stars[left] and due.sum() == stars.sum() / 1000 > 0
    for day in range(12, 12 + DAYS):
        show(shops, RULE, day, nothing + 1)
    assert shops.displayed[left] == DAYS


def test_reviews_come_as_many_days_after_the_order_as_stated() -> None:
    shops, orders = shops_of(), orders_of(20)
    for day, today in enumerate(orders):
        due, stars = reviews_due(shops, day, today, 1000 * today)
        written = orders[day - DELAY] if day >= DELAY else np.zeros(SHOPS)
        assert np.array_equal(due, written) and np.array_equal(stars, 1000 * written)


def test_buyers_find_a_bad_shop_out_after_its_brushing_was_rated() -> None:
    early, late = (unrated_market(days).state.shops for days in (0, 20))
    selling = early.sold[:, -15:].sum(axis=1) > 20
    assert selling.any() and (early.rating[selling] < -0.3).all()
    assert not late.rating.any() and late.coming_reviews[selling].any(axis=1).all()


def unrated_market(review_days: int) -> Market:
    """Return a market of bad shops without a review, after fifteen days in which nobody brushed."""
    world = World()
    world.market.n_shops, world.shops.review_days = 300, review_days
    world.brushing.opportunist_share, world.shops.leave_rate, world.shops.growth = 0.0, 0.0, 0.0
    market = Market(world, None, seed=3)
    shops = market.state.shops
    shops.quality[:] = -1.0
    shops.rating_sum[:] = shops.rating_count[:] = shops.rating[:] = 0.0
    return market.run(15)


def test_a_market_opens_with_sales_laid_out_over_days_that_its_shops_have_lived() -> None:
    shops = Market(World(), None, seed=2).state.shops
    age, days = shops.age(0), shops.sold.shape[1]
    assert days == 30 and np.array_equal(shops.displayed, shops.sold.sum(axis=1))
    for back in range(1, days + 1):
        assert not shops.sold[age < back, -back].any()
    old = (age >= days) & (shops.displayed >= days)
    assert old.sum() > 100 and np.ptp(shops.sold[old], axis=1).max() == 1


AGED = dict(leave_rate=0.12, newcomer_leave=2.0, newcomer_days=180.0)


@pytest.mark.parametrize("growth", [0.0, 0.25, 0.5])
def test_ages_at_the_start_are_those_that_growth_and_leaving_make(growth: float) -> None:
    ages = draw_ages(np.arange(200_000), ShopParameters(growth=growth, **AGED), seed=4)
    years = np.arange(0, 40, 1 / 365)
    left = AGED["newcomer_leave"] * 180 / 365 / np.log(2) * (1 - 0.5 ** (years * 365 / 180))
    alive = np.exp(-growth * years - AGED["leave_rate"] * (years + left))
    for limit in (90, 547, 1500):
        share = 1 - alive[limit]
        assert (ages <= limit).mean() == pytest.approx(
            share, abs=4 * np.sqrt(share * (1 - share) / 2e5) + 5e-4
        )


def test_ages_stay_those_that_the_market_opened_with() -> None:
    world = World()
    world.market.n_shops, world.brushing.opportunist_share, world.shops.losing_days = 2000, 0.0, 3650
    market = Market(world, None, seed=6)
    before = np.mean(market.state.shops.age(0) < 547)
    market.run(200)
    after = np.mean(market.state.shops.age(market.day) < 547)
    assert after == pytest.approx(before, abs=4 * np.sqrt(0.5 / 2000))
