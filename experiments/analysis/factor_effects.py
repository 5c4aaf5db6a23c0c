"""What the factors of a block do, and which of its combinations leaves the least brushing; pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.costs import HOURS_RATE, LOST, LOST_RATE, REVIEWS
from experiments.analysis.equal_budget import alike
from experiments.analysis.intervals import RATES, compare_runs, paired_difference, summarise
from experiments.analysis.simultaneous import family_errors

GRID, DECOMPOSED = "grid", "decomposed"
"""Blocks of arms; crossed factors name their own, the packages that a study asks about have none."""

BRUSHED, HITS = "brushed_share", "innocent_hits_per_1000_shop_years"
DAYS, COST = "innocent_days_lost_per_1000_shop_years", "enforcement_cost_rmb"

OUTCOMES = (BRUSHED, HITS, LOST, COST, REVIEWS)
"""Outcomes whose main effects are told."""

PAID = (HITS, LOST_RATE, DAYS, HOURS_RATE)
"""What the least brushing costs innocent shops and reviewers."""

COLUMNS = [
    "factor", "level", "against", "outcome", "n", "mean", "base_mean", "difference", "diff_low", "diff_high",
    "sim_low", "sim_high",
]  # fmt: skip


@dataclass(frozen=True)
class Block:
    """Crossed factors: the levels of each in their order, and the level of each factor by cell."""

    name: str
    factors: Mapping[str, tuple[str, ...]]
    cells: Mapping[str, Mapping[str, str]]

    def corner(self, cell: str) -> bool:
        """Tell whether every factor stands at its first or last level."""
        return all(self.cells[cell][name] in (levels[0], levels[-1]) for name, levels in self.factors.items())

    @property
    def corners(self) -> set[str]:
        """Return the cells that are corners."""
        return {cell for cell in self.cells if self.corner(cell)}


@dataclass(frozen=True)
class Winner:
    """The combination with the least brushing by its mean, and how sure that is."""

    cell: str
    n_cells: int
    mean: float
    low: float
    high: float
    alike: tuple[str, ...]
    """Combinations whose brushing cannot be told apart from it, all together."""
    corner: str
    """``wins`` (no other can be meant), ``undecided``, ``loses``; empty where all cells are corners."""
    cheapest: str
    """Of the winner and those alike, the one that hits the fewest innocents, then costs them the least."""
    paid: pd.DataFrame
    """Paired differences of the winner from the cheapest, one row for each of `PAID` that was measured."""


def blocks_of(arms: Iterable[Mapping[str, Any]]) -> list[Block]:
    """Return the blocks of crossed factors among arms that have ``label``, ``block`` and ``factors``."""
    cells: dict[str, dict[str, Mapping[str, str]]] = {}
    for arm in arms:
        if arm.get("block") and arm["block"] not in (GRID, DECOMPOSED):
            chosen = {str(name): str(level) for name, level in arm["factors"].items()}
            cells.setdefault(str(arm["block"]), {})[str(arm["label"])] = chosen
    return [Block(name, _levels(own.values()), own) for name, own in cells.items()]


def _levels(cells: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    table = pd.DataFrame(list(cells))
    return {str(name): tuple(table[name].unique()) for name in table}


def main_effects(block: Block, runs: pd.DataFrame, outcomes: Sequence[str] = OUTCOMES) -> pd.DataFrame:
    """Return what each level of each factor changes against the factor's first level.

    Averages are over all combinations of the other factors, within each replication; only
    replications that have all cells count. ``sim_low`` and ``sim_high`` hold for all levels of all
    factors of the block together, outcome by outcome.

    Parameters
    ----------
    runs : one row a run with ``package`` (the cell), ``replication``, ``status`` and the outcomes
    """
    rows = [row for outcome in outcomes if outcome in runs for row in _effects(block, runs, outcome)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _effects(block: Block, runs: pd.DataFrame, outcome: str) -> list[tuple[Any, ...]]:
    averages = _averages(block, runs, outcome)
    pairs = {
        (factor, level): (averages[factor, level], averages[factor, levels[0]])
        for factor, levels in block.factors.items()
        for level in levels[1:]
    }
    if not pairs:
        return []
    differences = np.column_stack([own[outcome] - base[outcome] for own, base in pairs.values()])
    never = (differences == 0).all(axis=0) & (outcome in RATES) & (len(differences) > 0)
    errors = family_errors(differences, never)
    return [
        (
            factor, level, block.factors[factor][0], outcome, len(own),
            own[outcome].mean(), base[outcome].mean(),
            *paired_difference(own, base, outcome), *paired_difference(own, base, outcome, float(error))[1:],
        )
        for ((factor, level), (own, base)), error in zip(pairs.items(), errors, strict=True)
    ]  # fmt: skip


def _averages(block: Block, runs: pd.DataFrame, outcome: str) -> dict[tuple[str, str], pd.DataFrame]:
    """Return, by factor and level, the outcome averaged over the other factors, by replication.

    The exposure of an event rate is added up, so that no event in all of it has its bound.
    """
    wide = _wide(block, runs, outcome).dropna()
    exposure = RATES[outcome][0] if outcome in RATES else None
    at_risk = _wide(block, runs, exposure).loc[wide.index] if exposure and exposure in runs else None
    averages = {}
    for factor, levels in block.factors.items():
        for level in levels:
            own = [cell for cell, chosen in block.cells.items() if chosen[factor] == level]
            averages[factor, level] = pd.DataFrame({outcome: wide[own].mean(axis=1)})
            if at_risk is not None:
                averages[factor, level][exposure] = at_risk[own].sum(axis=1)
    return averages


def _wide(block: Block, runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
    done = runs[(runs["status"] == "ok") & runs["package"].isin(list(block.cells))]
    wide = done.pivot(index="replication", columns="package", values=outcome)
    return wide.reindex(columns=list(block.cells)).astype(float)


def best_levels(effects: pd.DataFrame) -> dict[str, str]:
    """Return, by factor, the level with the least brushing on average over the other factors."""
    own = effects[effects["outcome"] == BRUSHED]
    best = {}
    for factor, rows in own.groupby("factor", sort=False):
        lowest = rows.sort_values("mean", kind="stable").iloc[0]
        best[str(factor)] = str(lowest["level"] if lowest["difference"] < 0 else lowest["against"])
    return best


def least_brushing(block: Block, runs: pd.DataFrame) -> Winner | None:
    """Return the combination with the least brushing, those alike, and what it costs; None without runs.

    Parameters
    ----------
    runs : as of `with_burdens`: one row a run with the outcomes
    """
    done = runs[(runs["status"] == "ok") & runs["package"].isin(list(block.cells))]
    means = done.groupby("package")[BRUSHED].mean().reindex(list(block.cells)).dropna()
    if means.empty:
        return None
    cell, cells = str(means.idxmin()), tuple(map(str, means.index))
    same = alike(runs, cells, cell, BRUSHED)
    measured = [outcome for outcome in PAID if outcome in done and done[outcome].notna().any()]
    cheapest = cheapest_of(done, (cell, *same), measured)
    own = done[done["package"] == cell].set_index("replication")
    _, mean, low, high = summarise(own, BRUSHED)
    paid = compare_runs(done, list(dict.fromkeys([cheapest, cell])), cheapest, measured)
    paid = paid[(paid["package"] == cell) & (cell != cheapest)].set_index("outcome")
    return Winner(cell, len(cells), mean, low, high, same, fate_of_corners(block, cell, same), cheapest, paid)


def cheapest_of(runs: pd.DataFrame, cells: Sequence[str], outcomes: Sequence[str]) -> str:
    """Return the cell with the smallest means, the first outcome first; of equal ones the first cell."""
    means = runs.groupby("package")[list(outcomes)].mean().reindex(list(cells))
    return str(means.sort_values(list(outcomes), kind="stable").index[0]) if outcomes else cells[0]


def fate_of_corners(block: Block, best: str, same: Sequence[str]) -> str:
    """Return whether the least brushing stands in a corner: for certain, perhaps, or not."""
    if block.corners == set(block.cells):
        return ""
    inside = {block.corner(cell) for cell in (best, *same)}
    return "undecided" if len(inside) == 2 else "wins" if inside == {True} else "loses"
