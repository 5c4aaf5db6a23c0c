"""The tables of one study folder, and the statistics over replications that figures share."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from experiments.analysis.costs import with_burdens
from experiments.analysis.factor_effects import Block, blocks_of
from experiments.analysis.intervals import COLUMNS, compare_runs
from experiments.files.whole import read_table
from experiments.language.words import plural


@dataclass(frozen=True)
class Study:
    """What a study folder holds; a file that is missing or unreadable is an empty table."""

    info: dict[str, Any]
    runs: pd.DataFrame
    comparison: pd.DataFrame
    pairing: pd.DataFrame
    paths: pd.DataFrame
    harm: pd.DataFrame
    failures: list[dict[str, Any]]
    provenance: dict[str, Any]
    worlds: pd.DataFrame = field(default_factory=pd.DataFrame)
    axes: dict[str, str] = field(default_factory=dict)
    """Outcomes for x and y of the trade-off plane; brushing against innocent hits where none are named."""

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
    def burdened(self) -> pd.DataFrame:
        """Return the runs that went well, with what innocents and reviewers bear in units that compare."""
        return with_burdens(
            self.finished, self.arms, (self.info.get("market") or {}).get("n_shops"), self.info.get("days")
        )

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
        if len(self.finished):
            return ""
        if self.n_failed:
            return f"Nothing to show: all {plural(self.n_failed, 'run')} of this study failed."
        return "Nothing to show: no run of this study has finished yet."

    @property
    def n_failed(self) -> int:
        """Return how many runs failed."""
        return max(len(self.failures), int((column(self.runs, "status") == "failed").sum()))

    def coverage(self) -> str:
        """Say how many replications stand behind a figure, and what is missing."""
        counts = column(self.finished, "package").value_counts()
        n_most, n_least = int(counts.max()), int(counts.min())
        span = plural(n_most, "replication") if n_most == n_least else f"{n_least} to {n_most} replications"
        are = "is" if self.n_failed == 1 else "are"
        failed = f" {plural(self.n_failed, 'run')} failed and {are} left out." if self.n_failed else ""
        alone = " One replication gives no interval." if n_most == 1 else ""
        return f"{span} of each package.{alone}{failed}"


COMPARISON = [name for name in COLUMNS if name != "package"]
EMPTY_ROWS = pd.DataFrame(columns=COMPARISON, index=pd.Index([], name="package"), dtype=float)


def read_study(folder: Path, axes: dict[str, str] | None = None) -> Study:
    """Read a study folder as far as it is there; its plane has these ``axes``."""
    runs = read_table(folder / "runs.parquet")
    return Study(
        info=read_json(folder / "study.json", {}),
        runs=runs,
        comparison=with_simultaneous(read_table(folder / "comparison.csv"), runs),
        pairing=read_table(folder / "pairing.csv"),
        paths=read_table(folder / "paths.parquet"),
        harm=read_table(folder / "harm.parquet"),
        failures=read_json(folder / "failures.json", []),
        provenance=read_json(folder / "provenance.json", {}),
        worlds=read_table(folder / "worlds.csv"),
        axes=axes or {},
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


def half_width(sd: Any, n: Any) -> Any:
    """Return half the 95 % t-interval of a mean over ``n`` replications; NaN where n < 2."""
    n = np.asarray(n, dtype=float)
    safe = np.maximum(n, 2)
    width = stats.t.ppf(0.975, safe - 1) * np.asarray(sd, dtype=float) / np.sqrt(safe)
    return np.where(n >= 2, width, np.nan)
