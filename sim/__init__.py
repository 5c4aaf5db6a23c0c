"""The world: a market with brushing. It knows no policy and no experiment."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.config import World
    from sim.market import Market

__all__ = ["Market", "World"]


def __getattr__(name: str) -> Any:
    """Import what is asked for: who compiles kernels needs none of the market."""
    homes = {"Market": "sim.market", "World": "sim.config"}
    if name not in homes:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(homes[name]), name)
