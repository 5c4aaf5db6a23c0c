"""The institutions: one file each, all of which see `sim.contract` and nothing else of the world."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Any

from policies.appeals import Appeals
from policies.brought import first_line, staying
from policies.build import build_package
from policies.choices import suggestion
from policies.civil_suits import CivilSuits
from policies.detection import Detection
from policies.detector_names import bring_detector
from policies.ledger import LedgerUse
from policies.package import Dated, Package
from policies.regulator import Regulator
from policies.sanctions import Ladder
from sim.contract import ConfigError

__all__ = [
    "POLICIES", "Appeals", "CivilSuits", "Dated", "Detection", "Ladder", "LedgerUse", "Package", "Regulator",
    "bring_detector", "build_package", "find_policy",
]  # fmt: skip


def discover() -> Iterator[tuple[str, type[Any]]]:
    """Yield name and class of every policy in this folder: a dataclass that acts for an ``actor``."""
    for info in sorted(iter_modules(__path__), key=lambda info: info.name):
        module = import_module(f"{__name__}.{info.name}")
        classes = [cls for cls in vars(module).values() if isinstance(cls, type)]
        for cls in classes:
            if cls.__module__ == module.__name__ and is_dataclass(cls) and hasattr(cls, "actor"):
                yield re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower(), cls


POLICIES: dict[str, type[Any]] = dict(discover())
"""What a package's YAML may name under ``policy``, beside the entry points of ``GROUP``."""

GROUP = "antibrush.policies"


def find_policy(name: str, where: str = "policy") -> type[Any]:
    """Return the policy class called ``name``, here or among the installed entry points."""
    if name in POLICIES:
        return POLICIES[name]
    foreign = {point.name: point for point in entry_points(group=GROUP)}
    if name not in foreign:
        raise ConfigError(f"{where}: no policy is called {name!r}{suggestion(name, [*POLICIES, *foreign])}")
    try:
        with staying(f"{where}: the entry point {name!r}"):
            cls = foreign[name].load()
    except ConfigError:
        raise
    except Exception as error:
        raise ConfigError(
            f"{where}: the entry point {name!r} cannot be loaded: {first_line(error)}"
        ) from error
    if not (isinstance(cls, type) and is_dataclass(cls)):
        raise ConfigError(f"{where}: the entry point {name!r} must name a dataclass; got {cls!r}")
    return cls
