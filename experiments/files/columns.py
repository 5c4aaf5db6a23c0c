"""The types of the columns of our CSV files, stated here, because CSV itself has none."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

TEXT = frozenset(
    {
        "words",
        "low_value",
        "low_best",
        "high_value",
        "high_best",
        "decides",
        "flips",
        "phrase",
        "rule",
        "axis",
        "age_band",
        "apart",
        "arm",
        "band",
        "baseline",
        "block",
        "cell",
        "channel",
        "column",
        "columns_name",
        "columns_path",
        "contrast",
        "control",
        "effect",
        "decided_by",
        "facet",
        "factor",
        "goal",
        "group",
        "key",
        "kind",
        "label",
        "lever",
        "meaning",
        "moves",
        "name",
        "outcome",
        "package",
        "parameter",
        "proposition",
        "reason",
        "role",
        "row",
        "rows_name",
        "rows_path",
        "run_key",
        "scale",
        "scenario",
        "side",
        "size_band",
        "source",
        "stage",
        "statistic",
        "status",
        "target",
        "text",
        "title",
        "unit",
        "verdict",
        "what",
        "world",
        "x_label",
        "x_name",
        "x_outcome",
        "y_label",
        "y_name",
        "y_outcome",
    }
)
"""Columns of words, in every file: what looks like a number, or like a missing one, is a word too."""

TRUTH = frozenset(
    {
        "as_cheap",
        "cheapest",
        "claimed",
        "explained",
        "feasible",
        "found",
        "frontier",
        "holds",
        "is_base",
        "met",
        "none",
        "ok",
        "reached",
        "reference",
        "sure",
        "surely_beaten",
        "unbeaten",
    }
)
"""Columns that are true or false."""

ALSO_TEXT = {"combinations_": frozenset({"level"}), "validation": frozenset({"number"}),
             "controls": frozenset({"number"})}  # fmt: skip
"""More columns of words in the files whose names begin so; elsewhere they hold numbers."""

NO_TRUTH = {"quality": frozenset({"explained"})}
"""Columns of numbers in the files whose names begin so; elsewhere they are true or false."""

WHOLE = re.compile(r"-?\d+")
NUMBER = re.compile(r"|[-+]?((\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|inf)|nan")


def is_text(stem: str, name: str) -> bool:
    """Tell whether a column of the CSV file ``stem`` holds words."""
    return name in TEXT or named_in(ALSO_TEXT, stem, name)


def named_in(files: Mapping[str, frozenset[str]], stem: str, name: str) -> bool:
    """Tell whether a column is named for the CSV file ``stem``."""
    return any(name in own for start, own in files.items() if stem.startswith(start))


def typed(stem: str, cells: pd.DataFrame) -> pd.DataFrame:
    """Give the cells of a CSV file, all of them strings, the types of their columns.

    A column that is named after a parameter, by its dotted path, holds numbers if all its cells are, else
    words. Words stay as they are, an empty cell is the empty word. Any other column holds numbers: whole ones
    where every cell is whole, NaN where a cell is empty.

    Raises
    ------
    ValueError : a number or truth is something else
    """
    return pd.DataFrame({name: _column(stem, str(name), cells[name]) for name in cells}, index=cells.index)


def _column(stem: str, name: str, cells: pd.Series) -> pd.Series:
    if is_text(stem, name):
        return cells.astype(object)
    if "." in name and not all(map(NUMBER.fullmatch, cells)):
        return cells.astype(object)
    if name in TRUTH and not named_in(NO_TRUTH, stem, name):
        return _truths(stem, name, cells)
    return _numbers(stem, name, cells)


def _truths(stem: str, name: str, cells: pd.Series) -> pd.Series:
    strange = cells[~cells.isin(["True", "False", ""])]
    if len(strange):
        raise ValueError(f"{stem}.csv, column {name}: {strange.iloc[0]!r} is neither True nor False")
    return cells == "True"


def _numbers(stem: str, name: str, cells: pd.Series) -> pd.Series:
    texts = cells.tolist()
    try:
        if texts and all(WHOLE.fullmatch(text) for text in texts):
            return pd.Series([int(text) for text in texts], index=cells.index)
        values = [float(text) if text else np.nan for text in texts]
    except ValueError as error:
        raise ValueError(f"{stem}.csv, column {name}: {error}") from None
    return pd.Series(values, index=cells.index, dtype=float)
