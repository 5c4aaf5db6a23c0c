"""The commands `search` (packages over ranges of levers) and `stress` (the best response to one)."""

from __future__ import annotations

import argparse
import textwrap

import pandas as pd

from experiments.analysis.simultaneous import ENOUGH
from experiments.commands.cli import OK
from experiments.commands.going_on import words_of
from experiments.commands.run import illustrate
from experiments.commands.terminal import WIDE, answer_table, breakable, console, progress_bar


def search_packages(options: argparse.Namespace) -> int:
    """Run or continue a search for packages, and say what holds on fresh seeds."""
    from experiments.searches.packages import write_up
    from experiments.searches.packages.plan import plan_of
    from experiments.searches.packages.search import search

    plan = plan_of(options.overrides, options.configs, options.output)
    with progress_bar("search", "runs") as bar:
        found = search(plan, bar, words=words_of(options))
    code = illustrate(plan.folder, "search_figures")
    print_table(write_up.estimates_shown(plan, found))
    said = write_up.sentence(plan, found), write_up.unbeaten_sentence(found)
    say(*said, too_few(plan.effort.fresh), str(plan.folder / "search.md"))
    return code


def stress(options: argparse.Namespace) -> int:
    """Search the brushers' best response to a package, and say what is left of the package then."""
    from experiments.searches.adversary import write_up
    from experiments.searches.adversary.plan import plan_of
    from experiments.searches.adversary.stress import stress as start

    plan = plan_of(options.overrides, options.configs, options.output)
    with progress_bar("stress", "runs") as bar:
        found = start(plan, bar, words=words_of(options))
    code = illustrate(plan.folder, "stress_figures")
    print_table(write_up.effects_shown(plan, found))
    say(write_up.sentence(plan, found), too_few(plan.effort.fresh), str(plan.folder / "stress.md"))
    return code or OK


def too_few(fresh: int) -> str:
    """Warn of so few fresh runs that intervals are not to be relied on; nothing where there are enough."""
    return f"Fewer than {ENOUGH} fresh runs: the intervals are not to be relied on." if fresh < ENOUGH else ""


def print_table(rows: pd.DataFrame) -> None:
    """Print rows as a table; the first column stands on the left."""
    headings = [str(name) for name in rows]
    table = answer_table("", headings[1:])
    table.columns[0].header = headings[0]
    for row in rows.itertuples(index=False):
        table.add_row(*map(str, row))
    console().print(table)


def say(*sentences: str) -> None:
    """Print sentences, each folded, apart from each other."""
    for sentence in filter(None, sentences):
        lines = textwrap.wrap(breakable(sentence), WIDE, break_long_words=False, break_on_hyphens=False)
        print("\n" + "\n".join(lines))
