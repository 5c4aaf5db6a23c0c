"""While a policy acts, it may not climb out: a guard stops it at frames, other people's objects and memory.

A policy runs in the process of the world, so Python lets it look around. What it is handed leads nowhere
(`View`); the ways that remain begin with a few calls that Python reports to an audit hook (PEP 578). While a
policy acts the hook refuses those that its own code makes; what libraries do on its behalf passes, such as
compiling a kernel. It is a guard and no prison: code that is hostile on purpose belongs in another process.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sim.contract.observation import ContractError

CALLS = {
    "sys._getframe", "sys._current_frames", "sys._current_exceptions", "sys.settrace", "sys.setprofile",
    "gc.get_objects", "gc.get_referrers", "gc.get_referents",
}  # fmt: skip
"""Calls, as Python reports them, by which code gets at frames and at objects that it was not given."""

FRAMES = {"tb_frame", "gi_frame", "cr_frame", "ag_frame"}
"""Attributes that lead to a frame."""

REPORTED = FRAMES | {"__closure__", "__code__"}
"""Attributes that lead to a frame or into a function, of which Python reports that they are read."""

PASSED_THROUGH = {"inspect", "traceback", "gc", "ctypes"}
"""Modules that make such calls for whoever calls them."""

_acting: list[str] = []
_stopped: list[str] = []
_installed: list[bool] = []


@contextmanager
def guarded(owner: Any) -> Iterator[None]:
    """Let code of the package of ``owner`` (a policy, a detector, a function) act, but not climb out.

    Raises
    ------
    ContractError : it tried to, even if it caught the refusal
    """
    if not _installed:
        _installed.append(True)
        sys.addaudithook(_watch)
    _acting.append(package_of(getattr(owner, "__module__", None)))
    try:
        yield
    finally:
        _acting.pop()
        tried = list(_stopped)
        if not _acting:
            _stopped.clear()
    if tried:
        raise ContractError(sentence(tried[0]))


def package_of(module: str | None) -> str:
    """Return the package at the top of a module's name; nothing for code that has none."""
    return (module or "").partition(".")[0]


def sentence(event: str) -> str:
    """Say what a policy tried."""
    return f"it looks behind the observation ({event})"


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what a policy's own code may not do; an audit hook, called for whatever Python reports."""
    if not _acting:
        return
    if event == "object.__getattr__":
        if arguments[1] not in REPORTED:
            return
        event = str(arguments[1])
    elif event not in CALLS and not event.startswith("ctypes."):
        return
    acting = _acting[:]
    _acting.clear()  # to look at the caller is such a call itself
    try:
        by_policy = package_of(_caller()) in (acting[-1], "")
    finally:
        _acting.extend(acting)
    if by_policy:
        _stopped.append(event)
        raise ContractError(sentence(event))


def _caller() -> str | None:
    """Return the name of the module whose code made the call that is being reported."""
    frame: Any = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__") in PASSED_THROUGH:
        frame = frame.f_back
    name: str | None = frame.f_globals.get("__name__")
    return name
