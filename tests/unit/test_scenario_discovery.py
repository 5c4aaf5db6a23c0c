"""PRIM finds a box that is there, and none where failing is a lottery."""

import numpy as np
import pandas as pd
import pytest

from experiments.searches.robustness.discovery import Box, Side, discover, within


def worlds(n: int = 200, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    table = pd.DataFrame(random.random((n, 4)), columns=["price", "cost", "reach", "peer"])
    return table.assign(law=pd.Series(random.choice(["old", "new", "none"], n), dtype=object))


def test_a_box_of_two_numbers_and_a_word_is_found_and_nothing_else() -> None:
    table = worlds()
    fails = ((table["price"] > 0.6) & (table["cost"] < 0.5) & (table["law"] != "old")).to_numpy()
    box = discover(table, fails)[0]
    sides = {side.name: side for side in box.sides}
    assert set(sides) == {"price", "cost", "law"}
    assert sides["price"].low == pytest.approx(0.6, abs=0.05) and sides["price"].high is None
    assert sides["cost"].high == pytest.approx(0.5, abs=0.05) and sides["cost"].low is None
    assert sides["law"].words == ("new", "none")
    assert box.coverage > 0.9 and box.density > 0.9 and box.base == pytest.approx(fails.mean())
    assert box.held_out_density > 0.7 and max(side.quasi_p for side in box.sides) < 0.001


def test_luck_makes_a_box_less_dense_but_leaves_it_where_it_is() -> None:
    table = worlds(200, 1)
    random = np.random.default_rng(2)
    fails = (table["price"] > 0.7).to_numpy() ^ (random.random(200) < 0.1)
    box = discover(table, fails)[0]
    assert [side.name for side in box.sides] == ["price"]
    assert box.sides[0].low == pytest.approx(0.7, abs=0.08) and 0.75 < box.density < 0.97


def test_a_lottery_has_hardly_a_box_that_holds_in_other_worlds() -> None:
    held, flattered = [], []
    for seed in range(3):
        table = worlds(120, seed)
        fails = np.random.default_rng(100 + seed).random(120) < 0.3
        found = discover(table, fails)
        held += [found[0].held_out_density if found else 0.3]
        flattered += [one.density - one.held_out_density for one in found[:1]]
    assert np.nanmean(held) < 0.5
    assert flattered and min(flattered) > 0.05, "its own worlds flatter a box that luck has drawn"


def test_nothing_is_looked_for_where_hardly_any_world_fails() -> None:
    table = worlds(50)
    assert discover(table, np.arange(50) < 3) == [] and discover(table, np.ones(50, dtype=bool)) == []


def test_within_reads_both_sides_and_words() -> None:
    table = pd.DataFrame({"price": [0.1, 0.5, 0.9], "law": ["old", "old", "new"]})
    sides = (Side("price", 0.2, None, (), 0.0), Side("law", None, None, ("old",), 0.0))
    assert within(Box(sides, 1, 1, 1, 1), table).tolist() == [False, True, False]
