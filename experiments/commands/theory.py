"""What the command prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from experiments.analysis.simultaneous import ENOUGH
from experiments.commands.terminal import console
from experiments.searches.theory.measures import MEASURES
from experiments.searches.theory.write_up import effort_text, sentence, summary

if TYPE_CHECKING:
    from experiments.searches.theory.screening import Plan
    from experiments.searches.theory.search import Findings


def print_findings(plan: Plan, found: Findings) -> None:
    """Print every candidate with its bound, then the verdicts in words."""
    table = Table(title="Candidates on confirming seeds", title_justify="left")
    measures = {proposition.key: MEASURES[proposition.outcome] for proposition in plan.propositions}
    for heading in ("", "candidate", "smallest difference", "lower bound", "unit", "n", "verdict"):
        table.add_column(heading, justify="right" if heading in ("lower bound", "n") else "left")
    for row in found.candidates.to_dict("records"):
        verdict = ("found, as the theory explains it" if row["explained"] else "found") * row["found"]
        measure = measures[row["proposition"]]
        numbers = measure.signed(row["mean"]), measure.signed(row["low"]), measure.short, str(row["n"])
        table.add_row(row["proposition"], f"{row['candidate']}: {row['text']}", *numbers, verdict or "–")
    console().print(table)
    for proposition in plan.propositions:
        print(f"{proposition.key}  {proposition.claim}.\n    {sentence(found, proposition)}")
        if proposition.remark:
            print(f"    {proposition.remark}")
    print(f"\n{effort_text(summary(plan, found)['effort'])}")
    if plan.confirm < ENOUGH:
        print(f"\nFewer than {ENOUGH} confirming replications: nothing can count as found.")
