"""Labels beside what they name, placed so that none hides a point or another label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text

from experiments.language.words import broadest

Boxes = np.ndarray
"""Boxes in pixels, one a row: x0, y0, x1, y1."""

AIR = np.array([2.0, 1.0])
"""Pixels kept free around a label."""

DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
DISTANCES = (8, 14, 22, 34, 50)
FAR = DISTANCES[2:]
"""Distances, in points, from which on a label has a leader."""

CROSSING = 10.0
"""What it costs if a leader crosses a label, by area of its dots, as a multiple of hiding it."""

BESIDE = 12.0
"""Pixels around a point in which its leader may cross what is there."""

SIDES: dict[int, Any] = {1: "left", 0: "center", -1: "right"}
ENDS: dict[int, Any] = {1: "bottom", 0: "center", -1: "top"}


def place_labels(
    axes: Axes,
    points: Sequence[tuple[float, float]],
    texts: Sequence[str],
    colours: Sequence[str],
    obstacles: Boxes,
) -> list[Annotation]:
    """Write each text beside its point (data units) where it hides least; far ones get a thin leader."""
    written = np.empty((0, 4))
    notes = []
    for point, text, shade in zip(points, texts, colours, strict=True):
        note = annotate(axes, point, text, shade)
        written = np.vstack([written, settle(axes, note, obstacles, written)])
        notes.append(note)
    return notes


def annotate(axes: Axes, point: tuple[float, float], text: str, shade: str) -> Annotation:
    """Write a text at a point, to be moved."""
    halo: dict[str, Any] = {"path_effects": [patheffects.withStroke(linewidth=2.5, foreground="white")]}
    if stays_text():  # an effect would draw the letters, boxes where there is no font
        halo = {"bbox": {"boxstyle": "square,pad=0", "facecolor": "white", "edgecolor": "none", "alpha": 0.7}}
    leader = {"arrowstyle": "-", "color": shade, "linewidth": 0.6, "shrinkA": 0, "shrinkB": 5}
    return axes.annotate(
        text,
        point,
        (8, 0),
        textcoords="offset points",
        fontsize=9.5,
        color=shade,
        arrowprops=leader,
        annotation_clip=False,
        zorder=6,
        **halo,
    )


def stays_text() -> bool:
    """Tell whether texts of an SVG stay texts, because no font here has all characters."""
    return bool(matplotlib.rcParams["svg.fonttype"] == "none")


def settle(axes: Axes, note: Annotation, obstacles: Boxes, written: Boxes) -> Boxes:
    """Move a label to the cheapest of its candidate places; return the boxes that it and its leader fill.

    Its leader may cross ``obstacles``, but should not cross what is ``written`` already.
    """
    taken = np.vstack([obstacles, written])
    size, anchor, scale = measure(axes, note)
    tried: list[tuple[float, int, np.ndarray, Boxes, int]] = []
    for distance in DISTANCES:
        for i, direction in enumerate(DIRECTIONS):
            step = distance * np.array(direction) / np.hypot(*direction)
            box = beside(anchor + scale * step, direction, size)
            line = leader(box, anchor) if distance in FAR else np.empty((0, 4))
            price = cost(axes, box, taken) + CROSSING * sum(overlap(written, dot) for dot in line)
            price += 2.0 * distance + 3.0 * (i > 1)
            tried.append((price, len(tried), step, np.vstack([box, line]), i))
    _, place, step, boxes, i = min(tried, key=lambda candidate: candidate[:2])
    note.set_position((float(step[0]), float(step[1])))
    note.set_horizontalalignment(SIDES[DIRECTIONS[i][0]])
    note.set_verticalalignment(ENDS[DIRECTIONS[i][1]])
    if DISTANCES[place // len(DIRECTIONS)] not in FAR and note.arrow_patch is not None:
        note.arrow_patch.set_visible(False)
    return boxes


def leader(box: np.ndarray, anchor: np.ndarray) -> Boxes:
    """Return small boxes along the line from a label's box to its point, but for the point itself."""
    centre = (box[:2] + box[2:]) / 2
    points = centre + np.linspace(0, 1, 80)[:, None] * (anchor - centre)
    inside = ((points >= box[:2]) & (points <= box[2:])).all(axis=1)
    points = points[~inside & (np.hypot(*(points - anchor).T) > BESIDE)]
    return dots(points, 1.0)


def measure(axes: Axes, note: Annotation) -> tuple[np.ndarray, np.ndarray, float]:
    """Return a label's width and height and its point, in pixels, and the pixels of one point."""
    figure: Any = axes.get_figure(root=True)
    box, scale = Text.get_window_extent(note, figure.canvas.get_renderer()), figure.dpi / 72
    least = 0.5 * scale * note.get_fontsize() * broadest([note.get_text()]) if stays_text() else 0.0
    return np.array([max(box.width, least), box.height]), axes.transData.transform(note.xy), scale


def beside(corner: np.ndarray, direction: tuple[int, int], size: np.ndarray) -> np.ndarray:
    """Return the box of a text that begins at ``corner`` and runs off in ``direction``, with some air."""
    low = corner - size * (1 - np.array(direction)) / 2
    return np.concatenate([low - AIR, low + size + AIR])


def cost(axes: Axes, box: np.ndarray, taken: Boxes) -> float:
    """Price a place: what it hides, and how far it leaves the axes (to the right, the figure)."""
    edge = axes.get_figure(root=True).bbox.x1 - 4  # type: ignore[union-attr]
    room = np.array([[axes.bbox.x0, axes.bbox.y0, edge, axes.bbox.y1]])
    outside = float(np.prod(box[2:] - box[:2])) - overlap(room, box)
    return overlap(taken, box) + 20 * outside


def overlap(boxes: Boxes, box: np.ndarray) -> float:
    """Return the area that a box shares with others, in square pixels."""
    shared = np.minimum(boxes[:, 2:], box[2:]) - np.maximum(boxes[:, :2], box[:2])
    return float(np.prod(np.maximum(shared, 0), axis=1).sum())


def spread(
    values: Sequence[float], gap: float, low: float, high: float, lines: Sequence[int] = ()
) -> np.ndarray:
    """Move values apart until neighbours are ``gap`` apart, as little as needed, inside [low, high].

    ``lines`` says of each value how many lines its label has; their neighbours keep farther off.
    """
    order = np.argsort(values, kind="stable")
    tall = np.asarray(lines or np.ones(len(order)), dtype=float)[order]
    gaps = gap * (tall[1:] + tall[:-1]) / 2
    gaps *= min(1.0, (high - low) / max(float(gaps.sum()), 1e-12))
    placed = np.clip(np.asarray(values, dtype=float)[order], low, high)
    for _ in range(200):
        short = gaps - np.diff(placed)
        if not (short > 1e-9).any():
            break
        for i in np.flatnonzero(short > 1e-9):
            push = (gaps[i] - (placed[i + 1] - placed[i])) / 2
            placed[i], placed[i + 1] = placed[i] - push, placed[i + 1] + push
        placed += max(low - placed[0], 0) - max(placed[-1] - high, 0)
    result = np.empty_like(placed)
    result[order] = placed
    return result


def around(axes: Axes, x: float, y: float, radius: float = 6.0) -> Boxes:
    """Return the box around a data point, in pixels."""
    point = axes.transData.transform((x, y))
    return dots(point[None], radius)


def along(axes: Axes, start: tuple[float, float], end: tuple[float, float], steps: int = 60) -> Boxes:
    """Return small boxes along a straight stroke, so that labels keep off it."""
    first, last = axes.transData.transform([start, end])
    return dots(np.linspace(first, last, steps), 3.0)


def dots(points: np.ndarray, radius: float) -> Boxes:
    """Return the boxes around points (n, 2), in pixels."""
    return np.hstack([points - radius, points + radius])
