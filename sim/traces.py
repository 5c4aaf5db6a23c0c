"""Observe: what orders leave behind, as the platform can see it, over 1, 7 and 30 days."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numba
import numpy as np

from sim.chance import Stream, day_key, normals
from sim.config import DemandConfig, TraceConfig
from sim.contract import WINDOWS, Counts
from sim.kernels import orders as kernels
from sim.state import FEN, Buyers

QUANTITIES = (
    "orders", "task_like", "repeats", "flagged_parcels", "returns", "complaints", "views", "turnover",
)  # fmt: skip
DAYS = WINDOWS[-1]


@dataclass
class Traces:
    """Rolling counts: the last 30 days in ``ring`` and ``turnover``, the windows in ``sums``.

    ``ring`` has shape (30, quantities without turnover, n_shops), ``turnover`` (30, n_shops) is in fen.
    Being the largest arrays of a market, they have 16 and 32 bits until a day needs more. ``sums``
    (3, quantities, n_shops) have 64. ``brushed`` (30, n_shops) is the truth and is never shown; ``accounts``
    holds, for each of the last 30 days, the accounts of the brushed orders and, sorted, of the genuine ones.
    """

    ring: np.ndarray
    turnover: np.ndarray
    sums: np.ndarray
    brushed: np.ndarray
    brushed_30: np.ndarray
    accounts: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    def genuine_30(self) -> np.ndarray:
        """Return genuine orders of the last 30 days (the truth)."""
        return self.sums[2, 0] - self.brushed_30

    def counts(self) -> Counts:
        """Return a copy for the institutions."""
        sums = self.sums[:, :-1].copy()
        counts = {name: sums[:, i] for i, name in enumerate(QUANTITIES[:-1])}
        return Counts(**(counts | {"turnover": self.sums[:, -1] / FEN}))


def make_traces(n_shops: int) -> Traces:
    """Return traces of a market in which nothing was ever ordered."""
    n = len(QUANTITIES)
    return Traces(
        ring=np.zeros((DAYS, n - 1, n_shops), dtype=np.uint16),
        turnover=np.zeros((DAYS, n_shops), dtype=np.uint32),
        sums=np.zeros((len(WINDOWS), n, n_shops), dtype=np.int64),
        brushed=np.zeros((DAYS, n_shops), dtype=np.uint16),
        brushed_30=np.zeros(n_shops, dtype=np.int64),
        accounts=[(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32))] * DAYS,
    )


def record_traces(traces: Traces, today: dict[str, np.ndarray], brushed: np.ndarray, day: int) -> None:
    """Roll the windows on by one day; ``today`` gives each quantity as an array (n_shops,)."""
    now, over = day % DAYS, [(day - length) % DAYS for length in WINDOWS[1:]]
    quantities, too_large = tuple(today[name] for name in QUANTITIES), np.zeros(numba.get_num_threads(), bool)
    most = largest(traces.ring.dtype), largest(traces.turnover.dtype)
    kernels.roll_windows(
        quantities, now, tuple(over), most, traces.ring, traces.turnover, traces.sums, too_large
    )
    if too_large.any():
        traces.ring, traces.turnover = traces.ring.astype(np.int32), traces.turnover.astype(np.int64)
        traces.ring[now], traces.turnover[now] = quantities[:-1], quantities[-1]
    if brushed.max() > largest(traces.brushed.dtype):
        traces.brushed = traces.brushed.astype(np.int32)
    traces.brushed_30 += brushed - traces.brushed[now]
    traces.brushed[now] = brushed


@cache
def largest(dtype: np.dtype) -> int:
    """Return the largest number that an array of this type of integers can hold."""
    return int(np.iinfo(dtype).max)


def clear_traces(traces: Traces, slots: np.ndarray) -> None:
    """Forget what earlier shops in ``slots`` did."""
    for array in (traces.ring, traces.turnover, traces.sums, traces.brushed, traces.brushed_30):
        array[..., slots] = 0


def count_accounts(
    traces: Traces, buyers: Buyers, tasks: tuple[np.ndarray, np.ndarray],
    genuine: tuple[np.ndarray, np.ndarray], config: TraceConfig, day: int, n_shops: int,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Enter a day's orders into the accounts' records; return task-like and repeated orders by shop.

    Accounts and shops of ``tasks`` (n,) and of ``genuine`` orders (m,), these sorted by account.
    """
    threads = numba.get_num_threads()
    kernels.forget_accounts(threads, *traces.accounts[day % DAYS], buyers.recent_orders)
    marks, by_shop = np.zeros((threads, n_shops, 2), dtype=np.int64), np.empty((2, n_shops), dtype=np.int64)
    step = (1 - 0.5 ** (1 / config.account_half_life)) * DAYS
    kernels.count_accounts(
        *tasks, *genuine, day, config.task_like_orders, config.task_like_ratio, buyers.past_orders,
        buyers.past_scale, step, buyers.recent_orders, buyers.last_shop, buyers.last_day, marks,
    )  # fmt: skip
    traces.accounts[day % DAYS] = tasks[0], genuine[0]
    kernels.add_up(marks, by_shop)
    return by_shop[0], by_shop[1]


def count_views(
    visits: np.ndarray, looks: int, attention: np.ndarray, task_views: np.ndarray, identity: np.ndarray,
    seed: int, day: int,
) -> np.ndarray:  # fmt: skip
    """Return page views (n_shops,): drawn from the normal law of the buyers' looks, plus the workers'.

    The looks of buyers who leave are not simulated one by one, so their number is drawn: mean and
    variance are those of a Poisson count of ``visits`` × ``looks`` × attention. Attention is to be
    given without bursts: who comes by a livestream or a promotion's page leaves an order and no view,
    which is why a genuine burst looks like brushing.
    """
    noise = normals(day_key(seed, Stream.VIEWS, day), identity)
    views = np.empty(identity.size, dtype=np.int64)
    kernels.count_views(visits * looks, attention, noise, task_views, views)
    return views


def count_task_views(
    tasks: np.ndarray, cover: np.ndarray, config: TraceConfig, demand: DemandConfig
) -> np.ndarray:
    """Return the page views that workers make (n_shops,): camouflage brings them up to a buyer's an order."""
    natural = max(demand.looks / demand.purchase_probability, config.views_per_task)
    each = config.views_per_task + cover * (natural - config.views_per_task)
    return np.rint(tasks * each).astype(np.int64)
