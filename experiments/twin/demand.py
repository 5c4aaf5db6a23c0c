"""Ranks and genuine orders in expectation: the category of the limit, and the exact law of choice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr
from scipy.stats import binom

from sim.config import DemandConfig, ShopConfig, World
from sim.demand import NODES, WEIGHTS
from sim.ranking import display_horizon, position_weights
from sim.state import segment_sensitivity

GRID = np.linspace(-6.0, 17.0, 185)
"""Scores at which the distribution of scores is kept."""

STEP = GRID[1] - GRID[0]


def purchase_law(attention: np.ndarray, utility: np.ndarray, outside: float, looks: int) -> np.ndarray:
    """Return each cell's probability of an order in a visit (n,), the mean over rows of ``utility``.

    The exact law of `sim.demand.purchase_probabilities`, for all segments (n_segments, n) at once.
    ``attention`` (n,) is that of all shops of a cell together.
    """
    rate = outside + looks * utility @ attention
    t = NODES / rate[:, None]
    survive = np.exp(-t[:, None, :] * utility[:, :, None])
    phi = 1.0 - attention.sum() + np.einsum("j,sjq->sq", attention, survive)
    factor = looks * WEIGHTS / rate[:, None] * np.exp(NODES - t * outside) * phi ** (looks - 1)
    return attention * (utility * np.einsum("sjq,sq->sj", survive, factor)).mean(axis=0)


@dataclass(frozen=True)
class Bursts:
    """The law of genuine bursts: days in one (share), and its quarters by what they leave.

    ``multiples`` (n,) are equally likely multiples of attention. ``lift`` (m,) are equally likely
    sizes of a burst's peak: what orders of seven days rise by, over their usual number. ``records`` are
    multiples of a month's usual orders and ``chances`` their probabilities: no burst in it, then one of
    each quarter. ``jump`` is the second moment of the orders that a burst adds, in days of usual orders;
    ``tilt`` the covariance of log attention with log displayed sales that bursts bring about.
    """

    rate: float
    day_share: float
    multiples: np.ndarray
    lift: np.ndarray
    records: np.ndarray
    chances: np.ndarray
    jump: float
    tilt: float


def burst_law(config: ShopConfig, horizon: float) -> Bursts:
    """Return the law of bursts; ``horizon`` is how many days of orders are displayed."""
    days = np.arange(config.burst_days_low, config.burst_days_high + 1.0)
    ratio = config.burst_multiple_high / config.burst_multiple_low
    multiples = config.burst_multiple_low * ratio ** ((np.arange(24) + 0.5) / 24)
    peak = np.multiply.outer(np.minimum(days, 7) / 7, multiples - 1)
    added = np.multiply.outer(np.minimum(days, 30) / 30, multiples - 1)
    recent = -np.expm1(-config.burst_rate / 365 * 30)
    day_share = min(config.burst_rate / 365 * days.mean(), 1.0)
    half_way = np.log1p(np.multiply.outer(days / 2, multiples - 1) / horizon)
    return Bursts(
        rate=config.burst_rate / 365,
        day_share=day_share,
        multiples=multiples.reshape(4, -1).mean(axis=1),
        lift=quarters(peak),
        records=np.append(1.0, 1 + quarters(added)),
        chances=np.append(1 - recent, np.full(4, recent / 4)),
        jump=float(np.mean(days**2) * np.mean((multiples - 1) ** 2)),
        tilt=float(day_share * np.mean(np.log(multiples) * half_way)),
    )


def quarters(values: np.ndarray) -> np.ndarray:
    """Return the means of the quarters of equally likely values, smallest first."""
    return np.array([part.mean() for part in np.array_split(np.sort(values.ravel()), 4)])


class Ranking:
    """Attention in a category of n shops whose scores are independent draws from the market's law.

    That is the limit of many categories at a fixed size: a shop of score x stands behind a binomial
    number of others, n − 1 trials with the share of shops that score more. Expected attention is
    tabulated by that share once.
    """

    def __init__(self, world: World) -> None:
        self.config, self.n = world.ranking, world.market.shops_per_category
        weights = position_weights(self.n, self.config.position_exponent)
        self.behind = np.linspace(0, 1, 257) ** 2
        law = binom.pmf(np.arange(self.n), self.n - 1, self.behind[:, None])
        self.ranked = law @ weights
        share = (1 - self.config.direct_share) * weights / weights.sum() + self.config.direct_share / self.n
        self.typical_logs = np.log(np.maximum(share, 1e-12))

    def smear(self, values: np.ndarray, variance: float) -> np.ndarray:
        """Return ``values`` on the grid, smeared by the noise that a score has."""
        sd = max(np.sqrt(self.config.noise**2 + self.config.sales_weight**2 * variance), 0.3 * STEP)
        reach = min(int(np.ceil(5 * sd / STEP)), GRID.size // 2 - 1)
        noise = np.diff(ndtr((np.arange(-reach, reach + 2) - 0.5) * STEP / sd))
        return np.convolve(values, noise / noise.sum(), mode="same")

    def attend(
        self, score: np.ndarray, mass: np.ndarray, variance: float, tilt: float
    ) -> tuple[np.ndarray, float]:
        """Return attention through the ranking of a shop (n_cells,), and κ, the slope of its logarithm.

        ``score`` is each cell's mean score, ``mass`` its share of slots (0 for the hidden), ``variance``
        that of the logarithm of displayed sales around it, ``tilt`` as of `Bursts`.
        """
        place = np.clip((score - GRID[0]) / STEP, 0, GRID.size - 1.001)
        low = place.astype(int)
        part = place - low
        at = np.bincount(low, mass * (1 - part), GRID.size) + np.bincount(low + 1, mass * part, GRID.size)
        density = self.smear(at, variance)
        behind = np.clip(np.cumsum(density[::-1])[::-1] - density / 2, 0, 1)
        attention = np.interp(behind, self.behind, self.ranked)
        own = self.smear(attention, variance)
        return own[low] * (1 - part) + own[low + 1] * part, self.slope(density, tilt)

    def slope(self, density: np.ndarray, tilt: float) -> float:
        """Return κ of a typical category, whose shops stand at the quantiles of the law of scores."""
        law = np.cumsum(density) / max(density.sum(), 1e-300)
        score = np.interp(1 - (np.arange(self.n) + 0.5) / self.n, law, GRID + STEP / 2)
        dx = score - score.mean()
        variance = dx @ dx / self.n
        tilt = tilt * self.config.sales_weight
        slope = (dx @ self.typical_logs / self.n + tilt) / variance if variance > 1e-9 else 0.0
        return max(float(slope), 0.0)


def share_attention(
    ranked: np.ndarray,
    following: np.ndarray,
    seen: np.ndarray,
    mass: np.ndarray,
    bursts: Bursts,
    world: World,
) -> tuple[np.ndarray, np.ndarray]:
    """Return a shop's share of its category's attention on an ordinary day, and a burst's mean multiple.

    A burst of multiple b raises the share a to b·a/(1 + (b − 1)·a): it saturates where one shop has
    much of the attention. Over all shops shares sum to one, bursts included.
    """
    n, direct = world.market.shops_per_category, world.ranking.direct_share
    by_rank = ranked * seen
    by_rank /= max(n * (by_rank @ mass), 1e-300)
    by_custom = following / max(n * (following @ mass), 1e-300)
    share = (1 - direct) * by_rank + direct * by_custom
    b = bursts.multiples[:, None]
    lifted = (b / (1 + (b - 1) * share)).mean(axis=0)
    multiple = 1 + bursts.day_share * (lifted - 1)
    return share / (n * (share * multiple) @ mass), multiple


def log_variance(bursts: Bursts, orders: float, elasticity: float, world: World) -> float:
    """Return the variance of log displayed sales of one shop over time.

    Shot noise of bursts and orders after Campbell's theorem, over the squared mean; what a burst
    adds is kept up by the rank that it brings, which makes it last 1/(1 − θ) times as long.
    """
    horizon = display_horizon(world.ranking)
    usual = 1 + bursts.day_share * (bursts.multiples.mean() - 1)
    shots = bursts.rate * bursts.jump * horizon / 2 / (horizon * usual) ** 2
    counts = 1 / max(2 * orders * horizon, 1e-9)
    return float(np.log1p((shots + counts) / max(1 - elasticity, 0.2)))


def log_price_utility(config: DemandConfig, price: np.ndarray) -> np.ndarray:
    """Return the price's part of utility in each segment (n_segments, n)."""
    return -segment_sensitivity(config)[:, None] * np.log(price / 100)
