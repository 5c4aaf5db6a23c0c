"""How every figure looks: colours that survive colour blindness, plain axes, honest empty figures."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

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
    "font.family": "DejaVu Sans",
    "font.size": 10,
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


def drawing(draw: Draw) -> Draw:
    """Give a draw function the common style, and let a table that holds only a note say its note."""

    @functools.wraps(draw)
    def styled(table: pd.DataFrame) -> Figure:
        with matplotlib.rc_context(RC):
            return note_figure(table["text"].iloc[0]) if is_note(table) else draw(table)

    return styled


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
    wrapped = "\n".join(textwrap.wrap(sentence, 84))
    figure.text(0.5, 0.5, wrapped, ha="center", va="center", color=SOFT, fontsize=11)
    return figure


def with_footnote(table: pd.DataFrame, sentence: str) -> pd.DataFrame:
    """Append the sentence that stands below the figure."""
    return pd.concat([table, pd.DataFrame({"kind": ["footnote"], "text": [sentence]})], ignore_index=True)


def rows(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return the rows of one kind, or none."""
    return table[table["kind"] == kind]


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
    wrapped = "\n".join(textwrap.wrap(text, columns))
    figure.text(0.012, 0.12 / figure.get_figheight(), wrapped, fontsize=8, color=SOFT, va="bottom")


def footnote_height(table: pd.DataFrame, columns: int = 128) -> float:
    """Return the inches that the footnote needs."""
    text = " ".join(rows(table, "footnote")["text"])
    return 0.14 * len(textwrap.wrap(text, columns)) + 0.14


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
    handles, names = axes.get_legend_handles_labels()
    figure.legend(
        handles, names, loc="upper left", bbox_to_anchor=(left / width, 1 - 0.45 / height),
        ncols=columns or len(names), frameon=False, fontsize=9, borderaxespad=0, borderpad=0.2,
        handlelength=1.8, columnspacing=1.6, labelspacing=0.3,
    )  # fmt: skip


def legend_lines(names: Sequence[str]) -> int:
    """Return in how many rows a legend of these names fits."""
    widest = 0.075 * max(map(len, names), default=1) + 0.5
    return -(-len(names) // max(int((WIDTH - 0.8) / widest), 1))
