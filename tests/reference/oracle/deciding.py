"""Decide: merchants weigh what each way to brush would bring against its cost and risk (7.3)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

from oracle.offers import Offer, offers_to, pulls
from oracle.shop import display_horizon
from oracle.ways import Way
from sim.chance import Stream

if TYPE_CHECKING:
    from oracle.merchant import Merchant
    from oracle.model import AgentMarket
    from oracle.shop import Shop

PRIOR_ORDERS = 10
"""A merchant's own record counts against so many orders at its category's appeal."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way with one offer: cover bought, orders a day that it brings, and RMB a day, all weighed."""

    way: Way
    offer: Offer
    cover: float
    extra: float
    net: float


class Morning:
    """What all who decide at one moment look at: organisers' pulls, hazards learnt, categories (7.3)."""

    def __init__(self, market: AgentMarket, shops: list[Shop]) -> None:
        self.market = market
        self.pulls = pulls(market)
        self.hazards = market.experience.relative_hazards
        self.constants = {c: market.categories[c].sales_constant() for c in {shop.category for shop in shops}}


def decide(market: AgentMarket) -> list[Shop]:
    """Let campaigns end, go on and begin; return the shops whose merchants begin one today (7.3)."""
    for shop in market.shops:
        shop.merchant.reconsider_gain()
    if not any(organiser.is_open for organiser in market.organisers):
        return []
    struck = [s for s in market.shops if s.merchant.struck and s.merchant.in_campaign and s.seen]
    deciding = [
        shop
        for shop in market.shops
        if shop.merchant.opportunist and shop.seen and not shop.merchant.in_campaign
        and (shop.identity + market.day) % market.world.brushing.decision_days == 0
    ]  # fmt: skip
    morning = Morning(market, struck + deciding)
    reconsider(morning, struck)
    chosen = [(shop, choose(morning, shop)) for shop in deciding]
    for shop, option in chosen:
        if option is not None:
            begin(market, shop, option)
    return [shop for shop, option in chosen if option is not None]


def reconsider(morning: Morning, struck: list[Shop]) -> None:
    """Let who was sanctioned in a campaign stop, or go on with other cover (7.3, The struck)."""
    market = morning.market
    for shop in struck:
        shop.merchant.struck = False
    if "deterrence" in market.mute:
        return
    going_on = [goes_on_in_fear(morning, shop) for shop in struck]
    for shop, goes_on in zip(struck, going_on, strict=True):
        merchant = shop.merchant
        if not goes_on:
            merchant.stop_campaign()
        elif merchant.way is not None:
            wanted = cover_for_way(market, merchant, merchant.way, morning.hazards)
            merchant.cover = wanted if merchant.organiser is None else merchant.organiser.sell_cover(wanted)


def goes_on_in_fear(morning: Morning, shop: Shop) -> bool:
    """Tell whether a struck merchant brushes on, at what it fears now and feared then (7.3, The struck)."""
    market, merchant = morning.market, shop.merchant
    now = probability_to_brush(market, weigh(morning, shop, merchant.risk))
    then = probability_to_brush(market, weigh(morning, shop, merchant.feared))
    return merchant.resolve * then < now


def choose(morning: Morning, shop: Shop) -> Option | None:
    """Return what the merchant does, None for not to brush; its organisers note the call (7.3)."""
    market = morning.market
    options = weigh(morning, shop, shop.merchant.risk)
    luck = market.luck.one(Stream.DECIDE, market.day, shop.identity, 0)
    probability = probability_to_brush(market, options)
    taken = None
    if luck < probability:
        taken = pick(market, shop, options)
        shop.merchant.resolve = luck / probability
    asked = options[: len(options) // len(market.ways)]
    for at, option in enumerate(asked):
        organiser, sign = option.offer.organiser, option.offer.sign
        organiser.asked_today[sign] += 1
        if taken is not None and taken % len(asked) == at:
            value = market.world.brushing.value_ratio * shop.price
            organiser.earned_today[sign] += option.offer.quote * value * options[taken].way.mean_level
    return None if taken is None else options[taken]


def pick(market: AgentMarket, shop: Shop, options: list[Option]) -> int:
    """Return the number of the option that the draw falls on (7.3, Choice)."""
    scaled = [option.net / market.world.brushing.level_scale for option in options]
    weights = [exp(x - max(scaled)) for x in scaled]
    x = market.luck.one(Stream.DECIDE, market.day, shop.identity, 1) * sum(weights)
    number, reached = 0, weights[0]
    while reached <= x and number < len(weights) - 1:
        number += 1
        reached += weights[number]
    return number


def probability_to_brush(market: AgentMarket, options: list[Option]) -> float:
    """Return how probable it is that a merchant brushes at all, given its options (7.3, Choice)."""
    brushing = market.world.brushing
    scaled = [option.net / brushing.level_scale for option in options]
    top = max(scaled)
    inclusive = brushing.level_scale * (top + log(sum(exp(x - top) for x in scaled) / len(scaled)))
    return 1 / (1 + exp(min(max(-inclusive / brushing.choice_scale, -700.0), 700.0)))


def begin(market: AgentMarket, shop: Shop, option: Option) -> None:
    """Begin the campaign that was chosen (7.3, Choice)."""
    brushing, day, i = market.world.brushing, market.day, shop.identity
    span = brushing.campaign_days_high - brushing.campaign_days_low + 1
    days = brushing.campaign_days_low + int(market.luck.one(Stream.DECIDE, day, i, 2) * span)
    shop.merchant.begin_campaign(option.way, days, option.extra)
    shop.merchant.organiser, shop.merchant.quote = option.offer.organiser, option.offer.quote
    shop.merchant.cover = option.cover


def weigh(morning: Morning, shop: Shop, risk: float) -> list[Option]:
    """Return all options of the merchant of ``shop`` at ``risk``: ways, and within each its offers (7.3)."""
    market, merchant = morning.market, shop.merchant
    world, horizon = market.world, display_horizon(market.ranking)
    theta = market.categories[shop.category].elasticity + world.demand.sales_weight
    base = 1 + merchant.genuine_rate * horizon
    appeal = own_appeal(shop, morning.constants[shop.category], base, theta)
    loss, options = merchant.loss_of_a_sanction(horizon), []
    offers = offers_to(market, shop, morning.pulls)
    for way in market.ways:
        boost = (base + way.mean_level * horizon) ** theta - base**theta
        extra = appeal * boost * merchant.gain_belief
        gain = extra * shop.price * (shop.margin - world.shops.commission)
        hazard = hazard_of(market, merchant, way, morning.hazards, risk)
        wanted = wanted_cover(market, hazard, loss, way.mean_level)
        for offer in offers:
            cover = offer.organiser.sell_cover(wanted)
            cost = cost_of(market, shop, offer, way.mean_level, cover)
            threat = hazard * (1 - market.experience.hides * cover) * loss
            options.append(Option(way, offer, cover, extra, gain - cost - threat))
    return options


def cost_of(market: AgentMarket, shop: Shop, offer: Offer, level: float, cover: float) -> float:
    """Return what ``level`` orders a day cost with one offer, RMB a day (7.3, Cover)."""
    world, brushing = market.world, market.world.brushing
    price = offer.organiser.fee + offer.quote - world.trade.cut
    share = price + world.shops.commission + shop.merchant.moral_cost
    by_value = brushing.value_ratio * shop.price * share
    return level * (by_value + brushing.parcel_cost + cover_price(market, cover)) + brushing.campaign_cost


def cover_price(market: AgentMarket, cover: float) -> float:
    """Return what an order with camouflage ``cover`` costs more, RMB: k (7.3, Cover)."""
    price: float = market.world.adaptation.camouflage_price * (cover + cover**2) / 2
    return price


def wanted_cover(market: AgentMarket, hazard: float, loss: float, level: float) -> float:
    """Return the camouflage that costs a merchant least, cover and hazard together (7.3, Cover)."""
    saved, price = market.experience.hides * hazard * loss, level * market.world.adaptation.camouflage_price
    if price == 0:
        return 1.0 if saved > 0 else 0.0
    return min(max(saved / price - 0.5, 0.0), 1.0)


def cover_for_way(market: AgentMarket, merchant: Merchant, way: Way, hazards: list[float]) -> float:
    """Return the camouflage wanted for one way as things stand now (7.3, The struck; 7.10)."""
    loss = merchant.loss_of_a_sanction(display_horizon(market.ranking))
    hazard = hazard_of(market, merchant, way, hazards, merchant.risk)
    return wanted_cover(market, hazard, loss, way.mean_level)


def hazard_of(market: AgentMarket, merchant: Merchant, way: Way, hazards: list[float], risk: float) -> float:
    """Return the sanctions a day that a way is believed to bring at ``risk``, without cover (7.3)."""
    exposed = exposure(market, way.mean_level, merchant.genuine_rate)
    return risk / 30 * exposed * hazards[way.number]


def own_appeal(shop: Shop, constants: tuple[float, float], base: float, theta: float) -> float:
    """Return φ, what multiplies (1 + D)^θ in the shop's own sales: own record, shrunk (7.3)."""
    mean_sales, mean_base = constants
    constant: float = mean_sales / mean_base**theta
    predicted: float = min(max(shop.age, 1), 30) * constant * base**theta
    return constant * (shop.traces.genuine + PRIOR_ORDERS) / (predicted + PRIOR_ORDERS)


def exposure(market: AgentMarket, orders: float, own_orders: float) -> float:
    """Return the hazard of ``orders`` brushed a day beside ``own_orders``, over the reference (7.3)."""
    return market.world.beliefs.hazard_concavity * orders / (orders + own_orders + 1)
