"""The shape of what YAML holds (a text, a number, a list, a mapping), held against types, key by key."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from experiments.settings.overrides import GROUPS, in_defaults, in_unit, unit_of
from experiments.settings.schema import Settings
from policies.regulator.laws import Law
from sim.parameters import ConfigError

WORDS = {str: "a text", bool: "true or false", int: "a whole number", float: "a number", type(None): "null"}
LISTS = {str: "a list of texts", int: "a list of whole numbers", float: "a list of numbers"}
READ_AS = {str: (str, int, float), bool: (bool,), int: (int,), float: (int, float), type(None): (type(None),)}
"""What YAML may hold where a plain type is wanted: a number is a text too; true and false are neither."""


@dataclass
class ArmShape:
    """An entry of ``arms`` that is written out."""

    package: str
    label: str = ""
    overrides: list[str] = field(default_factory=list)
    law: str = ""
    mute: list[str] = field(default_factory=list)


@dataclass
class AxisShape:
    """One of the two parameters of a grid."""

    path: str
    values: list[Any]


@dataclass
class GridShape:
    """The entry ``grid``."""

    package: str
    rows: AxisShape
    columns: AxisShape


@dataclass
class BlockShape:
    """A block of crossed factors: the overrides of every level of each."""

    package: str
    factors: dict[str, dict[str, list[str]]]


FULL: dict[str, Any] = {
    "arms": list[str | ArmShape],
    "more_arms": list[str | ArmShape],
    "grid": GridShape | None,
    "crossed": dict[str, BlockShape] | None,
    "law": Law,
    "until": str | list[str] | None,
}
"""Entries of `Settings` whose parts no schema of OmegaConf's can say."""


def check_shape(value: Any, kind: Any, where: str) -> None:
    """Raise `ConfigError` unless ``value`` has the shape of type ``kind``; references are taken on trust.

    Unknown and missing keys are left to whoever reads the value. ``where`` is the dotted key, empty for all
    of a configuration.
    """
    choices = list(choices_of(kind))
    refers = isinstance(value, str) and "${" in value and not all(map(is_dataclass, choices))
    if kind is Any or refers:
        return
    fitting = next((choice for choice in choices if fits(value, choice)), None)
    if fitting is None:
        must = f"{where or 'the file'} must be {wanted(choices)}{in_unit(unit_of(where))}"
        quotes = "; write it in quotes" if str in choices and isinstance(value, bool | None) else ""
        raise ConfigError(f"{must}; got {shown(value)}{quotes}{hint(where)}")
    for key, inner, its_kind in parts_of(value, fitting, where):
        check_shape(inner, its_kind, key)


def choices_of(kind: Any) -> Iterator[Any]:
    """Yield the members of a union, or the type itself."""
    if get_origin(kind) in (Union, types.UnionType):
        for member in get_args(kind):
            yield from choices_of(member)
    else:
        yield kind


def fits(value: Any, kind: Any) -> bool:
    """Tell whether a value is of a type, whatever its parts are."""
    if get_origin(kind) is list:
        return isinstance(value, list)
    if is_dataclass(kind) or get_origin(kind) is dict:
        return isinstance(value, Mapping)
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, READ_AS[kind])


def parts_of(value: Any, kind: Any, where: str) -> Iterator[tuple[str, Any, Any]]:
    """Yield key, value and type of whatever is within a value that fits ``kind``."""
    prefix = f"{where}." if where else ""
    if get_origin(kind) is list:
        for number, item in enumerate(value):
            yield f"{where}[{number}]", item, get_args(kind)[0]
    elif get_origin(kind) is dict:
        for key, item in value.items():
            yield f"{prefix}{key}", item, get_args(kind)[1]
    elif is_dataclass(kind):
        hints = hints_of(kind)
        for key, item in value.items():
            if key in hints:
                yield f"{prefix}{key}", item, hints[key]


def hints_of(kind: Any) -> dict[str, Any]:
    """Return the types of the fields of a dataclass."""
    return get_type_hints(kind) | (FULL if kind is Settings else {})


def kind_at(key: str) -> Any:
    """Return the type that the schema has at a dotted key; None where it says nothing."""
    kind: Any = Settings
    for name in key.split(".") if key else []:
        kind = hints_of(kind).get(name) if is_dataclass(kind) else None
    return kind


def wanted(choices: list[Any]) -> str:
    """Say which shapes would do."""
    said = [said_of(choice) for choice in choices]
    return " or ".join(dict.fromkeys(said))


def said_of(kind: Any) -> str:
    """Say in words what a type is."""
    if get_origin(kind) is list:
        return LISTS.get(get_args(kind)[0], "a list")
    return WORDS.get(kind, "a mapping (key: value)")


def hint(key: str) -> str:
    """Say how a file is chosen where a key that does so got something else."""
    return f"; to choose a file, write {in_defaults(key)}" if key in GROUPS else ""


def shown(value: Any) -> str:
    """Show a value in one line, about as it stands in the file."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
