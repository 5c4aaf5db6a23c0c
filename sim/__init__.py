"""The world: a market with brushing. It knows no policy and no experiment."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.market import Market
    from sim.parameters import Parameters
    from sim.parameters import Parameters as World

__all__ = ["Market", "Parameters", "World"]


def __getattr__(name: str) -> Any:
    """Import what is asked for: who compiles kernels needs none of the market."""
    if name == "Market":
        return import_module("sim.market").Market
    if name in ("Parameters", "World"):  # the second is the older name
        return import_module("sim.parameters").Parameters
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
