"""Decide: merchants weigh what each way to brush would bring against what it costs and risks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.beliefs import Severity
from sim.brushing.ways import ways_to_brush
from sim.chance import Stream, day_key, uniforms
from sim.config import World
from sim.kernels import decisions as kernels
from sim.ranking import Attention, display_horizon
from sim.state import NEVER, Merchants, Shops
from sim.traces import Traces


@dataclass
class Terms:
    """What the trade offers merchants today.

    ``fee`` (n_organisers + 1,) is each organiser's all-in fee as a share of value, ``camouflage``
    (n_organisers + 1,) what camouflage adds to the price of an order there, RMB; last come the offers to
    merchants who have no organiser. ``hazard`` (n_ways,) is what the trade has learnt of each way's hazard
    (`sim.brushing.adaptation.Experience`).
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
    brushing, sold = world.brushing, traces.genuine_30()
    kernels.end_campaigns(
        shops.n, day, 1 - 0.5 ** (1 / brushing.learning_half_life), float(brushing.learning),
        merchants.campaign_until, sold, merchants.sales_before, merchants.expected_gain,
        merchants.gain_belief, merchants.level,
    )  # fmt: skip
    slots = kernels.who_decides(
        day, brushing.decision_days, merchants.opportunist, shops.open, merchants.campaign_until,
        shops.identity,
    )  # fmt: skip
    if slots.size == 0:
        return slots
    prospect = weigh(slots, merchants, shops, attention, sold, terms, cash, severity, world, day)
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
    merchants.sales_before[chosen] = sold[chosen] / kernels.days_on_record.py_func(
        day, shops.opened_day[chosen]
    )
    return chosen


def weigh(
    slots: np.ndarray, merchants: Merchants, shops: Shops, attention: Attention, sold: np.ndarray,
    terms: Terms, cash: np.ndarray, severity: Severity, world: World, day: int,
) -> Prospect:  # fmt: skip
    """Return gain, cost and expected loss of every way to brush for the merchants of ``slots``.

    ``sold`` (n_shops,) are genuine orders of the last 30 days.

    The gain is what the ranking rule promises, not what public sales suggest: genuine sales grow
    with displayed sales D as (1 + D)^θ, θ = w_sales·κ + trust·β_sales, κ being the slope of log
    attention on score in the category. The expected loss is hazard × loss, the hazard concave in
    the share of brushed orders and corrected by what the trade has learnt of each way, the loss
    bounded by what the merchant owns.
    """
    brushing, config = world.brushing, world.shops
    ways, horizon = ways_to_brush(world), display_horizon(world.ranking)
    costs = config.commission, brushing.value_ratio, brushing.parcel_cost, brushing.campaign_cost
    gain, cost, risk, extra = (np.empty((slots.size, ways.level.size)) for _ in range(4))
    kernels.weigh(
        slots.size, slots, day, horizon, world.market.shops_per_category, ways.mean_level,
        terms.hazard, rank_elasticity(attention, world), tuple(map(float, costs)),
        fears(severity, horizon, world), float(world.beliefs.hazard_concavity), sold, shops.opened_day,
        shops.price, shops.margin, merchants.gain_belief, merchants.moral_cost, merchants.organiser,
        terms.fee, terms.camouflage, merchants.risk, merchants.profit, cash, merchants.deposit, gain, cost,
        risk, extra,
    )  # fmt: skip
    return Prospect(gain, cost, risk, extra)


def rank_elasticity(attention: Attention, world: World) -> np.ndarray:
    """Return θ = w_sales·κ + β_sales for each category (merchants take buyers' trust as full)."""
    return attention.elasticity + world.demand.sales_weight


def fears(severity: Severity, horizon: float, world: World) -> tuple[float, ...]:
    """Return what merchants believe that a sanction brings, as `sim.kernels.decisions.fear` takes it.

    A demotion costs the profit of its days and of the ``horizon`` over which displayed sales recover.
    Fines weigh concavely: certainty deters more than severity (Nagin 2013).
    """
    brushing = world.brushing
    days = severity.demotion + (horizon if severity.demotion > 0 else 0.0)
    discount = math.exp(-brushing.discount_rate * horizon / 365)
    beliefs = (
        brushing.shop_value_days, days * discount, severity.closure, severity.fine, brushing.fine_scale,
        brushing.fine_concavity,
    )  # fmt: skip
    return tuple(map(float, beliefs))


def choose_way(net: np.ndarray, identity: np.ndarray, world: World, seed: int, day: int) -> np.ndarray:
    """Return the index of the chosen way (n,), −1 for not brushing: a nested logit on ``net`` (n, n_ways).

    The inclusive value is averaged over ways, so that offering more of them is no reason to brush.
    """
    way, brushing = np.empty(identity.size, dtype=np.int64), world.brushing
    key = day_key(seed, Stream.DECIDE, day)
    scales = float(brushing.level_scale), float(brushing.choice_scale)
    kernels.choose_ways(key, identity, net, *scales, way)
    return way


def stop_campaigns(merchants: Merchants, slots: np.ndarray) -> None:
    """End the campaigns of ``slots`` at once (sanctioned merchants think again)."""
    merchants.level[slots] = 0
    merchants.campaign_until[slots] = NEVER
