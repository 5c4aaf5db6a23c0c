"""A market goes with the last reference to it, without Python's collector, and takes all it knows along."""

import copy
import gc
import pickle
import tracemalloc
import weakref
from collections.abc import Iterator

import numpy as np
import pytest

from experiments import load_config
from policies import build_package
from sim import Market

pytestmark = pytest.mark.slow


CONFIG = load_config(["market=small", "package=threshold_and_fine"])


@pytest.fixture(autouse=True)
def _collector_asleep() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def turn(seed: int) -> list[weakref.ref]:
    """Do what the README's example does; return weak references to its markets."""
    market = Market(CONFIG.world, build_package(CONFIG.status_quo), seed=seed).run(2)
    strict = market.branch().adopt(build_package(CONFIG.package)).run(2)
    nothing = market.branch().adopt(None).run(2)
    assert len(strict.daily()) == len(nothing.daily()) == 4
    return [weakref.ref(one) for one in (market, strict, nothing)]


def test_markets_and_branches_go_with_the_last_reference() -> None:
    assert [seen() for seen in turn(1)] == [None] * 3


def test_a_loop_needs_no_more_memory_in_a_later_turn() -> None:
    tracemalloc.start()
    turn(1)
    before = tracemalloc.get_traced_memory()[0]
    market = Market(CONFIG.world, None)
    of_one = tracemalloc.get_traced_memory()[0] - before
    del market
    for _ in range(4):
        turn(1)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert of_one > 500_000 and grown < of_one / 2  # four turns make twelve markets


def test_a_market_that_is_made_in_vain_goes_too() -> None:
    market = Market(CONFIG.world, None)
    seen = weakref.ref(market)
    market.observe(), market.truth(), market.outcomes, market.hash()
    del market
    assert seen() is None


@pytest.mark.parametrize("again", [copy.deepcopy, lambda market: pickle.loads(pickle.dumps(market))])
def test_organisers_of_a_copy_are_in_the_copy(again) -> None:
    market = Market(CONFIG.world, None).run(1)
    other = again(market)
    for part in ("trade", "founders"):
        own, copied = (vars(getattr(one.state, part)) for one in (market, other))
        arrays = [name for name, values in own.items() if isinstance(values, np.ndarray)]
        assert len(arrays) > 5 and not any(np.shares_memory(own[name], copied[name]) for name in arrays)
        assert all(np.array_equal(own[name], copied[name], equal_nan=True) for name in arrays)
    assert other.state.trade.parameters is other.state.parameters.trade is not market.state.parameters.trade
    assert other.run(2).hash() == market.run(2).hash()


def test_days_are_the_steps_that_mesa_counts() -> None:
    market = Market(CONFIG.world, None)
    market.step()
    assert (market.steps, market.run(2).steps, market.day) == (1, 3, 3)
