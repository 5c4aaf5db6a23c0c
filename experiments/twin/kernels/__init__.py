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


def cache_folder() -> str:
    """Return the folder of these very sources, beside that of the engine's; "" where Numba chooses one."""
    engine = numba.config.CACHE_DIR  # type: ignore[attr-defined]
    return str(Path(engine).with_name(f"twin-{digest(SOURCES)}")) if engine else ""


@contextmanager
def kept_apart() -> Iterator[None]:
    """Let Numba keep what is compiled in this block in a folder of its own."""
    engine = numba.config.CACHE_DIR  # type: ignore[attr-defined]
    numba.config.CACHE_DIR = cache_folder()  # type: ignore[attr-defined]
    yield
    numba.config.CACHE_DIR = engine  # type: ignore[attr-defined]


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
