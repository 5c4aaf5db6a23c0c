"""Check that a study left whole tables, figures with twins, and a self-contained report."""

import re
import sys
from pathlib import Path

import pandas as pd


def main(folder: Path) -> None:
    """Exit with a sentence on the first thing that is wrong."""
    runs = pd.read_parquet(folder / "runs.parquet")
    expect(len(runs) > 0 and (runs["status"] == "ok").all(), "not every run ended well")
    comparison = pd.read_csv(folder / "comparison.csv")
    expect(set(comparison["package"]) == set(runs["package"]), "comparison.csv misses packages")
    expect(comparison["mean"].notna().any(), "comparison.csv is empty")
    figures = sorted((folder / "figures").glob("*.svg"))
    expect(len(figures) >= 3, f"only {len(figures)} figures")
    for figure in figures:
        expect(figure.with_suffix(".csv").exists(), f"{figure.name} has no twin CSV")
    report = (folder / "report.html").read_text(encoding="utf-8")
    for package in runs["package"].unique():
        names = {package, package.replace("_", " ")}
        expect(any(name.lower() in report.lower() for name in names), f"the report does not name {package}")
    loads = re.findall(r"<(?:script|img|link|iframe)[^>]+(?:src|href)=[\"'](?!data:|#)([^\"']+)", report)
    expect(not loads, f"the report is not self-contained: it loads {loads[:3]}")
    expect("<svg" in report, "the report has no figure")
    print(f"{len(runs)} runs, {len(figures)} figures, a report of {len(report) // 1024} KiB")


def expect(fine: bool, sentence: str) -> None:
    """Exit with ``sentence`` unless all is fine."""
    if not fine:
        sys.exit(f"check_report: {sentence}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
