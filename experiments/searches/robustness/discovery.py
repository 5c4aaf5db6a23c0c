"""Scenario discovery: boxes of the space in which a package fails (PRIM, of the ema_workbench)."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sim.parameters import ConfigError

SIGNIFICANT = 0.05
"""Quasi-p above which a restriction of a box is dropped (Bryant and Lempert 2010)."""

FEWEST = 5
"""Worlds that fail, and that do not, below which no box is looked for."""

BOXES, LEAST = 2, 0.5
"""Boxes at most, and the share of failing worlds that each has at least."""

FOLDS = 3


@dataclass(frozen=True)
class Side:
    """The restriction of one dimension: ``low``, ``high`` (None: free) or ``words``, and its quasi-p."""

    name: str
    low: float | None
    high: float | None
    words: tuple[Any, ...]
    quasi_p: float


@dataclass(frozen=True)
class Box:
    """A region in which a package fails more often than elsewhere.

    ``coverage`` is the share of failing worlds that lie in it, ``density`` the share of its worlds that
    fail, ``base`` that of all worlds, ``mass`` the share of worlds in it. ``held_out_density`` is the density
    of boxes drawn from two thirds of the worlds, measured in the others.
    """

    sides: tuple[Side, ...]
    coverage: float
    density: float
    mass: float
    base: float
    held_out_density: float = field(default=np.nan)


def prim_module() -> Any:
    """Import PRIM, or say how to install it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of things of theirs that are not installed
        try:
            from ema_workbench.analysis import prim
        except ImportError:
            raise ConfigError(
                'scenario discovery needs the ema_workbench: pip install "antibrush[robust]"'
            ) from None
    logging.getLogger("EMA").setLevel(logging.ERROR)
    return prim


def discover(worlds: pd.DataFrame, fails: np.ndarray) -> list[Box]:
    """Return the boxes in which most worlds fail, the first that explains most; none where none stands out.

    Of each peeling trajectory the box with the largest harmonic mean of coverage and density is taken, less
    the restrictions that luck could have made (quasi-p above 0.05), the weakest first.

    Parameters
    ----------
    worlds : (n, d), numbers or words
    fails : (n,) bool
    """
    fails = np.asarray(fails, dtype=bool)
    if min(fails.sum(), (~fails).sum()) < FEWEST:
        return []
    found = boxes(worlds, fails, BOXES)
    return [first_tested(one, worlds, fails) if i == 0 else one for i, one in enumerate(found)]


def boxes(worlds: pd.DataFrame, fails: np.ndarray, most: int) -> list[Box]:
    """Return up to so many boxes, each of the worlds that those before it leave."""
    base = float(fails.mean())
    found: list[Box] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what other libraries will forbid some day
        search = prim_module().Prim(
            worlds.reset_index(drop=True), fails, threshold=max(LEAST, base), mass_min=0.05
        )
        while len(found) < most:
            box = search.find_box()
            chosen = significant(box) if box is not None and len(box.peeling_trajectory) > 1 else []
            if not chosen:
                break
            found.append(read_box(box, chosen, base))
    return found


def significant(box: Any) -> list[str]:
    """Choose a box of a trajectory, drop what luck could have made, and return the dimensions left."""
    path = box.peeling_trajectory
    both = path["coverage"] + path["density"]
    box.select(int((2 * path["coverage"] * path["density"] / both).fillna(0).idxmax()))
    while quasi := weakest(box):
        name, p = max(quasi.items(), key=lambda item: item[1])
        if p <= SIGNIFICANT:
            return list(quasi)
        box.drop_restriction(name)
    return []


def weakest(box: Any) -> dict[str, float]:
    """Return, by restricted dimension, the smaller quasi-p of its sides: a side alone may hold the box."""
    qp = box.qp[box._cur_box]
    return {str(name): min(p for p in sides if p >= 0) for name, sides in qp.items() if max(sides) >= 0}


def read_box(box: Any, names: list[str], base: float) -> Box:
    """Return a chosen box in numbers of our own."""
    now, limits, whole = (
        box.peeling_trajectory.iloc[box._cur_box],
        box.box_lims[box._cur_box],
        box.box_lims[0],
    )
    sides = tuple(side_of(name, limits[name], whole[name], weakest(box)[name]) for name in names)
    return Box(sides, float(now["coverage"]), float(now["density"]), float(now["mass"]), base)


def side_of(name: str, limits: Any, whole: Any, quasi_p: float) -> Side:
    """Return the restriction of one dimension."""
    if isinstance(limits.iloc[0], (set, frozenset)):
        return Side(name, None, None, tuple(sorted(limits.iloc[0], key=str)), quasi_p)
    low, high = (float(limits.iloc[i]) if limits.iloc[i] != whole.iloc[i] else None for i in (0, 1))
    return Side(name, low, high, (), quasi_p)


def first_tested(box: Box, worlds: pd.DataFrame, fails: np.ndarray, seed: int = 0) -> Box:
    """Return a box with the density that boxes drawn in the same way have in worlds left out."""
    fold = np.random.default_rng(seed).permutation(np.arange(len(fails)) % FOLDS)
    hits, n = 0, 0
    for k in range(FOLDS):
        out = fold == k
        if min(fails[~out].sum(), (~fails[~out]).sum()) >= FEWEST:
            for one in boxes(worlds[~out], fails[~out], 1):
                inside = within(one, worlds[out])
                hits, n = hits + int(fails[out][inside].sum()), n + int(inside.sum())
    density = hits / n if n else np.nan
    return Box(box.sides, box.coverage, box.density, box.mass, box.base, density)


def within(box: Box, worlds: pd.DataFrame) -> np.ndarray:
    """Tell which worlds lie in a box."""
    inside = np.ones(len(worlds), dtype=bool)
    for side in box.sides:
        own = worlds[side.name]
        if side.words:
            inside &= own.isin(list(side.words)).to_numpy()
            continue
        inside &= (own >= side.low).to_numpy() if side.low is not None else True
        inside &= (own <= side.high).to_numpy() if side.high is not None else True
    return inside
