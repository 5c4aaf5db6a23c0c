"""Open the market: displayed sales, ratings and cash near where they settle, and the outside option."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.demand import fit_outside
from sim.raids import fund_organiser
from sim.ranking import display_horizon, rank_shops
from sim.settlement import fund_merchants
from sim.state import FEN

if TYPE_CHECKING:
    from sim.market import Market

ROUNDS = 30


def settle_down(market: Market) -> None:
    """Give shops displayed sales, ratings and cash near where they would settle; the warm-up does the rest.

    Then the outside option is fitted, so that visits end in orders as often as the scenario says.
    """
    for _ in range(ROUNDS):
        sales = expect_sales(market)
        remember_sales(market, sales)
    attention = rank_shops(
        market.shops, market.ranking, market.seed, 0, market.demand.per_category, market.roll
    )
    utility, _ = market.demand.attract(market.shops, attention.log_displayed)
    market.demand.outside = fit_outside(market.demand, attention, utility)
    if market.cohorts is not None:
        market.cohorts.fit_quadrature(market.demand, attention, utility)
    fund_everyone(market, sales)


def expect_sales(market: Market) -> np.ndarray:
    """Return mean-field orders a day (n_shops,): in proportion to attention × attraction in the category."""
    world, demand = market.world, market.demand
    per_category = demand.per_category
    attention = rank_shops(market.shops, market.ranking, market.seed, 0, per_category, market.roll)
    utility, _ = demand.attract(market.shops, attention.log_displayed)
    pull = (attention.share * utility.mean(axis=0)).reshape(-1, per_category)
    orders = world.demand.orders_per_buyer / 365 * market.buyers.people / (market.shops.n // per_category)
    return (orders * pull / pull.sum(axis=1, keepdims=True)).ravel()


def remember_sales(market: Market, sales: np.ndarray) -> None:
    """Move displayed sales half-way to what ``sales`` a day would have left by now; rate shops by them."""
    shops, ranking, config = market.shops, market.ranking, market.world.shops
    age = shops.age(0)
    display = display_horizon(ranking) * (1 - 0.5 ** (age / ranking.displayed_half_life))
    if ranking.cumulative_sales:
        display = age.astype(float)
    reviewed = config.rating_half_life / np.log(2) * (1 - 0.5 ** (age / config.rating_half_life))
    shops.displayed = 0.5 * (shops.displayed + sales * display)
    shops.rating_count = sales * reviewed
    shops.rating_sum = shops.quality * shops.rating_count
    shops.rating = shops.rating_sum / (shops.rating_count + config.rating_prior)


def fund_everyone(market: Market, sales: np.ndarray) -> None:
    """Give merchants their deposit and a buffer of cash, organisers their founding assets."""
    shops, config = market.shops, market.world.shops
    market.merchants.profit = sales * shops.price * (shops.margin - config.commission) - config.fixed_cost
    everyone = np.arange(shops.n)
    fund_merchants(market.ledger, market.merchants, everyone, market.world)
    cash = np.rint(np.maximum(market.merchants.profit, 0) * config.cash_days * FEN).astype(np.int64)
    market.ledger.charge_merchants(everyone, -cash, "owners")
    for organiser in market.organisers:
        fund_organiser(market, organiser)
