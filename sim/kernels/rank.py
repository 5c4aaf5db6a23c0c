"""From scores to positions and attention, category by category."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from sim.chance import bits, normal, unit
from sim.compiling import inner
from sim.kernels.groups import columns, numbers
from sim.kernels.positions import build_guide
from sim.kernels.sums import sum_pairwise
from sim.kernels.threads import shared


class ScoreLaw(NamedTuple):
    """Weights of displayed sales, rating, freshness and noise in the score, and days of freshness."""

    sales_weight: float
    rating_weight: float
    freshness_weight: float
    noise: float
    freshness_days: float


class DisplayColumns(NamedTuple):
    """What the score of a shop is made of, arrays (S,): displayed sales, rating, day of opening."""

    displayed: np.ndarray
    rating: np.ndarray
    opened_day: np.ndarray


class RankedColumns(NamedTuple):
    """Shops to be ranked, arrays (S,): score, whether shown, identity, burst, weight in direct attention."""

    score: np.ndarray
    seen: np.ndarray
    identity: np.ndarray
    burst: np.ndarray
    direct: np.ndarray


class Positions(NamedTuple):
    """Attention: shares (S,), and, of the ranking and of custom, cumulative ones, their guides, slots (2, S).

    ``cumulative`` and ``guide`` follow the slots ``listed``, and have no columns if they are not wanted.
    """

    share: np.ndarray
    cumulative: np.ndarray
    guide: np.ndarray
    listed: np.ndarray


score_law, display_columns = numbers(ScoreLaw), columns(DisplayColumns)


@shared
def draw_noise(first, last, key, identity, out):
    """Fill a standard normal draw (S,) of each identity (`sim.chance.normals`)."""
    for s in range(first, last):
        out[s] = normal(unit(bits(key, uint64(identity[s]), uint64(0))))


@shared
def score(first, last, day, law, shops, noise, log_displayed, out):
    """Fill the scores of shops (S,) by a `ScoreLaw`; ``shops`` are `DisplayColumns`, ``noise`` is (S,).

    What displayed sales D count by, log(1 + D), is wanted all day long and goes to ``log_displayed`` (S,).
    """
    sales_weight, rating_weight, freshness_weight, noise_weight, freshness_days = law
    displayed, rating, opened_day = shops
    for s in range(first, last):
        freshness = np.exp(-max(day - opened_day[s], 0) / freshness_days)
        log_displayed[s] = np.log1p(displayed[s])
        popular = sales_weight * log_displayed[s]
        out[s] = popular + rating_weight * rating[s] + freshness_weight * freshness + noise_weight * noise[s]


@inner
def insert_by_score(slots, score, identity):
    """Sort ``slots`` (n,) in place, best score first, equal ones by identity; cheap if nearly sorted."""
    for i in range(1, slots.size):
        s, at = slots[i], i
        while at > 0:
            other = slots[at - 1]
            if score[other] > score[s]:
                break
            if score[other] == score[s] and (identity[other], other) < (identity[s], s):
                break
            slots[at] = other
            at -= 1
        slots[at] = s


@inner
def accumulate(weights, out):
    """Fill the cumulative shares of ``weights``, the last exactly one (zeros if there is no weight)."""
    total = 0.0
    for i in range(weights.size):
        total += weights[i]
        out[i] = total
    for i in range(weights.size):
        out[i] = out[i] / total if total > 0 else 0.0


@shared
def rank(begin, end, rule, shops, by_identity, by_score, out):
    """Sort ``by_score`` (S,), slots category by category; fill shares, cumulative ones and their guides.

    ``rule`` is position^−η (shops of a category,) and the share of direct attention; ``out`` are `Positions`.
    ``by_score`` may come in any order within its categories. Rows are categories.
    """
    (place_weights, direct_share), shops, out = rule, RankedColumns(*shops), Positions(*out)
    n = place_weights.size
    shown = np.empty(shops.score.size)
    for c in range(begin, end):
        first = c * n
        for s in range(first, first + n):
            shown[s] = shops.score[s] if shops.seen[s] else -np.inf
        block = slice(first, first + n)
        ranked, custom = np.empty(n), np.empty(n)
        slots = by_score[block]
        insert_by_score(slots, shown, shops.identity)
        for i in range(n):
            ranked[i] = shops.seen[slots[i]] * shops.burst[slots[i]] * place_weights[i]
        rank_total, direct_total = sum_pairwise(ranked, 0, n), sum_pairwise(shops.direct, first, n)
        for i in range(n):
            out.share[slots[i]] = (1 - direct_share) * (ranked[i] / rank_total if rank_total > 0 else 0.0)
        for s in range(first, first + n):
            out.share[s] += direct_share * (shops.direct[s] / direct_total if direct_total > 0 else 0.0)
        for i in range(n):
            out.listed[0, first + i], out.listed[1, first + i] = slots[i], by_identity[first + i]
        if out.guide.size > 0:
            for i in range(n):
                custom[i] = shops.direct[by_identity[first + i]]
            accumulate(ranked, out.cumulative[0, block])
            accumulate(custom, out.cumulative[1, block])
            build_guide(out.cumulative[0, block], n, out.guide[0, block])
            build_guide(out.cumulative[1, block], n, out.guide[1, block])


@shared
def fit_slopes(begin, end, x, share, seen, out):
    """Fill the least-squares slopes (C,) of log ``share`` on ``x`` (S,) over the shops seen of each category.

    At least zero, which they are too where ``x`` hardly varies. Rows are categories.
    """
    n = x.size // out.size
    for c in range(begin, end):
        first, count = c * n, 0
        a, b = np.empty(n), np.empty(n)
        for i in range(n):
            a[i] = x[first + i] if seen[first + i] else 0.0
            count += seen[first + i]
        mean = sum_pairwise(a, 0, n) / max(count, 1)
        for i in range(n):
            a[i] = (a[i] - mean) * seen[first + i]
            b[i] = a[i] * np.log(max(share[first + i], 1e-12)) * seen[first + i]
            a[i] *= a[i]
        variance = sum_pairwise(a, 0, n)
        out[c] = max(sum_pairwise(b, 0, n) / variance, 0.0) if variance > 1e-9 else 0.0
