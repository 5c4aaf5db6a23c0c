"""Parameters that carry their unit, range and source, and the one check that reads them; a leaf."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any


class ConfigError(ValueError):
    """A parameter is missing, misspelt, of the wrong type, or out of its range."""


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
