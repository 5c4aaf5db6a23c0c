"""Detectors by name: built in, installed in an entry-point group, or brought as a file."""

from __future__ import annotations

import copy
import re
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from policies.detectors import BurstRules, FittedDetector, load_fitted
from policies.detectors.simple import OrdersPerAccount, RandomAudit
from policies.external import Brought, from_entry_point, from_file
from policies.suggest import suggestion
from sim.contract import ConfigError

BUILT_IN: dict[str, type[Any]] = {
    "burst_rules": BurstRules,
    "fitted": FittedDetector,
    "orders_per_account": OrdersPerAccount,
    "random_audit": RandomAudit,
}
"""Detectors of the project."""

GROUP = "antibrush.detectors"
"""Entry-point group in which an installed distribution may offer detectors."""

BROUGHT: dict[str, Brought] = {}
"""Detectors that this process was given as files; no configuration can add one."""


def bring_detector(name: str, path: str | Path, digest: str = "") -> Brought:
    """Run a file of one's own, and let configurations use the detector in it by ``name``.

    Parameters
    ----------
    name : small letters, digits and underscores; not the name of another detector
    path : a Python file with an object ``detector`` or a function ``score``
    digest : what it must be, if it is known already
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise ConfigError(f"a detector's name must be small letters, digits and underscores; got {name!r}")
    if name in BUILT_IN or name in installed():
        raise ConfigError(f"a detector called {name!r} exists already; give yours another name")
    brought = from_file(name, Path(path).resolve())
    if digest not in ("", brought.digest):
        raise ConfigError(f"the detector {name} has changed: {path} is not the file that was brought")
    BROUGHT[name] = brought
    return brought


def installed() -> dict[str, EntryPoint]:
    """Return the entry points of installed distributions by their names."""
    return {point.name: point for point in entry_points(group=GROUP)}


def find_brought(name: str) -> Brought | None:
    """Return the detector called ``name`` if it is not built in; it is loaded now if it is installed."""
    if name in BUILT_IN or name in BROUGHT:
        return BROUGHT.get(name)
    point = installed().get(name)
    return from_entry_point(point) if point else None


def find_detector(name: str, burst_rules: BurstRules, where: str) -> Any:
    """Return a detector of its own for the name ``name``; raise `ConfigError` if there is none."""
    if name == "burst_rules":
        return burst_rules
    if name in BUILT_IN:
        return load_fitted() if name == "fitted" else BUILT_IN[name]()
    brought = find_brought(name)
    if brought is None:
        names = [*BUILT_IN, *installed(), *BROUGHT]
        hint = suggestion(name, names)
        raise ConfigError(f"{where} must be one of {', '.join(names)}; got {name!r}{hint}")
    return copy.deepcopy(brought)
