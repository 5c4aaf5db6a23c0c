"""The command `sensitivity`."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.commands.run import illustrate
from experiments.commands.studies import in_full
from experiments.commands.terminal import breakable, progress_bar
from experiments.settings.rules import OBJECTIVES, rule_of
from experiments.studies.continuation import Words
from experiments.studies.exploration import load_exploration
from experiments.studies.explore import default_folder, explore
from sim.parameters import ConfigError

if TYPE_CHECKING:
    from experiments.searches.sensitivity.findings import Sensitivity

DESIGN = "design="
DEFAULTS = ("design=morris", "points=16")
"""What is run unless words say otherwise: sixteen trajectories."""


def explain(options: argparse.Namespace) -> int:
    """Find what moves outcomes and the choice in a finished exploration, or run one first."""
    from experiments.searches.explored import read_explored
    from experiments.searches.sensitivity.sensitivity import sensitivity

    rule, words = rule_of(options.words)
    folder = folder_of(words, options)
    outcomes = tuple(options.outcome) or OBJECTIVES
    found = sensitivity(read_explored(folder), rule, outcomes)
    code = illustrate(folder, "sensitivity_figures")
    print_sensitivity(found)
    print(f"\n{found.folder}")
    return code


def folder_of(words: list[str], options: argparse.Namespace) -> Path:
    """Return the folder that words name, or that of the exploration that they describe, run to its end."""
    folders = [word for word in words if "=" not in word]
    if len(folders) == 1 and len(words) == 1:
        return Path(folders[0])
    if folders:
        raise ConfigError("sensitivity takes the FOLDER of an exploration, or words that describe one")
    own = tuple(words) if any(word.startswith(DESIGN) for word in words) else (*DEFAULTS, *words)
    configs = str(Path(options.configs).resolve()) if options.configs else None
    said = Words(own, configs, detectors=tuple(map(in_full, getattr(options, "detector", []))))
    exploration = load_exploration(said.overrides, said.configs)
    folder = Path(exploration.base.config.out or default_folder(exploration))
    with progress_bar(exploration.base.name, "runs") as bar:
        explore(exploration, folder, bar, words=asdict(said))
    return folder


def print_sensitivity(found: Sensitivity) -> None:
    """Print what was found in words."""
    from experiments.searches.sensitivity.write_up import paragraphs

    for text in paragraphs(found):
        print(breakable(text).removeprefix("## "), end="\n\n")
