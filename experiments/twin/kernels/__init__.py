"""The twin's compiled functions, which take the named tuples of its state as they are.

Numba decides by the date of one file whether a compiled function is stale, but these use functions of each
other's files. So they are kept in a folder named after all the sources together, as is done in `sim.kernels`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numba

from sim.kernels import digest

HERE = Path(__file__).parent
SOURCES = sorted([HERE.parent / "population.py", *HERE.glob("*.py")])


@contextmanager
def kept_apart() -> Iterator[None]:
    """Point Numba's cache, if it is a folder of its own, to one of these very sources beside it."""
    before = numba.config.CACHE_DIR  # type: ignore[attr-defined]
    if before:
        numba.config.CACHE_DIR = str(Path(before).with_name(f"twin-{digest(SOURCES)}"))  # type: ignore[attr-defined]
    yield
    numba.config.CACHE_DIR = before  # type: ignore[attr-defined]


with kept_apart():
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
