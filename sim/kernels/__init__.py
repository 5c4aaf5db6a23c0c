"""Compiled functions on arrays; a leaf beside `sim.chance`."""
