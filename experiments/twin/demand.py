"""What ranks and demand are made of: the law of bursts, attention by position, prices."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from experiments.twin.kernels.ranking import Positions
from sim.config import DemandConfig, ShopConfig, World
from sim.ranking import position_weights
from sim.state import segment_sensitivity

BEHIND = 257
"""Probabilities of standing behind another shop at which attention is tabulated, spread as squares."""


@dataclass(frozen=True)
class Bursts:
    """The law of genuine bursts: days in one (share), and its quarters by what they leave.

    ``multiples`` (n,) are equally likely multiples of attention. ``lift`` (m,) are equally likely
    sizes of a burst's peak: what orders of seven days rise by, over their usual number. ``records`` are
    multiples of a month's usual orders and ``chances`` their probabilities: no burst in it, then one of
    each quarter. ``shots`` is the variance of displayed sales that bursts bring, over their squared mean, and
    ``tilt`` the covariance of log attention with log displayed sales; ``horizon`` is how many days of orders
    are displayed.
    """

    rate: float
    day_share: float
    multiples: np.ndarray
    lift: np.ndarray
    records: np.ndarray
    chances: np.ndarray
    shots: float
    tilt: float
    horizon: float


def burst_law(config: ShopConfig, horizon: float) -> Bursts:
    """Return the law of bursts; ``horizon`` is how many days of orders are displayed."""
    days = np.arange(config.burst_days_low, config.burst_days_high + 1.0)
    ratio = config.burst_multiple_high / config.burst_multiple_low
    multiples = config.burst_multiple_low * ratio ** ((np.arange(24) + 0.5) / 24)
    peak = np.multiply.outer(np.minimum(days, 7) / 7, multiples - 1)
    added = np.multiply.outer(np.minimum(days, 30) / 30, multiples - 1)
    recent = -np.expm1(-config.burst_rate / 365 * 30)
    day_share = min(config.burst_rate / 365 * days.mean(), 1.0)
    jump = float(np.mean(days**2) * np.mean((multiples - 1) ** 2))
    usual = float(1 + day_share * (multiples.mean() - 1))
    half_way = np.log1p(np.multiply.outer(days / 2, multiples - 1) / horizon)
    return Bursts(
        rate=config.burst_rate / 365,
        day_share=day_share,
        multiples=multiples.reshape(4, -1).mean(axis=1),
        lift=quarters(peak),
        records=np.append(1.0, 1 + quarters(added)),
        chances=np.append(1 - recent, np.full(4, recent / 4)),
        shots=config.burst_rate / 365 * jump / (2 * horizon * usual**2),
        tilt=float(day_share * np.mean(np.log(multiples) * half_way)),
        horizon=float(horizon),
    )


def quarters(values: np.ndarray) -> np.ndarray:
    """Return the means of the quarters of equally likely values, smallest first."""
    return np.array([part.mean() for part in np.array_split(np.sort(values.ravel()), 4)])


def tabulate_positions(world: World) -> Positions:
    """Return attention in a category of n shops whose scores are independent draws from the market's law.

    That is the limit of many categories at a fixed size: a shop of score x stands behind a binomial
    number of others, n − 1 trials with the share of shops that score more.
    """
    rule, n = world.ranking, world.market.shops_per_category
    weights = position_weights(n, rule.position_exponent)
    behind = np.linspace(0, 1, BEHIND) ** 2
    law = binom.pmf(np.arange(n), n - 1, behind[:, None])
    share = (1 - rule.direct_share) * weights / weights.sum() + rule.direct_share / n
    return Positions(law @ weights, np.log(np.maximum(share, 1e-12)))


def log_variance(bursts: Bursts, orders: float, elasticity: float) -> float:
    """Return the variance of log displayed sales of one shop over time.

    Shot noise of bursts and orders after Campbell's theorem, over the squared mean; what a burst
    adds is kept up by the rank that it brings, which makes it last 1/(1 − θ) times as long.
    """
    counts = 1 / max(2 * orders * bursts.horizon, 1e-9)
    return math.log1p((bursts.shots + counts) / max(1 - elasticity, 0.2))


def log_price_utility(config: DemandConfig, price: np.ndarray) -> np.ndarray:
    """Return the price's part of utility in each segment (n_segments, n)."""
    return -segment_sensitivity(config)[:, None] * np.log(price / 100)
