"""How every figure looks: colours that survive colour blindness, plain axes, honest empty figures."""

from __future__ import annotations

import functools
import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from experiments.figures import fonts
from experiments.language.words import broadest, folded, heading, most_lines, wrapped

WIDTH = 7.6
"""Width of a figure in inches: at the report's 900 pixels, 10 points read as 12.5."""

PER_ROW = 3
"""Panels beside one another, at most."""

INK, SOFT, PALE = "#222222", "#666666", "#d9d9d9"

BLACK = "#000000"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""The palette of Okabe and Ito without black and its yellow, which is too pale for lines."""

MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("-", (0, (5, 1.6)), (0, (1.2, 1.2)))

RC: Any = {
    "font.family": fonts.OURS,
    "font.sans-serif": [fonts.OURS],
    "font.size": 10,
    "text.parse_math": False,  # a dollar is a dollar
    "text.usetex": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": SOFT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.unicode_minus": True,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "hatch.linewidth": 0.7,
    "svg.hashsalt": "antibrush",
    "svg.fonttype": "path",
}

Draw = Callable[[pd.DataFrame], Figure]

LETTER, LINE = 0.078, 0.16
"""Inches that a column of letters takes, and a line of them."""

ENTRY = "entry: "
"""What stands before a name in a label, because Matplotlib leaves labels with an underscore in front out."""

BOLD = 0.08
"""Inches that a column of letters takes in a title."""


def drawing(draw: Draw) -> Draw:
    """Give a draw function the common style, and let a table that holds only a note say its note."""

    @functools.wraps(draw)
    def styled(table: pd.DataFrame) -> Figure:
        with styled_for(table):
            return note_figure(table["text"].iloc[0]) if is_note(table) else draw(table)

    return styled


@contextmanager
def styled_for(table: pd.DataFrame) -> Iterator[None]:
    """Set the common style, with fonts for all that a figure's table says.

    Where no font has a character, texts of an SVG stay texts, so that a browser shows it by its own.
    """
    families, missing = fonts.choose(characters(table))
    own: Any = {**RC, "font.family": list(families)}
    if missing:
        own |= {"font.family": [*families, "sans-serif"], "svg.fonttype": "none"}
    log = logging.getLogger("matplotlib.font_manager")  # tells of every weight that a font has not
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with matplotlib.rc_context(own), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
            yield
    finally:
        log.setLevel(level)


def characters(table: pd.DataFrame) -> frozenset[str]:
    """Return every character of the words in a table."""
    words = {word for name in table for word in table[name].unique() if isinstance(word, str)}
    return frozenset("".join(words))


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """Return an empty figure that can measure its own text."""
    figure = Figure(figsize=(width, height), dpi=100)
    FigureCanvasAgg(figure)
    return figure


def rows_and_columns(n: int) -> tuple[int, int]:
    """Return how ``n`` panels stand: three beside one another, or two where there are four."""
    columns = 2 if n == 4 else min(n, PER_ROW)
    return -(-n // columns), columns


def colour(order: float) -> str:
    """Return the colour of the package at place ``order``; only 0, the baseline, is black."""
    return BLACK if order < 1 else COLOURS[(int(order) - 1) % len(COLOURS)]


def marker(order: float) -> str:
    """Return the marker of the package at place ``order``."""
    return MARKERS[int(order) % len(MARKERS)]


def dot_for(values: Any) -> str:
    """Return the marker of a line: a dot where it would have a single point, and be invisible."""
    return "o" if np.isfinite(np.asarray(values, dtype=float)).sum() == 1 else ""


def dashes(order: float) -> Any:
    """Return the line style of the package at place ``order``: solid until colours repeat."""
    return DASHES[max(int(order) - 1, 0) // len(COLOURS) % len(DASHES)]


def ink_of(order: float) -> str:
    """Return a shade of the package's colour that is dark enough for text on white."""
    red, green, blue = to_rgb(colour(order))
    return to_hex((0.72 * red, 0.72 * green, 0.72 * blue))


def note_table(sentence: str) -> pd.DataFrame:
    """Return the table of a figure that has nothing to show but ``sentence``."""
    return pd.DataFrame({"kind": ["note"], "text": [sentence]})


def is_note(table: pd.DataFrame) -> bool:
    """Tell whether ``table`` holds a note instead of something to draw."""
    return list(table["kind"].unique()) == ["note"]


def note_figure(sentence: str) -> Figure:
    """Draw a sentence where a figure would have been."""
    figure = new_figure(1.6)
    figure.text(0.5, 0.5, "\n".join(wrapped(sentence, 84)), ha="center", va="center", color=SOFT, fontsize=11)
    return figure


def with_footnote(table: pd.DataFrame, sentence: str) -> pd.DataFrame:
    """Append the sentence that stands below the figure."""
    return pd.concat([table, pd.DataFrame({"kind": ["footnote"], "text": [sentence]})], ignore_index=True)


def rows(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the rows of one kind, or none."""
    return table[table["kind"] == kind]


def highest(values: Any, otherwise: float = 0.0) -> float:
    """Return the largest finite number of any array or table, or ``otherwise`` where there is none."""
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    return float(numbers.max()) if numbers.size else otherwise


def lowest(values: Any, otherwise: float = 0.0) -> float:
    """Return the smallest finite number of any array or table, or ``otherwise`` where there is none."""
    return -highest(-np.asarray(values, dtype=float), -otherwise)


def records(table: pd.DataFrame) -> list[Any]:
    """Return rows as objects with a field for each column."""
    return list(table.itertuples())


def draw_title(figure: Figure, title: str) -> None:
    """Write the title of a figure of several panels at its upper left."""
    height = 1 - 0.27 / figure.get_figheight()
    figure.text(0.012, height, title, fontsize=11.5, fontweight="bold", gid="title")


def draw_footnote(figure: Figure, table: pd.DataFrame, columns: int = 128) -> None:
    """Write the footnote along the bottom edge."""
    text = " ".join(rows(table, "footnote")["text"])
    lines = "\n".join(wrapped(text, columns))
    figure.text(0.012, 0.12 / figure.get_figheight(), lines, fontsize=8, color=SOFT, va="bottom")


def footnote_height(table: pd.DataFrame, columns: int = 128) -> float:
    """Return the inches that the footnote needs."""
    text = " ".join(rows(table, "footnote")["text"])
    return 0.14 * len(wrapped(text, columns)) + 0.14


def margins(figure: Figure, left: float, right: float, bottom: float, top: float, **gaps: float) -> None:
    """Set the margins of a figure in inches."""
    width, height = figure.get_size_inches()
    figure.subplots_adjust(left / width, bottom / height, 1 - right / width, 1 - top / height, **gaps)


def light_grid(axes: Axes, axis: Any = "y") -> None:
    """Draw pale grid lines behind everything."""
    axes.grid(axis=axis, color="#ececec", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=3, labelsize=9)


def draw_legend(figure: Figure, axes: Axes, left: float, columns: int | None = None) -> None:
    """Name the lines and marks of one panel in rows below the title; ``left`` in inches."""
    width, height = figure.get_size_inches()
    handles, entries = axes.get_legend_handles_labels()
    names = [entry.removeprefix(ENTRY) for entry in entries]
    figure.legend(
        handles,
        names,
        loc="upper left",
        bbox_to_anchor=(left / width, 1 - 0.45 / height),
        ncols=columns or len(names),
        frameon=False,
        fontsize=9,
        borderaxespad=0,
        borderpad=0.2,
        handlelength=1.8,
        columnspacing=1.6,
        labelspacing=0.3,
    )


def entry(name: str) -> str:
    """Return the label by which a line stands in the legend as ``name``, an underscore in front or not."""
    return ENTRY + name


def legend_lines(names: Sequence[str]) -> int:
    """Return in how many rows a legend of these names fits."""
    widest = 0.075 * max(broadest(names), 1) + 0.5
    return -(-len(names) // max(int((WIDTH - 0.8) / widest), 1))


def legend_height(names: Sequence[str], rows: int) -> float:
    """Return the inches of a legend of so many rows, column by column, some names in several lines."""
    chunks = [names[i : i + rows] for i in range(0, len(names), rows)]
    return max((sum(0.05 + 0.15 * (name.count("\n") + 1) for name in own) for own in chunks), default=0.2)


def margin_for(labels: Sequence[str]) -> float:
    """Return the inches beside a figure that labels take, each folded if it is too long."""
    return 0.25 + LETTER * broadest(map(folded, labels))


def room_for_titles(labels: Sequence[str], n_columns: int, beside: float) -> float:
    """Return the inches that titles of panels need for their lines after the first.

    ``beside`` is the width that panels leave, in inches.
    """
    columns = int((WIDTH - beside) / n_columns / BOLD)
    return LINE * (most_lines(folded(heading(label), columns) for label in labels) - 1)


def title_panel(axes: Axes, label: str, order: float, pad: float = 5) -> None:
    """Write the label of a package above its panel, folded to the panel's width."""
    figure: Any = axes.get_figure(root=True)
    columns = int(axes.bbox.width / figure.dpi / BOLD)
    axes.set_title(folded(heading(label), columns), fontsize=9.5, color=ink_of(order), pad=pad)
