"""What the two commands print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.table import Table

from experiments.analysis.intervals import ENOUGH
from experiments.commands.terminal import console
from experiments.language.targets import contradictions
from experiments.searches.calibration.targets import NOT_BUILT

if TYPE_CHECKING:
    from experiments.searches.calibration.calibrate import Calibration
    from experiments.searches.calibration.question import Question

TITLES = {
    "target": "Targets: parameters may be tuned on these",
    "check": "Consistency: nothing is tuned on these",
    "density": "Reported beside, with what sources say",
}


def print_validation(table: pd.DataFrame) -> None:
    """Print every world's statistics, kind by kind."""
    for world in table["world"].unique():
        own = table[table["world"] == world]
        for kind, title in TITLES.items():
            if (own["kind"] == kind).any():
                print_kind(own[own["kind"] == kind], f"{world}: {title}")
    print(NOT_BUILT)
    n = int(table["n"].max())
    few = f" Fewer than {ENOUGH}: not to be relied on." if n < ENOUGH else ""
    print(f"95 % t-intervals over {n} replications on seeds that nothing was tuned on.{few}")


def print_kind(rows: pd.DataFrame, title: str) -> None:
    """Print statistics of one kind."""
    table = Table(title=title, title_justify="left")
    for heading in ("", "statistic", "band or source", "mean", "95 % interval", ""):
        table.add_column(heading, justify="right" if "m" in heading[:1] else "left")
    for row in records(rows):
        interval = f"{row.low:.4g} to {row.high:.4g}"
        table.add_row(row.number, row.meaning, row.band, f"{row.mean:.4g}", interval, row.verdict)
    console().print(table)


def print_controls(table: pd.DataFrame) -> None:
    """Print what every control did to the targets that it names."""
    for world in table["world"].unique():
        shown = Table(title=f"{world}: worlds broken on purpose", title_justify="left")
        for heading in ("control", "", "statistic", "band", "without", "with", "has to be", ""):
            shown.add_column(heading, justify="right" if heading in ("without", "with") else "left")
        for row in records(table[table["world"] == world]):
            values = f"{row.without:.4g}", f"{row.value:.4g}"
            shown.add_row(row.meaning, row.number, row.statistic, row.band, *values, row.side, row.verdict)
        console().print(shown)
    print(f"Means over replications (n = {int(table['n'].max())}), the same seeds without and with each.")


def records(table: pd.DataFrame) -> list[Any]:
    """Return rows as objects with a field for each column."""
    return list(table.itertuples())


def print_calibration(found: Calibration, question: Question) -> None:
    """Print the parameters and how many sets meet the targets."""
    table = Table(title="Parameters", title_justify="left")
    for heading in ("parameter", "prior", "default", "ensemble", "kept", "moves"):
        table.add_column(heading)
    for row in records(found.parameters):
        prior = f"{row.prior_low:g} to {row.prior_high:g}"
        ensemble = f"{row.ensemble_low:.3g} to {row.ensemble_high:.3g}"
        table.add_row(row.parameter, prior, f"{row.default:g}", ensemble, f"{row.kept:.2f}", row.moves)
    console().print(table)
    n = len(found.confirmed)
    met = int(found.confirmed["met"].sum()) if n else 0
    print(f"{met} of {n} candidates meet all targets by a margin; ensemble of {len(found.ensemble)}.")
    for sentence in contradictions(found.contradictions):
        print(sentence)
    if not found.complete and not any(one.ruled_out for one in found.contradictions):
        kept = "" if question.own else ": no scenario was replaced"
        print(f"Fewer than {found.wanted}{kept}. More --waves or --points may help.")
