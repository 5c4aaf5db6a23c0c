"""Reviews, genuine and brushed, and the brushed parcels that are recognised."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from sim.chance import bits, unit
from sim.compiling import kernel
from sim.kernels.groups import columns


class Ratings(NamedTuple):
    """Reviews of shops, arrays (S,): their sum and number, older ones fading, and the rating shown."""

    rating_sum: np.ndarray
    rating_count: np.ndarray
    rating: np.ndarray


rating_columns = columns(Ratings)


@kernel
def rate(fade, prior, fake, sales, tasks, ratings):
    """Add a day's reviews to ratings (S,): old ones ``fade``, few are shrunk to the mean 0.

    ``sales`` are the number of genuine reviews that come today and their sums in thousandths, ``fake`` is the
    review of each of the brushed ``tasks``; ``ratings`` are `Ratings`.
    """
    (placed, stars), (rating_sum, rating_count, rating) = sales, ratings
    for s in range(tasks.size):
        rating_sum[s] = rating_sum[s] * fade + (stars[s] / 1000 + fake * tasks[s])
        rating_count[s] = rating_count[s] * fade + (placed[s] + tasks[s])
        rating[s] = rating_sum[s] / (rating_count[s] + prior)


@kernel
def flag_brushed(key, identity, tasks, cover, parcel_flag, blatant, flagged):
    """Add the brushed parcels that are recognised (S,): a share of ``tasks``, rounded by a keyed draw.

    ``cover`` moves the share from ``blatant`` towards that of the shop's genuine parcels.
    """
    for s in range(tasks.size):
        if tasks[s] > 0:
            share = blatant + cover[s] * min(parcel_flag[s] - blatant, 0.0)
            luck = unit(bits(key, uint64(identity[s]), uint64(1)))
            flagged[s] += int(tasks[s] * share + luck)
