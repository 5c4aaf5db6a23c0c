"""What the analysis says of the results of a study: asked once, told to figures, pages and terminal alike."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from experiments.analysis import decomposition, relative
from experiments.analysis import factor_effects as factors
from experiments.analysis.bands import WEEKS as WEEKS
from experiments.analysis.bands import mean_bands, true_risk
from experiments.analysis.costs import HOURS_RATE as HOURS_RATE
from experiments.analysis.costs import LOST_RATE as LOST_RATE
from experiments.analysis.costs import with_burdens
from experiments.analysis.decomposition import CHANNELS as CHANNELS
from experiments.analysis.decomposition import DAY_ONE as DAY_ONE
from experiments.analysis.decomposition import TOTAL as TOTAL
from experiments.analysis.decomposition import effects_of_channels
from experiments.analysis.equal_budget import COST, equal_budget
from experiments.analysis.equal_budget import Choice as Choice
from experiments.analysis.factor_effects import BRUSHED as BRUSHED
from experiments.analysis.factor_effects import HITS as HITS
from experiments.analysis.factor_effects import Block as Block
from experiments.analysis.factor_effects import Winner as Winner
from experiments.analysis.frontier import unbeaten
from experiments.analysis.grid import Cells, Place, cells_of, compare_cells, reference_place
from experiments.analysis.harm import harm_rates
from experiments.analysis.intervals import changes_within, compare_runs
from experiments.analysis.intervals import savings as spans_of_savings
from experiments.analysis.relative import Division as Division
from experiments.analysis.simultaneous import ERROR
from experiments.studies.results import StudyResults, column

CHANNEL_ROWS, FACTOR_OUTCOMES = decomposition.ROWS, factors.OUTCOMES
"""What is told of a package's channels, and of crossed factors."""

PRICES = (HITS, LOST_RATE, HOURS_RATE)
"""What less brushing costs: innocent shops hit, sales that they lose, hours of reviewers."""

MAPPED = (BRUSHED, LOST_RATE)
"""What is mapped of crossed factors."""

SHARE = "brushing_shop_share"
KINDS = (SHARE, *(f"{SHARE}_{kind}" for kind in ("new", "old", "small", "large", "good", "bad")))
"""The share of shops that brush, of all shops and by kind."""

HALVES = tuple(zip(KINDS[1::2], KINDS[2::2], strict=True))
"""Kinds of shops that are told apart: new and old, small and large, good and bad."""

About = ParamSpec("About")
Answer = TypeVar("Answer")
Ask = Callable[Concatenate[StudyResults, About], Answer]


def once(ask: Ask[About, Answer]) -> Ask[About, Answer]:
    """Keep an answer with the results that it is about; who gets one must not write into it."""

    @functools.wraps(ask)
    def asked(results: StudyResults, *about: About.args, **named: About.kwargs) -> Answer:
        key = (ask.__name__, *(part.name if isinstance(part, Block) else part for part in about))
        if key not in results.answered:
            results.answered[key] = ask(results, *about, **named)
        answer: Answer = results.answered[key]
        return answer

    return asked


@once
def burdened(results: StudyResults) -> pd.DataFrame:
    """Return the runs that went well, with what innocents and reviewers bear in units that compare."""
    n_shops = (results.info.get("market") or {}).get("n_shops")
    return with_burdens(results.finished, results.arms, n_shops, results.info.get("days"))


@once
def prices(results: StudyResults) -> pd.DataFrame:
    """Compare all arms that could be put into force by brushing and its `PRICES`, by outcome and package.

    Empty where one of them was not measured at all, or the baseline has no run.
    """
    runs = burdened(results)
    labels = [label for label in results.factual if (runs["package"] == label).any()]
    measured = BRUSHED in runs and HITS in runs and runs[[LOST_RATE, HOURS_RATE]].notna().any().all()
    if not measured or results.baseline not in labels:
        return pd.DataFrame()
    compared = compare_runs(runs, labels, results.baseline, [BRUSHED, *PRICES], results.plan)
    return compared.set_index(["outcome", "package"])


@once
def cells_against_baseline(results: StudyResults, block: Block) -> pd.DataFrame:
    """Compare a block's cells with the baseline, by outcome and package; intervals hold for the block."""
    arms = [results.baseline, *block.cells]
    compared = compare_runs(burdened(results), arms, results.baseline, list(MAPPED), results.plan)
    return compared.set_index(["outcome", "package"])


@once
def channel_effects(results: StudyResults) -> pd.DataFrame:
    """Split each decomposed package's effect on brushing over its channels, in percentage points."""
    return effects_of_channels(results.finished, BRUSHED)


@once
def changes_of_kinds(results: StudyResults) -> pd.DataFrame:
    """Return how each package changes the share that brushes of each kind of shop, in % of the baseline's."""
    runs, baseline = results.finished, results.baseline
    return pd.DataFrame(
        [
            {"package": label, "group": kind, **relative.change_against(runs, label, baseline, kind)}
            for label in others(results)
            for kind in KINDS
        ]
    )


@once
def divisions(results: StudyResults) -> dict[str, list[Division]]:
    """Return, by package, which halves of all shops it changes apart; all claims hold together."""
    labels = others(results)
    family = max(len(labels) * len(HALVES), 1)
    error = results.plan.error(family) if results.plan else ERROR / family
    return {
        label: relative.divisions(results.finished, label, results.baseline, HALVES, error)
        for label in labels
    }


def others(results: StudyResults) -> list[str]:
    """Return the packages but the baseline, in order."""
    return [label for label in results.order() if label != results.baseline]


@once
def harm(results: StudyResults) -> pd.DataFrame:
    """Return innocent shops hit by package, age and size; empty where the study counted none."""
    own = results.harm[column(results.harm, "package").isin(list(results.order()))]
    return own if own.empty else harm_rates(own)


@once
def grid_cells(results: StudyResults) -> Cells:
    """Return the finished runs of each cell of the grid, by row and column."""
    labels = [arm["label"] for arm in results.arms if results.in_grid(arm)]
    return cells_of(results.finished[results.finished["package"].isin(labels)], results.info["grid"])


def grid_reference(results: StudyResults) -> Place | None:
    """Return the cell of the grid that others are compared with; None if no cell has a run."""
    return reference_place(grid_cells(results), results.baseline)


@once
def grid_comparison(results: StudyResults, outcome: str, scale: float) -> dict[Place, dict[str, Any]]:
    """Compare the cells of the grid with the reference on one outcome, in its multiples."""
    reference = grid_reference(results)
    return compare_cells(grid_cells(results), reference, outcome, scale) if reference else {}


@once
def brushing_paths(results: StudyResults, since: float) -> pd.DataFrame:
    """Return the mean path of brushing by package, in % of paid orders; empty where there are no paths.

    ``since`` says how much of the warm-up it shows, as a share of the days of policy.
    """
    own = results.paths[column(results.paths, "package").isin(list(results.order()))]
    if own.empty:
        return own
    own = own[own["day"] >= -since * max(own["day"].max(), 1)]
    return mean_bands(own, 100 * own["brushed_share"])


@once
def risk_paths(results: StudyResults) -> dict[str, pd.DataFrame]:
    """Return the mean paths of perceived and true risk, %, and of camouflage where it varies.

    Empty where the study holds no paths of its packages.
    """
    paths = results.paths
    own = paths[column(paths, "package").isin(list(results.order())) & (paths["day"] >= 0)]
    if own.empty:
        return {}
    true = true_risk(paths).loc[own.index]
    told = {
        "perceived": mean_bands(own, 100 * own["perceived_risk"]),
        "true": mean_bands(own, 100 * true),
    }
    if column(own, "camouflage").dropna().nunique() > 1:
        told["camouflage"] = mean_bands(own, 100 * own["camouflage"], highest=100)
    return told


@once
def main_effects(results: StudyResults, block: Block) -> pd.DataFrame:
    """Return what each level of each factor of a block changes against the factor's first level."""
    return factors.main_effects(block, burdened(results))


@once
def winner(results: StudyResults, block: Block) -> Winner | None:
    """Return the combination of a block with the least brushing; None without runs."""
    return factors.least_brushing(block, burdened(results))


def best_levels(results: StudyResults, block: Block) -> dict[str, str]:
    """Return, by factor, the level with the least brushing on average over the other factors."""
    return factors.best_levels(main_effects(results, block))


@once
def choices(results: StudyResults) -> list[Choice]:
    """Return what budgets buy, over all arms that could be put into force; none if the baseline is free."""
    table = results.comparison[column(results.comparison, "package").isin(results.factual)]
    if table.empty or not results.rows_of(COST)["high"].get(results.baseline, 0) > 0:
        return []
    return equal_budget(table, results.finished)


@once
def changes_between(results: StudyResults, before: str, after: str) -> pd.DataFrame:
    """Return how two outcomes of the same runs differ, by package; empty where one was not measured."""
    if not {before, after} <= set(results.finished):
        return pd.DataFrame()
    return changes_within(results.finished, list(results.order()), before, after)


@once
def savings(results: StudyResults) -> pd.DataFrame:
    """Return, by outcome, what pairing saved over the packages: median, least and most."""
    return spans_of_savings(results.pairing)


def frontier(results: StudyResults, x: tuple[str, int], y: tuple[str, int]) -> set[str]:
    """Return the packages that no other beats on two outcomes, each a name and a sense."""
    means = {axis: results.rows_of(name)["mean"] for axis, (name, _) in (("x", x), ("y", y))}
    own = pd.DataFrame(means).reindex([label for label in results.order() if label in results.factual])
    return unbeaten(own, x[1], y[1])
