"""What people see while they wait, and the answer at the end."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from experiments.analysis.intervals import ENOUGH
from experiments.language.outcomes import BY_COLUMN, Outcome, fitting
from experiments.language.stopping import stopped
from experiments.studies.factorial import GRID
from experiments.studies.results import StudyResults
from sim.compiling import is_kept
from sim.kernels.measure import count_shops

ANSWER = ("brushed_share", "innocent_hits_per_1000_shop_years")
"""The two outcomes of the short table: what remains, and who pays for it."""

BESIDE = ("consumer_surplus_per_buyer_rmb", "honest_sales_rmb", "enforcement_cost_rmb")
"""Those that stand beside them: what buyers get, what honest merchants sell, what it costs."""

MAIN = (*ANSWER, "innocent_sales_lost_rmb", *BESIDE)
"""The outcomes of which the terminal says what pairing saves; the report says it of all."""

WIDE = 110
"""Columns of a terminal from which an interval fits on the line of its mean."""


SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
"""Spaces of the language at which no line is broken (U+00A0, and the narrow one), as printed."""


class TimeLeftColumn(TimeRemainingColumn):
    """The time left, in words; nothing before the first step is done."""

    def render(self, task: Task) -> Text:
        """Return what stands in the column."""
        return Text.assemble("· ", super().render(task), " left") if task.total else Text()


def announce_compiling(function: Any) -> None:
    """Say on standard error what takes a while where a compiled ``function`` is not kept on disk yet."""
    if not is_kept(function):
        print("antibrush: compiling first, which takes up to a minute, once", file=sys.stderr, flush=True)


@contextmanager
def progress_bar(label: str, unit: str) -> Iterator[Callable[[int, int], None]]:
    """Yield a function of (done, total); it draws a bar with the time left on a terminal only."""
    announce_compiling(count_shops.kernel)  # the last of a market's day, whatever its demand
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    columns = (
        TextColumn(literal(label), markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeElapsedColumn(),
        TimeLeftColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def breakable(text: str) -> str:
    """Return a text with ordinary spaces where figures and pages must not break a line.

    A terminal shows the others as they are, but whoever searches or copies what was printed misses them.
    """
    return text.translate(SPACES)


def literal(label: str) -> str:
    """Return the format of a column that says ``label``, braces and all."""
    return label.replace("{", "{{").replace("}", "}}")


def print_answer(tables: StudyResults) -> None:
    """Print one row a package: brushing, its difference to the baseline, innocent hits; then factors.

    Below, as a second half of the same rows, stands what buyers get, what honest merchants sell and what
    enforcement costs. Combinations of factors and counterfactuals have no row, but numbers in the tables.
    """
    info, screen = tables.info, console()
    headings = "brushed share", f"against\n{tables.baseline}", "innocent hits\n/1,000 shop-years", "runs"
    table = answer_table(info["title"] or info["name"], headings)
    for label, rows in answer_rows(tables):
        share, hits = (rows[outcome] for outcome in ANSWER)
        table.add_row(label, share_text(share), difference_text(share), hits_text(hits), f"{share['n']:.0f}")
    screen.print(table)
    screen.print(table_beside(tables))
    print_factors(tables)
    print_caveats(tables)


def answer_table(title: str, headings: Sequence[str]) -> Table:
    """Return an empty table with a column for packages and one for each heading."""
    table = Table(title=title, title_justify="left", show_lines=console().width < WIDE)
    table.add_column("package")
    for heading in headings:
        table.add_column(heading, justify="right")
    return table


def answer_rows(tables: StudyResults) -> Iterator[tuple[str, dict[str, pd.Series]]]:
    """Yield the packages that are written out, and cells of the grid, with their comparison by outcome."""
    for arm in tables.arms:
        if arm.get("block", "") in ("", GRID):
            own = tables.comparison[tables.comparison["package"] == arm["label"]]
            yield arm["label"], {row["outcome"]: row for _, row in own.iterrows()}


def table_beside(tables: StudyResults) -> Table:
    """Return the table of `BESIDE`: level, and below it the paired difference from the baseline."""
    compared = tables.comparison.groupby("outcome")["mean"]
    outcomes = [fitting(BY_COLUMN[name], compared.get_group(name).abs().max()) for name in BESIDE]
    table = answer_table("", [f"{o.name.lower()},\n{o.unit}" for o in outcomes])
    table.caption = f"second lines: against {tables.baseline}"
    for label, rows in answer_rows(tables):
        table.add_row(label, *(level_and_difference(rows[o.column], o) for o in outcomes))
    return table


def print_factors(tables: StudyResults) -> None:
    """Print what crossed factors do, block by block; nothing for a study that crosses none."""
    from experiments.pages.report.factors import factor_sentences  # figures load slowly

    for block in tables.blocks:
        print(f"{block.name}, {len(block.cells)} combinations:")
        for sentence in factor_sentences(tables, block):
            said = breakable(sentence)
            print(textwrap.fill(said, WIDE, initial_indent="  ", subsequent_indent="    "))


def print_caveats(tables: StudyResults) -> None:
    """Say what the numbers are not."""
    print("95 % intervals over replications; differences paired, their intervals hold for all packages")
    print("together; noise of the simulation only.")
    print_pairing(tables.pairing)
    for sentence in stopped(tables.stopping):
        print(textwrap.fill(breakable(sentence), WIDE))
    if max(tables.replications()) < ENOUGH:
        print(f"Fewer than {ENOUGH} replications: the intervals are not to be relied on.")
    for failure in tables.failures:
        place = f"{failure['package']}, replication {failure['replication']}"
        print(f"FAILED {place} ({failure['stage']}): {failure['error'].splitlines()[0]}", file=sys.stderr)


def print_pairing(pairing: pd.DataFrame) -> None:
    """Print, for each main outcome, the share of variance that common random numbers save."""
    saved = pairing.groupby("outcome")["saved"].median().reindex(MAIN).dropna()
    if len(saved):
        print("Pairing by common random numbers saves of the variance of a difference (median of packages):")
    for outcome, share in saved.items():
        print(f"  {outcome:40} {round(share, 2) + 0.0:6.0%}")  # no minus zero


def share_text(row: pd.Series) -> str:
    """Write a share with its interval, in percent."""
    return _with_interval(row["mean"], row["low"], row["high"], 100, "{:.2f}", " %")


def difference_text(row: pd.Series) -> str:
    """Write a paired difference of shares with its simultaneous interval, in percentage points."""
    return _with_interval(row["difference"], row["sim_low"], row["sim_high"], 100, "{:+.2f}", " pp")


def hits_text(row: pd.Series) -> str:
    """Write a rate with its interval."""
    return _with_interval(row["mean"], row["low"], row["high"], 1, "{:.1f}", "")


def level_and_difference(row: pd.Series, outcome: Outcome) -> str:
    """Write a mean and, on the next line, its paired difference, each with its interval."""
    form = f"{{:,.{outcome.digits}f}}"
    level = _with_interval(row["mean"], row["low"], row["high"], outcome.scale, form, "")
    if pd.isna(row["difference"]):
        return level
    ends = row["difference"], row["sim_low"], row["sim_high"]
    return f"{level}\n{_with_interval(*ends, outcome.scale, form.replace(':', ':+'), '')}"


def _with_interval(value: float, low: float, high: float, scale: float, form: str, unit: str) -> str:
    if pd.isna(value):
        return "–"
    bounds = [form.format(bound * scale) if pd.notna(bound) else "?" for bound in (low, high)]
    gap = " " if console().width >= WIDE else "\n"
    return f"{form.format(value * scale)}{unit}{gap}[{bounds[0]}, {bounds[1]}]"


def console() -> Console:
    """Return the standard output; as wide as its lines where it is not a terminal."""
    words: Any = {"markup": False, "emoji": False}  # what people wrote stands as they wrote it
    return Console(**words) if sys.stdout.isatty() else Console(width=160, **words)
