"""What the phases of one day hand on: born in the morning, gone at night.

Each phase fills one field and reads those above it, so this is the data flow of a day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from sim.parameters import TradeParameters
from sim.state.clock import Clock
from sim.state.traces import Traces


@dataclass
class Tally:
    """What a day's acts come to; money in fen.

    ``sanctioned`` (n_shops,) are the shops with a case of which others hear for the first time, ``traced``
    (n_shops,) those of them with such a case that does not rest on a ledger. ``imposed`` is what shops were
    fined, ``fines`` what was collected at once, of shops and organisers, and ``paid_in`` what owners paid
    this morning of fines owed.
    """

    sanctioned: np.ndarray
    traced: np.ndarray
    demotion_days: float = 0.0
    demotions: int = 0
    removals: int = 0
    fined: int = 0
    imposed: int = 0
    closures: int = 0
    announcements: float = 0.0
    announced: list[tuple[str, float, float]] = field(default_factory=list)
    cases: int = 0
    hits_innocent: int = 0
    hits_guilty: int = 0
    hits_honest: int = 0
    appeals: int = 0
    overturned: int = 0
    reviews: int = 0
    bans: int = 0
    wrong_bans: int = 0
    raids: int = 0
    suits: int = 0
    capacity_bound: bool = False
    fines: int = 0
    paid_in: int = 0
    damages: int = 0
    restitution: int = 0
    organiser_sanctions: int = 0
    enforcement_cost: int = 0
    closure_losses: int = 0

    def count_hits(self, innocent: np.ndarray, honest: np.ndarray) -> None:
        """Count cases whose first sanction takes effect today."""
        self.hits_innocent += int(innocent.sum())
        self.hits_guilty += int((~innocent.astype(bool)).sum())
        self.hits_honest += int(honest.sum())


@dataclass
class Attention:
    """Where buyers look today; arrays of shape (n_shops,) category by category, unless said.

    ``share``, ``score`` and ``log_displayed``, log1p of displayed sales, are by slot. ``elasticity``
    (n_categories,) is θ, with which genuine sales grow with displayed ones: (1 + D)^θ; ``horizon`` are the
    days that an order counts in D. ``listed`` (2, n_shops) has the slots best first, and by identity for
    those who come by custom; the ``cumulative`` shares and their ``guide``, of the same shape, follow these
    lists, so that no result depends on slots.
    """

    share: np.ndarray
    score: np.ndarray
    log_displayed: np.ndarray
    elasticity: np.ndarray
    horizon: float
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
class Offers:
    """What organisers offer today, arrays (organisers,).

    ``fee`` is the all-in fee at the standard cut, ``cut`` the organiser's own, shares of value; ``size`` is
    how well it is known. Who wants camouflage gets at least ``least`` and at most ``most`` of it; full
    camouflage has ``camouflage_price``, RMB.
    """

    parameters: TradeParameters
    camouflage_price: float
    is_open: np.ndarray
    size: np.ndarray
    fee: np.ndarray
    cut: np.ndarray
    least: np.ndarray
    most: np.ndarray

    @property
    def n(self) -> int:
        """Number of organisers."""
        return self.fee.size


@dataclass
class Tasks:
    """A day's brushed orders: shop and account of each (n,), and sums by shop (n_shops,) in fen.

    ``organiser`` (n_shops,) is who serves each and ``quote`` the cut that it gets, a share of value.
    ``cover`` and ``camouflage_price`` (n_shops,) are of the camouflage that each campaign has: the share of
    the traces that it hides, and what it adds to the price of an order, RMB. ``covered`` is the sum of the
    first over orders, ``parcel_cost`` the price of an order's parcel, RMB.
    """

    shop: np.ndarray
    account: np.ndarray
    count: np.ndarray
    value: np.ndarray
    organiser: np.ndarray
    quote: np.ndarray
    cover: np.ndarray
    camouflage_price: np.ndarray
    covered: float
    parcel_cost: float

    @property
    def n(self) -> int:
        """Number of brushed orders."""
        return self.shop.size


class Purchases(Protocol):
    """Whose accounts placed a day's genuine orders.

    ``account`` and ``place`` (n,) are sorted by account; places 0 … n_shops − 1 are shops, and there are
    ``n_places``.
    """

    account: np.ndarray
    place: np.ndarray
    n_places: int

    def marks_of_shops(
        self, task_like: np.ndarray, repeats: np.ndarray, traces: Traces
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return task-like and repeated orders of each shop (n_shops,) from those of each place.

        ``traces`` are those of the days before.
        """


@dataclass
class Followed:
    """Purchases of buyers who were all followed: places are shops.

    ``value`` (n,) is what each was worth, fen, and ``returned`` (n,) says whether it came back.
    """

    account: np.ndarray
    place: np.ndarray
    n_places: int
    value: np.ndarray
    returned: np.ndarray

    def marks_of_shops(
        self, task_like: np.ndarray, repeats: np.ndarray, traces: Traces
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return what was counted."""
        return task_like, repeats


@dataclass
class Sales:
    """A day's genuine orders by shop (n_shops,), visits by category (n_categories,), and sums over orders.

    ``placed`` counts all orders, ``standing`` those that were not returned, and ``turnover`` is their value
    in fen. ``stars`` sums experiences in thousandths. ``consumer_surplus`` is in RMB, experienced: true
    quality, no displayed-sales term. ``purchases`` says whose accounts they were.
    """

    placed: np.ndarray
    standing: np.ndarray
    turnover: np.ndarray
    stars: np.ndarray
    complaints: np.ndarray
    flagged_parcels: np.ndarray
    visits: np.ndarray
    quality_bought: float
    consumer_surplus: float
    purchases: Purchases


@dataclass
class Accounts:
    """What a day's trade came to: sums in fen; ``fines`` are those that were owed and paid of the income."""

    genuine_value: int
    brushed_value: int
    platform_revenue: int
    organiser_profit: int
    fines: int


@dataclass
class Today:
    """One day: its clock, what its phases make of it in their order, and what its acts come to.

    ``attention`` is where buyers look, ``offers`` what organisers ask, ``started`` (n,) the slots whose
    merchants begin to brush, ``asked`` (2, 2, organisers) how many compared each organiser's quotes and what
    these will earn, RMB a day, by their sign, ``tasks`` the brushed orders, ``sales`` the genuine ones,
    ``accounts`` the money, ``sales_lost`` what innocent shops under sanction lost, fen.
    """

    clock: Clock
    tally: Tally
    attention: Attention
    offers: Offers
    started: np.ndarray
    asked: np.ndarray
    tasks: Tasks
    sales: Sales
    accounts: Accounts
    sales_lost: int = 0

    def __init__(self, clock: Clock, n_shops: int) -> None:
        self.clock, self.tally = clock, Tally(*np.zeros((2, n_shops), dtype=bool))
