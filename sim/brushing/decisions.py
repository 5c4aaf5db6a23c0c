"""Decide: merchants weigh what each way to brush would bring against what it costs and risks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.beliefs import Severity
from sim.brushing.ways import ways_to_brush
from sim.chance import Stream, day_key, uniforms
from sim.config import World
from sim.ranking import Attention, display_horizon
from sim.state import FEN, NEVER, Merchants, Shops
from sim.traces import Traces


@dataclass
class Terms:
    """What the trade offers each merchant today.

    ``fee`` (n_shops,) is the all-in fee as a share of value, ``camouflage`` (n_shops,) what camouflage
    adds to the price of an order, RMB, and ``hazard`` (n_ways,) what the trade has learnt of each way's
    hazard (`sim.brushing.adaptation.Experience`).
    """

    fee: np.ndarray
    camouflage: np.ndarray
    hazard: np.ndarray


@dataclass
class Prospect:
    """What each way to brush promises the merchants who decide today, arrays (n, n_ways), RMB a day."""

    gain: np.ndarray
    cost: np.ndarray
    risk: np.ndarray
    extra_orders: np.ndarray

    @property
    def net(self) -> np.ndarray:
        """Gain less cost less expected loss."""
        return self.gain - self.cost - self.risk


def decide_brushing(
    merchants: Merchants, shops: Shops, attention: Attention, traces: Traces, terms: Terms,
    cash: np.ndarray, severity: Severity, world: World, seed: int, day: int,
) -> np.ndarray:  # fmt: skip
    """Start and end campaigns; return the slots whose merchants begin one today.

    ``cash`` (n_shops,) is each merchant's cash in fen.
    """
    end_campaigns(merchants, traces, world, day)
    idle = np.flatnonzero(merchants.opportunist & shops.open & (merchants.campaign_until <= day))
    slots = idle[(shops.identity[idle] + day) % world.brushing.decision_days == 0]
    if slots.size == 0:
        return slots
    prospect = weigh(slots, merchants, shops, attention, traces, terms, cash, severity, world, day)
    way = choose_way(prospect.net, shops.identity[slots], world, seed, day)
    starts = way >= 0
    chosen, at = slots[starts], way[starts]
    if chosen.size == 0:
        return chosen
    length = uniforms(day_key(seed, Stream.DECIDE, day), shops.identity[chosen], 2)
    low, high = world.brushing.campaign_days_low, world.brushing.campaign_days_high
    merchants.way[chosen] = at
    merchants.level[chosen] = ways_to_brush(world).level[at]
    merchants.campaign_start[chosen] = day
    merchants.campaign_until[chosen] = day + low + (length * (high - low + 1)).astype(np.int64)
    merchants.expected_gain[chosen] = prospect.extra_orders[starts, at]
    merchants.sales_before[chosen] = genuine_rate(traces, shops, chosen, day)
    return chosen


def end_campaigns(merchants: Merchants, traces: Traces, world: World, day: int) -> None:
    """End campaigns that are over; what each brought moves its merchant's belief, which else fades to 1."""
    merchants.gain_belief += (1 - merchants.gain_belief) * (
        1 - 0.5 ** (1 / world.brushing.learning_half_life)
    )
    done = np.flatnonzero((merchants.level > 0) & (merchants.campaign_until <= day))
    if done.size == 0:
        return
    sales, before = traces.genuine_30()[done] / 30, merchants.sales_before[done]
    expected = np.maximum(merchants.expected_gain[done], 1e-9)
    noise = (sales + before) / 30  # counting noise of two 30-day records: a small campaign teaches little
    weight = world.brushing.learning * expected**2 / (expected**2 + noise)
    believed = merchants.gain_belief[done]
    learnt = believed + weight * believed * ((sales - before) / expected - 1)
    merchants.gain_belief[done] = np.minimum(np.maximum(learnt, 0.5), 1.5)
    merchants.level[done] = 0


def weigh(
    slots: np.ndarray, merchants: Merchants, shops: Shops, attention: Attention, traces: Traces,
    terms: Terms, cash: np.ndarray, severity: Severity, world: World, day: int,
) -> Prospect:  # fmt: skip
    """Return gain, cost and expected loss of every way to brush for the merchants of ``slots``.

    The gain is what the ranking rule promises, not what public sales suggest: genuine sales grow
    with displayed sales D as (1 + D)^θ, θ = w_sales·κ + trust·β_sales, κ being the slope of log
    attention on score in the category. The expected loss is hazard × loss, the hazard concave in
    the share of brushed orders and corrected by what the trade has learnt of each way, the loss
    bounded by what the merchant owns.
    """
    brushing, shop_config = world.brushing, world.shops
    levels = ways_to_brush(world).mean_level[None, :]
    elasticity = rank_elasticity(attention, world)[shops.category[slots]][:, None]
    horizon = display_horizon(world.ranking)
    sold, days = traces.genuine_30(), days_on_record(shops.opened_day, day)
    rate = (sold[slots] / days[slots])[:, None]
    genuine_sales = rate * horizon
    appeal = appeal_at(slots, shops, sold, days, elasticity[:, 0], horizon, world)[:, None]
    boost = (1 + genuine_sales + levels * horizon) ** elasticity - (1 + genuine_sales) ** elasticity
    extra = appeal * boost * merchants.gain_belief[slots][:, None]
    price = shops.price[slots][:, None]
    margin = shops.margin[slots][:, None] - shop_config.commission
    value = brushing.value_ratio * price
    share = terms.fee[slots][:, None] + shop_config.commission + merchants.moral_cost[slots][:, None]
    extras = brushing.parcel_cost + terms.camouflage[slots][:, None]
    cost = levels * (value * share + extras) + brushing.campaign_cost
    hazard = merchants.risk[slots][:, None] / 30 * exposure(levels, rate, world) * terms.hazard
    loss = perceived_loss(slots, merchants, cash, severity, horizon, world)[:, None]
    return Prospect(gain=extra * price * margin, cost=cost, risk=hazard * loss, extra_orders=extra)


def exposure(orders: np.ndarray, own_orders: np.ndarray, world: World) -> np.ndarray:
    """Return the hazard of ``orders`` brushed a day beside ``own_orders``, over the reference hazard."""
    return world.beliefs.hazard_concavity * orders / (orders + own_orders + 1)


def rank_elasticity(attention: Attention, world: World) -> np.ndarray:
    """Return θ = w_sales·κ + β_sales for each category (merchants take buyers' trust as full)."""
    return attention.elasticity + world.demand.sales_weight


def genuine_rate(traces: Traces, shops: Shops, slots: np.ndarray, day: int) -> np.ndarray:
    """Return genuine orders a day over the last 30 days or the shop's life, if shorter."""
    return traces.genuine_30()[slots] / days_on_record(shops.opened_day[slots], day)


def days_on_record(opened_day: np.ndarray, day: int) -> np.ndarray:
    """Return how many of the last 30 days a shop has been open; at least one."""
    return np.minimum(np.maximum(day - opened_day, 1), 30)


def appeal_at(
    slots: np.ndarray, shops: Shops, sold: np.ndarray, days: np.ndarray, elasticity: np.ndarray,
    horizon: float, world: World,
) -> np.ndarray:  # fmt: skip
    """Return what multiplies (1 + D)^θ in a merchant's own sales: own record, shrunk to its category's.

    The record is ``sold`` orders in ``days``, both (n_shops,). The category's constant matches its
    mean genuine sales; a record counts against a prior of ten orders, so that a new shop expects to
    sell like its category at its own displayed sales.
    """
    per_category = world.market.shops_per_category
    genuine = sold / days
    base = 1 + genuine * horizon
    category = shops.category[slots]
    mean_sales = (genuine.reshape(-1, per_category).sum(axis=1) / per_category)[category]
    mean_base = (base.reshape(-1, per_category).sum(axis=1) / per_category)[category] ** elasticity
    constant = mean_sales / mean_base
    prior = 10.0
    predicted = days[slots] * constant * base[slots] ** elasticity
    return constant * (sold[slots] + prior) / (predicted + prior)


def perceived_loss(
    slots: np.ndarray,
    merchants: Merchants,
    cash: np.ndarray,
    severity: Severity,
    horizon: float,
    world: World,
) -> np.ndarray:
    """Return what one sanction would cost, RMB: lost profit, fine, closure; at most what one owns.

    Fines weigh concavely (certainty deters more than severity: Nagin 2013), and nobody fears to
    lose more than cash, deposit and the value of the shop.
    """
    profit = np.maximum(merchants.profit[slots], 0)
    worth = profit * world.brushing.shop_value_days
    owned = np.maximum(cash[slots], 0) / FEN + merchants.deposit[slots] / FEN + worth
    discount = np.exp(-world.brushing.discount_rate * horizon / 365)
    demotion = profit * (severity.demotion + (horizon if severity.demotion > 0 else 0.0)) * discount
    closure = severity.closure * worth
    fine = weigh_fine(np.minimum(severity.fine, owned), world)
    return np.minimum(demotion + closure + fine, owned)


def weigh_fine(fine: np.ndarray, world: World) -> np.ndarray:
    """Return s·((1 + x/s)^ψ − 1)/ψ, which is x for small fines and grows like x^ψ for large ones."""
    scale, power = world.brushing.fine_scale, world.brushing.fine_concavity
    return scale * ((1 + fine / scale) ** power - 1) / power


def choose_way(net: np.ndarray, identity: np.ndarray, world: World, seed: int, day: int) -> np.ndarray:
    """Return the index of the chosen way (n,), −1 for not brushing: a nested logit.

    The inclusive value is averaged over ways, so that offering more of them is no reason to brush.
    """
    brushing = world.brushing
    scaled = net / brushing.level_scale
    top = scaled.max(axis=1, keepdims=True)
    weight = np.exp(scaled - top)
    total = weight.sum(axis=1)
    inclusive = brushing.level_scale * (top[:, 0] + np.log(total / net.shape[1]))
    p_brush = 1 / (1 + np.exp(np.minimum(np.maximum(-inclusive / brushing.choice_scale, -700), 700)))
    key = day_key(seed, Stream.DECIDE, day)
    cumulative = weight.cumsum(axis=1)
    x = uniforms(key, identity, 1) * cumulative[:, -1]
    way = (cumulative <= x[:, None]).sum(axis=1)
    return np.where(uniforms(key, identity, 0) < p_brush, np.minimum(way, net.shape[1] - 1), -1)


def stop_campaigns(merchants: Merchants, slots: np.ndarray) -> None:
    """End the campaigns of ``slots`` at once (sanctioned merchants think again)."""
    merchants.level[slots] = 0
    merchants.campaign_until[slots] = NEVER
