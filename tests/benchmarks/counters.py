"""What must not grow unseen and does not depend on the machine: draws, bytes, calls, compiled functions.

    python tests/benchmarks/counters.py            print them
    python tests/benchmarks/counters.py --write    accept them: they are held in counters.json

The types that kernels are compiled for are held in sim/kernels/signatures.json (`sim.kernels.ahead`).

Run from the root of the repository. The tests hold them against the file in the default run.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pickle
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import fields
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch

import numpy as np
from markets import morning_of
from recount import count_work
from stopwatch import compiled, is_entry_point, watch_kernels

import sim
from experiments import load_config
from policies import build_package
from policies.detectors import scoring
from sim.kernels.ahead import HELD as SIGNATURES
from sim.kernels.threads import Shared
from sim.market import Market
from sim.phases import buy as buy_module

HELD = Path(__file__).with_name("counters.json")
ROOT = Path(sim.__file__).parents[1]
DAYS = 30
SMALL = ("market.n_shops=40", "market.shops_per_category=20", "market.buyers_per_shop=20")

Counters = dict[str, Any]


def make(*overrides: str) -> Market:
    """Return a new market."""
    config = load_config(overrides)
    return Market(config.world, build_package(config.status_quo), seed=1)


def sim_modules() -> list[Any]:
    """Return every module of the world."""
    names = (module.name for module in pkgutil.walk_packages(sim.__path__, "sim."))
    return [importlib.import_module(name) for name in names]


@contextmanager
def in_plain_python(count: Callable[[], None]) -> Iterator[None]:
    """Let every compiled function of the world run as Python, and ``count`` each hash that it takes."""
    with ExitStack() as stack, np.errstate(over="ignore"):
        for module in sim_modules():
            for name, found in list(vars(module).items()):
                if (function := compiled(found)) is None:
                    continue
                plain = function.py_func
                if plain.__name__ == "mix":
                    plain = counted(plain, count)
                place = (found, "kernel") if isinstance(found, Shared) else (module, name)
                stack.enter_context(patch.object(*place, plain))
        yield


def counted(function: Callable[..., Any], count: Callable[[], None]) -> Callable[..., Any]:
    """Return ``function``, reporting every call."""

    def call(*args: Any) -> Any:
        count()
        return function(*args)

    return call


def draws_of_demand() -> Counters:
    """Return how often demand's kernel takes the hash in one morning, and how often the law says."""
    morning, taken = morning_of(make(*SMALL)), []
    orders, work = buy_module.place_orders(*morning), count_work(*morning)
    with in_plain_python(lambda: taken.append(1)):
        plain = buy_module.place_orders(*morning)
    assert np.array_equal(plain.buyer, orders.buyer) and np.array_equal(plain.shop, orders.shop)
    return {"orders": orders.n, "taken": len(taken), "by_law": work.draws}


def bytes_of(struct: Any, n: int) -> float:
    """Return the bytes a unit that the arrays of a struct of arrays take."""
    arrays = (getattr(struct, field.name) for field in fields(struct))
    return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray)) / n


def bytes_of_all(market: Market) -> int:
    """Return the bytes of all arrays that a market holds, each once."""
    buffers: list[pickle.PickleBuffer] = []
    pickle.dumps(market, protocol=5, buffer_callback=buffers.append)
    return sum(buffer.raw().nbytes for buffer in buffers)


def bytes_of_state() -> Counters:
    """Return bytes a shop and a buyer: of their structs, and of all that the market holds for each."""
    size = {"shops": 200, "buyers": 20}

    def held(**changed: int) -> Market:
        wanted = size | changed
        return make(f"market.n_shops={wanted['shops']}", f"market.buyers_per_shop={wanted['buyers']}")

    one, richer, larger = held(), held(buyers=40), held(shops=400)
    a_buyer = (bytes_of_all(richer) - bytes_of_all(one)) / (n_buyers(richer) - n_buyers(one))
    more = bytes_of_all(larger) - bytes_of_all(one) - a_buyer * (n_buyers(larger) - n_buyers(one))
    state = one.state
    return {
        "shops": bytes_of(state.shops, state.shops.n),
        "merchants": bytes_of(state.merchants, state.merchants.n),
        "campaigns": bytes_of(state.campaigns, state.shops.n),
        "buyers": bytes_of(state.buyers, state.buyers.n),
        "everything_a_shop": round(more / (larger.state.shops.n - state.shops.n)),
        "everything_a_buyer": round(a_buyer),
    }


def n_buyers(market: Market) -> int:
    """Return how many accounts a market has."""
    return market.state.buyers.n


def calls_a_day() -> Counters:
    """Return Python calls of our own functions a day in a small market, the mean over `DAYS`."""
    market = make("market=small").run(DAYS)
    found = {"sim": 0, "policies": 0}
    homes = {part: str(ROOT / part) for part in found}

    def note(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if event == "call" and not code.co_name.startswith("<"):  # comprehensions: inlined since Python 3.12
            for part, home in homes.items():
                found[part] += code.co_filename.startswith(home)

    sys.setprofile(note)
    try:
        market.run(DAYS)
    finally:
        sys.setprofile(None)
    return {part: round(calls / DAYS) for part, calls in found.items()}


def signatures_of_a_day() -> dict[str, list[list[str]]]:
    """Return the types kernels are compiled for: those of later days, of the opening, of the first day."""
    market = make("market=small")
    with watch_kernels() as watch:
        market.run(1)
        first = list(watch.calls)
        while "unsanctioned_orders" not in watch.calls:  # until an innocent shop is sanctioned
            market.run(1)
    kernels = {
        found.__name__: compiled(found)
        for module in [*sim_modules(), scoring]
        for found in vars(module).values()
        if is_entry_point(found) and found.__module__ == module.__name__
    }
    late = [name for name in watch.calls if name not in first]
    opening = [name for name in kernels if name not in watch.calls]
    in_order = [kernels[name] for name in [*late, *opening, *first] if kernels[name].signatures]
    return {
        f"{kernel.__module__}.{kernel.__name__}": [[repr(one) for one in kind] for kind in kernel.signatures]
        for kernel in in_order
    }


def compiled_functions() -> Counters:
    """Return the compiled functions that Python calls, and for how many signatures a market needs each."""
    entries = {}
    for module in sim_modules():
        for name, found in vars(module).items():
            if is_entry_point(found) and module.__name__ == found.__module__:
                entries[f"{module.__name__}.{name}"] = len(compiled(found).signatures)
    return dict(sorted(entries.items()))


def all_counters() -> Counters:
    """Return every counter; calls and signatures first, while nothing else has run."""
    calls, compiled = calls_a_day(), compiled_functions()
    return {
        "draws": draws_of_demand(),
        "bytes": bytes_of_state(),
        "calls_a_day": calls,
        "compiled": compiled,
        "signatures": signatures_of_a_day(),
    }


def main() -> None:
    """Print the counters, or accept them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--write", action="store_true", help="accept what was counted")
    write, found = parser.parse_args().write, all_counters()
    print(json.dumps(found, indent=2))
    signatures = found.pop("signatures")
    if write:
        HELD.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        SIGNATURES.write_text(json.dumps(signatures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
