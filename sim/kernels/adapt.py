"""How the trade evades: what it learns of the ways to brush."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiling import kernel
from sim.kernels.decide import days_on_record, exposure
from sim.kernels.groups import columns


class CampaignColumns(NamedTuple):
    """The way to brush of each shop (S,), and the orders a day of each way (ways,)."""

    way: np.ndarray
    level: np.ndarray


campaign_columns = columns(CampaignColumns, level="ways.level")


@kernel
def meet_customers(day, number, campaigns, opened_day, sold, concavity, exposed):
    """Add up the exposure of those that brush today by their way, ``exposed`` (ways,), zero before.

    ``number`` (S,) are brushed orders of today, ``sold`` (S,) genuine ones in 30 days, ``opened_day`` (S,).
    """
    ways, level = campaigns
    for s in range(sold.size):
        if number[s] > 0:
            own_orders = sold[s] / days_on_record(day, opened_day[s])
            exposed[ways[s]] += exposure(concavity, level[ways[s]], own_orders)


@kernel
def remember(since, keep, sanctioned, last_brushed_day, way, exposed, sanctions, exposures):
    """Add a day's sanctions and exposure to what the trade remembers of ways, (ways,).

    What is older fades to the share ``keep``. A sanction counts against the way of a merchant that has
    brushed after day ``since``; ``exposed`` (ways,) is the day's exposure, other arrays have shape (S,).
    """
    for w in range(sanctions.size):
        sanctions[w] *= keep
        exposures[w] = exposures[w] * keep + exposed[w]
    for s in range(sanctioned.size):
        if sanctioned[s] and last_brushed_day[s] > since:
            sanctions[way[s]] += 1
