"""Maps of crossed factors show every cell, and their texts stay apart however many factors there are."""

from __future__ import annotations

from itertools import combinations, product

import pandas as pd
import pytest
from test_figures import shared, visible_boxes

from experiments.analysis.factor_effects import Block
from experiments.figures import gallery, style
from experiments.figures.combinations import PANELS, across, cell_row, draw

FACTORS = {
    "threshold": ("0.5", "0.97"),
    "acting": ("2.5 %", "every case"),
    "fine": ("2015", "2018 floor", "a fifth of the turnover"),
    "suits": ("never", "every raided"),
    "raids a year": ("0.05", "1"),
}


def table_of(n_factors: int) -> pd.DataFrame:
    """Made-up results of so many of the factors, fully crossed."""
    factors = {name: FACTORS[name] for name in list(FACTORS)[:n_factors]}
    cells = {
        f"cell {i}": dict(zip(factors, levels, strict=True))
        for i, levels in enumerate(product(*factors.values()))
    }
    block = Block("made up", factors, cells)
    rows = []
    for (number, cell), outcome in product(enumerate(cells), PANELS):
        mean = (number + 1) * (0.001 if outcome == "brushed_share" else 50.0)
        row = {"n": 10, "mean": mean, "low": 0.9 * mean, "difference": -mean, "sim_low": -1, "sim_high": 1}
        rows.append(cell_row(block, cell, outcome, row, same=False))
    return gallery.normal(style.with_footnote(pd.DataFrame(rows), "Made up."))


@pytest.mark.parametrize("n_factors", [2, 3, 4, 5])
def test_every_cell_is_drawn_and_texts_stay_apart(n_factors: int) -> None:
    table = table_of(n_factors)
    figure = draw(table)
    drawn = [p for axes in figure.axes for p in axes.patches if str(p.get_gid()).startswith("cell:")]
    assert len(drawn) == (table["kind"] == "cell").sum()
    boxes, page = visible_boxes(figure), figure.bbox
    assert all(b.x0 >= 0 and b.y0 >= 0 and b.x1 <= page.x1 and b.y1 <= page.y1 for _, b in boxes)
    for (text, a), (other, b) in combinations(boxes, 2):
        assert shared(a, b) < 4, (text, other)


@pytest.mark.parametrize(
    ("facets", "columns", "expected"),
    [
        ([], 2, 1),
        ([2, 2, 2], 2, 4),
        ([2, 2, 2], 4, 2),
        ([3], 5, 3),
        ([7], 2, 4),
        ([2, 3], 3, 3),
        ([5, 2], 3, 2),
    ],
)
def test_whole_factors_stand_side_by_side(facets: list[int], columns: int, expected: int) -> None:
    assert across(facets, columns) == expected
