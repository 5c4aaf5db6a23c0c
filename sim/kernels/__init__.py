"""Compiled functions on arrays; a leaf beside `sim.chance`.

Numba decides by the date of one file whether a compiled function is stale, but kernels inline
functions of other files. So they are kept in a folder named after all the sources together.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import numba

HERE = Path(__file__).parent
SOURCES = sorted([HERE.parent / "chance.py", *HERE.glob("*.py")])

PRANGE: Any = {
    "prange": True, "comprehension": False, "fusion": False, "inplace_binop": False, "numpy": False,
    "reduction": False, "setitem": False, "stencil": False,
}  # fmt: skip
"""For `njit(parallel=…)`: loops marked ``prange`` are shared out over threads, and nothing else is.

By itself Numba also shares out sums of arrays; one of floats would then depend on the number of threads.
"""


def digest(sources: list[Path]) -> str:
    """Return a short digest of source files."""
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


def choose_cache() -> None:
    """Point Numba's cache, wherever it is, to a folder of these very sources."""
    chosen = numba.config.CACHE_DIR  # type: ignore[attr-defined]
    base = Path(chosen) if chosen else HERE / "__pycache__"
    if os.access(base if base.exists() else base.parent, os.W_OK):
        numba.config.CACHE_DIR = str(base / f"kernels-{digest(SOURCES)}")  # type: ignore[attr-defined]


def is_kept(function: Any) -> bool:
    """Tell whether a ``function`` of Numba's was compiled before and is kept on disk."""
    folder = function.stats.cache_path
    return folder is not None and any(Path(folder).glob(f"*.{function.__name__}-*.nbi"))


choose_cache()
