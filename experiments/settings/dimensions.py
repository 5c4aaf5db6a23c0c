"""Dimensions of a space of points: levers of a package and uncertainties of a world."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from typing import Any, get_args

import numpy as np

from experiments.settings.schema import own_numbers
from policies.build import DATES
from policies.registry import find_policy
from sim.parameters import ConfigError, Parameters, whole_number
from sim.parameters.declare import kinds_of

LEVER, UNCERTAINTY = "lever", "uncertainty"
SCENARIO = "scenario"
"""The uncertainty whose values are worlds, by the names of their files."""

DIGITS = 6
"""Significant digits of a value in a range."""

KEYS = frozenset({"low", "high", "log", "levels", "values"})


@dataclass(frozen=True)
class Dimension:
    """A lever or an uncertainty, with its range or its values.

    ``path`` is ``package.ENTRY.KEY`` of a lever, and ``PART.KEY`` of the world, ``status_quo.ENTRY.KEY`` or
    ``scenario`` of an uncertainty.
    """

    path: str
    role: str
    low: float | None = None
    high: float | None = None
    values: tuple[Any, ...] = ()
    logarithmic: bool = False
    whole: bool = False
    """A range of whole numbers."""

    def at(self, unit: np.ndarray) -> list[Any]:
        """Return the values at ``unit`` (n,) in [0, 1], in numbers of Python's."""
        unit = np.clip(np.atleast_1d(np.asarray(unit, dtype=float)), 0, 1)
        if self.values:
            places = np.minimum((unit * len(self.values)).astype(int), len(self.values) - 1)
            return [self.values[place] for place in places]
        low, high = self.bounds
        if self.whole:
            return [
                min(int(value), int(self.high or 0)) for value in scaled(unit, low, high, self.logarithmic)
            ]
        return [float(f"{v:.{DIGITS}g}") for v in scaled(unit, low, high, self.logarithmic)]

    def unit(self, values: Iterable[Any]) -> np.ndarray:
        """Return where in [0, 1] values lie, (n,); a level lies in the middle of its share.

        Raises
        ------
        ConfigError : a value is none of the levels
        """
        if self.values:
            return (np.array([self.place(value) for value in values]) + 0.5) / len(self.values)
        low, high = self.bounds
        at = np.array([float(value) + 0.5 * self.whole for value in values])
        if self.logarithmic:
            return np.log(at / low) / math.log(high / low)
        return (at - low) / (high - low)

    def place(self, value: Any) -> int:
        """Return which of the levels a value is."""
        if value not in self.values:
            raise ConfigError(f"{self.path}: {value!r} is none of {', '.join(map(str, self.values))}")
        return self.values.index(value)

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the range in which a value is drawn; a whole number stands for what rounds down to it."""
        assert self.low is not None and self.high is not None
        return self.low, self.high + self.whole


def scaled(unit: np.ndarray, low: float, high: float, logarithmic: bool) -> np.ndarray:
    """Return the numbers at ``unit`` between two others, on a logarithmic scale if it is one."""
    return low * (high / low) ** unit if logarithmic else low + (high - low) * unit


def dimensions_of(levers: Mapping[str, Any], uncertainties: Mapping[str, Any]) -> tuple[Dimension, ...]:
    """Read levers and uncertainties as a configuration has them: by path a range, or values.

    ``[low, high]`` and ``{low: …, high: …, log: true}`` are ranges, ``{low: …, high: …, levels: 5}`` as many
    values from one end to the other, ``{values: […]}`` and a list of words are values.

    Raises
    ------
    ConfigError : an entry is none of these, or a path cannot be of its kind
    """
    both = ((LEVER, levers), (UNCERTAINTY, uncertainties))
    return tuple(read_dimension(str(path), role, entry) for role, own in both for path, entry in own.items())


def read_dimension(path: str, role: str, entry: Any) -> Dimension:
    """Read one dimension; see `dimensions_of`."""
    check_path(path, role)
    entry = own_numbers(entry)
    if isinstance(entry, list):
        numbers = len(entry) == 2 and all(map(is_number, entry))
        entry = {"low": entry[0], "high": entry[1]} if numbers else {"values": entry}
    if not isinstance(entry, dict) or set(entry) - KEYS:
        raise ConfigError(f"{path}: write [low, high], {{low, high, log, levels}} or {{values}}; got {entry}")
    if "values" in entry:
        return Dimension(path, role, values=checked_values(path, entry))
    found = checked_range(path, role, entry)
    if entry.get("levels") is None:
        return found
    steps = np.linspace(0, 1, whole_number(entry["levels"], f"{path}: levels", 2, 1000))
    return replace(found, low=None, high=None, values=tuple(found.at(steps)), logarithmic=False)


def checked_values(path: str, entry: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the values that an entry lists, each once."""
    values = entry["values"]
    if not isinstance(values, list) or not values or len(entry) > 1:
        raise ConfigError(f"{path}: values is a list of at least one value, and stands alone; got {values}")
    if any(value in values[:i] for i, value in enumerate(values)):
        raise ConfigError(f"{path}: a value is listed twice in {values}")
    return tuple(values)


def checked_range(path: str, role: str, entry: Mapping[str, Any]) -> Dimension:
    """Return a dimension with the range that an entry states."""
    low, high = (entry.get(key) for key in ("low", "high"))
    log = entry.get("log", False)
    if low is None or high is None or not (is_number(low) and is_number(high) and low < high):
        raise ConfigError(f"{path}: low and high must be numbers, low below high; got {low} and {high}")
    if not isinstance(log, bool) or (log and low <= 0):
        raise ConfigError(f"{path}: log is true or false, and low is above 0 if it is true")
    return Dimension(path, role, low, high, logarithmic=log)


def check_path(path: str, role: str) -> None:
    """Raise `ConfigError` unless a path can be that of a lever, or of an uncertainty."""
    if role == LEVER and not (path.startswith("package.") and path.count(".") >= 2):
        raise ConfigError(f"levers: {path!r} is no key of a package; write package.ENTRY.KEY")
    if role == UNCERTAINTY and path != SCENARIO and "." not in path:
        raise ConfigError(f"uncertainties: {path!r} is no key of a world; write PART.KEY or {SCENARIO}")
    if role == UNCERTAINTY and path.startswith("package."):
        raise ConfigError(f"uncertainties: {path!r} is a key of a package, and so a lever")


def is_number(value: Any) -> bool:
    """Tell whether a value is a finite number; true is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def with_kinds(
    dimensions: Sequence[Dimension], world: Parameters, packages: Mapping[str, Sequence[Mapping[str, Any]]]
) -> tuple[Dimension, ...]:
    """Return dimensions of which those over whole numbers know that they are.

    Parameters
    ----------
    packages : by the first word of a path (``package``, ``status_quo``), those that may have the key
    """
    kinds = {one.path: kind_of(one.path.split("."), world, packages) for one in dimensions if not one.values}
    return tuple(replace(one, whole=kinds.get(one.path) is int) for one in dimensions)


def kind_of(
    names: Sequence[str], world: Parameters, packages: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Any:
    """Return the type that the schema gives a key; None where there is no such key."""
    first, *inner = names
    if first not in packages:
        return kind_below(type(world), names)
    for package in packages[first]:
        entry = package.get(inner[0])
        if isinstance(entry, dict) and len(inner) > 1:
            cls = find_policy(str(entry.get("policy")), f"{first}.{inner[0]}.policy")
            return DATES.get(inner[1]) or kind_below(cls, inner[1:])
    return None


def kind_below(cls: Any, names: Sequence[str]) -> Any:
    """Return the type of the key ``names`` of a dataclass, which may be null too; None if there is none."""
    for name in names:
        cls = kinds_of(cls).get(name) if is_dataclass(cls) else None  # type: ignore[arg-type]
        cls = next((one for one in get_args(cls) if one is not type(None)), cls)
    return cls
