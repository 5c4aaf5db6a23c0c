"""Print what a session of benchmarks found, and write it into a page.

    python tests/benchmarks/show.py results/benchmarks/FILE.json …
    python tests/benchmarks/show.py FILE.json … --write docs/performance.md

The page's block between its two marks is replaced. Of several files the last word counts.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from results import Session, read
from rich.console import Console
from rich.markup import escape
from rich.table import Table

BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
LINEAR_FROM = 20_000
"""Shops from which on time and memory should grow with the market."""


@dataclass(frozen=True)
class Sheet:
    """A table to print: cells are text, all columns but the first are numbers."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]

    def printed(self) -> Table:
        """Return it for the terminal."""
        table = Table(title=self.title, title_justify="left", title_style="bold")
        for number, column in enumerate(self.columns):
            table.add_column(column, justify="right" if number else "left", overflow="fold")
        for row in self.rows:
            table.add_row(*map(escape, row))
        return table

    def markdown(self) -> str:
        """Return it for a page."""
        lines = [self.columns, ("---", *["---:"] * (len(self.columns) - 1)), *self.rows]
        return "\n".join([f"**{self.title}**", "", *(f"| {' | '.join(line)} |" for line in lines)])


def number(value: Any, digits: int = 0) -> str:
    """Return a number as text, nothing for one that is not there."""
    return "" if value is None or pd.isna(value) else f"{value:,.{digits}f}"


def milliseconds(value: Any) -> str:
    """Return a time with three significant digits or as whole milliseconds."""
    if value is None or pd.isna(value):
        return ""
    return number(value, max(0, 2 - int(np.floor(np.log10(max(value, 1e-3))))))


def ratio(row: Any, name: str) -> str:
    """Return a ratio with its 95 % interval."""
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    return "" if pd.isna(row.get(name)) else f"{row[name]:.2f} ({low:.2f} – {high:.2f})"


def timed_days(row: Any) -> float:
    """Return the days that one round takes: the counters of days are sums over all rounds."""
    return float(row["rounds"]) if row["group"] in ("day", "phase", "compiled", "opponent") else 1.0


def times(session: Session) -> Sheet:
    """Return every time with the work that was done in it."""
    rows = []
    for group in ("kernel", "day", "run", "study", "start"):
        for _, row in session.group(group).iterrows():
            orders = row.get("orders", np.nan)
            rate = orders / timed_days(row) / row["median_ms"] * 1e3 if group != "start" else np.nan
            counted = [number(row.get(name)) for name in ("orders", "draws", "cases", "events")]
            spread = milliseconds(row["median_ms"])
            if row["rounds"] > 1:
                spread += f" ± {milliseconds(row['iqr_ms'] / 2)}"
            rows.append((row["name"], number(row["shops"]), number(row["threads"]), number(row["rounds"]),
                         spread, number(rate), *counted))  # fmt: skip
    columns = ("", "shops", "threads", "rounds", "ms ± half IQR", "orders/s", "orders", "draws", "cases",
               "events")  # fmt: skip
    return Sheet("Times and the work done", columns, rows)


def notes(session: Session) -> Sheet:
    """Return what is said beside the times: runs of a study, cold and warm starts, the second thread."""
    found = []
    for _, row in session.table.iterrows():
        pairs = {
            "a run of a study, ms": row.get("ms_a_run"),
            "its warm-up, ms": 1e3 * row.get("warmup_s", np.nan),
            "imports, ms": 1e3 * row.get("import_s", np.nan) if row["group"] == "start" else np.nan,
            "first day, ms": 1e3 * row.get("first_day_s", np.nan),
            "second day, ms": 1e3 * row.get("second_day_s", np.nan),
            "one thread, ms a day": row.get("one_thread_ms"),
        }
        found += [
            (row["name"], what, milliseconds(value)) for what, value in pairs.items() if not pd.isna(value)
        ]
        if gain := ratio(row, "over_one_thread"):
            found.append((row["name"], "one thread / two", gain))
    return Sheet("Within them", ("", "", ""), found)


def opponents(session: Session) -> Sheet:
    """Return the engine against plain Mesa agents."""
    rows = [
        (number(row["shops"]), number(row["buyers"]), number(row["days"]), number(row["orders"]),
         *(milliseconds(row[f"{name}_ms"]) for name in ("agents", "one", "two")),
         ratio(row, "agents_over_one"), ratio(row, "agents_over_two"))
        for _, row in session.group("opponent").iterrows()
    ]  # fmt: skip
    columns = ("shops", "buyers", "days", "orders", "agents, ms a day", "one thread", "two threads",
               "agents / one thread", "agents / two threads")  # fmt: skip
    return Sheet("A day against the same model as plain Mesa agents", columns, rows)


def floors(session: Session) -> Sheet:
    """Return the demand kernel against its floor."""
    rows = [
        (number(row["shops"]), number(row["threads"]), number(row["draws"]), number(row["reads"]),
         milliseconds(row["floor_ms"]), milliseconds(row["kernel_ms"]), ratio(row, "over_floor"),
         number(1e3 * row["orders"] / row["kernel_ms"]))
        for _, row in session.group("floor").iterrows()
    ]  # fmt: skip
    columns = ("shops", "threads", "draws", "random reads", "floor, ms", "kernel, ms", "kernel / floor",
               "orders/s")  # fmt: skip
    return Sheet("The demand kernel against its floor", columns, rows)


def busy(session: Session) -> Sheet:
    """Return what threads cost beside other work."""
    rows = [
        (number(row["shops"]), number(row["neighbours"]), number(row["days"]),
         *(milliseconds(row[f"{name}_ms"]) for name in ("one", "two", "every")),
         ratio(row, "two_over_one"), ratio(row, "every_over_better"))
        for _, row in session.group("busy").iterrows()
    ]  # fmt: skip
    columns = ("shops", "busy neighbours", "days", "one thread, ms a day", "two threads", "one a core",
               "two / one", "one a core / the better of the two")  # fmt: skip
    return Sheet("Threads beside other work", columns, rows)


def growth(session: Session) -> pd.DataFrame:
    """Return what grows with the market, by size; a decade's growth is that of time and memory a shop.

    Memory a shop is what a market takes beyond the smallest one: that is libraries and compiled code.
    """
    rows = session.group("scaling")
    if rows.empty:
        return rows
    orders, least = rows["orders"] / rows["days"], rows.iloc[0]
    fixed, shops = (least["peak_mib"], least["shops"]) if least["shops"] < LINEAR_FROM else (0.0, 0)
    table = rows.assign(
        demand_rate=1e3 * orders / rows["kernel_ms"],
        day_rate=1e3 * orders / rows["day_ms"],
        shop_us=1e3 * rows["day_ms"] / rows["shops"],
        shop_kib=1024 * (rows["peak_mib"] - fixed) / (rows["shops"] - shops).where(rows["shops"] > shops),
    )
    first = table[table["shops"] == LINEAR_FROM]
    for name in ("shop_us", "shop_kib"):
        start = first[name].iloc[0] if len(first) else np.nan
        decades = np.log10(table["shops"] / LINEAR_FROM).where(table["shops"] > LINEAR_FROM)
        table[f"{name}_a_decade"] = (table[name] / start) ** (1 / decades)
    return table


def sizes(session: Session) -> Sheet:
    """Return time and memory by size."""
    rows = [
        (number(row["shops"]), number(row["buyers"]), number(row["open_s"], 2), milliseconds(row["day_ms"]),
         number(row["demand_rate"]), number(row["day_rate"]), number(row["shop_us"], 2),
         number(row["shop_us_a_decade"], 2), number(row["peak_mib"]), number(row["shop_kib"], 2),
         number(row["shop_kib_a_decade"], 2), number(row["year_s"] / 60, 1))
        for _, row in growth(session).iterrows()
    ]  # fmt: skip
    columns = ("shops", "buyers", "opening, s", "day, ms", "orders/s, kernel", "orders/s, day",
               "µs a shop-day", "a decade", "peak MiB", "KiB a shop", "a decade", "year, min")  # fmt: skip
    return Sheet("Growth with the market, two threads, a process each", columns, rows)


def phases(session: Session, group: str, title: str) -> Sheet:
    """Return milliseconds a day by phase or function, one column a size."""
    rows = session.group(group)
    if rows.empty:
        return Sheet(title, (), [])
    by_size = {number(row["shops"]): row["phases_ms"] for _, row in rows.iterrows()}
    names = next(iter(by_size.values()))
    cells = [(name, *(milliseconds(found.get(name, 0.0)) for found in by_size.values())) for name in names]
    return Sheet(title, ("", *(f"{size} shops" for size in by_size)), cells)


def sheets(session: Session) -> Iterator[Sheet]:
    """Yield every table that has rows."""
    makers: list[Callable[[Session], Sheet]] = [times, notes, busy, opponents, floors, sizes]
    found = [make(session) for make in makers]
    found.append(phases(session, "phase", "Milliseconds a day by phase, two threads"))
    found.append(phases(session, "compiled", "Milliseconds a day by compiled function, one thread"))
    yield from (sheet for sheet in found if sheet.rows)


def write(page: Path, session: Session) -> None:
    """Replace the block of a page."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"{page} has no block between {BEGIN} and {END}")
    source = f"Commit {session.commit}, {session.when}, {session.machine}."
    block = "\n\n".join([source, *(sheet.markdown() for sheet in sheets(session))])
    page.write_text(f"{before}{BEGIN}\n\n{block}\n\n{END}{after}", encoding="utf-8")


def main() -> None:
    """Print, and write if a page is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="what --benchmark-json wrote")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="page with a block for the tables")
    chosen = parser.parse_args()
    session = read(chosen.files)
    console = Console(width=150)
    for sheet in sheets(session):
        console.print(sheet.printed())
    console.print(f"{session.machine}; commit {session.commit}")
    if chosen.write:
        write(chosen.write, session)


if __name__ == "__main__":
    main()
