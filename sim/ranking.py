"""Rank: displayed sales, rating and freshness become positions and attention."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from sim.chance import Stream, day_key, normals
from sim.config import RankingConfig
from sim.kernels import ranking as kernels
from sim.state import Shops


@dataclass
class Attention:
    """Where buyers look today; arrays of shape (n_shops,) category by category, unless said.

    ``share``, ``score`` and ``log_displayed``, log1p of displayed sales, are by slot. ``listed`` (2, n_shops)
    has the slots best first, and by identity for those who come by custom; the ``cumulative`` shares and
    their ``guide``, of the same shape, follow these lists, so that no result depends on slots.
    """

    share: np.ndarray
    score: np.ndarray
    log_displayed: np.ndarray
    elasticity: np.ndarray
    listed: np.ndarray
    cumulative: np.ndarray
    guide: np.ndarray

    @property
    def rank_shop(self) -> np.ndarray:
        """Slots, best first within each category."""
        return self.listed[0]

    @property
    def direct_shop(self) -> np.ndarray:
        """Slots by their shops' identities within each category."""
        return self.listed[1]


@dataclass
class Roll:
    """What ranking keeps of yesterday to save time; all of it follows from the identities and the week.

    ``noise`` is by slot, ``by_identity`` and ``by_score`` list slots category by category; ``by_score``
    is yesterday's ranking, and nearly today's but on the day on which a week begins.
    """

    key: np.uint64 | None = None
    identity: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    noise: np.ndarray = field(default_factory=lambda: np.zeros(0))
    by_identity: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    by_score: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def call(self, identity: np.ndarray, key: np.uint64, per_category: int) -> None:
        """Follow the identities of today, and draw the noise anew when a week begins, by its ``key``."""
        if self.identity.size != identity.size:
            self.identity, self.key = identity.copy(), None
            self.by_identity = order_by_identity(identity, per_category)
            self.by_score = self.by_identity.copy()
        moved = np.flatnonzero(self.identity != identity)
        if moved.size:
            self.identity = identity.copy()
            self.by_identity = reorder(self.by_identity, identity, moved, per_category)
        if self.key != key:
            self.key, self.noise = key, np.empty(identity.size)
            kernels.draw_noise(identity.size, key, identity, self.noise)
        elif moved.size:
            self.noise[moved] = normals(key, identity[moved])


def rank_shops(
    shops: Shops, config: RankingConfig, seed: int, day: int, per_category: int, roll: Roll | None = None,
    looked_up: bool = True,
) -> Attention:  # fmt: skip
    """Return today's attention; ``roll`` (the same every day) makes it cheaper and changes nothing.

    Score = w_sales·log1p(displayed sales) + w_rating·rating + w_fresh·e^(−age/τ) + weekly noise;
    attention = (1 − d)·position^−η·burst (normalised) + d·following·burst (normalised). Closed shops
    get none, hidden ones none through the ranking. ``elasticity`` (n_categories,) is w_sales·κ, κ being
    the least-squares slope of log attention on score. Where shops are not ``looked_up`` by position, the
    cumulative shares and their guides are empty.
    """
    roll = Roll() if roll is None else roll
    roll.call(shops.identity, day_key(seed, Stream.RANK_NOISE, day // 7), per_category)
    log_displayed, score = np.empty((2, shops.n))
    score_shops(shops, config, roll.noise, day, log_displayed, score)
    seen = shops.open & (shops.hidden_until <= day)
    share, n = np.empty(shops.n), shops.n if looked_up else 0
    cumulative, guide = np.empty((2, n)), np.empty((2, n), dtype=np.int32)
    listed = np.empty((2, shops.n), dtype=np.int32)
    kernels.rank(
        shops.n // per_category, score, seen, shops.identity, shops.burst,
        shops.open * shops.following * shops.burst, roll.by_identity,
        position_weights(per_category, config.position_exponent),
        float(config.direct_share), roll.by_score, share, cumulative, guide, listed,
    )  # fmt: skip
    return Attention(
        share=share,
        score=score,
        log_displayed=log_displayed,
        elasticity=config.sales_weight * attention_slope(score, share, seen, per_category),
        listed=listed,
        cumulative=cumulative,
        guide=guide,
    )


def score_shops(
    shops: Shops, config: RankingConfig, noise: np.ndarray, day: int, log_displayed: np.ndarray,
    score: np.ndarray,
) -> None:  # fmt: skip
    """Fill every shop's ranking score, shown or not, and the log of its displayed sales that goes into it."""
    weights = config.sales_weight, config.rating_weight, config.freshness_weight, config.noise
    kernels.score(
        shops.n, day, tuple(map(float, weights)), float(config.freshness_days), shops.displayed, shops.rating,
        shops.opened_day, noise, log_displayed, score,
    )  # fmt: skip


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


@lru_cache(maxsize=8)
def position_weights(n: int, exponent: float) -> np.ndarray:
    """Return position^−η for positions 1 … n."""
    return np.arange(1, n + 1, dtype=float) ** -exponent


def attention_slope(score: np.ndarray, share: np.ndarray, seen: np.ndarray, per_category: int) -> np.ndarray:
    """Return κ of each category: least squares of log attention on score over shops that are shown."""
    slope = np.empty(score.size // per_category)
    kernels.fit_slopes(slope.size, score, share, seen, slope)
    return slope


def show_sales(shops: Shops, standing: np.ndarray, config: RankingConfig) -> None:
    """Add today's paid orders that still stand (n_shops,) to displayed sales, older ones fading."""
    if not config.cumulative_sales:
        shops.displayed *= 0.5 ** (1 / config.displayed_half_life)
        shops.removed *= 0.5 ** (1 / config.displayed_half_life)
    shops.displayed += standing


def display_horizon(config: RankingConfig) -> float:
    """Return τ = 1/(1 − 2^(−1/half-life)), the days that one order counts in displayed sales."""
    return 1 / (1 - 0.5 ** (1 / config.displayed_half_life))
