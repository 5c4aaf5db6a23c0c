"""The mean-field twin: the market as a deterministic map of expectations, for instant answers."""

from experiments.twin.levers import read_levers
from experiments.twin.map import Twin

__all__ = ["Twin", "read_levers"]
