"""What sanctions cost innocent shops: sales that they would have had (9, Sales lost)."""

from __future__ import annotations

from math import exp, log1p
from typing import TYPE_CHECKING

import numpy as np

from oracle.category import SEGMENTS, Category, attraction, shares
from oracle.law import order_probabilities, quadrature_rate
from oracle.shop import sales_kept

if TYPE_CHECKING:
    from oracle.model import AgentMarket
    from oracle.shop import Shop

AFTERMATH, CLOSURE_DAYS = 30, 365
RULE = np.polynomial.laguerre.laggauss(7)


def watch(market: AgentMarket, shop: Shop) -> None:
    """Begin to watch an innocent shop that was sanctioned today, or go on for longer (9)."""
    day = market.day
    if shop.watched_until <= day:
        shop.shadow = shop.displayed + shop.removed
        shop.expected = shop.traces.genuine / 30
    end = max(shop.hidden_until, day) + AFTERMATH if shop.open else day + CLOSURE_DAYS
    shop.watched_until = max(shop.watched_until, end)


def follow_up(market: AgentMarket, shop: Shop) -> None:
    """Let the aftermath begin for a shop that was reinstated (9)."""
    if shop.watched_until > market.day:
        shop.watched_until = market.day + AFTERMATH


def count_losses(market: AgentMarket, visits: list[int]) -> int:
    """Return the sales that watched shops lost today, fen, and update their shadow sales (9)."""
    watched = [shop for shop in market.shops if shop.watched_until > market.day]
    if not watched:
        return 0
    fade = sales_kept(market.ranking)
    standing = sum(shop.today.standing for shop in market.shops)
    kept = standing / max(sum(shop.today.genuine for shop in market.shops), 1)
    trust = mean_trust(market)
    lost = 0
    for shop in watched:
        shop.expected = visits[shop.category] * unsanctioned_probability(market, shop, trust)
        shop.shadow = shop.shadow * fade + shop.expected * kept
        lost += round((shop.expected - shop.today.genuine) * shop.price * 100)
    return lost


def mean_trust(market: AgentMarket) -> float:
    """Return T, the mean trust of all accounts in displayed sales (9)."""
    mistrust = sum(buyer.sales_mistrust for buyer in market.buyers) / len(market.buyers)
    return 1 - mistrust * market.sales_mistrust.scale


def unsanctioned_probability(market: AgentMarket, shop: Shop, trust: float) -> float:
    """Return P(a', w') of a watched shop, the mean over segments (9)."""
    category, demand = market.categories[shop.category], market.world.demand
    place = shop.slot - category.first
    gain = log1p(shop.shadow) - log1p(shop.displayed)
    attention = attention_unsanctioned(category, shop, shop.score + market.ranking.sales_weight * gain)
    total = 0.0
    for weights in attraction(category.shops, demand, np.array([trust])):
        rate = quadrature_rate(category.attention, weights, market.outside, demand.looks)
        changed = weights.copy()
        changed[place] *= exp(demand.sales_weight * trust * gain)
        law = order_probabilities(attention, changed, market.outside, demand.looks, rate, RULE)
        total += float(law[place])
    return total / SEGMENTS


def attention_unsanctioned(category: Category, shop: Shop, score: float) -> np.ndarray:
    """Return a', the category's attention with ``shop`` seen, open and at the place of ``score`` (9)."""
    shops, own = category.shops, shop.slot - category.first
    others = [place for place in category.by_rank if place != own and shops[place].seen]
    ahead = sum(shops[place].score > score for place in others)
    ranked, direct = np.zeros(category.n), np.zeros(category.n)
    for position, place in enumerate([*others[:ahead], own, *others[ahead:]], start=1):
        ranked[place] = position**-category.market.ranking.position_exponent * shops[place].burst
    for place, one in enumerate(shops):
        direct[place] = (one.open or one is shop) * one.following * one.burst
    d = category.direct_share
    return (1 - d) * shares(ranked) + d * shares(direct)
