"""The camouflage that the customers of organisers want."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiling import inner, kernel
from sim.kernels.decide import days_on_record, exposure, fear
from sim.kernels.groups import columns


class TaskColumns(NamedTuple):
    """Brushed orders of today by shop, arrays (S,): number, and organiser."""

    number: np.ndarray
    organiser: np.ndarray


class CampaignColumns(NamedTuple):
    """The way to brush of each shop (S,), and of each way (ways,) its level and mean orders a day."""

    way: np.ndarray
    level: np.ndarray
    mean_level: np.ndarray


class ShopColumns(NamedTuple):
    """Shops, arrays (S,): whose, and since when."""

    owner: np.ndarray
    opened_day: np.ndarray


class MerchantColumns(NamedTuple):
    """What merchants fear and have, arrays with a row for each: per 30 days, RMB a day, fen, fen."""

    risk: np.ndarray
    profit: np.ndarray
    cash: np.ndarray
    deposit: np.ndarray


task_columns, shop_columns, merchant_columns = (
    columns(TaskColumns, number="count"),
    columns(ShopColumns),
    columns(MerchantColumns),
)
campaign_columns = columns(CampaignColumns, level="ways.level", mean_level="ways.mean_level")


@inner
def wanted_cover(saves, costs):
    """Return the camouflage c, in [0, 1], at which (c + c²)/2 · ``costs`` − c · ``saves`` is least."""
    if costs == 0.0:
        return 1.0 if saves > 0.0 else 0.0
    return min(max(saves / costs - 0.5, 0.0), 1.0)


@kernel
def find_keenest(terms, tasks, campaigns, shops, merchants, sold, hazard, keenest):
    """Raise ``keenest`` (organisers,) to the most camouflage that a customer of today would buy of each.

    ``terms`` are the day and the price of full camouflage, ``sold`` (S,) genuine orders in 30 days.
    ``hazard`` is its concavity, what is learnt of each way (ways,), what full camouflage hides of it, and the
    fears of a sanction (`sim.kernels.decide`).
    """
    (day, price), (number, organiser), (ways, _, mean_level) = terms, tasks, campaigns
    (owner, opened_day), (risk, profit, cash, deposit) = shops, merchants
    concavity, learnt, hides, fears = hazard
    for s in range(sold.size):
        if number[s] == 0:
            continue
        m, way, by = owner[s], ways[s], organiser[s]
        orders, own_orders = mean_level[way], sold[s] / days_on_record(day, opened_day[s])
        daily = risk[m] / 30 * exposure(concavity, orders, own_orders) * learnt[way]
        loss = fear(profit[m], cash[m], deposit[m], fears)
        keenest[by] = max(keenest[by], wanted_cover(hides * daily * loss, orders * price))
