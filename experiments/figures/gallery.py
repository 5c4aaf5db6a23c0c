"""Which figures there are, and how they are written: SVG, PNG and the CSV that holds what is drawn."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from experiments.figures import (
    capacity,
    channels,
    combinations,
    deterred,
    fonts,
    harm,
    harm_axes,
    heat_map,
    one_factor,
    package_search,
    parameters,
    paths,
    regret,
    risk,
    run,
    stress,
    theory,
    tornado,
    trade_off,
    worlds,
)
from experiments.figures.drawn import Drawn
from experiments.figures.style import Draw, characters, is_note, note_table, styled_for
from experiments.files.whole import read_table, write_bytes, write_table
from experiments.language import figure_texts as texts
from experiments.language.letters import slug
from experiments.language.words import sentence_case
from experiments.searches.theory.propositions import PROPOSITIONS
from experiments.studies.results import StudyResults, read_study


@dataclass(frozen=True)
class Kind:
    """One figure of a study: its title, and its two halves."""

    title: str
    prepare: Callable[[StudyResults], pd.DataFrame]
    draw: Draw


STUDY_FIGURES = {
    "trade_off": Kind(trade_off.TITLE, trade_off.prepare, trade_off.draw),
    "harm_axes": Kind(harm_axes.TITLE, harm_axes.prepare, harm_axes.draw),
    "heat_map": Kind(texts.HEAT_MAP, heat_map.prepare, heat_map.draw),
    "paths": Kind(texts.PATHS, paths.prepare, paths.draw),
    "channels": Kind(channels.TITLE, channels.prepare, channels.draw),
    "risk": Kind(risk.TITLE, risk.prepare, risk.draw),
    "deterred": Kind(deterred.TITLE, deterred.prepare, deterred.draw),
    "harm": Kind(texts.HARM, harm.prepare, harm.draw),
    "capacity": Kind(texts.CAPACITY, capacity.prepare, capacity.draw),
    "worlds": Kind(worlds.TITLE, worlds.prepare, worlds.draw),
}
ALWAYS = frozenset({"trade_off", "paths", "harm"})
"""Figures that every study has; others are left out where they would hold only a note."""

COMBINATIONS = "combinations_"
"""How the names of figures of crossed factors begin."""

DRAW: dict[str, Draw] = {
    **{stem: kind.draw for stem, kind in STUDY_FIGURES.items()},
    "run": run.draw,
    "parameters": parameters.draw,
    "tornado": tornado.draw,
    "regret": regret.draw,
    "search": package_search.draw,
    "stress": stress.draw,
    **{proposition.key: theory.draw for proposition in PROPOSITIONS},
}


def kinds_of(study: StudyResults) -> dict[str, Kind]:
    """Return the figures of one study: one more for each block of crossed factors."""
    maps = {
        COMBINATIONS + slug(block.name): Kind(
            texts.combinations(block.name), partial(combinations.prepare, block=block), combinations.draw
        )
        for block in study.blocks
        if len(block.factors) > 1
    }
    lines = {
        COMBINATIONS + slug(name): Kind(
            sentence_case(name), partial(one_factor.prepare, name=name, blocks=blocks), one_factor.draw
        )
        for name, blocks in one_factor.groups(study.blocks).items()
    }
    first = {stem: STUDY_FIGURES[stem] for stem in ("trade_off", "harm_axes")}
    return {**first, **maps, **lines, **STUDY_FIGURES}


def draw_of(stem: str, table: pd.DataFrame) -> Draw:
    """Return what draws the figure of this name."""
    if not stem.startswith(COMBINATIONS):
        return DRAW[stem]
    return one_factor.draw if (table["kind"] == "point").any() else combinations.draw


def study_figures(folder: Path, axes: dict[str, str] | None = None) -> Drawn:
    """Write the figures of a study folder into its ``figures/``; one that fails says so in its place.

    ``axes`` are outcomes for ``x`` and ``y`` of the trade-off plane.
    """
    return figures_of(read_study(folder, axes))


def figures_of(study: StudyResults) -> Drawn:
    """Write the figures of a study into the ``figures/`` of its folder."""
    drawn = Drawn(study.folder / "figures")
    for stem, kind in kinds_of(study).items():
        add_figure(drawn, stem, partial(table_of, study, stem, kind))
    return drawn


def table_of(study: StudyResults, stem: str, kind: Kind) -> pd.DataFrame | None:
    """Return the table of a figure; None for one that a study has only where there is something to show."""
    table = kind.prepare(study)
    left_out = stem not in ALWAYS and is_note(table) and not study.nothing_finished()
    return None if left_out else table


def figure_of(stem: str) -> str:
    """Return how a figure is called among the parts of a page."""
    return f"figure {stem}"


def add_figure(drawn: Drawn, stem: str, prepare: Callable[[], pd.DataFrame | None]) -> None:
    """Write one figure, or what it failed on; remove an old one where there is none any more."""

    def write() -> Path | None:
        table = prepare()
        if table is None:
            remove(drawn.folder, stem)
            return None
        drawn.missing |= fonts.choose(characters(table))[1]
        return write_figure(drawn.folder, stem, table)

    def write_reason(why: str) -> Path:
        return write_figure(drawn.folder, stem, note_table(texts.failed(why)))

    file = drawn.attempt(figure_of(stem), write, write_reason)
    drawn.files += [file] if file else []


def run_figures(folder: Path) -> Drawn:
    """Write the figure of a run folder into its ``figures/``."""
    return single_figure(folder, "run", run.prepare)


def calibration_figures(folder: Path) -> Drawn:
    """Write the figure of a calibration's folder into its ``figures/``."""
    return single_figure(folder, "parameters", parameters.prepare)


def sensitivity_figures(folder: Path) -> Drawn:
    """Write the figures of a sensitivity into its ``figures/``; ``folder`` is the exploration's."""
    own = folder / "sensitivity"
    return single_figure(own, "tornado", tornado.prepare)


def robustness_figures(folder: Path) -> Drawn:
    """Write the figures of a robustness into its ``figures/``; ``folder`` is the exploration's."""
    return single_figure(folder / "robustness", "regret", regret.prepare)


def search_figures(folder: Path) -> Drawn:
    """Write the figure of a search for packages into the ``figures/`` of its folder."""
    return single_figure(folder, "search", package_search.prepare)


def stress_figures(folder: Path) -> Drawn:
    """Write the figure of a stress test into the ``figures/`` of its folder."""
    return single_figure(folder, "stress", stress.prepare)


def single_figure(folder: Path, stem: str, prepare: Callable[[Path], pd.DataFrame]) -> Drawn:
    """Write the only figure of a folder."""
    drawn = Drawn(folder / "figures")
    add_figure(drawn, stem, partial(prepare, folder))
    return drawn


def theory_figures(folder: Path) -> Drawn:
    """Write one figure a proposition of a search's folder into its ``figures/``."""
    searched = set(read_table(folder / "verdicts.csv")["proposition"])
    drawn = Drawn(folder / "figures")
    for proposition in PROPOSITIONS:
        if proposition.key in searched:
            add_figure(drawn, proposition.key, partial(theory.prepare, folder, proposition))
    return drawn


def figure_from_csv(path: Path) -> Figure:
    """Draw a figure again from its CSV; the file's name says which figure it is."""
    table = normal(read_table(path))
    return draw_of(path.stem, table)(table)


def normal(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table the form in which it comes out of its CSV: no text is an empty string."""
    return table.assign(text=table["text"].fillna("").astype(object))


def write_figure(folder: Path, stem: str, table: pd.DataFrame) -> Path:
    """Write one figure as SVG, PNG and CSV; the figure is drawn from what the CSV says."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder / f"{stem}.csv", table)
    figure = figure_from_csv(folder / f"{stem}.csv")
    for ending, metadata in (("png", {"Software": None}), ("svg", {"Date": None, "Creator": None})):
        buffer = io.BytesIO()
        with styled_for(table), matplotlib.rc_context({"svg.hashsalt": stem}):
            figure.savefig(buffer, format=ending, dpi=200, metadata=metadata)
        content = shorten(buffer.getvalue()) if ending == "svg" else buffer.getvalue()
        write_bytes(folder / f"{stem}.{ending}", content)
    return folder / f"{stem}.svg"


def shorten(svg: bytes) -> bytes:
    """Round the coordinates of paths to a hundredth of a point and drop comments: smaller, same look."""
    svg = re.sub(rb"<!--.*?-->\n?", b"", svg, flags=re.DOTALL)
    return re.sub(rb' d="[^"]*"', lambda path: re.sub(rb"(\.\d\d)\d+", rb"\1", path[0]), svg)


def remove(folder: Path, stem: str) -> None:
    """Delete a figure that an earlier state of the study had and this one has not."""
    for ending in ("svg", "png", "csv"):
        (folder / f"{stem}.{ending}").unlink(missing_ok=True)
