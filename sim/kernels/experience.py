"""What the trade sees in a day: the hazard that its customers ran, and who of them was hit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiling import kernel
from sim.kernels.decide import days_on_record, exposure
from sim.kernels.groups import columns


class CampaignColumns(NamedTuple):
    """Of each shop (S,) way to brush, camouflage and last brushed day; of each way (ways,) orders a day."""

    way: np.ndarray
    cover: np.ndarray
    last_brushed_day: np.ndarray
    level: np.ndarray


campaign_columns = columns(CampaignColumns, level="ways.level")


@kernel
def expose(day, hazard, shops, campaigns, exposed, covered):
    """Add up the exposure of those that brush today: by way as far as cover lets it be, and by cover.

    ``hazard`` is its concavity and the share of it that full cover hides; ``shops`` are since when they are
    open, their brushed orders today and genuine ones in 30 days, (S,). Both sums are zero before: ``exposed``
    (ways,), and ``covered`` (3,), of exposure × cover to the power of 0, 1, 2.
    """
    (concavity, hides), (opened_day, brushed, sold) = hazard, shops
    way, cover, _, level = campaigns
    for s in range(brushed.size):
        if brushed[s] == 0:
            continue
        own_orders = sold[s] / days_on_record(day, opened_day[s])
        ran, c = exposure(concavity, level[way[s]], own_orders), cover[s]
        exposed[way[s]] += ran * (1.0 - hides * c)
        covered[0] += ran
        covered[1] += ran * c
        covered[2] += ran * c**2


@kernel
def count_hits(since, sanctioned, by_traces, campaigns, hits, traced):
    """Count sanctions on those that brushed after day ``since``; return how many rested on ledgers alone.

    ``sanctioned`` (S,) are all, ``by_traces`` (S,) those that did not rest on ledgers alone. Both counts are
    zero before: ``hits`` (ways,) by the way of who was hit, and ``traced`` (2,), of the cover of those that
    were hit by their traces to the power of 0, 1.
    """
    way, cover, last_brushed_day, _ = campaigns
    named = 0
    for s in range(sanctioned.size):
        if not sanctioned[s] or last_brushed_day[s] <= since:
            continue
        hits[way[s]] += 1
        if by_traces[s]:
            traced[0] += 1
            traced[1] += cover[s]
        else:
            named += 1
    return named
