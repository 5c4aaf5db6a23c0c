"""The finished thing: the tables of a study and what it says of itself, just made or read back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.analysis.factor_effects import Block, blocks_of
from experiments.analysis.intervals import COLUMNS, compare_runs
from experiments.analysis.sequential import Sequential
from experiments.files.whole import read_table
from experiments.language.studies import coverage, nothing_finished
from experiments.studies.design import Study


@dataclass(frozen=True)
class StudyResults:
    """What a study gives, as DataFrames; the same tables lie in ``folder``.

    Read back, a file that is missing is an empty table.
    """

    folder: Path
    info: dict[str, Any]
    """What makes this study this study: ``study.json``."""
    runs: pd.DataFrame
    comparison: pd.DataFrame
    pairing: pd.DataFrame
    paths: pd.DataFrame
    harm: pd.DataFrame
    failures: list[dict[str, Any]]
    timings: pd.DataFrame = field(default_factory=pd.DataFrame)
    provenance: dict[str, Any] = field(default_factory=dict)
    worlds: pd.DataFrame = field(default_factory=pd.DataFrame)
    axes: dict[str, str] = field(default_factory=dict)
    """Outcomes for x and y of the trade-off plane; brushing against innocent hits where none are named."""
    stopping: dict[str, Any] = field(default_factory=dict)
    """When it stopped and why, if it was to stop when it knows enough: ``stopping.json``."""
    study: Study | None = None
    """Its design, where it was made just now."""
    answered: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What `experiments.studies.answers` has found out already."""

    @property
    def complete(self) -> bool:
        """Tell whether every run ended well."""
        return bool((self.runs["status"] == "ok").all())

    @property
    def plan(self) -> Sequential | None:
        """Return where a study that stops when it knows enough stopped; None for others."""
        told = self.stopping
        return Sequential(tuple(told["looks"]), told["replications"]) if told else None

    @property
    def baseline(self) -> str:
        """Return the label of the arm that others are compared with."""
        return str(self.info.get("baseline") or (self.packages or [""])[0])

    @property
    def grid_paths(self) -> set[str]:
        """Return the two parameters that the grid sweeps, if there is one."""
        grid = self.info.get("grid") or {}
        return {grid[axis]["path"] for axis in ("rows", "columns") if axis in grid}

    def in_grid(self, arm: dict[str, Any]) -> bool:
        """Tell whether an arm is a cell of the grid."""
        return bool(self.grid_paths) and set(arm.get("factors") or {}) == self.grid_paths

    @property
    def packages(self) -> list[str]:
        """Return the labels of the packages that the study asks about, without cells and counterfactuals."""
        return [arm["label"] for arm in self.arms if not self.in_grid(arm) and not arm.get("block")]

    @property
    def blocks(self) -> list[Block]:
        """Return the blocks of crossed factors."""
        return blocks_of(self.arms)

    @property
    def factual(self) -> list[str]:
        """Return the labels of all arms that could be put into force: those with no channel muted."""
        return [arm["label"] for arm in self.arms if not arm.get("mute")]

    @property
    def arms(self) -> list[dict[str, Any]]:
        """Return all arms, in the order of the study."""
        return self.info.get("arms") or [{"label": label} for label in column(self.runs, "package").unique()]

    @property
    def finished(self) -> pd.DataFrame:
        """Return the runs that went well."""
        return self.runs[column(self.runs, "status") == "ok"]

    def order(self) -> dict[str, int]:
        """Map each package to its place: 0 is the baseline, the others follow in the study's order."""
        others = [label for label in self.packages if label != self.baseline]
        return {label: place for place, label in enumerate([self.baseline, *others])}

    def rows_of(self, outcome: str) -> pd.DataFrame:
        """Return the comparison's rows on one outcome, by package."""
        chosen = self.comparison[column(self.comparison, "outcome") == outcome]
        return chosen.drop_duplicates("package").set_index("package") if len(chosen) else EMPTY_ROWS

    def nothing_finished(self) -> str:
        """Say why there is nothing to draw; an empty string if something finished."""
        return "" if len(self.finished) else nothing_finished(self.n_failed)

    @property
    def n_failed(self) -> int:
        """Return how many runs failed."""
        return max(len(self.failures), int((column(self.runs, "status") == "failed").sum()))

    def replications(self) -> tuple[int, int]:
        """Return how many replications the arm with the most of them, and that with the least, finished."""
        counts = column(self.finished, "package").value_counts()
        return int(counts.max()), int(counts.min())

    def coverage(self) -> str:
        """Say how many replications stand behind a figure, and what is missing."""
        return coverage(*self.replications(), self.n_failed)


STOPPING = "stopping.json"
"""Says when a study stopped that was to stop when it knows enough."""

COMPARISON = [name for name in COLUMNS if name != "package"]
EMPTY_ROWS = pd.DataFrame(columns=COMPARISON, index=pd.Index([], name="package"), dtype=float)


def read_study(folder: Path, axes: dict[str, str] | None = None) -> StudyResults:
    """Read a study folder as far as it is there; its plane has these ``axes``."""
    runs = read_table(folder / "runs.parquet")
    return StudyResults(
        folder=folder,
        info=read_json(folder / "study.json", {}),
        runs=runs,
        comparison=with_simultaneous(read_table(folder / "comparison.csv"), runs),
        pairing=read_table(folder / "pairing.csv"),
        paths=read_table(folder / "paths.parquet"),
        harm=read_table(folder / "harm.parquet"),
        failures=read_json(folder / "failures.json", []),
        timings=read_table(folder / "timings.parquet"),
        provenance=read_json(folder / "provenance.json", {}),
        worlds=read_table(folder / "worlds.csv"),
        axes=axes or {},
        stopping=read_json(folder / STOPPING, {}),
    )


def with_simultaneous(comparison: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Return a comparison; one that is older than simultaneous intervals gets them from its runs."""
    if comparison.empty or {"sim_low", "sim_high"} <= set(comparison):
        return comparison
    packages, outcomes = (list(comparison[name].unique()) for name in ("package", "outcome"))
    again = compare_runs(runs, packages, str(comparison["baseline"].iloc[0]), outcomes)
    return comparison.merge(again[["package", "outcome", "sim_low", "sim_high"]], how="left")


def read_json(path: Path, missing: Any) -> Any:
    """Read a JSON file, or return ``missing``."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else missing


def column(table: pd.DataFrame, name: str) -> pd.Series:
    """Return a column, or an empty one where the table lacks it."""
    return table[name] if name in table else pd.Series(index=table.index, dtype=object)
