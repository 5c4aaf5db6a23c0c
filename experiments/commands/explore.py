"""The command `explore`."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from experiments.commands.cli import FAILED, OK
from experiments.commands.studies import in_full
from experiments.commands.terminal import console, progress_bar
from experiments.language.outcomes import BY_COLUMN
from experiments.studies.continuation import Words
from experiments.studies.exploration import Exploration, load_exploration
from experiments.studies.explore import ExplorationResults, default_folder, explore

CHOICES = ("exploration=", "levers", "uncertainties", "design=")
"""How words begin that choose what is explored."""

OBJECTIVES = (
    "brushed_share",
    "innocent_hits_per_1000_shop_years",
    "honest_sales_rmb",
    "enforcement_cost_rmb",
)
"""What of it is printed: what remains, whom it hits, what honest merchants sell, what it costs."""


def explore_space(options: argparse.Namespace) -> int:
    """Run or continue an exploration."""
    overrides = list(options.overrides)
    if not any(text.lstrip("+").startswith(CHOICES) for text in overrides):
        overrides.append("exploration=levers")
    configs = str(Path(options.configs).resolve()) if options.configs else None
    words = Words(tuple(overrides), configs, detectors=tuple(map(in_full, options.detector)))
    exploration = load_exploration(words.overrides, words.configs)
    folder = Path(exploration.base.config.out or default_folder(exploration))
    return run_exploration(exploration, words, folder)


def run_exploration(exploration: Exploration, words: Words, folder: Path) -> int:
    """Run what is missing of an exploration and show what came out."""
    with progress_bar(exploration.base.name, "runs") as bar:
        results = explore(exploration, folder, bar, words=asdict(words))
    print_exploration(results)
    print(f"\n{folder}")
    return OK if results.complete else FAILED


def print_exploration(results: ExplorationResults) -> None:
    """Print, by package, the range over the points of the means of the main outcomes."""
    table = Table(title=results.info["title"] or results.info["name"], title_justify="left")
    for heading in ("package", "outcome", "least", "median", "most", "unit"):
        table.add_column(heading, justify="right" if heading in ("least", "median", "most") else "left")
    means = results.finished.groupby(["package", "point"])[list(OBJECTIVES)].mean()
    for package, own in means.groupby("package", sort=False):
        for name in OBJECTIVES:
            outcome, values = BY_COLUMN[name], own[name] * BY_COLUMN[name].scale
            ends = [f"{value:,.{outcome.digits}f}" for value in values.quantile([0, 0.5, 1])]
            table.add_row(str(package), outcome.name, *ends, outcome.unit)
    console().print(table)
    points, runs = len(results.points), len(results.runs)
    print(f"Means over replications at {points} points; {len(results.finished)} of {runs} runs ended well.")
