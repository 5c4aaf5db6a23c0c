"""How many draws and random reads a morning's demand takes, by the law and not by the engine's kernel.

A second, plain writing of the law in `sim.kernels.buy`, visit by visit, which counts what it does.
That it ends in the same orders shows that it counts the same work.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numba import uint64

from sim.chance import Stream, bits, mix, unit
from sim.compiling import inner
from sim.kernels.threads import shared
from sim.state.attraction import attraction, season
from sim.state.buyers import TRUST_LEVELS, Buyers
from sim.state.clock import Clock
from sim.state.platform import Platform
from sim.state.shops import Shops
from sim.state.today import Attention

PARTS = 64
"""Stretches of buyers that are counted independently."""

VISITS = 32
"""Visits are numbered within (buyer, day)."""


@dataclass(frozen=True)
class Work:
    """What a morning's demand takes; a draw is one evaluation of the hash.

    ``looks`` are shops looked at, ``again`` the tastes drawn to know whether to look again.
    """

    buyers: int
    visits: int
    looks: int
    again: int
    orders: int

    @property
    def draws(self) -> int:
        """Two a buyer (its key, its visits), two a visit (its key, its best taste), one for all else."""
        return 2 * self.buyers + 2 * self.visits + self.looks + self.again + self.orders

    @property
    def reads(self) -> int:
        """Reads at random places: two a visit, five a look, one a taste, two an order (`floor`)."""
        return 2 * self.visits + 5 * self.looks + self.again + 2 * self.orders

    def counters(self) -> dict[str, int]:
        """Return all counts by name."""
        return asdict(self) | {"draws": self.draws, "reads": self.reads}


@inner
def draw(root, k):
    return mix(uint64(root) + uint64(k) * uint64(0xD1B54A32D192ED03))


@inner
def count_visit(root, first, leaves, utility, best, outside, looks, direct_share, ranked, direct, counts):
    """Count one visit to the category whose slots start at ``first``."""
    u = unit(draw(root, 0))
    counts[0] += 1
    if u <= leaves:
        return
    total, limit, bought = 1.0 / u, 1.0 / outside, False
    ratio = (total - 1.0) / looks
    n = ranked[0].size
    for j in range(looks):
        counts[1] += 1
        x = unit(draw(root, 4 + 2 * j))
        by_custom = x < direct_share
        cumulative, shops = direct if by_custom else ranked
        x = x / direct_share if by_custom else (x - direct_share) / (1.0 - direct_share)
        shop = shops[min(np.searchsorted(cumulative, x, side="right"), n - 1)]
        weight = utility[shop - first] if cumulative[n - 1] > 0.0 else 0.0
        if ratio < limit * weight:
            limit, bought = ratio / weight, True
        if j == looks - 1:
            break
        counts[2] += 1
        before, total = total, total * unit(draw(root, 5 + 2 * j)) ** (-1.0 / (j + 2))
        ratio += (total - before) / (looks - j - 1)
        if ratio >= limit * best:
            break
    counts[3] += bought


@shared
def count_parts(
    begin, end, keys, season, day, trust_levels, visit_rate, segment, mistrust, banned_until, utility, best,
    outside, looks, direct_share, cumulative, listed, counts,
):  # fmt: skip
    """Fill visits, looks, tastes drawn again and orders of each stretch of buyers (parts, 4)."""
    sales, platform = mistrust
    n_categories = best.shape[1]
    n = utility.shape[1] // n_categories
    leaves = outside / (outside + looks * best)
    chunk = -(-visit_rate.size // counts.shape[0])
    for part in range(begin, end):
        for b in range(part * chunk, min((part + 1) * chunk, visit_rate.size)):
            rate = visit_rate[b] * season * (1.0 - platform[0][b] * platform[1])
            visits = min(int(rate + unit(bits(keys[0], uint64(b), uint64(0)))), VISITS - 1)
            trust = 1.0 - sales[0][b] * sales[1]
            kind = segment[b] * trust_levels + int(trust * (trust_levels - 1) + 0.5)
            for v in range(0 if banned_until[b] > day else visits):
                root = mix(uint64(keys[1]) + uint64(b * VISITS + v) * uint64(0x9E3779B97F4A7C15))
                c = ((root >> uint64(32)) * uint64(n_categories)) >> uint64(32)
                i, j = np.int64(c) * n, np.int64(c) * n + n
                count_visit(
                    root, i, leaves[kind, c], utility[kind, i:j], best[kind, c], outside, looks, direct_share,
                    (cumulative[0, i:j], listed[0, i:j]), (cumulative[1, i:j], listed[1, i:j]),
                    counts[part],
                )  # fmt: skip


def count_work(clock: Clock, platform: Platform, attention: Attention, shops: Shops, buyers: Buyers) -> Work:
    """Return the work of `sim.phases.buy.place_orders` with these arguments."""
    demand, parameters = platform.demand, platform.demand.parameters
    utility = attraction(shops, parameters)
    best = utility.reshape(utility.shape[0], -1, demand.per_category).max(axis=2)
    counts = np.zeros((PARTS, 4), dtype=np.int64)
    count_parts(
        PARTS, (clock.key(Stream.ARRIVAL), clock.key(Stream.VISIT)), season(parameters, clock.day), clock.day,
        TRUST_LEVELS, buyers.visit_rate, buyers.segment,
        ((buyers.sales_mistrust, buyers.sales_scale), (buyers.platform_mistrust, buyers.platform_scale)),
        buyers.banned_until, utility, best, demand.outside, parameters.looks, platform.ranking.direct_share,
        attention.cumulative, attention.listed, counts, work=buyers.n,
    )  # fmt: skip
    visits, looks, again, orders = counts.sum(axis=0).tolist()
    return Work(buyers.n, visits, looks, again, orders)
