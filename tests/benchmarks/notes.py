"""What is written beside a time: the market, the threads, the work that was done."""

from __future__ import annotations

from typing import Any

import pytest
from comparison import Ratio
from markets import Tally, tally, trunk, untimed

from sim.market import Market

LARGE = pytest.param(1_000_000, marks=pytest.mark.large, id="1000000")
"""The market of ``make bench-large``."""


def note(benchmark: Any, shops: int, threads: int, **counted: Any) -> None:
    """Write down what was measured."""
    benchmark.extra_info.update({"shops": shops, "threads": threads} | counted)


def expect(market: Market, n_shops: int, days: int) -> dict[str, int]:
    """Assert that the last ``days`` of a timed market are those of a run without a clock; return counts."""
    found, (truth, draws) = tally(market, days), untimed(n_shops, days)
    assert found == truth
    assert truth.orders > days * n_shops and draws > 2 * days * trunk(n_shops).state.buyers.n
    return counts(truth, draws) | {"days": days}


def counts(held: Tally, draws: int) -> dict[str, int]:
    """Return the counters of some days; ``draws`` are those of demand."""
    return held.counters() | {"draws": draws}


def as_info(name: str, ratio: Ratio) -> dict[str, float]:
    """Return a ratio with its interval, as the JSON holds it."""
    return {name: ratio.value, f"{name}_low": ratio.low, f"{name}_high": ratio.high}
