"""One commit's process in a comparison: it gets ready, then times what it is asked to.

`compare_commits` starts two of these with different packages on the path. So this file uses nothing of
the project but what has long been there: configurations, packages, markets, demand, draws.
Reads and answers one JSON object a line.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any

import numba
import numpy as np

SEED = 1
Action = Callable[..., Any]


@dataclass(frozen=True)
class Workload:
    """Something to time: ``ready`` returns what ``start`` turns into (the timed action, its digest)."""

    ready: Action
    start: Callable[[Any], tuple[Action, Callable[[Any], str]]]
    repeats: int


def ready_draws() -> Any:
    """Return the arguments of a million draws."""
    from sim.chance import Stream, day_key, uniforms

    who = np.arange(1_000_000)
    return lambda: uniforms(day_key(SEED, Stream.VISIT, 1), who)


def ready_market(*overrides: str, days: int, threads: int = 1) -> Action:
    """Return a function that opens a market and lets ``days`` pass."""

    def ready() -> Any:
        from experiments import load_config
        from policies import build_package
        from sim.market import Market

        config = load_config(overrides)
        return Market(config.world, build_package(config.status_quo), seed=SEED, threads=threads).run(days)

    return ready


def digest(*arrays: np.ndarray) -> str:
    """Return a digest of whole numbers, whatever their type."""
    whole = hashlib.sha256()
    for array in arrays:
        whole.update(np.ascontiguousarray(array, dtype=np.int64).tobytes())
    return whole.hexdigest()


def start_draws(draw: Action) -> tuple[Action, Callable[[Any], str]]:
    """Time the draws."""
    return draw, lambda drawn: digest(drawn * 2**52)


def use_threads(threads: int) -> None:
    """Let kernels use ``threads``, in this version or in an older one, whose loops were Numba's."""
    numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))  # type: ignore[attr-defined]
    if importlib.util.find_spec("sim.kernels.threads") is not None:
        importlib.import_module("sim.kernels.threads").use_threads(threads)


def start_demand(market: Any) -> tuple[Action, Callable[[Any], str]]:
    """Time a morning's demand; the attention it needs is drawn up before."""
    use_threads(market.threads)
    new = importlib.util.find_spec("sim.phases") is not None
    place_orders, args = morning_of(market) if new else older_morning_of(market)
    return lambda: place_orders(*args), lambda o: digest(o.buyer, o.shop, o.number, o.value, o.visits)


def morning_of(market: Any) -> tuple[Action, tuple[Any, ...]]:
    """Return the function that places orders, and what it takes on the next morning."""
    from sim.phases.buy import place_orders
    from sim.phases.rank import rank

    state, (platform,) = market.state, market.state.platforms
    attention = rank(state.clock, platform, state.shops)
    return place_orders, (state.clock, platform, attention, state.shops, state.buyers)


def older_morning_of(market: Any) -> tuple[Action, tuple[Any, ...]]:
    """Return the same of a commit whose market had no state of its own."""
    place_orders = importlib.import_module("sim.demand").place_orders
    rank_shops = importlib.import_module("sim.ranking").rank_shops
    demand, ranking = market.demand, market.ranking
    attention = rank_shops(market.shops, ranking, market.seed, market.day, demand.per_category)
    share = ranking.direct_share
    return place_orders, (demand, market.buyers, market.shops, attention, share, market.seed, market.day)


def start_days(days: int) -> Callable[[Any], tuple[Action, Callable[[Any], str]]]:
    """Time days of a copy of the market."""

    def start(market: Any) -> tuple[Action, Callable[[Any], str]]:
        copy = market.branch()
        return lambda: copy.run(days), lambda lived: str(lived.hash())

    return start


def larger(n_shops: int) -> str:
    """Return the override that makes a market of ``n_shops``."""
    return f"market.n_shops={n_shops}"


WORKLOADS = {
    "draws": Workload(ready_draws, start_draws, 20),
    "demand 20000": Workload(ready_market(larger(20_000), days=3), start_demand, 5),
    "demand 20000, two threads": Workload(ready_market(larger(20_000), days=3, threads=2), start_demand, 5),
    "run 300": Workload(ready_market("market=small", days=30), start_days(30), 3),
    "days 2000": Workload(ready_market("market=base", days=30), start_days(10), 3),
    "day 20000, two threads": Workload(ready_market(larger(20_000), days=3, threads=2), start_days(2), 2),
}


class Contender:
    """The workloads that are ready, and the digest that each must give."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}
        self.digests: dict[str, str] = {}

    def ready(self, name: str) -> dict[str, Any]:
        """Make a workload ready and do it once without a clock; say so if this commit lacks it."""
        try:
            self.state[name] = WORKLOADS[name].ready()
            action, digest_of = WORKLOADS[name].start(self.state[name])
            self.digests[name] = digest_of(action())
        except (ImportError, AttributeError, TypeError) as error:
            return {"missing": f"{type(error).__name__}: {error}"}
        return {"digest": self.digests[name]}

    def time(self, name: str) -> dict[str, Any]:
        """Return the least seconds of some repetitions, each of which must end as the untimed one did.

        ``seconds`` are of the clock on the wall, ``processor`` of all threads together.
        """
        least = {"seconds": np.inf, "processor": np.inf}
        for _ in range(WORKLOADS[name].repeats):
            action, digest_of = WORKLOADS[name].start(self.state[name])
            start, begun = perf_counter(), process_time()
            ended = action()
            spent = {"seconds": perf_counter() - start, "processor": process_time() - begun}
            least = {clock: min(least[clock], spent[clock]) for clock in least}
            assert digest_of(ended) == self.digests[name], f"{name}: a timed run ends differently"
        return least


def main() -> None:
    """Answer until the other side closes."""
    contender = Contender()
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(getattr(contender, asked["do"])(asked["name"])), flush=True)


if __name__ == "__main__":
    main()
