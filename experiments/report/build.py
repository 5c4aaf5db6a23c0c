"""Build the report of a study: one self-contained HTML file."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from experiments.figures import study_figures
from experiments.figures.tables import Study, read_study
from experiments.report import answer
from experiments.report.factors import verdict
from experiments.report.sections import figure_section, more_sections, place
from experiments.report.tables import defined_outcomes, outcome_tables, pairing_rows
from experiments.store import write_bytes

FAILURES_SHOWN = 20
TITLE_STRIP = 30.0


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
        "summary": [] if nothing else [*answer.summary(study), *verdicts(study)],
        "reliability": "" if nothing else answer.reliability(study),
        "sections": [] if nothing else sections(study, figures),
        "crossed": bool(study.blocks),
        "tables": [] if nothing else outcome_tables(study),
        "pairing": [] if nothing else pairing_rows(study),
        "outcomes": [asdict(outcome) for outcome in defined_outcomes(study)],
        "setting": setting(study),
        "failures": study.failures[:FAILURES_SHOWN],
        "n_failed": study.n_failed,
        "n_failures_hidden": max(study.n_failed - FAILURES_SHOWN, 0) if study.failures else 0,
        "provenance": flat(study.provenance),
    }


def verdicts(study: Study) -> list[str]:
    """Say of each block of crossed factors where the least brushing stands."""
    told = [verdict(block, study.burdened) for block in study.blocks if len(block.factors) > 1]
    return [sentence for sentence in told if sentence]


def sections(study: Study, figures: list[Path]) -> list[dict[str, Any]]:
    """Return all sections above the table of outcomes, figures as inline SVG."""
    told = []
    for path in figures:
        section = figure_section(study, path.stem)
        svg = Markup(inline_svg(path.read_text(encoding="utf-8"), escape(section["title"])))
        told.append(section | {"svg": svg})
    return sorted([*told, *(section | {"svg": ""} for section in more_sections(study))], key=place)


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
