"""Command-line overrides: which choose a file, which set a value, and what is wrong with them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from operator import attrgetter
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, Quote, QuotedString
from hydra.errors import HydraException
from omegaconf import DictConfig, ListConfig, OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException, ValidationError

from experiments.settings.retired import is_former
from experiments.settings.schema import Settings
from sim.parameters import ConfigError

GROUPS = ("market", "demand", "scenario", "law", "package", "experiment", "exploration", "executor")
"""Keys that choose a file of ``configs/``."""

STRUCTURED = re.compile(r"\s*[\[{'\"]")
"""How a value begins that is meant as a list, a mapping or a quoted text; other unreadable ones are texts."""

OPEN = ("package", "status_quo", "law")
"""Parts whose keys are given by their files, not by the schema; ``+key=value`` adds one."""


def parse(overrides: Iterable[str]) -> list[Override]:
    """Parse ``key=value`` strings by Hydra's grammar; sweeps are refused.

    A value that the grammar cannot read (``name=研究``) is taken as it stands.
    """
    if isinstance(overrides, str):
        raise ConfigError(f"overrides must be a list of texts; write [{overrides!r}]")
    parsed = [_parse_one(text) for text in overrides]
    for override in parsed:
        if override.is_sweep_override():
            raise ConfigError(
                f"{override.input_line}: one value a key; write a list as [1,2], "
                "sweep values in an experiment (arms, grid)"
            )
        named = override.value()
        if chooses_file(override) and (isinstance(named, (int, float, dict)) or "${" in str(named)):
            raise ConfigError(f"{override.input_line}: {override.key_or_group} takes the name of a file")
    return parsed


def _parse_one(text: str) -> Override:
    if not isinstance(text, str) or ("=" not in text and not text.startswith("~")):
        raise ConfigError(f"{text!r} is not an override; write key=value")
    key, _, value = text.partition("=")
    if key in ("out", "share"):
        return _read(key, literal(value))
    try:
        return OverridesParser.create().parse_override(text)
    except HydraException as error:
        if STRUCTURED.match(value) or not value:
            raise ConfigError(f"cannot read the override {text!r}: {first_line(error)}") from None
    return _read(key, quoted(value))


def _read(key: str, value: str) -> Override:
    """Read a key with a value that is written as Hydra's grammar wants it."""
    try:
        return OverridesParser.create().parse_override(f"{key}={value}")
    except HydraException as error:
        raise ConfigError(f"cannot read the override {f'{key}={value}'!r}: {first_line(error)}") from None


def write_override(key: str, value: Any) -> str:
    """Return the override that gives a key the very value that a file holds."""
    return f"{key}={written(value)}"


def written(value: Any) -> str:
    """Write a value in Hydra's grammar."""
    if isinstance(value, str):
        return quoted(value)
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(written(item) for item in value) + "]"
    return str(value)


def quoted(value: str) -> str:
    """Quote a value as Hydra's grammar wants it, so that every character stands for itself."""
    return QuotedString(value, Quote.single).with_quotes()


def literal(value: str) -> str:
    """Quote a value in which ``${`` stands for itself, too."""
    return quoted(re.sub(r"(\\*)\$\{", lambda found: f"{found[1] * 2}\\${{", value))


def chooses_file(override: Override) -> bool:
    """Tell whether an override picks a file (``market=small``) rather than set a value."""
    group = override.key_or_group
    return group in GROUPS or "/" in group or override.package is not None or group.startswith("hydra.")


def assign(tree: DictConfig, override: Override) -> None:
    """Set one value in a configuration tree, or say in one line why that cannot be."""
    key, value = override.key_or_group, override.value()
    if override.is_delete():
        _delete(tree, key)
        return
    adds = (override.is_add() or override.is_force_add()) and key.split(".")[0] in OPEN
    adds |= is_former(tree, key)
    if not adds:
        old = find(tree, key)
        check_kind(key, old, value)
    try:
        OmegaConf.update(tree, key, value, merge=False, force_add=adds)
    except (OmegaConfBaseException, HydraException) as error:
        raise wrong_value(key, value, error) from None


def _delete(tree: DictConfig, key: str) -> None:
    find(tree, key)
    path, _, last = key.rpartition(".")
    if key.split(".")[0] not in OPEN or not path:
        raise ConfigError(f"~{key}: only policies of a package, and what they contain, can be removed")
    parent = OmegaConf.select(tree, path)
    with open_dict(parent):
        del parent[last]


def find(tree: DictConfig, key: str) -> Any:
    """Return the value at a dotted key; a `ConfigError` with a suggestion if there is none."""
    node: Any = tree
    seen: list[str] = []
    for name in key.split("."):
        if not isinstance(node, DictConfig) or name not in node:
            raise unknown_key(key, ".".join(seen), name, node)
        seen.append(name)
        node = node._get_node(name) if OmegaConf.is_interpolation(node, name) else node[name]
    return node


def has_key(tree: DictConfig, key: str) -> bool:
    """Tell whether there is a value at a dotted key."""
    try:
        find(tree, key)
    except ConfigError:
        return False
    return True


def unknown_key(key: str, parent: str, name: str, node: Any) -> ConfigError:
    """Return the error for a key that is not there, with the nearest that is."""
    if not isinstance(node, DictConfig):
        return ConfigError(f"unknown key {key}: {parent} is a value, it has no parts")
    if name in GROUPS and not parent:
        return ConfigError(f"{name} takes the name of a file; in a file, write {in_defaults(name)}")
    known = [str(k) for k in node] + ([] if parent else list(GROUPS))
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.55)
    prefix = f"{parent}." if parent else ""
    elsewhere = _elsewhere(key.rsplit(".", 1)[-1])
    if near and not (elsewhere and not parent):
        return ConfigError(f"unknown key {key}; did you mean {prefix}{near[0]}?")
    if elsewhere:
        return ConfigError(f"unknown key {key}; did you mean {elsewhere}?")
    where = parent or "the top level"
    return ConfigError(f"unknown key {key}; {where} has {', '.join(sorted(set(known)))}")


def in_defaults(group: str) -> str:
    """Return how a file of a group is chosen within another file."""
    return f"`defaults: [override /{group}: NAME]`"


def _may_be_absent() -> set[str]:
    """Return the keys at the top level that have parts or are null."""
    return {part.name for part in fields(Settings) if part.default is None}


def _elsewhere(name: str) -> str:
    """Return the full key of a parameter of the world that is called ``name``, if there is one."""
    for part in fields(Settings):
        if is_dataclass(part.type) or callable(part.default_factory):
            default = part.default_factory() if callable(part.default_factory) else None
            if is_dataclass(default) and name in {f.name for f in fields(default)}:
                return f"{part.name}.{name}"
    return ""


def check_kind(key: str, old: Any, new: Any) -> None:
    """Raise `ConfigError` where a number is replaced by words, or a mapping by a value."""
    unit = unit_of(key)
    if new is None and key in _may_be_absent():
        return
    if isinstance(old, DictConfig) and not isinstance(new, dict):
        raise ConfigError(f"{key} has parts ({', '.join(map(str, old))}); set one of them: {key}.PART=value")
    is_number = isinstance(old, (int, float)) and not isinstance(old, bool)
    if is_number and (isinstance(new, (str, bool, list, dict)) or (new is None and unit)):
        raise ConfigError(f"{key} must be a number{in_unit(unit)}; got {shown(new)}")
    if isinstance(old, bool) and not isinstance(new, bool):
        raise ConfigError(f"{key} must be true or false; got {shown(new)}")
    if isinstance(old, ListConfig) and not isinstance(new, list) and unit:
        raise ConfigError(f"{key} must be a list like [1,2]{in_unit(unit)}; got {shown(new)}")


def unit_of(key: str) -> str:
    """Return the unit of a parameter of the schema, or nothing."""
    part: Any = Settings()
    *parents, last = key.split(".")
    for name in parents:
        part = getattr(part, name, None)
    if not is_dataclass(part):
        return ""
    found = [f.metadata.get("unit", "") for f in fields(part) if f.name == last]
    return found[0] if found else ""


def wrong_value(key: str, value: Any, error: Exception) -> ConfigError:
    """Put an error of OmegaConf into one line, with the unit that was expected."""
    unit = unit_of(key)
    if isinstance(error, ValidationError) and unit:
        return ConfigError(f"{key} must be {_kind(key)}{in_unit(unit)}; got {shown(value)}")
    return ConfigError(f"{key}: {first_line(error)}")


def _kind(key: str) -> str:
    """Return what kind of value a parameter of the schema takes, in words."""
    default = attrgetter(key)(Settings())
    if isinstance(default, list):
        return "a list of whole numbers"
    return "a whole number" if isinstance(default, int) else "a number"


def in_unit(unit: str) -> str:
    """Name a unit in brackets, if there is one to name."""
    return f" (unit: {unit})" if unit and unit != "-" else ""


def shown(value: Any) -> str:
    """Show a value as the user wrote it, texts in quotes."""
    return repr(value) if isinstance(value, str) else str(value)


def first_line(error: BaseException) -> str:
    """Return the first sentence of an error, without what only its author needs."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return re.sub(r"\s+", " ", lines[0]) if lines else type(error).__name__
