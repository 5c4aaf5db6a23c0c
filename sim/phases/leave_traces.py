"""Leave traces: what today's orders leave behind enters the platform's records."""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.chance import Stream
from sim.kernels import accounts
from sim.kernels import leave_traces as kernels
from sim.kernels.sums import add_up
from sim.state.buyers import Buyers
from sim.state.displayed import show
from sim.state.platform import Platform
from sim.state.shops import Shops
from sim.state.today import Purchases, Tasks, Today
from sim.state.traces import DAYS, QUANTITIES, WINDOWS, Traces

NO_VALUE = np.zeros(0, dtype=np.int64)


def leave_traces(today: Today, platform: Platform, shops: Shops, buyers: Buyers, traces: Traces) -> None:
    """Record the day's traces."""
    sales, tasks = today.sales, today.tasks
    marks = count_accounts(traces, buyers, tasks, sales.purchases, today.clock.day)
    task_like, repeats = sales.purchases.marks_of_shops(*marks, traces)
    quantities = {
        "orders": sales.placed + tasks.count,
        "task_like": task_like,
        "repeats": repeats,
        "flagged_parcels": sales.flagged_parcels,
        "returns": sales.placed - sales.standing,
        "complaints": sales.complaints,
        "views": count_views(today, platform, shops, traces),
        "turnover": sales.turnover + tasks.value,
    }
    record_traces(traces, quantities, tasks.count, today.clock.day)


def record_traces(traces: Traces, today: dict[str, np.ndarray], brushed: np.ndarray, day: int) -> None:
    """Roll the windows on by one day; ``today`` gives each quantity as an array (n_shops,)."""
    now, over = day % DAYS, [(day - length) % DAYS for length in WINDOWS[1:]]
    *counts, turnover = (today[name] for name in QUANTITIES)
    left = np.ones((kernels.roll_windows.threads_for(brushed.size), len(QUANTITIES) + 1), dtype=bool)
    while True:
        days, windows = kernels.day_ring(traces), kernels.window_sums(traces)
        most = tuple(largest(array.dtype) for array in days)
        fresh, places = (tuple(counts), turnover, brushed), (now, tuple(over))
        kernels.roll_windows(left.shape[0], fresh, places, most, days, windows, left, work=brushed.size)
        if not left.any():
            break
        traces.ring, traces.sums = traces.ring.astype(np.int32), traces.sums.astype(np.int64)
        traces.turnover, traces.brushed = traces.turnover.astype(np.int64), traces.brushed.astype(np.int32)


@cache
def largest(dtype: np.dtype) -> int:
    """Return the largest number that an array of this type of integers can hold."""
    return int(np.iinfo(dtype).max)


def count_accounts(
    traces: Traces, buyers: Buyers, tasks: Tasks, purchases: Purchases, day: int
) -> tuple[np.ndarray, np.ndarray]:
    """Enter a day's orders into the accounts' records; return task-like and repeated orders by place."""
    place, config = day % DAYS, traces.parameters
    brushed, genuine = (tasks.account, tasks.shop), (purchases.account, purchases.place)
    parts = accounts.count_accounts.threads_for(genuine[0].size)
    marks = np.zeros((parts, purchases.n_places, 2), dtype=np.int64)
    by_place = np.empty((2, purchases.n_places), dtype=np.int32)
    step = (1 - 0.5 ** (1 / config.account_half_life)) * DAYS
    law, records = accounts.task_likeness(config), accounts.account_columns(buyers)
    placed = brushed, genuine, traces.accounts[place]
    accounts.count_accounts(parts, day, law, placed, step, records, marks, work=genuine[0].size)
    traces.accounts[place] = tasks.account, purchases.account
    add_up(purchases.n_places, marks, by_place, NO_VALUE)
    return by_place[0], by_place[1]


def count_views(today: Today, platform: Platform, shops: Shops, traces: Traces) -> np.ndarray:
    """Return page views (n_shops,): drawn from the normal law of the buyers' looks, plus the workers'.

    The looks of buyers who leave are not simulated one by one, so their number is drawn: mean and
    variance are those of a Poisson count of visits × looks × attention. Attention counts without bursts:
    who comes by a livestream or a promotion's page leaves an order and no view, which is why a genuine
    burst looks like brushing. Camouflage brings the views of a brushed order up to a buyer's.
    """
    config, demand, tasks = traces.parameters, platform.demand.parameters, today.tasks
    views = np.empty(shops.n, dtype=np.int32)
    natural = max(demand.looks / demand.purchase_probability, config.views_per_task)
    law, key = (demand.looks, float(config.views_per_task), float(natural)), today.clock.key(Stream.VIEWS)
    columns = shops.identity, shops.burst, today.attention.share
    kernels.count_views(shops.n, key, law, today.sales.visits, columns, (tasks.count, tasks.cover), views)
    return views


def show_sales(today: Today, platform: Platform, shops: Shops) -> None:
    """Add today's paid orders that still stand to displayed sales; older ones leave, or fade."""
    show(shops, platform.ranking, today.clock.day, today.sales.standing + today.tasks.count)
