"""Open the market: agents, and a state near where it would settle (5)."""

from __future__ import annotations

from itertools import accumulate
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from oracle.buyer import Buyer
from oracle.category import SEGMENTS, TRUST_LEVELS, TRUSTS, Category, attraction
from oracle.fading import keep
from oracle.law import order_probabilities, quadrature_rate
from oracle.settling import fund
from oracle.shop import Shop, display_horizon, has_window, leave_chance
from sim.chance import Stream

if TYPE_CHECKING:
    from oracle.model import AgentMarket

ROUNDS, SAMPLE, LARGEST, OLDEST = 30, 20, 4.0, 14_600
RULE = np.polynomial.laguerre.laggauss(16)
NORMAL_TABLE = ndtri((np.arange(1024) + 0.5) / 1024)


def open_shops(market: AgentMarket) -> list[Shop]:
    """Return the shops of the first day, with ages at random (5)."""
    identities = range(market.world.market.n_shops)
    config = market.world.shops
    hazard = list(accumulate(max(leave_chance(age, config), 0.01 / 365) for age in range(OLDEST)))
    luck = market.luck.many(Stream.INITIAL, 0, list(identities))
    opened = [-1 - sum(past <= -log(u) for past in hazard) for u in luck]
    priors = market.severity.prior_risks
    return [Shop(market, i, i, day, priors) for i, day in zip(identities, opened, strict=True)]


def register_buyers(market: AgentMarket) -> list[Buyer]:
    """Return all buyers; visit rates are log-normal, cut at four times the mean (5)."""
    numbers = range(round(market.world.market.n_shops * market.world.market.buyers_per_shop))
    sd = market.world.demand.visit_rate_sd
    z = market.luck.many_normal(Stream.BUYER, 0, list(numbers))
    x = np.minimum(np.exp(sd * z - 0.5 * sd**2), LARGEST) / cut_mean(sd)
    luck = market.luck.many(Stream.BUYER, 0, list(numbers), 1)
    return [Buyer(market, b, rate, u) for b, rate, u in zip(numbers, x.tolist(), luck, strict=True)]


def cut_mean(sd: float) -> float:
    """Return the mean of the cut log-normal law: M (5)."""
    if sd == 0:
        return 1.0
    d = log(LARGEST) / sd
    return float(ndtr(d - sd / 2) + LARGEST * ndtr(-(d + sd / 2)))


def value_multiples(sd: float) -> np.ndarray:
    """Return 1,024 equally likely multiples of a shop's price, their mean one (7.5)."""
    multiples = np.exp(sd * NORMAL_TABLE - 0.5 * sd**2)
    mean_one: np.ndarray = multiples / multiples.mean()
    return mean_one


def settle_down(market: AgentMarket) -> None:
    """Bring displayed sales, ratings and cash near where they would settle (5)."""
    for _ in range(ROUNDS):
        market.rank()
        for category in market.categories:
            settle_category(market, category)
    if has_window(market.ranking):
        for shop in market.shops:
            lay_out_sales(shop, market.ranking.displayed_days)
    market.rank()
    market.outside = fit_outside(market)
    cash_days = market.world.shops.cash_days
    for shop in market.shops:
        fund(market, shop.merchant)
        buffer = round(max(shop.merchant.profit, 0.0) * cash_days * 100)
        market.ledger.move("owners", shop.merchant, buffer)
    for organiser in market.organisers:
        market.ledger.move("owners", organiser, organiser.founding_assets)


def settle_category(market: AgentMarket, category: Category) -> None:
    """Move displayed sales half-way to what today's attention would have left by now (5)."""
    world, shops = market.world, category.shops
    classes = attraction(shops, world.demand, TRUSTS).mean(axis=0)
    pull = category.attention * classes
    total = world.demand.orders_per_buyer / 365 * len(market.buyers) / len(market.categories)
    for shop, sales in zip(shops, (total * pull / pull.sum()).tolist(), strict=True):
        remember_sales(market, shop, sales)


def remember_sales(market: AgentMarket, shop: Shop, sales: float) -> None:
    """Give a shop what ``sales`` a day would have left: sales shown, reviews, profit (5)."""
    rule, config = market.ranking, market.world.shops
    display = display_horizon(rule) * (1 - keep(rule.displayed_half_life, shop.age))
    if rule.cumulative_sales:
        display = float(shop.age)
    elif has_window(rule):
        display = float(min(shop.age, rule.displayed_days))
    fading = keep(config.rating_half_life, max(shop.age - config.review_days, 0))
    shop.displayed = 0.5 * (shop.displayed + sales * display)
    shop.rating_count = sales * (config.rating_half_life / log(2) * (1 - fading))
    shop.rating_sum = shop.quality * shop.rating_count
    shop.rating = shop.rating_sum / (shop.rating_count + config.rating_prior)
    shop.merchant.profit = sales * shop.price * (shop.margin - config.commission) - config.fixed_cost


def lay_out_sales(shop: Shop, window: int) -> None:
    """Lay what a shop displays out over the days of the window that it lived, in whole orders (5)."""
    days = min(shop.age, window)
    daily = shop.displayed / days
    for k in range(1, days + 1):
        shop.sold[-k] = int(daily * k) - int(daily * (k - 1))
    shop.displayed = float(sum(shop.sold))


def fit_outside(market: AgentMarket) -> float:
    """Return the e^utility of leaving at which visits end in orders as often as stated (5)."""
    sample = market.categories[:SAMPLE]
    trusting = slice(TRUST_LEVELS - 1, None, TRUST_LEVELS)
    demand = market.world.demand
    tables = [attraction(category.shops, demand, TRUSTS)[trusting] for category in sample]

    def excess(log_outside: float) -> float:
        outside, total = exp(log_outside), 0.0
        for category, table in zip(sample, tables, strict=True):
            for weights in table:
                rate = quadrature_rate(category.attention, weights, outside, demand.looks)
                total += order_probabilities(
                    category.attention, weights, outside, demand.looks, rate, RULE
                ).sum()
        return total / SEGMENTS / len(sample) - demand.purchase_probability

    return float(exp(brentq(excess, -20, 20, xtol=1e-10)))
