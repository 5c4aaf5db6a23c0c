"""The truth about shops, which no institution sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.state.campaigns import Campaigns
from sim.state.merchants import Merchants
from sim.state.shops import Shops

INNOCENT_DAYS = 90
"""Innocent: bought no brushed order for the own shop in so many days before."""

FRESH_DAYS = 30
"""Stale: guilty, but the last brushed order is more than this ago."""


@dataclass
class Truth:
    """What is true of shops on a day; arrays of one length."""

    innocent: np.ndarray
    honest: np.ndarray
    stale: np.ndarray


def guilty_shops(campaigns: Campaigns, day: int) -> np.ndarray:
    """Tell of every slot (n_shops,) whether it bought a brushed order so lately that it is guilty."""
    return day - campaigns.last_brushed_day <= INNOCENT_DAYS


def judge(
    shops: Shops,
    merchants: Merchants,
    campaigns: Campaigns,
    slots: np.ndarray,
    day: int,
    window: float = INNOCENT_DAYS,
) -> Truth:
    """Return the truth about ``slots`` on ``day``: innocence is of conduct, honesty of disposition.

    ``window`` is how far back the evidence of the case reaches, in days.
    """
    since = day - campaigns.last_brushed_day[slots]
    innocent = since > max(window, INNOCENT_DAYS)
    return Truth(innocent, ~merchants.opportunist[shops.owner[slots]], ~innocent & (since > FRESH_DAYS))
