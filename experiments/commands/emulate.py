"""The command `emulate`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.table import Table

from experiments.commands.cli import OK
from experiments.commands.terminal import console
from experiments.files.whole import write_table
from experiments.language import uncertainty as texts
from experiments.language.outcomes import Outcome, fitting, told
from experiments.settings.overrides import parse
from experiments.settings.rules import OBJECTIVES
from sim.parameters import ConfigError

if TYPE_CHECKING:
    from experiments.searches.emulator.emulator import Emulator
    from experiments.settings.dimensions import Dimension

AT = "at"
ALL = "all"
"""The value of a dimension of words that asks for each of them."""


def emulate(options: argparse.Namespace) -> int:
    """Fit an emulator on an exploration, or answer a point of its design."""
    words = [word for word in options.words if word != AT]
    lone = lone_file(Path(options.folder))
    emulator = ready(lone, bool(options.words), options)
    if options.words or lone:
        values = values_of(emulator.dimensions, words)
        every = [one for one in emulator.dimensions if values[one.path] == ALL]
        answer_all(emulator, values, every) if every else answer(emulator, values)
        warn_of_age(emulator)
    return OK


def warn_of_age(emulator: Emulator) -> None:
    """Say so if an emulator was fitted on runs of another version of the model."""
    from experiments.files.provenance import code_digest

    if emulator.about.get("code") != code_digest():
        print(texts.OTHER_CODE)


def lone_file(named: Path) -> Path | None:
    """Return the file of an emulator without its runs: one that comes along, or what is named itself."""
    from experiments.searches.emulator.stored import shipped

    if not named.exists() and str(named) in shipped():
        return shipped()[str(named)]
    return named if named.suffix == ".npz" else None


def ready(lone: Path | None, asked: bool, options: argparse.Namespace) -> Emulator:
    """Return the emulator of a file; fit it where there is none, its runs changed, or no point is asked."""
    from experiments.searches.emulator.stored import FILE, read_emulator
    from experiments.searches.explored import read_explored

    if lone is not None:
        return read_emulator(lone)
    folder = Path(options.folder)
    file = folder / "emulator" / FILE
    if asked and file.exists() and not options.outcome:
        found = read_emulator(file)
        if found.about.get("run_keys") == read_explored(folder).results.info.get("run_keys"):
            return found
    return fit(folder, Path(options.output or file), tuple(options.outcome) or OBJECTIVES)


def fit(folder: Path, file: Path, outcomes: tuple[str, ...]) -> Emulator:
    """Fit an emulator, write it and print how good it is."""
    from experiments.commands.terminal import progress_bar
    from experiments.searches.emulator.emulator import fit_emulator
    from experiments.searches.emulator.stored import save_emulator
    from experiments.searches.explored import read_explored

    explored = read_explored(folder)
    with progress_bar("emulate", "processes") as bar:
        emulator = fit_emulator(explored, outcomes, bar)
    save_emulator(file, emulator)
    write_table(file.with_name("quality.csv"), emulator.quality)
    print_quality(emulator.quality)
    print(file)
    return emulator


def print_quality(quality: pd.DataFrame) -> None:
    """Print how good each process is at points that it was not fitted on."""
    numbers = ("in the 95 % interval", "error", "of it luck", "spread", "explained")
    table = outcome_table(numbers, title="At points left out")
    for row in quality.to_dict("records"):
        outcome = fitting(told(str(row["outcome"])), row["sd"])
        amounts = [outcome.text(row[name]) for name in ("rms_error", "noise_sd", "sd")]
        explained = "–" if pd.isna(row["explained"]) else f"{max(row['explained'], 0):.0%}"
        table.add_row(
            str(row["package"]), label(outcome, row["what"]), f"{row['coverage']:.0%}", *amounts, explained
        )
    console().print(table)
    print(texts.QUALITY_NOTE)


def values_of(dimensions: tuple[Dimension, ...], words: list[str]) -> dict[str, Any]:
    """Return the value of each dimension: what words say, else the middle of its range, or its first level.

    `ALL` stands for each of its values.

    Raises
    ------
    ConfigError : a word names no dimension, or more than one
    """
    import numpy as np

    given = {path_of(dimensions, override.key_or_group): override.value() for override in parse(words)}
    return {
        one.path: given[one.path]
        if one.path in given
        else one.values[0]
        if one.values
        else one.at(np.array([0.5]))[0]
        for one in dimensions
    }


def path_of(dimensions: tuple[Dimension, ...], key: str) -> str:
    """Return the path that a word names by its end: ``threshold`` for ``package.detection.threshold``."""
    fitting_paths = [one.path for one in dimensions if f".{one.path}".endswith(f".{key}")]
    if len(fitting_paths) != 1:
        known = ", ".join(one.path for one in dimensions)
        raise ConfigError(f"{key} is none of what was explored: {known}")
    return fitting_paths[0]


def outcome_table(numbers: Sequence[str], title: str | None = None) -> Table:
    """Return an empty table whose rows are outcomes of packages, with columns of numbers."""
    table = Table("package", "outcome", title=title, title_justify="left")
    for heading in numbers:
        table.add_column(heading, justify="right")
    return table


def label(outcome: Outcome, what: str) -> str:
    """Return the name of an outcome with its unit, and whether it is a difference that is told."""
    return f"{outcome.name}, {outcome.unit}" + (" (difference)" if what == "difference" else "")


def print_point(values: dict[str, Any]) -> None:
    """Print which point is answered, what was left out included."""
    print("at " + " ".join(f"{path}={value}" for path, value in values.items()))


def answer_all(emulator: Emulator, values: dict[str, Any], every: list[Dimension]) -> None:
    """Print how far what the emulator says spreads over all values of some dimensions, worlds say."""
    from experiments.searches.emulator.emulator import spread

    rows = spread(emulator, values, every)
    print_point(values)
    table = outcome_table(("least", "median", "most"))
    table.add_column("sign known")
    for row in rows.to_dict("records"):
        table.add_row(str(row["package"]), *spread_cells(row))
    console().print(table)
    print(texts.SPREAD_NOTE.format(baseline=emulator.baseline))


def spread_cells(row: dict[Any, Any]) -> list[str]:
    """Return what the row of an outcome says as text, the last in how many places its sign is known."""
    difference = row["what"] == "difference"
    outcome = fitting(told(str(row["outcome"])), max(abs(row["least"]), abs(row["most"])))
    write = outcome.change if difference else outcome.text
    ends = [f"{write(row[end])} ({row[f'{end}_at']})" for end in ("least", "most")]
    sign = f"{row['below']} less, {row['above']} more, of {row['places']}" if difference else ""
    return [label(outcome, row["what"]), ends[0], write(row["median"]), ends[1], sign]


def answer(emulator: Emulator, values: dict[str, Any]) -> None:
    """Print what the emulator says of one point."""
    rows = emulator.answer(values)
    print_point(values)
    table = outcome_table(("expected", "one run", f"against {emulator.baseline}"))
    for (outcome, package), own in rows.groupby(["outcome", "package"], sort=False):
        table.add_row(str(package), *cells(str(outcome), by_kind(own)))
    console().print(table)
    print(texts.ANSWER_NOTE)


def by_kind(rows: pd.DataFrame) -> dict[str, Any]:
    """Return rows of one outcome and package by what they are: a level, a difference."""
    return {str(row["what"]): row for row in rows.to_dict("records")}


def cells(name: str, rows: dict[str, Any]) -> list[str]:
    """Return name, expectation, one run and difference of one outcome of a package as text."""
    level = rows.get("level")
    shown = level or next(iter(rows.values()))
    outcome = fitting(told(name), abs(float(shown["mean"])))
    text = "–" if level is None else with_ends(outcome.text(level["mean"]), outcome, level, "")
    run = "–" if level is None else f"[{outcome.text(level['run_low'])}, {outcome.text(level['run_high'])}]"
    change = "–"
    if own := rows.get("difference"):
        change = with_ends(outcome.change(own["mean"]), outcome, own, "+")
    return [f"{outcome.name}, {outcome.unit}", text, run, change]


def with_ends(text: str, outcome: Any, row: Any, sign: str) -> str:
    """Write a number with its interval."""
    write = outcome.change if sign else outcome.text
    return f"{text} [{write(row['low'])}, {write(row['high'])}]"
