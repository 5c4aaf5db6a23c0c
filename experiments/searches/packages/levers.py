"""Packages at points of a space of levers."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from experiments.searches.asking import Point
from experiments.settings.dimensions import Dimension
from policies import build_package
from sim.parameters import ConfigError

PREFIX = "package."


def package_at(package: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a package with these values at their paths (``package.ENTRY.KEY``).

    Raises
    ------
    ConfigError : the package has no such key, or cannot have the value
    """
    made = copy.deepcopy(dict(package))
    for path, value in values.items():
        place, key = parent_of(made, path)
        place[key] = copy.deepcopy(value)
    build_package(made)
    return made


def parent_of(package: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """Return the mapping within a package that holds a path's last key, and the key."""
    *outer, key = path.removeprefix(PREFIX).split(".")
    place: Any = package
    for name in outer:
        place = place.get(name) if isinstance(place, dict) else None
    if not isinstance(place, dict) or key not in place:
        there = ", ".join(name for name in package if name != "name")
        raise ConfigError(f"levers: the package {package.get('name', '')} has no {path}; it has {there}")
    return place, key


def point_of(package: Mapping[str, Any], dimensions: Sequence[Dimension]) -> Point | None:
    """Return the point at which a package lies; None if that is outside the ranges."""
    point: Point = {}
    for one in dimensions:
        place, key = parent_of(dict(package), one.path)
        if not holds(one, place[key]):
            return None
        point[one.path] = place[key]
    return point


def holds(dimension: Dimension, value: Any) -> bool:
    """Tell whether a value lies within a dimension."""
    if dimension.values:
        return value in dimension.values
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    assert dimension.low is not None and dimension.high is not None
    return number and dimension.low <= value <= dimension.high
