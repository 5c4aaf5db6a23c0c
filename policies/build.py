"""From plain nested mappings (a composed YAML) to a `Package`, with one-line errors."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from policies.external import staying
from policies.package import Dated, Package
from policies.registry import find_policy
from policies.suggest import suggestion
from sim.contract import ConfigError, check_value

DATES = {"start": int, "end": int | None, "ramp": int, "announcement": int | None, "salience": float}
"""Keys of every dated policy beside the policy's own parameters."""

WORDS = {int: "a whole number", float: "a number", bool: "true or false", str: "a word"}


def build_package(mapping: Mapping[str, Any], where: str = "package") -> Package:
    """Build the package that ``mapping`` describes; ``where`` begins the path in error messages."""
    if not isinstance(mapping, Mapping):
        raise ConfigError(f"{where} must be a mapping; got {mapping!r}")
    name = convert(mapping.get("name", ""), str, f"{where}.name")
    precedence = convert(mapping.get("precedence") or [], list[str], f"{where}.precedence")
    entries = {key: entry for key, entry in mapping.items() if key not in ("name", "precedence")}
    dated = [build_dated(entry, str(key), f"{where}.{key}") for key, entry in entries.items()]
    return Package(name or where, dated, precedence)


def build_dated(entry: Any, name: str, where: str) -> Dated:
    """Build one dated policy from its mapping, which names the class under ``policy``."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("policy"), str):
        raise ConfigError(f"{where} must be a mapping with the key `policy`; got {entry!r}")
    cls = find_policy(entry["policy"], f"{where}.policy")
    dates = {key: convert(entry[key], DATES[key], f"{where}.{key}") for key in DATES if key in entry}
    own = {key: value for key, value in entry.items() if key not in DATES and key != "policy"}
    policy = construct(cls, own, where, DATES)
    try:
        return Dated(policy, name, **dates)
    except ConfigError as error:
        raise ConfigError(f"{where.removesuffix(name)}{error}") from None


def construct(cls: type, mapping: Mapping[str, Any], where: str, also: Iterable[str] = ()) -> Any:
    """Build dataclass ``cls`` from ``mapping``; every message has the full path of its key."""
    known: dict[str, Field[Any]] = {f.name: f for f in fields(cls) if f.init}
    for key in mapping:
        if key not in known:
            raise ConfigError(f"{where}.{key}: unknown{suggestion(str(key), [*known, *also])}")
    hints = types_of(cls)
    values = {key: convert(value, hints[key], f"{where}.{key}") for key, value in mapping.items()}
    for key, value in values.items():
        if "low" in known[key].metadata:
            check_value(value, known[key].metadata["low"], known[key].metadata["high"], f"{where}.{key}")
    missing = [k for k, f in known.items() if k not in values and f.default is f.default_factory is MISSING]
    if missing:
        raise ConfigError(f"{where}.{missing[0]} is missing")
    with staying(where):
        try:
            return cls(**values)
        except ConfigError as error:
            raise ConfigError(located(str(error), where)) from None


@lru_cache
def types_of(cls: type) -> dict[str, Any]:
    """Return the types of the fields of a dataclass; read once, for studies build thousands of packages."""
    return get_type_hints(cls)


def located(message: str, where: str) -> str:
    """Give a message the full path, in place of the short one that it may begin with."""
    inside = re.sub(r"^[a-z_]+\.(?=[a-z_.]+ )", f"{where}.", message)
    return inside if inside != message else f"{where}: {message}"


def convert(value: Any, kind: Any, where: str) -> Any:
    """Return ``value`` as type ``kind``, or raise `ConfigError` with the path ``where``."""
    if is_dataclass(kind) and isinstance(kind, type):
        if not isinstance(value, Mapping):
            raise ConfigError(f"{where} must be a mapping; got {value!r}")
        return construct(kind, value, where)
    if get_origin(kind) in (Union, types.UnionType):
        return None if value is None else convert(value, get_args(kind)[0], where)
    if get_origin(kind) is list:
        return convert_list(value, get_args(kind)[0], where)
    return convert_scalar(value, kind, where)


def convert_list(value: Any, kind: Any, where: str) -> list[Any]:
    """Return a list of ``kind``."""
    if isinstance(value, (str, Mapping)) or not isinstance(value, Iterable):
        raise ConfigError(f"{where} must be a list; got {value!r}")
    return [convert(item, kind, f"{where}[{i}]") for i, item in enumerate(value)]


def convert_scalar(value: Any, kind: Any, where: str) -> Any:
    """Return a number, word or truth value."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind is float and number:
        return float(value)
    if kind is int and number and float(value).is_integer():
        return int(value)
    if kind in (bool, str) and isinstance(value, kind):
        return value
    shown = "null" if value is None else repr(value)
    raise ConfigError(f"{where} must be {WORDS.get(kind, kind)}; got {shown}")
