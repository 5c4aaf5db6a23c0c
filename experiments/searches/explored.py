"""A finished exploration as the searches over it see it: its space, packages and runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.by_point import response
from experiments.analysis.tornado import Axis
from experiments.language.words import humanise_path, level
from experiments.settings.catalogue import all_parameters
from experiments.settings.dimensions import Dimension
from experiments.studies.explore import ExplorationResults, read_exploration
from sim.parameters import ConfigError

HERE = "package."
"""How the path of a lever begins."""


@dataclass(frozen=True)
class Explored:
    """An exploration with its dimensions; packages in their order, the baseline among them."""

    results: ExplorationResults
    dimensions: tuple[Dimension, ...]

    @property
    def folder(self) -> Path:
        """Return where it lies."""
        return self.results.folder

    @property
    def kind(self) -> str:
        """Return the kind of its design."""
        return str(self.results.info["exploration"]["design"])

    @property
    def packages(self) -> list[str]:
        """Return the labels of its packages."""
        return [str(arm["label"]) for arm in self.results.info["arms"]]

    @property
    def baseline(self) -> str:
        """Return the package that others are compared with."""
        return str(self.results.info.get("baseline") or self.packages[0])

    @property
    def points(self) -> pd.Index:
        """Return the points of the design."""
        return self.results.points.index

    @property
    def replications(self) -> int:
        """Return how many runs a package has at each point."""
        return int(self.results.info["replications"])

    @cached_property
    def units(self) -> np.ndarray:
        """Return the points (n, d) in the unit cube."""
        table = self.results.points
        return np.column_stack([one.unit(as_stated(one, table[one.path])) for one in self.dimensions])

    @cached_property
    def seeds(self) -> np.ndarray:
        """Return a number (n,) for each point, the same for those whose runs have the same seeds."""
        table = self.results.runs.drop_duplicates(["point", "replication"])
        own = table.pivot(index="point", columns="replication", values="seed").reindex(self.points)
        return np.asarray(own.groupby(list(own.columns), dropna=False, sort=False).ngroup())

    @cached_property
    def names(self) -> list[str]:
        """Return what a reader calls each dimension, with its unit."""
        return [reader_name(one.path) for one in self.dimensions]

    @cached_property
    def phrases(self) -> list[str]:
        """Return what each dimension is called within a sentence."""
        return [phrase(one.path) for one in self.dimensions]

    def text(self, dimension: int, value: Any) -> str:
        """Write the value of a dimension with its unit."""
        unit = self.unit(dimension)
        return f"{value_text(value)} {unit}".strip() if isinstance(value, (int, float)) else str(value)

    def unit(self, dimension: int) -> str:
        """Return the unit of a dimension's numbers; empty where it has none."""
        own = self.dimensions[dimension]
        return "" if any(isinstance(value, str) for value in own.values) else unit_of(own.path)

    @property
    def axes(self) -> list[Axis]:
        """Return the dimensions as axes of the unit cube."""
        return [Axis(one.path, len(one.values)) for one in self.dimensions]

    def value(self, dimension: int, unit: float) -> Any:
        """Return the value of a dimension at a place of the unit interval."""
        return self.dimensions[dimension].at(np.array([unit]))[0]

    def response(self, package: str, outcome: str) -> pd.DataFrame:
        """Return an outcome of a package by point and replication."""
        return response(self.results.runs, package, outcome, self.points)

    def with_outcomes(self, outcomes: Sequence[str]) -> Explored:
        """Return the same; `ConfigError` where its runs lack an outcome."""
        for name in outcomes:
            if name not in self.results.runs:
                raise ConfigError(f"{self.folder} has no outcome {name!r}")
        return self


def read_explored(folder: Path | str) -> Explored:
    """Read the folder that an exploration left.

    Raises
    ------
    ConfigError : it holds none, or none of its runs has ended well
    """
    results = read_exploration(folder)
    if "exploration" not in results.info or results.points.empty:
        raise ConfigError(f"{folder} is no folder that `explore` left")
    if results.runs.empty or not (results.runs["status"] == "ok").any():
        raise ConfigError(f"no run of {folder} has ended well")
    return Explored(results, read_dimensions(results.info["exploration"]["dimensions"]))


def read_dimensions(entries: Sequence[dict[str, Any]]) -> tuple[Dimension, ...]:
    """Read dimensions as a folder states them."""
    known = {one.name for one in fields(Dimension)}
    own: list[dict[str, Any]] = [{k: v for k, v in entry.items() if k in known} for entry in entries]
    return tuple(Dimension(**{**entry, "values": tuple(entry["values"])}) for entry in own)


def reader_name(path: str) -> str:
    """Return the name of a parameter for a reader: ``package.regulator.fine_rmb`` is "Fine per shop, RMB"."""
    name, unit = humanise_path(path.removeprefix(HERE)), unit_of(path)
    return name if not unit or "," in name or "(" in name else f"{name}, {unit}"


def phrase(path: str) -> str:
    """Return a parameter's name within a sentence: "fine (regulator)" for ``package.regulator.fine_rmb``."""
    part, _, name = path.removeprefix(HERE).rpartition(".")
    words = name.removesuffix("_rmb").replace("_", " ")
    return f"{words} ({part.replace('.', ', ').replace('_', ' ')})" if part else words


@cache
def units_of_parameters() -> dict[str, str]:
    """Return the unit of every parameter, by path."""
    return {row["parameter"]: row["unit"] for row in all_parameters()}


def unit_of(path: str) -> str:
    """Return the unit of a parameter; empty where it has none."""
    unit = units_of_parameters().get(path, "-")
    return "" if unit == "-" else str(unit)


def as_stated(dimension: Dimension, cells: pd.Series) -> list[Any]:
    """Return the values of a column; words of a CSV file, truths among them, become the levels again."""
    levels = {str(value): value for value in dimension.values}
    return [levels.get(str(value), value) for value in cells.tolist()]


def value_text(value: Any) -> str:
    """Write the value of a dimension with the digits that it deserves."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return level(float(f"{value:.3g}"))
