"""Build the report of a study: one self-contained HTML file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from experiments.figures import Drawn
from experiments.figures.gallery import figure_of, figures_of
from experiments.figures.trade_off import chosen
from experiments.files.whole import write_bytes
from experiments.language.captions import not_written
from experiments.language.stopping import stopped
from experiments.pages.report import answer
from experiments.pages.report.factors import verdict
from experiments.pages.report.sections import bare_section, figure_section, more_sections, place
from experiments.pages.report.tables import defined_outcomes, outcome_tables, pairing_rows
from experiments.studies.results import StudyResults, read_study

FAILURES_SHOWN = 20
TITLE_STRIP = 30.0


PAGE = "report.html"


def write_report(folder: Path, axes: dict[str, str] | None = None) -> Drawn:
    """Write the figures and ``report.html`` of a study folder from its tables; return what came of it.

    ``axes`` names outcomes for ``x`` and ``y`` of the trade-off plane; without, it is brushing against
    innocent shops hit.

    Raises
    ------
    ConfigError : the study has no such outcome; nothing was written
    """
    folder = Path(folder)
    study = read_study(folder, axes)
    chosen(study)
    drawn = figures_of(study)
    page = render(study, drawn)
    write_bytes(folder / PAGE, page.encode(errors="xmlcharrefreplace"))
    return drawn


def render(study: StudyResults, drawn: Drawn) -> str:
    """Fill the page's template."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("report.html.j2").render(page_content(study, drawn))


def page_content(study: StudyResults, drawn: Drawn) -> dict[str, Any]:
    """Return everything that the page says; of a part that fails, that it did."""
    nothing = study.nothing_finished()
    told = {
        part: [] if nothing else drawn.attempt(part, partial(make, study), lambda why: [])
        for part, make in PARTS.items()
    }
    return {
        "title": str(study.info.get("title") or study.info.get("name") or "Study"),
        "question": str(study.info.get("question") or ""),
        "nothing": nothing,
        **told,
        "reliability": "" if nothing else answer.reliability(study),
        "stopped": [] if nothing else stopped(study.stopping),
        "sections": [] if nothing else sections(study, drawn),
        "crossed": bool(study.blocks),
        "outcomes": [asdict(outcome) for outcome in defined_outcomes(study)],
        "setting": setting(study),
        "failures": study.failures[:FAILURES_SHOWN],
        "n_failed": study.n_failed,
        "n_failures_hidden": max(study.n_failed - FAILURES_SHOWN, 0) if study.failures else 0,
        "provenance": flat(study.provenance),
        "troubles": drawn.troubles(),
    }


def summary(study: StudyResults) -> list[str]:
    """Return the sentences about all packages together, those of crossed factors too."""
    return [*answer.summary(study), *verdicts(study)]


PARTS: dict[str, Callable[[StudyResults], list[Any]]] = {
    "findings": answer.findings, "summary": summary, "tables": outcome_tables, "pairing": pairing_rows,
}  # fmt: skip
"""The parts of the page that are made of the comparison, by their names in the template."""


def verdicts(study: StudyResults) -> list[str]:
    """Say of each block of crossed factors where the least brushing stands."""
    told = [verdict(study, block) for block in study.blocks if len(block.factors) > 1]
    return [sentence for sentence in told if sentence]


def sections(study: StudyResults, drawn: Drawn) -> list[dict[str, Any]]:
    """Return all sections above the table of outcomes, figures as inline SVG."""
    told = []
    for path in drawn.files:
        section = bare = bare_section(study, path.stem)
        if figure_of(path.stem) not in drawn.failed:
            make = partial(figure_section, study, path.stem)
            section = drawn.attempt(f"text of {path.stem}", make, partial(without_words, bare))
        svg = Markup(inline_svg(path.read_text(encoding="utf-8"), escape(section["title"])))
        told.append(section | {"svg": svg})
    more = drawn.attempt("other sections", partial(more_sections, study), lambda why: [])
    return sorted([*told, *(section | {"svg": ""} for section in more)], key=place)


def without_words(section: dict[str, Any], why: str) -> dict[str, Any]:
    """Return a section whose sentences could not be made."""
    return section | {"note": not_written(why)}


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


def setting(study: StudyResults) -> dict[str, str]:
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
        "Stops when known": ", ".join((info.get("stopping") or {}).get("until", [])) or None,
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
