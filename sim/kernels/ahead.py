"""Compiling on two cores: a process takes the day's kernels from the evening, the market from the morning.

Both keep what they compile in the same place and look there first, so they meet at noon. ``signatures.json``
has the types of arguments; it is written, and held against what a day really compiles, by
``tests/benchmarks/counters.py``.
"""

from __future__ import annotations

import atexit
import importlib
import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from numba import types

from sim.compiling import is_kept
from sim.kernels.threads import Shared, cores

LONGEST = "sim.kernels.buy.place_orders"
"""The kernel at which whoever meets the other loses most."""

HELD = Path(__file__).with_name("signatures.json")
ROOT = HELD.parents[2]


def numba_of(found: Any) -> Any:
    """Return what Numba makes of a kernel, alone or shared among threads."""
    return found.kernel if isinstance(found, Shared) else found


def listed() -> list[tuple[str, list[str]]]:
    """Return the kernels of a day, in its order, with the types that each is compiled for."""
    return list(json.loads(HELD.read_text(encoding="utf-8")).items())


def load(name: str) -> Any:
    """Return a kernel by its full name."""
    module, _, function = name.rpartition(".")
    return numba_of(getattr(importlib.import_module(module), function))


@cache
def compile_ahead() -> subprocess.Popen | None:
    """Start the process, once, where something is to compile and somebody may do it; return it.

    A process of a pool starts none: its kernels are those of the process that started it.
    """
    alone = multiprocessing.parent_process() is None and cores() > 1 and sys.executable
    if not alone or all(is_kept(load(name)) for name, _ in listed()[-1:]):
        return None
    paths = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment, nowhere = os.environ | {"PYTHONPATH": paths}, subprocess.DEVNULL
    command = [sys.executable, "-m", "sim.kernels.ahead", str(os.getpid())]
    process = subprocess.Popen(command, env=environment, stdin=nowhere, stdout=nowhere, stderr=nowhere)
    atexit.register(process.terminate)
    return process


def compile_backwards(wanted: Callable[[], bool]) -> None:
    """Compile a day's kernels, the longest first and then the last, for as long as they are ``wanted``."""
    for name, signatures in sorted(reversed(listed()), key=lambda kernel: kernel[0] != LONGEST):
        for signature in signatures:
            if wanted():
                load(name).compile(tuple(eval(one, vars(types)) for one in signature))  # of our own file


def main(parent: str) -> None:
    """Compile for the process ``parent``, and end when that has ended."""
    compile_backwards(lambda: os.name != "posix" or os.getppid() == int(parent))


if __name__ == "__main__":
    main(*sys.argv[1:])
