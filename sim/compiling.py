"""How functions on arrays are compiled, and where the compiled ones are kept.

Three kinds. A `kernel` is called from Python; it is compiled once and kept on disk. An `inner` function is
compiled into the kernels that call it. A `shared` one is a kernel whose first two parameters say which rows
it works on, so that threads can have some each (`sim.kernels.threads`).

All are serial for Numba, and none knows how many threads there are. Numba's own parallel loops are not used:
they take much longer to compile, their threads spin while they wait and so are slow on a busy machine, and
the OpenMP runtime that they bring is one more beside scikit-learn's.
"""

from __future__ import annotations

import atexit
import gc
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numba
import platformdirs
from numba.core import event
from numba.core.registry import CPUDispatcher

HERE = Path(__file__).resolve()
KERNELS = HERE.with_name("kernels")
SOURCES = tuple(sorted([HERE, HERE.with_name("chance.py"), *KERNELS.glob("*.py")]))
"""Every file of which kernels are made, or that is compiled into them."""


def digest(sources: Iterable[Path]) -> str:
    """Return a short digest of source files."""
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]


def can_write(folder: Path) -> bool:
    """Tell whether files can be made in ``folder``, which is made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@cache
def place_of(sources: tuple[Path, ...]) -> Path:
    """Return the folder in which what is compiled of ``sources`` is kept: one that can be written.

    Numba decides by the date of one file whether a compiled function is stale, but kernels have functions of
    other files in them. So the folder bears the digest of all the sources together. It is made in the folder
    that ``NUMBA_CACHE_DIR`` names, or else beside the kernels, or else in the user's cache, which then begins
    with what lies beside the kernels; where none can be written, it goes with the process (`passing_place`).
    """
    name = f"kernels-{digest(sources)}"
    chosen = numba.config.CACHE_DIR  # type: ignore[attr-defined]
    beside, own = KERNELS / "__pycache__" / name, platformdirs.user_cache_path("antibrush") / name
    for folder in [Path(chosen) / name] if chosen else [beside, own]:
        fresh = not folder.exists()
        if can_write(folder):
            if fresh and folder == own and beside.exists():
                shutil.copytree(beside, own, dirs_exist_ok=True)
            return folder
    return passing_place() / name


@cache
def passing_place() -> Path:
    """Make the folder that goes with this process, and with those that start from here, which share it."""
    passing = tempfile.mkdtemp(prefix="antibrush-")
    atexit.register(shutil.rmtree, passing, ignore_errors=True)
    os.environ["NUMBA_CACHE_DIR"] = passing
    return Path(passing)


class Undisturbed(event.Listener):
    """Lets Python's collector wait while something is compiled, which makes many objects that stay."""

    def __init__(self) -> None:
        self.depth, self.collects = 0, True

    def on_start(self, event: Any) -> None:
        """Stop the collector when the outermost function is begun."""
        if self.depth == 0:
            self.collects = gc.isenabled()
            gc.disable()
        self.depth += 1

    def on_end(self, event: Any) -> None:
        """Let it go on when that one is done."""
        self.depth -= 1
        if self.depth == 0 and self.collects:
            gc.enable()


event.register("numba:compile", Undisturbed())


@contextmanager
def settings_of(place: Path) -> Iterator[None]:
    """Let functions be compiled, and be kept in ``place``, whatever Numba is told of a user's own.

    ``NUMBA_DISABLE_JIT=1``, which debuggers and coverage ask for, is for the functions of the user: kernels
    count on integers of 64 bits that wrap round, which Python's do not.
    """
    config: Any = numba.config
    before = config.CACHE_DIR, config.DISABLE_JIT
    config.CACHE_DIR, config.DISABLE_JIT = str(place), 0
    try:
        yield
    finally:
        config.CACHE_DIR, config.DISABLE_JIT = before


def kernel(function: Any) -> Any:
    """Compile a ``function`` of arrays and numbers when it is first called, and keep it on disk."""
    file = Path(function.__code__.co_filename).resolve()
    kept = file.is_file()  # what is typed into a notebook is not
    with settings_of(place_of((*SOURCES, file) if kept and file not in SOURCES else SOURCES)):
        return compile_with(function, cache=kept, nogil=True)


def compile_with(function: Any, **options: Any) -> Any:
    """Return what Numba makes of a ``function``; C cannot call it, which saves a wrapper."""
    options |= {"error_model": "numpy", "no_cfunc_wrapper": True}
    return numba.njit(**options)(function)


class Inner(CPUDispatcher):
    """A compiled function without a wrapper for Python, which takes as long to compile as a function."""

    @cached_property
    def in_python(self) -> Any:
        """The same function with a wrapper; tests want one."""
        with settings_of(place_of(SOURCES)):
            return compile_with(self.py_func)

    def __call__(self, *arguments: Any) -> Any:
        """Call it from Python."""
        return self.in_python(*arguments)


def inner(function: Any) -> Any:
    """Compile a ``function`` into the kernels that call it."""
    with settings_of(place_of(SOURCES)):
        compiled = compile_with(function, no_cpython_wrapper=True)
    compiled.__class__ = Inner
    return compiled


def is_kept(function: Any) -> bool:
    """Tell whether a `kernel` was compiled before and is kept on disk."""
    folder = function.stats.cache_path
    return folder is not None and any(Path(folder).glob(f"*.{function.__name__}-*.nbi"))
