"""Decide: merchants weigh what each way to brush would bring against what it costs and risks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.chance import Stream, uniforms
from sim.kernels import decide as kernels
from sim.state.beliefs import Beliefs
from sim.state.campaigns import Campaigns
from sim.state.clock import Clock
from sim.state.fears import fears
from sim.state.merchants import Merchants
from sim.state.shops import Shops
from sim.state.today import Today
from sim.state.traces import Traces


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


def decide(
    today: Today, shops: Shops, merchants: Merchants, campaigns: Campaigns, beliefs: Beliefs, traces: Traces
) -> np.ndarray:
    """Start and end campaigns; return the slots whose merchants begin one today."""
    brushing, sold, day = campaigns.parameters, traces.genuine_30(), today.clock.day
    learning = 1 - 0.5 ** (1 / brushing.learning_half_life), float(brushing.learning)
    kernels.end_campaigns(
        shops.n, day, learning, kernels.campaign_columns(campaigns), sold, shops.owner, merchants.gain_belief
    )
    columns = shops.owner, merchants.opportunist, shops.open, campaigns.until, shops.identity
    slots = kernels.who_decides(day, brushing.decision_days, *columns)
    if slots.size == 0:
        return slots
    prospect = weigh(slots, today, shops, (merchants, campaigns, beliefs), sold)
    way = choose_way(prospect.net, shops.identity[slots], campaigns, today.clock)
    starts = way >= 0
    chosen = slots[starts]
    if chosen.size:
        days = kernels.days_on_record.py_func(day, shops.opened_day[chosen])
        campaigns.expected_gain[chosen] = prospect.extra_orders[starts, way[starts]]
        campaigns.sales_before[chosen] = sold[chosen] / days
        begin(today.clock, campaigns, chosen, way[starts], shops.identity[chosen])
    return chosen


def begin(
    clock: Clock, campaigns: Campaigns, slots: np.ndarray, way: np.ndarray, identity: np.ndarray
) -> None:
    """Begin campaigns of a drawn length in ``slots`` (n,), each in its ``way`` (n,)."""
    length = uniforms(clock.key(Stream.DECIDE), identity, 2)
    low, high = campaigns.parameters.campaign_days_low, campaigns.parameters.campaign_days_high
    campaigns.way[slots] = way
    campaigns.level[slots] = campaigns.ways.level[way]
    campaigns.start[slots] = clock.day
    campaigns.until[slots] = clock.day + low + (length * (high - low + 1)).astype(np.int64)


def weigh(
    slots: np.ndarray,
    today: Today,
    shops: Shops,
    minds: tuple[Merchants, Campaigns, Beliefs],
    sold: np.ndarray,
) -> Prospect:
    """Return gain, cost and expected loss of every way to brush for the merchants of ``slots``.

    ``minds`` are who they are, what they bought before and what they believe; ``sold`` (n_shops,) are
    genuine orders of the last 30 days.

    The gain is what the ranking rule promises, not what public sales suggest: genuine sales grow
    with displayed sales D as (1 + D)^θ, θ = w_sales·κ + trust·β_sales, κ being the slope of log
    attention on score in the category. The expected loss is hazard × loss, the hazard concave in
    the share of brushed orders and corrected by what the trade has learnt of each way, the loss
    bounded by what the merchant owns.
    """
    merchants, campaigns, beliefs = minds
    brushing, attention, offers, ways = campaigns.parameters, today.attention, today.offers, campaigns.ways
    rates = shops.parameters.commission, brushing.value_ratio, brushing.parcel_cost, brushing.campaign_cost
    hazard = beliefs.experience.relative_hazard(), float(beliefs.parameters.hazard_concavity)
    dread = fears(beliefs.severity, attention.horizon, brushing)
    outlook = (
        today.clock.day,
        attention.horizon,
        sold,
        attention.elasticity,
        ways.mean_level,
        *hazard,
        dread,
    )
    prospects = tuple(np.empty((slots.size, ways.n)) for _ in range(4))
    costs = (*map(float, rates), campaigns.organiser, offers.fee, offers.camouflage_price)
    columns = kernels.shop_columns(shops), kernels.merchant_columns(merchants)
    kernels.weigh(slots.size, slots, outlook, costs, *columns, prospects)
    return Prospect(*prospects)


def choose_way(net: np.ndarray, identity: np.ndarray, campaigns: Campaigns, clock: Clock) -> np.ndarray:
    """Return the index of the chosen way (n,), −1 for not brushing: a nested logit on ``net`` (n, n_ways).

    The inclusive value is averaged over ways, so that offering more of them is no reason to brush.
    """
    way, brushing = np.empty(identity.size, dtype=np.int64), campaigns.parameters
    scales = float(brushing.level_scale), float(brushing.choice_scale)
    kernels.choose_ways(clock.key(Stream.DECIDE), identity, net, *scales, way)
    return way
