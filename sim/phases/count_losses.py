"""Count losses: what innocent shops under sanction sell less than they would."""

from __future__ import annotations

import numpy as np

from sim.kernels import measure as kernels
from sim.kernels.count_losses import unsanctioned_orders
from sim.state.attraction import attraction, position_weights
from sim.state.buyers import SEGMENTS, Buyers
from sim.state.campaigns import Campaigns
from sim.state.displayed import display_fade
from sim.state.harm import Harm
from sim.state.platform import Platform
from sim.state.shops import Shops
from sim.state.today import Today
from sim.state.traces import Traces
from sim.state.truth import INNOCENT_DAYS
from sim.state.units import FEN, NEVER

NODES, WEIGHTS = np.polynomial.laguerre.laggauss(7)


def count_losses(today: Today, platform: Platform, shops: Shops, buyers: Buyers, harm: Harm) -> int:
    """Return today's sales lost by innocent shops, in fen (expected unsanctioned less realised)."""
    sales, rule = today.sales, platform.ranking
    slots = np.flatnonzero(harm.until > today.clock.day)
    if slots.size == 0:
        return 0
    harm.expected[slots] = expect_unsanctioned(today, platform, shops, buyers, slots, harm.shadow[slots])
    kept = sales.standing.sum() / max(sales.placed.sum(), 1)
    harm.shadow[slots] = harm.shadow[slots] * display_fade(rule) + harm.expected[slots] * kept
    lost = (harm.expected[slots] - sales.placed[slots]) * shops.price[slots]
    harm.add_sales(slots, lost)
    return int(np.rint(lost * FEN).sum())


def expect_unsanctioned(
    today: Today, platform: Platform, shops: Shops, buyers: Buyers, slots: np.ndarray, shadow: np.ndarray
) -> np.ndarray:
    """Return the orders (n,) that shops would expect today by the exact law, were they not sanctioned.

    Buyers count with their mean trust; displayed sales are those that the shop would have, ``shadow`` (n,).
    """
    demand, rule, attention, trust = platform.demand, platform.ranking, today.attention, buyers.mean_trust()
    categories = np.unique(slots // demand.per_category)[:, None]
    concerned = (categories * demand.per_category + np.arange(demand.per_category)).ravel()
    utility = np.empty((SEGMENTS, shops.n))  # of the categories concerned
    utility[:, concerned] = attraction(shops, demand.parameters, [trust], concerned)
    gain = np.log1p(shadow) - np.log1p(shops.displayed[slots])
    own_direct = shops.following * shops.burst
    out = np.empty(slots.size)
    weights = position_weights(demand.per_category, rule.position_exponent)
    places = attention.rank_shop, attention.score, shops.shown(today.clock.day), shops.burst
    columns = (*places, own_direct * shops.open, own_direct, attention.share, utility)
    popular = rule.direct_share, rule.sales_weight, demand.parameters.sales_weight * trust
    law = (weights, *popular, demand.outside, demand.parameters.looks, NODES, WEIGHTS)
    unsanctioned_orders(slots, gain, today.sales.visits, columns, law, out)
    return out


def count_harm(today: Today, shops: Shops, campaigns: Campaigns, traces: Traces, harm: Harm) -> None:
    """Count today's innocent shops, and those that lose the day, in the band that they were hit in."""
    days, columns = (today.clock.day, NEVER, INNOCENT_DAYS), kernels.shop_columns(shops)
    records = harm.until, harm.band, campaigns.last_brushed_day, traces.sums[2, 0]
    kernels.count_harm(days, columns, *records, harm.shop_days.ravel(), harm.days_lost.ravel())
