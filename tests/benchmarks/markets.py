"""The markets that are measured, and the work that their days hold."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from unittest.mock import patch

import numpy as np
from recount import Work, count_work

from experiments import load_config
from experiments.settings.schema import RunConfig
from policies import build_package
from sim.market import Market
from sim.phases import buy as buy_module
from sim.phases.buy import Orders
from sim.phases.rank import rank
from sim.state.buyers import Buyers
from sim.state.clock import Clock
from sim.state.platform import Platform
from sim.state.shops import Shops
from sim.state.today import Attention

SEED = 1

SIZES = {300: "small", 2_000: "base", 50_000: "large", 1_000_000: "million"}
"""Markets of configs/market/ by their shops; others are the base market with more shops."""

WARM_DAYS = {300: 60, 600: 60, 2_000: 60, 20_000: 20, 50_000: 10, 200_000: 4, 1_000_000: 2}
"""Days that pass before anything is measured: shops are sanctioned, kernels compiled, pages touched."""


def config_of(n_shops: int, demand: str = "agents") -> RunConfig:
    """Return the configuration of a market of ``n_shops`` under the status quo."""
    if n_shops in SIZES:
        return load_config([f"market={SIZES[n_shops]}", f"demand={demand}"])
    return load_config(["market=base", f"market.n_shops={n_shops}", f"demand={demand}"])


def open_market(n_shops: int, days: int, threads: int = 1, demand: str = "agents") -> Market:
    """Return a market of ``n_shops`` after ``days`` under the status quo."""
    config = config_of(n_shops, demand)
    return Market(config.world, build_package(config.status_quo), seed=SEED, threads=threads).run(days)


@lru_cache(maxsize=1)
def trunk(n_shops: int) -> Market:
    """Return the warm market of ``n_shops`` to branch off; only the last one is kept."""
    return open_market(n_shops, WARM_DAYS[n_shops])


def branch(n_shops: int, threads: int) -> Market:
    """Return a copy of the warm market that uses ``threads``."""
    market = trunk(n_shops).branch()
    market.threads = threads
    return market


def expect_same(markets: Iterable[Market]) -> None:
    """Assert that markets which lived the same days have the same tables."""
    assert len({market.hash() for market in markets}) == 1


@dataclass(frozen=True)
class Tally:
    """What some days of a market held; ``digest`` is the hash of its tables after them."""

    digest: str
    orders: int
    cases: int
    events: int

    def counters(self) -> dict[str, int]:
        """Return what is printed beside a time."""
        return {"orders": self.orders, "cases": self.cases, "events": self.events}


def tally(market: Market, days: int) -> Tally:
    """Return what the last ``days`` of a market held."""
    rows, first = market.rows[len(market.rows) - days :], market.state.clock.policy_day - days
    cases = sum(int(row["cases"]) for row in rows)
    orders = sum(int(row["genuine_orders"] + row["returned_orders"]) for row in rows)
    return Tally(market.hash(), orders, cases, int((market.events()["day"] >= first).sum()))


@contextmanager
def recounting() -> Iterator[list[Work]]:
    """Count the work of every morning beside the engine, and hold its orders against the count."""
    found: list[Work] = []
    engine = buy_module.place_orders

    def counted(*args: Any) -> Orders:
        orders = engine(*args)
        work = count_work(*args)
        assert (work.orders, work.visits) == (orders.n, int(orders.visits.sum()))
        found.append(work)
        return orders

    with patch.object(buy_module, "place_orders", counted):
        yield found


@lru_cache(maxsize=8)
def untimed(n_shops: int, days: int) -> tuple[Tally, int]:
    """Return what the ``days`` after the warm-up hold, and demand's draws, from a run that is not timed."""
    market = branch(n_shops, threads=1)
    with recounting() as works:
        market.run(days)
    found, draws = tally(market, days), sum(work.draws for work in works)
    del market
    gc.collect()
    assert found.orders == sum(work.orders for work in works)
    return found, draws


Buy = Callable[[], Orders]
Morning = tuple[Clock, Platform, Attention, Shops, Buyers]


def morning(n_shops: int) -> tuple[Buy, Work]:
    """Return a function that lets the buyers of the next morning choose, and the work that this is.

    It can be called again and again: buying changes nothing that it reads.
    """
    args = morning_of(trunk(n_shops))
    return lambda: buy_module.place_orders(*args), count_work(*args)


def morning_of(market: Market) -> Morning:
    """Return what `place_orders` takes on the next morning."""
    state, (platform,) = market.state, market.state.platforms
    attention = rank(state.clock, platform, state.shops)
    return state.clock, platform, attention, state.shops, state.buyers


def digest_of(orders: Orders) -> str:
    """Return a digest of a day's orders."""
    digest = hashlib.sha256()
    for array in (orders.buyer, orders.shop, orders.number, orders.value, orders.visits):
        digest.update(np.ascontiguousarray(array, dtype=np.int64).tobytes())
    return digest.hexdigest()
