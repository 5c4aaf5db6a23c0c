"""How the trade evades: what it learns of the ways to brush, and the camouflage that organisers buy."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiling import inner, kernel
from sim.kernels.decide import days_on_record, exposure, fear
from sim.kernels.groups import columns


class TaskColumns(NamedTuple):
    """Brushed orders of today by shop, arrays (S,): number, organiser, share of traces that is hidden."""

    number: np.ndarray
    organiser: np.ndarray
    cover: np.ndarray


class CampaignColumns(NamedTuple):
    """The way to brush of each shop (S,), and the orders a day of each way (ways,)."""

    way: np.ndarray
    level: np.ndarray


class ShopColumns(NamedTuple):
    """Shops, arrays (S,): whose, and since when."""

    owner: np.ndarray
    opened_day: np.ndarray


class MerchantColumns(NamedTuple):
    """What merchants have, arrays with a row for each: RMB a day, fen, fen."""

    profit: np.ndarray
    cash: np.ndarray
    deposit: np.ndarray


task_columns, shop_columns, merchant_columns = (
    columns(TaskColumns, number="count"),
    columns(ShopColumns),
    columns(MerchantColumns),
)
campaign_columns = columns(CampaignColumns, level="ways.level")


@kernel
def meet_customers(day, tasks, campaigns, shops, merchants, sold, hazard, out):
    """Add up over those that brush today; return how many, those under camouflage in part.

    ``hazard`` is its concavity and the fears of a sanction (`sim.kernels.decide`), ``sold`` (S,) are genuine
    orders in 30 days. ``out`` is zero before: exposure (ways,) gets that of the merchants of each way, and
    customers (3, organisers) their number, their orders, and what one sanction on each would cost, RMB.
    """
    (number, organiser, cover), (ways, level) = tasks, campaigns
    (owner, opened_day), (profit, cash, deposit) = shops, merchants
    (concavity, fears), (exposed, customers) = hazard, out
    blatant = 0.0
    for s in range(sold.size):
        orders, way, by, m = number[s], ways[s], organiser[s], owner[s]
        if orders == 0:
            continue
        own_orders = sold[s] / days_on_record(day, opened_day[s])
        exposed[way] += exposure(concavity, level[way], own_orders)
        customers[0, by] += 1
        customers[1, by] += orders
        customers[2, by] += fear(profit[m], cash[m], deposit[m], fears)
        blatant += 1.0 - cover[s]
    return blatant


@kernel
def remember(since, keep, sanctioned, last_brushed_day, way, exposed, sanctions, exposures):
    """Add a day's sanctions and exposure to what the trade remembers of ways, (ways,); return how many hit.

    What is older fades to the share ``keep``. A sanction counts against the way of a merchant that has
    brushed after day ``since``; ``exposed`` (ways,) is the day's exposure, other arrays have shape (S,).
    """
    for w in range(sanctions.size):
        sanctions[w] *= keep
        exposures[w] = exposures[w] * keep + exposed[w]
    hits = 0
    for s in range(sanctioned.size):
        if sanctioned[s] and last_brushed_day[s] > since:
            sanctions[way[s]] += 1
            hits += 1
    return hits


@inner
def wanted_camouflage(hazard, orders, loss, hidden_share, full_price):
    """Return the camouflage, in [0, 1], that serves customers best.

    With ``orders`` a day they pay orders·k·(c + c²)/2 for camouflage c, k being ``full_price``, and lose
    ``loss`` RMB at the rate hazard·(1 − e·c) a day, e being the share of the traces that full camouflage
    hides. The sum is least where orders·k·(1 + 2c)/2 = e·hazard·loss.
    """
    saved = hidden_share * hazard * loss / max(orders * full_price, 1e-9)
    return min(max(saved - 0.5, 0.0), 1.0)


@kernel
def buy_camouflage(hazard, customers, hidden_share, full_price, days, camouflage):
    """Move each organiser's ``camouflage`` (organisers,) towards what is wanted, 1/``days`` of the way.

    ``customers`` (3, organisers) are those of `meet_customers`; an organiser without any stays as it is.
    """
    for o in range(camouflage.size):
        number, orders, loss = customers[0, o], customers[1, o], customers[2, o]
        if number > 0:
            wanted = wanted_camouflage(hazard, orders / number, loss / number, hidden_share, full_price)
            camouflage[o] += (wanted - camouflage[o]) / days
