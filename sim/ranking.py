"""Rank: displayed sales, rating and freshness become positions and attention."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.chance import Stream, day_key, normals
from sim.config import RankingConfig
from sim.kernels.choice import build_guide
from sim.state import Shops


@dataclass
class Attention:
    """Where buyers look today; arrays of shape (n_shops,) category by category, unless said.

    ``share`` and ``score`` are by slot; ``rank_shop`` lists slots best first, ``direct_shop`` by
    identity, and the cumulative shares follow those lists, so that no result depends on slots.
    """

    share: np.ndarray
    score: np.ndarray
    rank_shop: np.ndarray
    rank_cumulative: np.ndarray
    direct_cumulative: np.ndarray
    elasticity: np.ndarray
    rank_guide: np.ndarray
    direct_guide: np.ndarray
    direct_shop: np.ndarray


def rank_shops(shops: Shops, config: RankingConfig, seed: int, day: int, per_category: int) -> Attention:
    """Return today's attention.

    Score = w_sales·log1p(displayed sales) + w_rating·rating + w_fresh·e^(−age/τ) + weekly noise;
    attention = (1 − d)·position^−η·burst (normalised) + d·following·burst (normalised). Closed shops
    get none, hidden ones none through the ranking. ``elasticity`` (n_categories,) is w_sales·κ, κ being
    the least-squares slope of log attention on score.
    """
    score = score_shops(shops, config, seed, day)
    seen = shops.open & (shops.hidden_until <= day)
    direct_shop = order_by_identity(shops.identity, per_category)
    rank_shop = order_by_score(np.where(seen, score, -np.inf), direct_shop, per_category)
    by_category = (-1, per_category)
    weight = position_weights(per_category, config.position_exponent)
    ranked = (seen * shops.burst)[rank_shop].reshape(by_category) * weight
    direct = (shops.open * shops.following * shops.burst).reshape(by_category)
    rank_share = np.empty(shops.n)
    rank_share[rank_shop] = normalise(ranked).ravel()
    share = (1 - config.direct_share) * rank_share + config.direct_share * normalise(direct).ravel()
    rank_cumulative = accumulate(ranked)
    direct_cumulative = accumulate(direct.ravel()[direct_shop].reshape(by_category))
    return Attention(
        share=share,
        score=score,
        rank_shop=rank_shop,
        rank_cumulative=rank_cumulative,
        direct_cumulative=direct_cumulative,
        elasticity=config.sales_weight * attention_slope(score, share, seen, per_category),
        rank_guide=guide(rank_cumulative, per_category),
        direct_guide=guide(direct_cumulative, per_category),
        direct_shop=direct_shop,
    )


def score_shops(shops: Shops, config: RankingConfig, seed: int, day: int) -> np.ndarray:
    """Return every shop's ranking score, whether or not it is shown."""
    noise = normals(day_key(seed, Stream.RANK_NOISE, day // 7), shops.identity)
    freshness = np.exp(-np.maximum(shops.age(day), 0) / config.freshness_days)
    return (
        config.sales_weight * np.log1p(shops.displayed)
        + config.rating_weight * shops.rating
        + config.freshness_weight * freshness
        + config.noise * noise
    )


def order_by_score(score: np.ndarray, by_identity: np.ndarray, per_category: int) -> np.ndarray:
    """Return slots, best first within each category; equal scores keep the order ``by_identity``."""
    return by_identity[order_rows(-score[by_identity].reshape(-1, per_category))]


def order_by_identity(identity: np.ndarray, per_category: int) -> np.ndarray:
    """Return slots in the order of their shops' identities within each category."""
    return order_rows(identity.reshape(-1, per_category))


def order_rows(table: np.ndarray) -> np.ndarray:
    """Return flat indices that sort each row of ``table`` (stable)."""
    order = np.argsort(table, axis=1, kind="stable")
    return (order + table.shape[1] * np.arange(table.shape[0])[:, None]).ravel()


def position_weights(n: int, exponent: float) -> np.ndarray:
    """Return position^−η for positions 1 … n."""
    return np.arange(1, n + 1, dtype=float) ** -exponent


def normalise(weights: np.ndarray) -> np.ndarray:
    """Return rows that sum to one; rows without weight stay zero."""
    total = weights.sum(axis=1, keepdims=True)
    return np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)


def accumulate(weights: np.ndarray) -> np.ndarray:
    """Return the cumulative shares of each row, the last exactly one (zero for an empty row)."""
    total = np.cumsum(weights, axis=1)
    last = total[:, -1:]
    return np.divide(total, last, out=np.zeros_like(total), where=last > 0).ravel()


def guide(cumulative: np.ndarray, per_category: int) -> np.ndarray:
    """Return where the search in each category's cumulative shares starts (`sim.kernels.choice.find`)."""
    out = np.empty(cumulative.size, dtype=np.int32)
    build_guide(cumulative, per_category, out)
    return out


def attention_slope(score: np.ndarray, share: np.ndarray, seen: np.ndarray, per_category: int) -> np.ndarray:
    """Return κ of each category: least squares of log attention on score over shops that are shown."""
    count = seen.reshape(-1, per_category)
    n = np.maximum(count.sum(axis=1), 1)
    x = np.where(seen, score, 0.0).reshape(count.shape)
    y = np.where(seen, np.log(np.maximum(share, 1e-12)), 0.0).reshape(count.shape)
    dx = (x - (x.sum(axis=1) / n)[:, None]) * count
    variance = (dx * dx).sum(axis=1)
    slope = np.divide((dx * y).sum(axis=1), variance, out=np.zeros(n.size), where=variance > 1e-9)
    return np.maximum(slope, 0.0)


def show_sales(shops: Shops, standing: np.ndarray, config: RankingConfig) -> None:
    """Add today's paid orders that still stand (n_shops,) to displayed sales, older ones fading."""
    if not config.cumulative_sales:
        shops.displayed *= 0.5 ** (1 / config.displayed_half_life)
        shops.removed *= 0.5 ** (1 / config.displayed_half_life)
    shops.displayed += standing


def display_horizon(config: RankingConfig) -> float:
    """Return τ = 1/(1 − 2^(−1/half-life)), the days that one order counts in displayed sales."""
    return 1 / (1 - 0.5 ** (1 / config.displayed_half_life))
