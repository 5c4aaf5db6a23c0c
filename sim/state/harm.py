"""Harm: what sanctions cost innocent shops, by age and size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.kernels import measure as kernels
from sim.state.shops import Shops
from sim.state.traces import Traces
from sim.state.units import never

AFTERMATH = 30
"""Sales lost are counted this many days beyond the sanction."""

CLOSURE_DAYS = 365
"""The closure of an innocent shop counts as so many days of sales lost."""

AGE_BANDS = ("< 90 days", "90 days – 1 year", "1 – 3 years", "> 3 years")
SIZE_BANDS = ("0 – 10 orders", "11 – 50 orders", "51 – 200 orders", "> 200 orders")
SHAPE = len(AGE_BANDS), len(SIZE_BANDS)


@dataclass
class Harm:
    """Innocent shops under sanction, and what sanctions cost since the package took over.

    Shops are watched ``until`` a day, with the displayed sales that they would have, ``shadow``, the orders
    a day ``expected`` without the sanction, and the ``band`` of age and size on the day of the hit, arrays
    (n_shops,). Innocent shop-days, hits, days and sales lost are counted by band, arrays (4, 4).
    """

    until: np.ndarray
    shadow: np.ndarray
    expected: np.ndarray
    band: np.ndarray
    shop_days: np.ndarray
    hits: np.ndarray
    days_lost: np.ndarray
    sales_lost: np.ndarray

    def watch(self, shops: Shops, traces: Traces, slots: np.ndarray, day: int) -> None:
        """Begin to watch innocent shops, ``slots``, that are sanctioned on ``day``."""
        fresh = slots[self.until[slots] <= day]
        self.shadow[fresh] = shops.displayed[fresh] + shops.removed[fresh]
        self.expected[fresh] = traces.genuine_30(fresh) / 30
        self.band[fresh] = bands(shops, traces.sums[2, 0], day, fresh)
        ends = np.where(
            shops.open[slots], np.maximum(shops.hidden_until[slots], day) + AFTERMATH, day + CLOSURE_DAYS
        )
        self.until[slots] = np.maximum(self.until[slots], ends)

    def lift(self, slots: np.ndarray, day: int) -> None:
        """Let the aftermath begin for shops that were reinstated."""
        watched = slots[self.until[slots] > day]
        self.until[watched] = day + AFTERMATH

    def add_hits(self, shops: Shops, orders_30: np.ndarray, slots: np.ndarray, day: int) -> None:
        """Count hits on the innocent shops of ``slots``."""
        self.hits += tally(bands(shops, orders_30, day, slots))

    def add_sales(self, slots: np.ndarray, rmb: np.ndarray) -> None:
        """Count sales lost (RMB) by the shops of ``slots``, in the band that they were hit in."""
        self.sales_lost += tally(self.band[slots], rmb)

    def forget_counts(self) -> None:
        """Count anew (another package takes over); who is watched stays so."""
        self.shop_days, self.hits, self.days_lost, self.sales_lost = np.zeros((4, *SHAPE))

    def table(self) -> pd.DataFrame:
        """Return one row for each band of age and size."""
        rows = [(age, size) for age in AGE_BANDS for size in SIZE_BANDS]
        table = pd.DataFrame(rows, columns=["age_band", "size_band"])
        table["innocent_shop_years"] = self.shop_days.ravel() / 365
        table["hits"] = self.hits.ravel().astype(np.int64)
        table["days_lost"] = self.days_lost.ravel().astype(np.int64)
        table["sales_lost_rmb"] = self.sales_lost.ravel()
        return table


def make_harm(n_shops: int) -> Harm:
    """Return an empty watch list and empty counts."""
    watched = never(n_shops), np.zeros(n_shops), np.zeros(n_shops), np.zeros(n_shops, dtype=np.int32)
    return Harm(*watched, *np.zeros((4, *SHAPE)))


def bands(shops: Shops, orders_30: np.ndarray, day: int, slots: np.ndarray) -> np.ndarray:
    """Return the bands (n,) of the shops of ``slots``: 4 × age band + size band."""
    band = np.empty(slots.size, dtype=np.int64)
    kernels.find_bands(slots, day, shops.opened_day, orders_30, band)
    return band


def tally(band: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Return counts (or sums of weights) by band, shape (4, 4)."""
    return np.bincount(band, weights=weights, minlength=SHAPE[0] * SHAPE[1]).reshape(SHAPE)
