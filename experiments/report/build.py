"""Build the report of a study: one self-contained HTML file."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from experiments.figures import study_figures
from experiments.figures.gallery import STUDY_FIGURES
from experiments.figures.tables import Study, read_study
from experiments.figures.words import humanise, rate, sentence_case
from experiments.report import answer
from experiments.report.outcomes import OUTCOMES, Outcome
from experiments.store import write_bytes

PACKAGES_A_TABLE = 5
FAILURES_SHOWN = 20
TITLE_STRIP = 30.0
SMALL_MONEY = 2e6

CAPTIONS = {
    "trade_off": "Each mark is a package. Lower: less brushing. Further left: fewer innocent shops hit.",
    "paths": "Fake orders as a share of paid orders, week by week. Policies take months to act in full.",
    "heat_map": "Two levers at once. Colour is the level; grey, hatched cells cannot be told apart from "
    "the outlined one.",
    "harm": "Who pays for wrong sanctions: innocent shops hit, by age and size, with counts.",
    "capacity": "Days on which cases waited because all reviewers were busy.",
}


def write_report(folder: Path) -> Path:
    """Write the figures and ``report.html`` of a study folder from its tables; return the report's path."""
    folder = Path(folder)
    figures = study_figures(folder)
    page = render(read_study(folder), figures)
    write_bytes(folder / "report.html", page.encode())
    return folder / "report.html"


def render(study: Study, figures: list[Path]) -> str:
    """Fill the page's template."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("report.html.j2").render(page_content(study, figures))


def page_content(study: Study, figures: list[Path]) -> dict[str, Any]:
    """Return everything that the page says."""
    nothing = study.nothing_finished()
    return {
        "title": str(study.info.get("title") or study.info.get("name") or "Study"),
        "question": str(study.info.get("question") or ""),
        "nothing": nothing,
        "findings": [] if nothing else answer.findings(study),
        "summary": [] if nothing else answer.summary(study),
        "reliability": "" if nothing else answer.reliability(study),
        "figures": [] if nothing else [figure(path) for path in figures],
        "tables": [] if nothing else outcome_tables(study),
        "outcomes": [asdict(outcome) for outcome in known_outcomes(study)],
        "setting": setting(study),
        "failures": study.failures[:FAILURES_SHOWN],
        "n_failed": study.n_failed,
        "n_failures_hidden": max(study.n_failed - FAILURES_SHOWN, 0) if study.failures else 0,
        "provenance": flat(study.provenance),
    }


def figure(path: Path) -> dict[str, Any]:
    """Return one figure as inline SVG with its caption."""
    title = STUDY_FIGURES[path.stem].title
    return {
        "id": path.stem,
        "title": title,
        "svg": Markup(inline_svg(path.read_text(encoding="utf-8"), title)),
        "caption": CAPTIONS[path.stem],
    }


def inline_svg(text: str, title: str) -> str:
    """Strip an SVG file of its prolog and fixed size, and name it for people who cannot see it."""
    body = text[text.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    head, rest = body.split(">", 1)
    head = re.sub(r' (width|height)="[^"]*"', "", head)
    head = re.sub(r'viewBox="0 0 (\S+) (\S+)"', cut_title, head)
    return f'{head} role="img" aria-label="{title}">{rest}'


def cut_title(box: re.Match[str]) -> str:
    """Return a view box without the strip that holds the title: on the page the heading says it."""
    width, height = float(box[1]), float(box[2])
    return f'viewBox="0 {TITLE_STRIP:g} {width:g} {height - TITLE_STRIP:g}"'


def outcome_tables(study: Study) -> list[dict[str, Any]]:
    """Return the outcomes of all packages, a few packages a table; the baseline leads each."""
    others = [label for label in study.order() if label != study.baseline]
    step = PACKAGES_A_TABLE - 1
    chunks = [others[i : i + step] for i in range(0, len(others), step)] or [[]]
    return [outcome_table(study, [study.baseline, *chunk]) for chunk in chunks]


def outcome_table(study: Study, labels: list[str]) -> dict[str, Any]:
    """Return one table: a row an outcome, a cell a package."""
    outcomes = [in_fitting_unit(study, outcome) for outcome in known_outcomes(study)]
    return {
        "heads": [sentence_case(humanise(label)) for label in labels],
        "rows": [
            {
                "name": outcome.name,
                "unit": outcome.unit,
                "cells": [cell(study, label, outcome) for label in labels],
            }
            for outcome in outcomes
        ],
    }


def in_fitting_unit(study: Study, outcome: Outcome) -> Outcome:
    """Return the outcome in thousand RMB where millions would show only zeros."""
    largest = study.rows_of(outcome.column)["mean"].abs().max()
    small = outcome.unit == "million RMB" and largest < SMALL_MONEY
    return replace(outcome, unit="thousand RMB", scale=1e-3, digits=1) if small else outcome


def known_outcomes(study: Study) -> list[Outcome]:
    """Return the outcomes that the study measured."""
    measured = set(study.comparison["outcome"]) if "outcome" in study.comparison else set()
    return [outcome for outcome in OUTCOMES if outcome.column in measured or not measured]


def cell(study: Study, label: str, outcome: Outcome) -> dict[str, Any]:
    """Return what one cell says: the mean, its interval, and the paired difference from the baseline."""
    row = answer.row_of(study, label, outcome)
    if row is None:
        return {"mean": "–", "interval": "not defined", "change": "", "change_interval": "", "apart": False}
    compared = label != study.baseline and bool(answer.difference(row, outcome))
    same = compared and answer.same_everywhere(row)
    return {
        "mean": outcome.text(row["mean"]),
        "interval": interval_or_bound(outcome, row),
        "change": "0" if same else outcome.change(row["difference"]) if compared else "",
        "change_interval": "" if same or not compared else answer.change_interval(row, outcome),
        "apart": compared and not same and answer.direction(row) != 0,
    }


def interval_or_bound(outcome: Outcome, row: Any) -> str:
    """Return the interval of a mean; where nothing was seen, its upper bound or that it never was."""
    if row["mean"] != 0:
        return answer.interval(row, outcome)
    return f"none seen; < {rate(outcome.scale * row['high'])}" if row["high"] > 0 else "none in any run"


def setting(study: Study) -> dict[str, str]:
    """Return what was simulated, in words."""
    info = study.info
    market = info.get("market") or {}
    shops, buyers = market.get("n_shops"), market.get("buyers_per_shop")
    said = {
        "Scenario": info.get("scenario"),
        "Shops": shops,
        "Buyers": int(shops * buyers) if shops and buyers else None,
        "Days of warm-up": info.get("warmup"),
        "Days of policy": info.get("days"),
        "Replications planned": info.get("replications"),
    }
    return {name: f"{v:,}" if isinstance(v, int) else str(v) for name, v in said.items() if v is not None}


def flat(content: Any, prefix: str = "") -> dict[str, str]:
    """Return nested provenance as one list of names and values."""
    if not isinstance(content, dict):
        return {prefix: " ".join(map(str, content)) if isinstance(content, list) else str(content)}
    lines: dict[str, str] = {}
    for name, inner in content.items():
        lines |= flat(inner, f"{prefix}.{name}" if prefix else str(name))
    return lines
