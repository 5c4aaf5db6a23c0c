"""What the command `twin` prints."""

from __future__ import annotations

import pandas as pd
from rich.table import Table

from experiments.commands.terminal import console
from experiments.twin.answering import Answer

COLUMNS = {
    "brushed_share": ("brushed, %", 100, 3),
    "brushing_shop_share": ("shops brushing, %", 100, 2),
    "perceived_risk": ("perceived risk, %", 100, 2),
    "innocent_hits_per_1000_shop_years": ("innocents hit", 1, 2),
    "camouflage": ("camouflage", 1, 2),
    "effect_half_life_days": ("half-life, days", 1, 0),
    "milliseconds": ("ms (CPU)", 1, 0),
}
"""What is printed of an outcome: heading, multiple, decimals."""


def print_outcomes(found: Answer) -> None:
    """Print one row an arm."""
    table = Table(title="The twin: expectations, no chance in them", title_justify="left")
    table.add_column("")
    for heading, _, _ in COLUMNS.values():
        table.add_column(heading, justify="right")
    for row in found.table.to_dict("records"):
        table.add_row(row["arm"], *(text(row[name], *COLUMNS[name][1:]) for name in COLUMNS))
    console().print(table)
    print("Innocents hit: per 1,000 innocent shop-years. How far the engine differs: docs/twin.md.")


def text(value: float, multiple: float, decimals: int) -> str:
    """Return a number as it is printed, a dash for none."""
    return "–" if pd.isna(value) else f"{multiple * value:,.{decimals}f}"


def print_saving(table: pd.DataFrame) -> None:
    """Print what the twin saves as a control variate."""
    shown = Table(
        title="The twin on the shops of each replication, as a control variate", title_justify="left"
    )
    for heading in ("outcome", "n", "correlation", "variance saved, %", "out of sample, %"):
        shown.add_column(heading, justify="left" if heading == "outcome" else "right")
    for row in table.to_dict("records"):
        saved = (f"{100 * row[name]:.0f}" for name in ("saved", "saved_out_of_sample"))
        shown.add_row(row["outcome"], str(row["n"]), f"{row['correlation']:.2f}", *saved)
    console().print(shown)
