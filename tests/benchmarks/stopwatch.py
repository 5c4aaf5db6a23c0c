"""Time the named functions that a day calls, from outside: nothing is added to the model."""

from __future__ import annotations

import ast
import functools
import inspect
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from unittest.mock import patch

from numba.core.dispatcher import Dispatcher

from sim import market as market_module
from sim.kernels.ahead import numba_of
from sim.market import Market
from sim.phases import buy as buy_module

PHASES = {
    "enter and age": ("enter_and_age",),
    "rank": ("rank", "show_sales"),
    "decide": ("decide",),
    "brush": ("quote", "brush"),
    "buy": ("sell", "place_orders"),
    "deliver and review": ("deliver", "review"),
    "settle": ("settle",),
    "observe": ("leave_traces", "count_losses", "observe"),
    "enforce": ("act", "clear_delivered", "enforce"),
    "learn": ("learn", "adapt"),
    "measure": ("count_harm", "count_month", "measure"),
}
"""The phases of `Market.step` and the functions they consist of; what is not named is ``other``.

Buyers who are counted by class experience their orders in ``sell``.
"""


@dataclass
class Watch:
    """Seconds and calls by name; what a function calls that is timed too counts for the callee only."""

    seconds: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    inner: list[float] = field(default_factory=lambda: [0.0])

    def time(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``function``, timed under ``name``."""

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self.inner.append(0.0)
            start = perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                spent = perf_counter() - start
                self.seconds[name] += spent - self.inner.pop()
                self.calls[name] += 1
                self.inner[-1] += spent

        return timed


def called_in_a_day() -> list[str]:
    """Return the names of the functions that a day calls, in the order of the source."""
    sources = [textwrap.dedent(inspect.getsource(part)) for part in (Market.step, Market._enforce)]
    sources.append(inspect.getsource(buy_module.buy))
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    named = [
        f.attr if isinstance(f, ast.Attribute) else f.id
        for f in calls
        if hasattr(f, "attr") or hasattr(f, "id")
    ]
    return list(dict.fromkeys(named))


@contextmanager
def watch_phases(market: Market) -> Iterator[Watch]:
    """Time what a day calls by name: in the module of the market, on it, on its package, where buyers buy."""
    watch = Watch()
    homes = [market_module, market, market.package, buy_module]
    with ExitStack() as stack:
        for name in called_in_a_day():
            for home in homes:
                if callable(found := getattr(home, name, None)) and not isinstance(found, type):
                    stack.enter_context(patch.object(home, name, watch.time(name, found)))
                    break
        yield watch


def by_phase(watch: Watch, whole: float) -> dict[str, float]:
    """Return seconds by phase, with ``other`` for the rest of ``whole``."""
    seconds = {phase: sum(watch.seconds[name] for name in names) for phase, names in PHASES.items()}
    return seconds | {"other": whole - sum(seconds.values())}


@contextmanager
def watch_kernels() -> Iterator[Watch]:
    """Time every compiled function where the model's Python calls it."""
    watch = Watch()
    with ExitStack() as stack:
        for home in [m for name, m in sys.modules.items() if name.split(".")[0] in ("sim", "policies")]:
            for name, found in list(vars(home).items()):
                if is_entry_point(found):
                    timed = watch.time(name, found)
                    timed.threads_for = getattr(found, "threads_for", None)  # phases ask it of shared ones
                    stack.enter_context(patch.object(home, name, timed))
        yield watch


def compiled(found: Any) -> Dispatcher | None:
    """Return what Numba makes of a function, alone or shared among threads; None if it is something else."""
    function = numba_of(found)
    return function if isinstance(function, Dispatcher) else None


def is_entry_point(found: Any) -> bool:
    """Tell whether it is a compiled function that is kept on disk, as those are that Python calls."""
    function = compiled(found)
    return function is not None and type(function._cache).__name__ != "NullCache"
