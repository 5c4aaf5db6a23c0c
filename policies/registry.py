"""Policies by name: found below this folder, or installed in an entry-point group."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

from policies.external import first_line, staying
from policies.suggest import suggestion
from sim.contract import ConfigError

GROUP = "antibrush.policies"
"""Entry-point group in which an installed distribution may offer policies."""


def discover() -> Iterator[tuple[str, type[Any]]]:
    """Yield name and class of every policy below this folder: a dataclass that acts for an ``actor``."""
    for info in walk_packages([str(Path(__file__).parent)], "policies."):
        module = import_module(info.name)
        classes = [cls for cls in vars(module).values() if isinstance(cls, type)]
        for cls in classes:
            if cls.__module__ == module.__name__ and is_dataclass(cls) and hasattr(cls, "actor"):
                yield re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower(), cls


POLICIES: dict[str, type[Any]] = dict(sorted(discover()))
"""What a package's YAML may name under ``policy``, beside the entry points of ``GROUP``."""


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
