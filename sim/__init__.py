"""The world: a market with brushing. It knows no policy and no experiment."""

from sim.config import World
from sim.market import Market

__all__ = ["Market", "World"]
