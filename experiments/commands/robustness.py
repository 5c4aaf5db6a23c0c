"""The command `robustness`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.commands.run import illustrate
from experiments.commands.terminal import breakable
from experiments.settings.rules import rule_of
from sim.parameters import ConfigError

if TYPE_CHECKING:
    from experiments.searches.robustness.findings import Robustness


def judge(options: argparse.Namespace) -> int:
    """Compare packages over the worlds of a finished exploration."""
    from experiments.searches.explored import read_explored
    from experiments.searches.robustness.robustness import robustness

    rule, others = rule_of(options.limits)
    if others:
        raise ConfigError(f"robustness takes choose=OUTCOME, OUTCOME.max= and OUTCOME.min=; got {others[0]}")
    folder = Path(options.folder)
    found = robustness(read_explored(folder), rule)
    code = illustrate(folder, "robustness_figures")
    print_robustness(found)
    print(f"\n{found.folder}")
    return code


def print_robustness(found: Robustness) -> None:
    """Print what was found in words."""
    from experiments.searches.robustness import write_up

    parts = (write_up.regret_sentences, write_up.limit_sentences, write_up.failing_sentences)
    for sentences in (part(found) for part in parts):
        for sentence in sentences:
            print(breakable(sentence))
        if sentences:
            print()
