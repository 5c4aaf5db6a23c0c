"""Shops, slot by slot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.parameters import RankingParameters, ShopParameters
from sim.state.units import NEVER, never


@dataclass
class Shops:
    """Shop slots, arrays (n_shops,) unless said; slot // shops_per_category is the category.

    ``identity`` is −1 where a slot is vacant, ``owner`` the row of its merchant. ``displayed`` are displayed
    sales, ``removed`` those that a sanction took off the page: those of the days before ``counted_from``.
    ``sold`` (n_shops, displayed_days) are the orders of each day of the window that is displayed,
    ``coming_reviews`` and ``coming_stars`` (n_shops, review_days) the genuine reviews still to come; day d
    has column d mod their number, none where there is no window, or no delay. ``sanction_days``
    (n_shops, 4) are the days of the last strikes in the platform's file, latest first.
    """

    parameters: ShopParameters
    identity: np.ndarray
    owner: np.ndarray
    category: np.ndarray
    open: np.ndarray
    opened_day: np.ndarray
    quality: np.ndarray
    price: np.ndarray
    margin: np.ndarray
    following: np.ndarray
    parcel_flag: np.ndarray
    displayed: np.ndarray
    removed: np.ndarray
    sold: np.ndarray
    counted_from: np.ndarray
    rating_sum: np.ndarray
    rating_count: np.ndarray
    rating: np.ndarray
    coming_reviews: np.ndarray
    coming_stars: np.ndarray
    hidden_until: np.ndarray
    closed_day: np.ndarray
    burst: np.ndarray
    burst_until: np.ndarray
    last_case_day: np.ndarray
    sanction_days: np.ndarray

    @property
    def n(self) -> int:
        """Number of slots."""
        return self.identity.size

    def age(self, day: int) -> np.ndarray:
        """Return days since opening."""
        return day - self.opened_day

    def shown(self, day: int) -> np.ndarray:
        """Tell which shops the ranking shows: open ones that are not hidden."""
        return self.open & (self.hidden_until <= day)

    def still_there(self, slots: np.ndarray, identities: np.ndarray) -> np.ndarray:
        """Return ``slots``, −1 where the shop of that identity has left; a shop keeps its slot for life."""
        return np.where(self.identity[slots] == identities, slots, -1)

    def slots_of(self, identities: np.ndarray) -> np.ndarray:
        """Return the slots of shop identities, −1 for those that have left."""
        if identities.size == 0:
            return np.zeros(0, dtype=np.int64)
        order = np.argsort(self.identity, kind="stable")
        at = np.searchsorted(self.identity[order], identities)
        slots = order[np.minimum(at, order.size - 1)]
        return np.where(self.identity[slots] == identities, slots, -1)


def days_of(days: int, n: int, dtype: type) -> np.ndarray:
    """Return zeros (n, days), of which the column of a day lies together in memory."""
    return np.zeros((n, days), dtype=dtype, order="F")


def make_shops(n: int, per_category: int, parameters: ShopParameters, rule: RankingParameters) -> Shops:
    """Return ``n`` open shops of identities 0 … n − 1, each with a merchant of its own, without traits."""
    slots = np.arange(n)
    traits = "quality", "price", "margin", "following", "parcel_flag"
    records = "displayed", "removed", "rating_sum", "rating_count", "rating"
    return Shops(
        parameters=parameters,
        identity=slots.astype(np.int64),
        owner=slots.astype(np.int32),
        category=(slots // per_category).astype(np.int32),
        open=np.ones(n, dtype=bool),
        opened_day=np.zeros(n, dtype=np.int32),
        sold=days_of(0 if rule.cumulative_sales else rule.displayed_days, n, np.int32),
        counted_from=never(n),
        coming_reviews=days_of(parameters.review_days, n, np.int32),
        coming_stars=days_of(parameters.review_days, n, np.int64),
        hidden_until=never(n),
        closed_day=never(n),
        burst=np.ones(n),
        burst_until=never(n),
        last_case_day=never(n),
        sanction_days=never((n, 4)),
        **{name: np.zeros(n) for name in (*traits, *records)},
    )


def vacate(shops: Shops, slots: np.ndarray) -> None:
    """Take the shops of ``slots`` out of the market."""
    shops.open[slots] = False
    shops.identity[slots] = -1
    shops.closed_day[slots] = NEVER
    shops.displayed[slots] = 0.0
    for array in (shops.sold, shops.coming_reviews, shops.coming_stars):
        array[slots] = 0
    shops.burst[slots] = 1.0


def clear_records(shops: Shops, slots: np.ndarray) -> None:
    """Forget what earlier shops in ``slots`` sold, were rated and were sanctioned for."""
    for array in (shops.displayed, shops.removed, shops.rating_sum, shops.rating_count, shops.rating):
        array[slots] = 0.0
    for array in (
        shops.hidden_until,
        shops.closed_day,
        shops.burst_until,
        shops.last_case_day,
        shops.counted_from,
    ):
        array[slots] = NEVER
    shops.sanction_days[slots] = NEVER
    shops.burst[slots] = 1.0
