"""Observe: what orders leave behind, as the platform can see it, over 1, 7 and 30 days."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np

from sim.brushing.tasks import Tasks
from sim.chance import Stream, day_key
from sim.config import TraceConfig, World
from sim.contract import WINDOWS, Counts
from sim.kernels import orders
from sim.kernels import traces as kernels
from sim.ranking import Attention
from sim.reviewing import Sales
from sim.state import FEN, Buyers, Shops

QUANTITIES = (
    "orders", "task_like", "repeats", "flagged_parcels", "returns", "complaints", "views", "turnover",
)  # fmt: skip
DAYS = WINDOWS[-1]
NO_VALUE = np.zeros(0, dtype=np.int64)


@dataclass
class Traces:
    """Rolling counts: the last 30 days in ``ring`` and ``turnover``, the windows in their ``sums``.

    ``ring`` has shape (30, quantities without turnover, n_shops), ``turnover`` (30, n_shops) is in fen;
    ``sums`` (3, quantities without turnover, n_shops) and ``turnover_sums`` (3, n_shops) are of 1, 7 and 30
    days. Being the largest arrays of a market, counts have 16 bits, their sums and turnover 32, until a day
    needs more. ``brushed`` (30, n_shops) is the truth and is never shown; ``accounts`` holds, for each of the
    last 30 days, the accounts of the brushed orders and, sorted, of the genuine ones.
    """

    ring: np.ndarray
    turnover: np.ndarray
    sums: np.ndarray
    turnover_sums: np.ndarray
    brushed: np.ndarray
    brushed_30: np.ndarray
    accounts: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    def genuine_30(self, slots: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Return genuine orders of the last 30 days (the truth), of all shops or of those in ``slots``."""
        return self.sums[2, 0, slots] - self.brushed_30[slots]

    def counts(self) -> Counts:
        """Return a copy for the institutions."""
        sums, turnover = np.empty_like(self.sums), np.empty(self.turnover_sums.shape)
        rows = self.sums.shape[0] * (self.sums.shape[1] + 1)
        kernels.copy_counts(
            rows, self.sums, self.turnover_sums, float(FEN), sums, turnover, work=self.sums.size
        )
        counts = {name: sums[:, i] for i, name in enumerate(QUANTITIES[:-1])}
        return Counts(**(counts | {"turnover": turnover}))


def make_traces(n_shops: int) -> Traces:
    """Return traces of a market in which nothing was ever ordered."""
    n = len(QUANTITIES)
    return Traces(
        ring=np.zeros((DAYS, n - 1, n_shops), dtype=np.uint16),
        turnover=np.zeros((DAYS, n_shops), dtype=np.uint32),
        sums=np.zeros((len(WINDOWS), n - 1, n_shops), dtype=np.int32),
        turnover_sums=np.zeros((len(WINDOWS), n_shops), dtype=np.int64),
        brushed=np.zeros((DAYS, n_shops), dtype=np.uint16),
        brushed_30=np.zeros(n_shops, dtype=np.int32),
        accounts=[(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32))] * DAYS,
    )


def record_traces(traces: Traces, today: dict[str, np.ndarray], brushed: np.ndarray, day: int) -> None:
    """Roll the windows on by one day; ``today`` gives each quantity as an array (n_shops,)."""
    now, over = day % DAYS, [(day - length) % DAYS for length in WINDOWS[1:]]
    *counts, turnover = (today[name] for name in QUANTITIES)
    left = np.ones((kernels.roll_windows.threads_for(brushed.size), len(QUANTITIES) + 1), dtype=bool)
    while True:
        places = traces.ring, traces.turnover, traces.brushed
        most = tuple(largest(place.dtype) for place in places)
        kernels.roll_windows(
            left.shape[0], tuple(counts), turnover, brushed, now, tuple(over), most, *places, traces.sums,
            traces.turnover_sums, traces.brushed_30, left, work=brushed.size,
        )  # fmt: skip
        if not left.any():
            break
        traces.ring, traces.sums = traces.ring.astype(np.int32), traces.sums.astype(np.int64)
        traces.turnover, traces.brushed = traces.turnover.astype(np.int64), traces.brushed.astype(np.int32)


@cache
def largest(dtype: np.dtype) -> int:
    """Return the largest number that an array of this type of integers can hold."""
    return int(np.iinfo(dtype).max)


def clear_traces(traces: Traces, slots: np.ndarray) -> None:
    """Forget what earlier shops in ``slots`` did."""
    arrays = (
        traces.ring, traces.turnover, traces.sums, traces.turnover_sums, traces.brushed, traces.brushed_30,
    )  # fmt: skip
    for array in arrays:
        array[..., slots] = 0


def count_accounts(
    traces: Traces, buyers: Buyers, tasks: tuple[np.ndarray, np.ndarray],
    genuine: tuple[np.ndarray, np.ndarray], config: TraceConfig, day: int, n_shops: int,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Enter a day's orders into the accounts' records; return task-like and repeated orders by shop.

    Accounts and shops of ``tasks`` (n,) and of ``genuine`` orders (m,), these sorted by account.
    """
    place = day % DAYS
    parts = orders.count_accounts.threads_for(genuine[0].size)
    marks, by_shop = np.zeros((parts, n_shops, 2), dtype=np.int64), np.empty((2, n_shops), dtype=np.int32)
    step = (1 - 0.5 ** (1 / config.account_half_life)) * DAYS
    orders.count_accounts(
        parts, tasks, genuine, traces.accounts[place], day, config.task_like_orders, config.task_like_ratio,
        buyers.past_orders, buyers.past_scale, step, buyers.recent_orders,
        (buyers.last_shop, buyers.last_day), marks, work=genuine[0].size,
    )  # fmt: skip
    traces.accounts[place] = tasks[0], genuine[0]
    orders.add_up(n_shops, marks, by_shop, NO_VALUE)
    return by_shop[0], by_shop[1]


def count_views(
    sales: Sales, tasks: Tasks, attention: Attention, shops: Shops, world: World, seed: int, day: int
) -> np.ndarray:
    """Return page views (n_shops,): drawn from the normal law of the buyers' looks, plus the workers'.

    The looks of buyers who leave are not simulated one by one, so their number is drawn: mean and
    variance are those of a Poisson count of visits × looks × attention. Attention counts without bursts:
    who comes by a livestream or a promotion's page leaves an order and no view, which is why a genuine
    burst looks like brushing. Camouflage brings the views of a brushed order up to a buyer's.
    """
    config, demand, views = world.traces, world.demand, np.empty(shops.n, dtype=np.int32)
    natural = max(demand.looks / demand.purchase_probability, config.views_per_task)
    kernels.count_views(
        shops.n, day_key(seed, Stream.VIEWS, day), shops.identity, sales.visits, demand.looks,
        attention.share, shops.burst, tasks.count, tasks.cover, float(config.views_per_task), float(natural),
        views,
    )  # fmt: skip
    return views
