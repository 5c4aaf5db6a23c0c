"""Buyers: accounts with trust, a purse's sensitivity to prices and a record of orders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.chance import Stream, day_key, normals, uniforms
from sim.kernels.sums import sum_parts
from sim.parameters import DemandParameters, Parameters
from sim.state.distributions import lognormal, truncated_mean
from sim.state.units import never

SEGMENTS = 3
"""Buyers fall into three segments of price sensitivity (low, middle, high), equally likely."""

TRUST_LEVELS = 4
"""Trust in displayed sales acts in utility rounded to 0, 1/3, 2/3 or 1."""

N_CLASSES = SEGMENTS * TRUST_LEVELS

LEAST_ACCOUNTS = 100_000
"""In cohorts, at least so many accounts are kept, or all."""


@dataclass
class Buyers:
    """Accounts of real buyers, shape (n_buyers,); in cohorts, those that are kept for ``people``.

    Quantities that fade are stored raw: the value today is ``raw × scale``, and only the one
    number ``scale`` is touched every day.
    """

    visit_rate: np.ndarray
    segment: np.ndarray
    sales_mistrust: np.ndarray
    platform_mistrust: np.ndarray
    past_orders: np.ndarray
    recent_orders: np.ndarray
    last_shop: np.ndarray
    last_day: np.ndarray
    banned_until: np.ndarray
    works: np.ndarray
    people: int
    sales_scale: float = 1.0
    platform_scale: float = 1.0
    past_scale: float = 1.0

    @property
    def n(self) -> int:
        """Number of accounts."""
        return self.visit_rate.size

    def mean_trust(self) -> float:
        """Return the mean trust in displayed sales, in [0, 1]."""
        sums = np.empty(64)  # as many, whatever the number of threads
        sum_parts(sums.size, self.sales_mistrust, sums, work=self.n)
        return 1.0 - float(sums.sum()) / self.n * self.sales_scale


def segment_sensitivity(parameters: DemandParameters) -> np.ndarray:
    """Return the weight of log price in the utility of each segment of buyers (SEGMENTS,)."""
    return parameters.price_sensitivity + parameters.price_sensitivity_spread * (np.arange(SEGMENTS) - 1)


def make_buyers(parameters: Parameters, seed: int) -> Buyers:
    """Return the accounts of all buyers, or those kept where buyers are cohorts.

    Visit rates are log-normal, at most four times the mean, in visits a day.
    """
    people, demand = round(parameters.market.n_shops * parameters.market.buyers_per_shop), parameters.demand
    n = people
    if demand.cohort:
        n = min(people, max(LEAST_ACCOUNTS, -(-people // demand.cohort)))
    who = np.arange(n)
    key = day_key(seed, Stream.BUYER, 0)
    mean = demand.orders_per_buyer / 365 / demand.purchase_probability
    rate = np.minimum(lognormal(normals(key, who, 0), demand.visit_rate_sd), 4.0)
    rate *= mean / truncated_mean(demand.visit_rate_sd, 4.0)
    orders = rate * demand.purchase_probability * 30
    return Buyers(
        visit_rate=rate.astype(np.float32),
        segment=(uniforms(key, who, 1) * SEGMENTS).astype(np.int8),
        sales_mistrust=np.zeros(n, dtype=np.float32),
        platform_mistrust=np.zeros(n, dtype=np.float32),
        past_orders=orders.astype(np.float32),
        recent_orders=np.zeros(n, dtype=np.int16),
        last_shop=np.full(n, -1, dtype=np.int32),
        last_day=never(n),
        banned_until=never(n),
        works=np.zeros(n, dtype=bool),
        people=people,
    )


def fade_buyers(buyers: Buyers, parameters: Parameters) -> None:
    """Let a day pass over mistrust and past rates; rescale before a scale underflows."""
    for name, raw, half_life in (
        ("sales_scale", buyers.sales_mistrust, parameters.demand.trust_half_life),
        ("platform_scale", buyers.platform_mistrust, parameters.demand.platform_trust_half_life),
        ("past_scale", buyers.past_orders, parameters.traces.account_half_life),
    ):
        scale = getattr(buyers, name) * 0.5 ** (1 / half_life)
        if scale < 1e-6:
            raw *= np.float32(scale)
            scale = 1.0
        setattr(buyers, name, scale)
