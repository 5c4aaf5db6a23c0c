"""The twin's compiled functions, which take the named tuples of its state as they are.

Numba decides by the date of one file whether a compiled function is stale, but these use functions of each
other's files. So they are kept in a folder named after all the sources together, as is done in `sim.kernels`.
"""

from __future__ import annotations

from pathlib import Path

from sim.kernels.compiling import place_of, settings_of

HERE = Path(__file__).parent
SOURCES = (HERE.parent / "population.py", *sorted(HERE.glob("*.py")))

with settings_of(place_of(SOURCES)):
    from experiments.twin.kernels import (
        choosing,
        learning,
        measuring,
        moving,
        purchases,
        ranking,
        screening,
        selling,
        sentencing,
    )

__all__ = [
    "choosing", "learning", "measuring", "moving", "purchases", "ranking", "screening", "selling",
    "sentencing",
]  # fmt: skip
