"""Decide: merchants weigh what each way to brush would bring against its cost and risk (7.3)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

from oracle.shop import display_horizon
from oracle.ways import Way
from sim.chance import Stream

if TYPE_CHECKING:
    from oracle.model import AgentMarket
    from oracle.shop import Shop

PRIOR_ORDERS = 10
"""A merchant's own record counts against so many orders at its category's appeal."""


@dataclass(slots=True)
class Prospect:
    """What one way to brush promises: orders a day, and gain less cost less expected loss, RMB a day."""

    extra: float
    net: float


def decide(market: AgentMarket) -> list[Shop]:
    """Let campaigns end and begin; return the shops whose merchants begin one today (7.3)."""
    brushing, day = market.world.brushing, market.day
    for shop in market.shops:
        shop.merchant.reconsider_gain()
    deciding = [
        shop
        for shop in market.shops
        if shop.merchant.opportunist and shop.open and not shop.merchant.in_campaign
        and (shop.identity + day) % brushing.decision_days == 0
    ]  # fmt: skip
    constants = {c: market.categories[c].sales_constant() for c in {shop.category for shop in deciding}}
    chosen = [(shop, choose_way(market, shop, constants[shop.category])) for shop in deciding]
    started = []
    for shop, choice in chosen:
        if choice is not None:
            way, extra = choice
            u = market.luck.one(Stream.DECIDE, day, shop.identity, 2)
            span = brushing.campaign_days_high - brushing.campaign_days_low + 1
            shop.merchant.begin_campaign(way, brushing.campaign_days_low + int(u * span), extra)
            started.append(shop)
    return started


def choose_way(market: AgentMarket, shop: Shop, constants: tuple[float, float]) -> tuple[Way, float] | None:
    """Return the way chosen and the orders that it promises, None for not to brush (7.3, Choice)."""
    brushing = market.world.brushing
    prospects = weigh(market, shop, constants)
    scaled = [prospect.net / brushing.level_scale for prospect in prospects]
    top = max(scaled)
    weights = [exp(x - top) for x in scaled]
    inclusive = brushing.level_scale * (top + log(sum(weights) / len(weights)))
    exponent = min(max(-inclusive / brushing.choice_scale, -700.0), 700.0)
    if market.luck.one(Stream.DECIDE, market.day, shop.identity, 0) >= 1 / (1 + exp(exponent)):
        return None
    x = market.luck.one(Stream.DECIDE, market.day, shop.identity, 1) * sum(weights)
    number, reached = 0, weights[0]
    while reached <= x and number < len(weights) - 1:
        number += 1
        reached += weights[number]
    return market.ways[number], prospects[number].extra


def weigh(market: AgentMarket, shop: Shop, constants: tuple[float, float]) -> list[Prospect]:
    """Return what every way promises the merchant of ``shop`` (7.3)."""
    world, merchant = market.world, shop.merchant
    brushing, commission = world.brushing, world.shops.commission
    horizon = display_horizon(market.ranking)
    theta = market.categories[shop.category].elasticity + world.demand.sales_weight
    base = 1 + merchant.genuine_rate * horizon
    appeal = own_appeal(shop, constants, base, theta)
    fee, camouflage = market.trade.fee_for(merchant), market.trade.camouflage_price_for(merchant)
    value_cost = brushing.value_ratio * shop.price * (fee + commission + merchant.moral_cost)
    loss = merchant.loss_of_a_sanction(horizon)
    prospects = []
    for way, learnt in zip(market.ways, market.trade.relative_hazards(), strict=True):
        level = way.mean_level
        boost = (base + level * horizon) ** theta - base**theta
        extra = appeal * boost * merchant.gain_belief
        gain = extra * shop.price * (shop.margin - commission)
        cost = level * (value_cost + brushing.parcel_cost + camouflage) + brushing.campaign_cost
        hazard = merchant.risk / 30 * exposure(market, level, merchant.genuine_rate) * learnt
        prospects.append(Prospect(extra, gain - cost - hazard * loss))
    return prospects


def own_appeal(shop: Shop, constants: tuple[float, float], base: float, theta: float) -> float:
    """Return φ, what multiplies (1 + D)^θ in the shop's own sales: own record, shrunk (7.3)."""
    mean_sales, mean_base = constants
    constant: float = mean_sales / mean_base**theta
    predicted: float = min(max(shop.age, 1), 30) * constant * base**theta
    return constant * (shop.traces.genuine + PRIOR_ORDERS) / (predicted + PRIOR_ORDERS)


def exposure(market: AgentMarket, orders: float, own_orders: float) -> float:
    """Return the hazard of ``orders`` brushed a day beside ``own_orders``, over the reference (7.3)."""
    return market.world.beliefs.hazard_concavity * orders / (orders + own_orders + 1)
