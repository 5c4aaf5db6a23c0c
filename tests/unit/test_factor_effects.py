"""Effects of crossed factors are what plain loops over cells and replications give."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.factor_effects import (
    BRUSHED,
    HITS,
    PAID,
    Block,
    best_levels,
    blocks_of,
    fate_of_corners,
    least_brushing,
    main_effects,
)
from experiments.analysis.intervals import rule_of_three
from experiments.analysis.simultaneous import family_errors

FACTORS = {"threshold": ("low", "middle", "high"), "acting": ("few", "all")}
N = 12


def cell_of(levels: Iterable[str]) -> str:
    return "levers: " + " ".join(levels)


BLOCK = Block(
    "levers",
    FACTORS,
    {cell_of(cell): dict(zip(FACTORS, cell, strict=True)) for cell in product(*FACTORS.values())},
)
GOOD = {"low": 0.030, "middle": 0.010, "high": 0.020, "few": 0.02, "all": 0.0}


def runs(noise: float = 0.002, seed: int = 5) -> pd.DataFrame:
    """Return runs of all cells: brushing by their levels, a little luck, and an outcome of luck alone."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "package": cell, "replication": r, "status": "ok", "innocent_shop_years": 10.0 + r,
            BRUSHED: sum(GOOD[level] for level in levels.values()) + noise * rng.normal(),
            HITS: 0.0, "reviews": 100 + 10 * rng.normal(),
        }
        for cell, levels in BLOCK.cells.items() for r in range(N)
    )  # fmt: skip


def alike_runs() -> pd.DataFrame:
    """Return runs in which every cell swings much more than the levels differ, each with its own beat."""
    table, cells = runs(), list(BLOCK.cells)
    beat = np.repeat([0.3, -0.3], N // 2)
    swings = {(cell, r): np.roll(beat, 2 * i)[r] for i, cell in enumerate(cells) for r in range(N)}
    swing = [swings[key] for key in zip(table["package"], table["replication"], strict=True)]
    return table.assign(**{BRUSHED: table[BRUSHED] + swing})


def plain(table: pd.DataFrame, outcome: str, factor: str, level: str, whole: list[int]) -> list[float]:
    """Return, by replication, the mean of the cells at one level."""
    values = {(row.package, row.replication): getattr(row, outcome) for row in table.itertuples()}
    own = [cell for cell, chosen in BLOCK.cells.items() if chosen[factor] == level]
    return [sum(values[cell, r] for cell in own) / len(own) for r in whole]


def test_an_effect_is_the_paired_difference_from_the_first_level_over_all_other_factors() -> None:
    table = runs()
    effects = main_effects(BLOCK, table, ["reviews", BRUSHED])
    assert len(effects) == 2 * 3
    for row in effects.itertuples():
        first = FACTORS[row.factor][0]
        own, base = (
            plain(table, row.outcome, row.factor, level, list(range(N))) for level in (row.level, first)
        )
        low, high = stats.ttest_rel(own, base).confidence_interval(0.95)
        assert (row.against, row.n) == (first, N)
        assert (row.mean, row.base_mean) == pytest.approx((np.mean(own), np.mean(base)))
        told = (row.difference, row.diff_low, row.diff_high)
        assert told == pytest.approx((np.mean(own) - np.mean(base), low, high))


def test_intervals_of_all_levels_of_all_factors_hold_together() -> None:
    table = runs()
    effects = main_effects(BLOCK, table, ["reviews"])
    pairs = [(factor, level) for factor, levels in FACTORS.items() for level in levels[1:]]
    differences = np.array([
        np.subtract(
            plain(table, "reviews", factor, level, list(range(N))),
            plain(table, "reviews", factor, FACTORS[factor][0], list(range(N))),
        )
        for factor, level in pairs
    ]).T  # fmt: skip
    errors = family_errors(differences, np.zeros(3, dtype=bool))
    for row, error, values in zip(effects.itertuples(), errors, differences.T, strict=True):
        low, high = stats.ttest_1samp(values, 0).confidence_interval(1 - error)
        assert (row.sim_low, row.sim_high) == pytest.approx((low, high))
        assert row.sim_low < row.diff_low and row.sim_high > row.diff_high


@pytest.mark.parametrize("what", ["failed", "undefined", "absent"])
def test_only_replications_that_have_all_cells_count(what: str) -> None:
    table = runs()
    spoilt = (table["package"] == cell_of(("high", "all"))) & (table["replication"] == 4)
    if what == "failed":
        table.loc[spoilt, "status"] = "failed"
    elif what == "undefined":
        table.loc[spoilt, BRUSHED] = math.nan
    else:
        table = table[~spoilt]
    whole = [r for r in range(N) if r != 4]
    for row in main_effects(BLOCK, table, [BRUSHED]).itertuples():
        assert row.n == N - 1
        assert row.mean == pytest.approx(np.mean(plain(table, BRUSHED, row.factor, row.level, whole)))


def test_a_rate_without_events_is_bounded_by_the_exposure_of_all_cells_of_a_level() -> None:
    table = runs()
    effects = main_effects(BLOCK, table, [HITS]).set_index("level")
    years = sum(10.0 + r for r in range(N))
    assert effects.loc["high", "difference"] == 0
    for level, cells in (("high", 2), ("all", 3)):
        bound = 1000 * rule_of_three(cells * years)
        assert effects.loc[level, ["diff_low", "diff_high"]].tolist() == pytest.approx([-bound, bound])
        together = 1000 * rule_of_three(cells * years, error=0.05 / 3)
        assert effects.loc[level, "sim_high"] == pytest.approx(together)


def test_the_best_level_of_a_factor_leaves_the_least_brushing() -> None:
    assert best_levels(main_effects(BLOCK, runs())) == {"threshold": "middle", "acting": "all"}
    first = runs().assign(**{BRUSHED: lambda t: -t[BRUSHED]})
    assert best_levels(main_effects(BLOCK, first)) == {"threshold": "low", "acting": "few"}


def test_the_least_brushing_is_that_of_the_lowest_mean_and_others_are_alike_or_not() -> None:
    winner = least_brushing(BLOCK, runs())
    assert winner is not None
    assert (winner.cell, winner.n_cells, winner.alike) == (cell_of(("middle", "all")), 6, ())
    own = runs()[lambda t: t["package"] == winner.cell][BRUSHED]
    low, high = stats.ttest_1samp(own, 0).confidence_interval(0.95)
    assert (winner.mean, winner.low, winner.high) == pytest.approx((own.mean(), low, high))
    assert winner.corner == "loses", "the middle of a factor is no corner"
    noisy = least_brushing(BLOCK, alike_runs())
    assert noisy is not None and len(noisy.alike) == 5 and noisy.corner == "undecided"
    assert least_brushing(BLOCK, runs().assign(status="failed")) is None


def test_of_those_alike_the_cheapest_hits_fewest_then_loses_least() -> None:
    cells = list(BLOCK.cells)
    hits = dict(zip(cells, (5.0, 3.0, 3.0, 4.0, 9.0, 3.0), strict=True))
    lost = dict(zip(cells, (1.0, 8.0, 6.0, 0.0, 2.0, 7.0), strict=True))
    table = alike_runs()
    table[HITS] = table["package"].map(hits)
    table[PAID[1]] = table["package"].map(lost)
    winner = least_brushing(BLOCK, table)
    assert winner is not None and winner.cheapest == cells[2], "three hits, and of those the least is lost"
    paid = winner.paid
    assert paid.loc[HITS, "difference"] == pytest.approx(hits[winner.cell] - 3.0)
    assert paid.loc[PAID[1], "difference"] == pytest.approx(lost[winner.cell] - 6.0)


@pytest.mark.parametrize(
    ("best", "same", "fate"),
    [
        (("low", "few"), [("high", "all")], "wins"),
        (("low", "few"), [("middle", "all")], "undecided"),
        (("middle", "few"), [("low", "all")], "undecided"),
        (("middle", "few"), [], "loses"),
    ],
)
def test_a_corner_wins_only_if_no_other_cell_can_be_meant(
    best: tuple[str, str], same: list[tuple[str, str]], fate: str
) -> None:
    assert fate_of_corners(BLOCK, cell_of(best), [cell_of(cell) for cell in same]) == fate


def test_where_all_cells_are_corners_nothing_is_told_of_them() -> None:
    pair = Block("b", {"x": ("1", "2")}, {"one": {"x": "1"}, "two": {"x": "2"}})
    assert fate_of_corners(pair, "one", []) == ""


def test_blocks_are_read_from_the_arms_of_a_study() -> None:
    arms = [
        {"label": cell, "block": "levers", "factors": levels} for cell, levels in BLOCK.cells.items()
    ] + [
        {"label": "g", "block": "grid", "factors": {"a": 1}},
        {"label": "d", "block": "decomposed", "factors": {"package": "x", "mute": "price"}},
        {"label": "plain", "block": "", "factors": {}},
    ]  # fmt: skip
    assert blocks_of(arms) == [BLOCK]
