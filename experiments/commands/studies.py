"""The commands about studies: `compare`, `expand`, and `resume` of one that was interrupted."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from experiments.commands.cli import FAILED
from experiments.commands.report import write_report
from experiments.commands.terminal import print_answer, progress_bar
from experiments.detectors.check import bring_checked
from experiments.studies.compare import compare, default_folder
from experiments.studies.continuation import Words, expand, read_words
from experiments.studies.design import Study
from experiments.studies.worlds import folder_of_worlds
from sim.parameters import ConfigError

CHOICES = ("experiment=", "arms=", "more_arms=", "grid=")
"""How words begin that choose what is compared."""

EXPLORED = ("exploration=", "levers", "uncertainties", "design=", "points=")
"""How words begin that belong to an exploration."""


def compare_packages(options: argparse.Namespace) -> int:
    """Run or continue a study, then write its report."""
    overrides = list(options.overrides)
    if explored := [text for text in overrides if text.lstrip("+").startswith(EXPLORED)]:
        raise ConfigError(f"{explored[0]}: a study compares arms; `antibrush explore` goes through a space")
    if not any(text.lstrip("+").startswith(CHOICES) for text in overrides):
        overrides.append("experiment=demo")
    configs = str(Path(options.configs).resolve()) if options.configs else None
    worlds = str(folder_of_worlds(options.worlds) or options.worlds)
    words = Words(tuple(overrides), configs, worlds, tuple(map(in_full, options.detector)))
    worlds_of(words)
    study = words.study()
    return run_words(study, words, Path(study.config.out or default_folder(study)))


def in_full(detector: str) -> str:
    """Return NAME=FILE with the whole path of the file."""
    name, _, file = detector.partition("=")
    return f"{name}={Path(file).resolve()}"


def expand_study(options: argparse.Namespace) -> int:
    """Make a study larger and run what is new in it, then write its report again."""
    folder = Path(options.folder)
    words = read_words(folder)
    bring_checked(words.detectors)
    larger = expand(folder, words, options.overrides, worlds_of(words))
    return run_words(larger.study(), larger, folder)


def resume_study(folder: Path) -> int:
    """Run what is missing of the study in a folder, then write its report."""
    words = read_words(folder)
    bring_checked(words.detectors)
    return run_words(words.study(), words, folder)


def run_words(study: Study, words: Words, folder: Path) -> int:
    """Run what is missing of a study, in other worlds too if its words say so, and show what came out."""
    elsewhere = words.studies_of(worlds_of(words), folder)
    with progress_bar(study.name, "runs") as bar:
        tables = compare(study, folder, bar, words=asdict(words))
    if elsewhere:
        from experiments.studies.worlds import compare_worlds

        compare_worlds(elsewhere, folder, lambda world: progress_bar(world, "runs"))
    code = write_report(folder)
    print_answer(tables)
    print(f"\n{folder / 'report.html'}")
    return code if tables.complete else FAILED


def worlds_of(words: Words) -> list[str]:
    """Return the calibrated worlds that are asked for."""
    if words.worlds == "none":
        return []
    from experiments.searches.calibration.validation import calibrated_worlds

    return calibrated_worlds(words.worlds)
