"""Designs: which points of a space an exploration looks at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from experiments.settings.dimensions import Dimension, is_number
from sim.parameters import ConfigError

TRAJECTORY_LEVELS = 4
"""Levels of a lever on the trajectories of Morris (1991)."""


def design(kind: str, dimensions: Sequence[Dimension], n: int, seed: int) -> pd.DataFrame:
    """Return the points of a design, a row each.

    Parameters
    ----------
    kind : ``factorial`` (all combinations of values; n is not asked), ``lhs`` (a Latin hypercube), ``sobol``
        (the first n of a scrambled Sobol' sequence), ``morris`` (n trajectories), ``saltelli`` (n base points
        of Saltelli's design, for Sobol' indices), or the path of a CSV file with a column a dimension
    n : points, trajectories or base points
    seed : of what is drawn; the same seed gives the same points, and of ``sobol`` and ``saltelli`` more points
        begin with the fewer

    Returns
    -------
    Index ``point`` (0, 1, …), a column a dimension, by its path.

    Raises
    ------
    ConfigError : there is no such kind or file, or a dimension does not fit it
    """
    if not dimensions:
        raise ConfigError("nothing to explore: choose exploration=… or set levers and uncertainties")
    if kind.endswith(".csv"):
        return checked_points(read_points(Path(kind)), dimensions, kind)
    if kind == "factorial":
        return as_points(dimensions, list(product(*map(levels_of, dimensions))))
    if kind not in KINDS:
        raise ConfigError(f"design: there are factorial, {', '.join(KINDS)} and CSV files; got {kind!r}")
    unit = KINDS[kind](len(dimensions), n, seed)
    return as_points(
        dimensions, list(zip(*(d.at(unit[:, i]) for i, d in enumerate(dimensions)), strict=True))
    )


def more_points(kind: str, dimensions: Sequence[Dimension], blocks: Sequence[int], seed: int) -> pd.DataFrame:
    """Return the points of a design that was made larger: ``blocks`` are the n of each time.

    A sequence goes on where it ended. Of a Latin hypercube and of trajectories, each block is one of its own,
    beside the first.

    Raises
    ------
    ConfigError : a design of this kind cannot grow
    """
    if len(blocks) == 1:
        return design(kind, dimensions, blocks[0], seed)
    if kind in ("sobol", "saltelli"):
        return design(kind, dimensions, sum(blocks), seed)
    if kind not in KINDS:
        raise ConfigError(
            f"a design of kind {kind} has the points that it has; add values, or rows to the file"
        )
    tables = [design(kind, dimensions, n, block_seed(seed, i)) for i, n in enumerate(blocks)]
    return pd.concat(tables, ignore_index=True).rename_axis(index="point")


def block_seed(seed: int, block: int) -> int:
    """Return the seed of a block of points; that of the first is the design's."""
    return seed if not block else int(np.random.SeedSequence([seed, block]).generate_state(1)[0])


def as_points(dimensions: Sequence[Dimension], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Return rows of values as a table of points; words and truths keep what they are."""
    columns = {
        d.path: pd.Series([row[i] for row in rows], dtype=None if numeric(d) else object)
        for i, d in enumerate(dimensions)
    }
    return pd.DataFrame(columns).rename_axis(index="point")


def numeric(dimension: Dimension) -> bool:
    """Tell whether all values of a dimension are numbers."""
    return all(map(is_number, dimension.values))


def levels_of(dimension: Dimension) -> tuple[Any, ...]:
    """Return the values of a dimension, for a design that goes through all of them."""
    if not dimension.values:
        raise ConfigError(f"{dimension.path}: a factorial needs values, or levels=N beside low and high")
    return dimension.values


def latin_hypercube(d: int, n: int, seed: int) -> np.ndarray:
    """Return a Latin hypercube (n, d)."""
    return qmc.LatinHypercube(d, rng=seed).random(n)


def sobol(d: int, n: int, seed: int) -> np.ndarray:
    """Return the first points (n, d) of a scrambled Sobol' sequence, which is drawn in powers of two."""
    return qmc.Sobol(d, rng=seed).random_base2(max(n - 1, 0).bit_length())[:n]


def morris(d: int, n: int, seed: int) -> np.ndarray:
    """Return the trajectories (n × (d + 1), d) of Morris (1991)."""
    from_salib = salib("morris")
    return from_salib.sample(problem(d), n, num_levels=TRAJECTORY_LEVELS, seed=seed % 2**32)


def saltelli(d: int, n: int, seed: int) -> np.ndarray:
    """Return Saltelli's design (n × (d + 2), d) for first and total indices."""
    from_salib = salib("sobol")
    exact = 1 << max(n - 1, 0).bit_length()  # whole powers of two, of which a smaller one is the beginning
    points = from_salib.sample(problem(d), exact, calc_second_order=False, seed=seed)
    return points[: n * (d + 2)]


KINDS: dict[str, Callable[[int, int, int], np.ndarray]] = {
    "lhs": latin_hypercube,
    "sobol": sobol,
    "morris": morris,
    "saltelli": saltelli,
}


def problem(d: int) -> dict[str, Any]:
    """Return the unit cube as SALib describes it."""
    return {"num_vars": d, "names": [f"x{i}" for i in range(d)], "bounds": [[0, 1]] * d}


def salib(name: str) -> Any:
    """Import one of SALib's samplers, or say how to install it."""
    from importlib import import_module

    try:
        return import_module(f"SALib.sample.{name}")
    except ImportError:
        raise ConfigError(
            'designs of kinds morris and saltelli need SALib: pip install "antibrush[sensitivity]"'
        ) from None


def read_points(file: Path) -> pd.DataFrame:
    """Read a CSV file of points: a column a dimension, numbers where every cell is one.

    Raises
    ------
    ConfigError : there is no such file, or it holds no point
    """
    try:
        table = pd.read_csv(file)
    except (OSError, ValueError) as error:
        raise ConfigError(f"design: {file} cannot be read: {' '.join(str(error).split())}") from None
    table = table.drop(columns="point", errors="ignore")
    if table.empty or table.isna().any(axis=None):
        raise ConfigError(f"design: {file} has no point, or an empty cell")
    return table.rename_axis(index="point")


def checked_points(table: pd.DataFrame, dimensions: Sequence[Dimension], file: str) -> pd.DataFrame:
    """Return the columns of a file in the order of the dimensions, which must be those of the file."""
    paths = [dimension.path for dimension in dimensions]
    if set(table) != set(paths):
        differ = ", ".join(sorted({*map(str, table)} ^ set(paths)))
        raise ConfigError(f"design: {file} needs a column for each lever and uncertainty; see {differ}")
    return table[paths]
