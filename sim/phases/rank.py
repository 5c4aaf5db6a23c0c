"""Rank: displayed sales, rating and freshness become positions and attention."""

from __future__ import annotations

import numpy as np

from sim.chance import Stream, day_key, normals
from sim.kernels import rank as kernels
from sim.parameters import RankingParameters
from sim.state.attraction import position_weights
from sim.state.clock import Clock
from sim.state.displayed import display_horizon
from sim.state.platform import Platform, RankingCache
from sim.state.shops import Shops
from sim.state.today import Attention


def rank(clock: Clock, platform: Platform, shops: Shops) -> Attention:
    """Return today's attention.

    Score = w_sales·log1p(displayed sales) + w_rating·rating + w_fresh·e^(−age/τ) + weekly noise;
    attention = (1 − d)·position^−η·burst (normalised) + d·following·burst (normalised). Closed shops
    get none, hidden ones none through the ranking. ``elasticity`` (n_categories,) is w_sales·κ + β_sales, κ
    being the least-squares slope of log attention on score, and β_sales the weight of displayed sales in the
    utility of buyers who trust them in full. Where buyers are counted by class nobody looks up positions, and
    the cumulative shares and their guides are empty.
    """
    rule, demand, cache = platform.ranking, platform.demand, platform.cache
    per_category = demand.per_category
    follow(cache, shops.identity, day_key(clock.seed, Stream.RANK_NOISE, clock.day // 7), per_category)
    log_displayed, score = np.empty((2, shops.n))
    score_shops(shops, rule, cache.noise, clock.day, log_displayed, score)
    seen = shops.shown(clock.day)
    share, n = np.empty(shops.n), shops.n if platform.classes is None else 0
    cumulative, guide = np.empty((2, n)), np.empty((2, n), dtype=np.int32)
    listed = np.empty((2, shops.n), dtype=np.int32)
    law = position_weights(per_category, rule.position_exponent), float(rule.direct_share)
    columns = score, seen, shops.identity, shops.burst, shops.open * shops.following * shops.burst
    slots, out = (cache.by_identity, cache.by_score), (share, cumulative, guide, listed)
    kernels.rank(shops.n // per_category, law, columns, *slots, out)
    slope = attention_slope(score, share, seen, per_category)
    return Attention(
        share=share,
        score=score,
        log_displayed=log_displayed,
        elasticity=rule.sales_weight * slope + demand.parameters.sales_weight,
        horizon=display_horizon(rule),
        listed=listed,
        cumulative=cumulative,
        guide=guide,
    )


def follow(cache: RankingCache, identity: np.ndarray, key: np.uint64, per_category: int) -> None:
    """Follow the identities of today, and draw the noise anew when a week begins, by its ``key``."""
    if cache.identity.size != identity.size:
        cache.identity, cache.key = identity.copy(), None
        cache.by_identity = order_by_identity(identity, per_category)
        cache.by_score = cache.by_identity.copy()
    moved = np.flatnonzero(cache.identity != identity)
    if moved.size:
        cache.identity = identity.copy()
        cache.by_identity = reorder(cache.by_identity, identity, moved, per_category)
    if cache.key != key:
        cache.key, cache.noise = key, np.empty(identity.size)
        kernels.draw_noise(identity.size, key, identity, cache.noise)
    elif moved.size:
        cache.noise[moved] = normals(key, identity[moved])


def score_shops(
    shops: Shops,
    config: RankingParameters,
    noise: np.ndarray,
    day: int,
    log_displayed: np.ndarray,
    score: np.ndarray,
) -> None:
    """Fill every shop's ranking score, shown or not, and the log of its displayed sales that goes into it."""
    law, columns = kernels.score_law(config), kernels.display_columns(shops)
    kernels.score(shops.n, day, law, columns, noise, log_displayed, score)


def order_by_identity(identity: np.ndarray, per_category: int) -> np.ndarray:
    """Return slots in the order of their shops' identities within each category."""
    return order_rows(identity.reshape(-1, per_category))


def reorder(
    by_identity: np.ndarray, identity: np.ndarray, moved: np.ndarray, per_category: int
) -> np.ndarray:
    """Return `order_by_identity` from yesterday's, where the identities of the slots ``moved`` are new."""
    order, categories = by_identity.copy(), np.unique(moved // per_category)
    rows = order_rows(identity.reshape(-1, per_category)[categories]).reshape(-1, per_category)
    there = (categories - np.arange(categories.size)) * per_category
    order.reshape(-1, per_category)[categories] = rows + there[:, None]
    return order


def order_rows(table: np.ndarray) -> np.ndarray:
    """Return flat indices that sort each row of ``table`` (stable)."""
    order = np.argsort(table, axis=1, kind="stable").astype(np.int32)
    return (order + table.shape[1] * np.arange(table.shape[0], dtype=np.int32)[:, None]).ravel()


def attention_slope(score: np.ndarray, share: np.ndarray, seen: np.ndarray, per_category: int) -> np.ndarray:
    """Return κ of each category: least squares of log attention on score over shops that are shown."""
    slope = np.empty(score.size // per_category)
    kernels.fit_slopes(slope.size, score, share, seen, slope)
    return slope
