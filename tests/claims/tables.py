"""Print the README's tables from the folders of their studies, so that nobody copies a wrong column.

    PYTHONPATH=. python tests/claims/tables.py headline results/headline-1a2b3c4d
    PYTHONPATH=. python tests/claims/tables.py compared results/levers-1a2b3c4d
    PYTHONPATH=. python tests/claims/tables.py sold results/headline-1a2b3c4d
    PYTHONPATH=. python tests/claims/tables.py hangs_on results/hangs_on-1a2b3c4d results/hangs_on-5e6f7a8b …
    PYTHONPATH=. python tests/claims/tables.py certainty results/hangs_on-1a2b3c4d results/hangs_on-5e6f7a8b …

`compared` has the same columns for all packages of a study, those of docs/findings.md; `sold` has by how
much more the honest sell, `certainty` what frequent small fines leave less than rare large ones of the same
expectation, both with intervals of their own. Else brackets of means are their 95 % intervals, those of
differences hold for all packages together.
`tests/statistical/left_in_worlds.py` prints the table of the calibrated worlds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from experiments import read_table
from experiments.analysis.intervals import half_width

HEADLINE = (
    "no enforcement", "status quo", "ten times the cases", "every case", "every case, high threshold",
    "automatic", "ruinous fine", "raids and suits",
)  # fmt: skip
HANGS_ON = "ten times the cases", "every case", "ruinous fine", "25 % × 2,000", "2.5 % × 20,000"

BRUSHED, SHOPS, HITS = "brushed_share", "brushing_shop_share", "innocent_hits_per_1000_shop_years"
SALES, COST = "honest_sales_rmb", "enforcement_cost_rmb"


def results(folder: str) -> pd.DataFrame:
    """Return the comparison of a study by outcome and package, named as the README names packages."""
    table = read_table(Path(folder) / "comparison.csv")
    return table.assign(package=table["package"].str.replace("_", " ")).set_index(["outcome", "package"])


def decimals(low: float, high: float) -> int:
    """Return how many decimals an interval of hits is told with."""
    return 1 if high - low < 10 else 0


def number(value: float, places: int, sign: bool = False) -> str:
    """Return a number as the README writes it."""
    text = f"{value:+.{places}f}" if sign else f"{value:.{places}f}"
    return text.replace("-", "−")


def bracket(low: float, high: float, places: int) -> str:
    """Return an interval as the README writes it."""
    return f"[{number(low, places)}, {number(high, places)}]"


def mean(row: pd.Series, places: int, unit: float = 1.0) -> str:
    """Return a mean with its interval, in units."""
    return f"{number(row['mean'] / unit, places)} {bracket(row['low'] / unit, row['high'] / unit, places)}"


def difference(row: pd.Series, places: int, unit: float = 1.0) -> str:
    """Return a difference from the baseline with the interval that holds for all packages together."""
    if pd.isna(row["difference"]):
        return "–"
    low, high = row["sim_low"] / unit, row["sim_high"] / unit
    return f"{number(row['difference'] / unit, places, sign=True)} {bracket(low, high, places)}"


def headline(folder: str) -> list[list[str]]:
    """Return the rows of the table under *What it says*."""
    return told(results(folder), HEADLINE)


def compared(folder: str) -> list[list[str]]:
    """Return the same rows of all packages of a study, in its order."""
    table = results(folder)
    return told(table, tuple(table.loc[BRUSHED].index))


def told(table: pd.DataFrame, packages: tuple[str, ...]) -> list[list[str]]:
    """Return a row a package: brushing, shops that brush, innocents hit, sales, cost."""
    rows = []
    for package in packages:
        brushed, shops, hits, sales, cost = (
            table.loc[name, package] for name in (BRUSHED, SHOPS, HITS, SALES, COST)
        )
        is_baseline = pd.isna(sales["difference"])
        rows.append(
            [
                package,
                mean(brushed, 2, 0.01),
                difference(brushed, 1, 0.01),
                mean(shops, 1, 0.01),
                mean(hits, decimals(hits["low"], hits["high"])),
                f"({number(sales['mean'] / 1e6, 0)})" if is_baseline else difference(sales, 1, 1e6),
                number(cost["mean"] / 1e3, 0),
            ]
        )
    return rows


def hangs_on(*folders: str) -> list[list[str]]:
    """Return the rows of the table under *What this hangs on*, one a folder."""
    return [
        [folder, *(difference(results(folder).loc[BRUSHED, package], 1, 0.01) for package in HANGS_ON)]
        for folder in folders
    ]


def by_replication(folder: str, outcome: str) -> pd.DataFrame:
    """Return an outcome of the runs of a study, by replication and package."""
    runs = read_table(Path(folder) / "runs.parquet")
    return runs.pivot(index="replication", columns="package", values=outcome)


def with_intervals(paired: pd.DataFrame) -> list[list[str]]:
    """Return a row a column: its mean over replications with its own 95 % interval."""
    half = half_width(paired.std(), len(paired))
    rows = pd.DataFrame({"mean": paired.mean(), "low": paired.mean() - half, "high": paired.mean() + half})
    return [[str(name), mean(row, 1)] for name, row in rows.iterrows()]


def sold(folder: str) -> list[list[str]]:
    """Return by how much more, %, merchants who never brush sell under each package, by replication."""
    sales = by_replication(folder, SALES)
    return with_intervals(100 * (sales.drop(columns="status quo").div(sales["status quo"], axis=0) - 1))


def certainty(*folders: str) -> list[list[str]]:
    """Return by how many points less a quarter of the cases at 2,000 RMB leave, one row a folder."""
    brushed = {folder: by_replication(folder, BRUSHED) for folder in folders}
    less = {folder: runs["2.5 % × 20,000"] - runs["25 % × 2,000"] for folder, runs in brushed.items()}
    return with_intervals(100 * pd.DataFrame(less))


TABLES: dict[str, Callable[..., list[list[str]]]] = {
    "headline": headline,
    "compared": compared,
    "sold": sold,
    "hangs_on": hangs_on,
    "certainty": certainty,
}


def markdown(rows: list[list[str]]) -> str:
    """Return rows as those of a table of Markdown."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


if __name__ == "__main__":
    print(markdown(TABLES[sys.argv[1]](*sys.argv[2:])))
