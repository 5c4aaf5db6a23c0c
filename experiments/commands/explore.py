"""The command `explore`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from experiments.commands.cli import FAILED, OK
from experiments.commands.studies import in_full
from experiments.commands.terminal import console, progress_bar
from experiments.detectors.check import bring_checked
from experiments.language.outcomes import BY_COLUMN
from experiments.settings.rules import OBJECTIVES
from experiments.studies.continuation import Words, expand_exploration, read_words
from experiments.studies.exploration import Exploration
from experiments.studies.explore import ExplorationResults, default_folder, explore

CHOICES = ("exploration=", "levers", "uncertainties", "design=")
"""How words begin that choose what is explored."""


def explore_space(options: argparse.Namespace) -> int:
    """Run or continue an exploration."""
    overrides = list(options.overrides)
    if not any(text.lstrip("+").startswith(CHOICES) for text in overrides):
        overrides.append("exploration=levers")
    overrides = [in_place(word) for word in overrides]
    configs = str(Path(options.configs).resolve()) if options.configs else None
    words = Words(tuple(overrides), configs, detectors=tuple(map(in_full, options.detector)))
    exploration = words.exploration()
    folder = Path(exploration.base.config.out or default_folder(exploration))
    return run_exploration(exploration, words, folder)


def in_place(word: str) -> str:
    """Return a word that names a file of points with the whole path of the file."""
    key, _, file = word.partition("=")
    return f"design={Path(file).resolve()}" if key == "design" and file.endswith(".csv") else word


def resume_space(folder: Path) -> int:
    """Run what is missing of the exploration in a folder."""
    words = read_words(folder)
    bring_checked(words.detectors)
    return run_exploration(words.exploration(), words, folder)


def expand_space(folder: Path, more: Sequence[str]) -> int:
    """Make the exploration in a folder larger and run what is new in it."""
    words = read_words(folder)
    bring_checked(words.detectors)
    larger = expand_exploration(folder, words, [in_place(word) for word in more])
    return run_exploration(larger.exploration(), larger, folder)


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
