"""Parameters that carry their unit, range and source, and the one check that reads them; a leaf."""

from __future__ import annotations

import dataclasses
import math
import operator
from collections.abc import Iterator
from functools import lru_cache
from numbers import Real
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Part = TypeVar("Part")


class ConfigError(ValueError):
    """A parameter is missing, misspelt, of the wrong type, or out of its range."""


KINDS = {float: "a number", bool: "true or false", str: "a text"}


def parameter(
    default: Any,
    unit: str,
    low: float | None,
    high: float | None,
    source: str,
    doc: str,
) -> Any:
    """Declare a dataclass field together with what a reader needs to judge it.

    Parameters
    ----------
    default : value used when nothing overrides it; a list or tuple is copied for each instance
    unit : unit of the value; ``-`` for a pure number
    low, high : inclusive range; ``None`` where a bound does not apply
    source : id of a row of ``docs/evidence.csv``, or ``assumption``
    doc : what the number means, in one sentence
    """
    metadata = {"unit": unit, "low": low, "high": high, "source": source, "doc": doc}
    if isinstance(default, (list, tuple)):
        return dataclasses.field(default_factory=lambda: list(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def whole_number(value: Any, name: str, low: int | None = None, high: int | None = None) -> int:
    """Return ``value``, of Python or NumPy, as an int of Python's.

    Raises
    ------
    ConfigError : it is no integer in [low, high]; true, 1.0 and "1" are none
    """
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None or (low is not None and number < low) or (high is not None and number > high):
        limits = "" if low is high is None else f" in {interval(low, high)}"
        raise ConfigError(f"{name} must be a whole number{limits}; got {value!r}")
    return number


def normalised(part: Part, name: str = "") -> Part:
    """Return a copy of a dataclass of parameters in which every value is Python's own, of its declared type.

    Raises
    ------
    ConfigError : a value is of another kind: a word for a number, a broken number for a whole one
    """
    kinds = kinds_of(type(part))  # type: ignore[arg-type]
    values = {
        field.name: own_value(
            getattr(part, field.name), kinds[field.name], f"{name}.{field.name}".lstrip(".")
        )
        for field in dataclasses.fields(part)  # type: ignore[arg-type]
    }
    return dataclasses.replace(part, **values)  # type: ignore[type-var]


@lru_cache
def kinds_of(cls: Any) -> dict[str, Any]:
    """Return the types of the fields of a dataclass."""
    return get_type_hints(cls)


def own_value(value: Any, kind: Any, name: str) -> Any:
    """Return ``value`` as an object of Python's of type ``kind``; `ConfigError` if it is of another kind."""
    if getattr(value, "shape", None) == ():  # a number of NumPy's
        value = value.item()
    if dataclasses.is_dataclass(kind) and isinstance(value, kind):  # type: ignore[arg-type]
        return normalised(value, name)
    if get_origin(kind) is list and hasattr(value, "__iter__") and not isinstance(value, (str, dict)):
        return [own_value(item, get_args(kind)[0], name) for item in value]
    if kind is int:
        return whole_number(value, name)
    if kind is float and isinstance(value, Real) and not isinstance(value, bool):
        return float(value)
    if kind in (bool, str) and isinstance(value, kind):
        return value
    raise ConfigError(f"{name} must be {KINDS.get(kind, getattr(kind, '__name__', kind))}; got {value!r}")


def check_parameters(part: Any, name: str) -> None:
    """Raise `ConfigError` for the first value of dataclass ``part`` that is outside its range."""
    for field in dataclasses.fields(part):
        value = getattr(part, field.name)
        where = f"{name}.{field.name}"
        if dataclasses.is_dataclass(value):
            check_parameters(value, where)
        elif "low" in field.metadata:
            check_value(value, field.metadata["low"], field.metadata["high"], where)


def check_value(value: Any, low: float | None, high: float | None, name: str) -> None:
    """Raise `ConfigError` unless ``value`` (a number, or a list of them) lies in [low, high]."""
    for number in value if isinstance(value, (list, tuple)) else [value]:
        if isinstance(number, (bool, str)) or number is None:
            continue
        finite = math.isfinite(number)
        inside = (low is None or number >= low) and (high is None or number <= high)
        if not (finite and inside):
            raise ConfigError(f"{name} must be in {interval(low, high)}; got {number:g}")


def interval(low: float | None, high: float | None) -> str:
    """Write a range as a reader would: ``[0, 1]``, ``at least 0``."""
    if low is None and high is None:
        return "the finite numbers"
    if high is None:
        return f"[{low:g}, inf)"
    if low is None:
        return f"(-inf, {high:g}]"
    return f"[{low:g}, {high:g}]"


def list_parameters(part: Any, name: str) -> Iterator[dict[str, Any]]:
    """Yield one row (name, default, unit, range, source, doc) for each parameter below ``part``."""
    for field in dataclasses.fields(part):
        value, where = getattr(part, field.name), f"{name}.{field.name}"
        if dataclasses.is_dataclass(value):
            yield from list_parameters(value, where)
        elif "unit" in field.metadata:
            meta = field.metadata
            yield {
                "parameter": where,
                "default": value,
                "unit": meta["unit"],
                "range": interval(meta["low"], meta["high"]) if numeric(value) else "-",
                "source": meta["source"],
                "meaning": meta["doc"],
            }


def numeric(value: Any) -> bool:
    """Tell whether a range applies to ``value``."""
    values = value if isinstance(value, (list, tuple)) else [value]
    return all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)
