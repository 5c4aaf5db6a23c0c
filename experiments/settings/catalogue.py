"""What can be chosen (packages, laws, …) and every parameter that can be set."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from experiments.language.outcomes import BY_COLUMN
from experiments.settings.config_files import PACKAGED
from experiments.settings.schema import parameter_rows
from policies import POLICIES
from policies.detectors.names import BROUGHT, BUILT_IN, installed
from sim.outcomes import OUTCOMES
from sim.parameters import list_parameters

KINDS = {
    "packages": "package",
    "laws": "law",
    "markets": "market",
    "buyers": "demand",
    "scenarios": "scenario",
    "experiments": "experiment",
    "explorations": "exploration",
    "executors": "executor",
}
"""Plural on the command line → folder of ``configs/`` and key of an override."""

SEARCHED = {"searches": "search", "stress tests": "stress"}
"""The same of what only the command of that name reads: no part of a configuration."""

COLUMNS = ("parameter", "default", "unit", "range", "source", "meaning")

DATES = (
    ("start", 0, "day", "[0, inf)", "first day of the policy, counted from the package's start"),
    ("end", None, "day", "after start", "first day without it; null: never"),
    ("ramp", 0, "days", "[0, inf)", "days until its full dose"),
    ("announcement", None, "days", "[0, start]", "days before start on which it is announced; null: not"),
    ("salience", 1.0, "-", "[0, inf)", "weight of the announcement"),
)
"""Keys that every dated policy has."""


def files(group: str) -> Iterator[tuple[str, str]]:
    """Yield name and description of each file of a group of ``configs/``."""
    folder = PACKAGED / group
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml"):
            yield file.name.removesuffix(".yaml"), describe(file)


def describe(file: Path) -> str:
    """Return a YAML file's first comment, or the reference of a law."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") and not line.startswith("# @package"):
            return line[2:]
        if line.startswith("reference:"):
            return line.removeprefix("reference:").strip().strip("\"'")
    return ""


def policies() -> Iterator[tuple[str, str]]:
    """Yield name and description of each policy, those of other distributions marked."""
    for name, policy in POLICIES.items():
        yield name, (inspect.getdoc(policy) or "").split("\n")[0]
    for point in entry_points(group="antibrush.policies"):
        yield point.name, f"from {point.value}"


def detectors() -> Iterator[tuple[str, str]]:
    """Yield name and description of each detector, those from elsewhere marked."""
    for name, detector in BUILT_IN.items():
        yield name, (inspect.getdoc(detector) or "").split("\n")[0]
    for point in installed().values():
        yield point.name, f"from {point.value}"
    for name, brought in BROUGHT.items():
        yield name, f"from {brought.source}"


def outcomes() -> Iterator[tuple[str, str]]:
    """Yield name and description of each outcome that can be limited, with the unit of its limits."""
    units = {outcome.name: outcome.unit for outcome in OUTCOMES}
    for name, told in BY_COLUMN.items():
        side = {1: "; more is better", -1: "; less is better"}.get(told.better, "")
        yield name, f"{told.name} ({units[name]}{side})"


OTHERS = {"policies": policies, "detectors": detectors, "outcomes": outcomes}
"""What has no file: what can be chosen within a package, and what can be limited, searched for or drawn."""


def all_parameters() -> Iterator[dict[str, Any]]:
    """Yield the parameters of the world, of a study and of every policy."""
    yield from parameter_rows()
    for name, policy in POLICIES.items():
        for key, default, unit, limits, meaning in DATES:
            where = f"package.{name}.{key}"
            values = (where, default, unit, limits, "-", meaning)
            yield dict(zip(COLUMNS, values, strict=True))
        yield from list_parameters(policy(), f"package.{name}")
