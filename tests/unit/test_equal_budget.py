"""What a budget buys: only what is surely paid for, and no winner where chance could have chosen it."""

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.equal_budget import BRUSHED, COST, LOST, Choice, budgets_of, equal_budget
from experiments.analysis.intervals import compare_runs
from experiments.language.budgets import budget_sentences

BASE, CHEAP, TWIN, DEAR = "status_quo_2015", "cheap", "twin", "dear"
LEVELS = {
    # package: brushed share, cost in RMB, sales lost by innocents
    BASE: (0.050, 1e5, 1e4),
    CHEAP: (0.030, 4e5, 9e5),
    TWIN: (0.0301, 4e5, 2e5),
    DEAR: (0.010, 2e6, 5e6),
}


def study(n: int = 10, **levels: tuple[float, float, float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the comparison and the runs of packages at stated levels; costs vary by 1 %."""
    luck = np.random.default_rng(3).normal(size=(n, 3))
    rows = [
        {"package": name, "replication": r, "status": "ok", BRUSHED: brushed + 0.004 * luck[r, 0] + own,
         COST: cost * (1 + 0.01 * luck[r, 1]), LOST: lost * (1 + 0.1 * luck[r, 2])}
        for i, (name, (brushed, cost, lost)) in enumerate((LEVELS | levels).items())
        for r, own in enumerate(0.0005 * np.random.default_rng(i).normal(size=n))
    ]  # fmt: skip
    runs = pd.DataFrame(rows)
    return compare_runs(runs, list(LEVELS | levels), BASE, [BRUSHED, COST, LOST]), runs


def buys(budget: float, factor: float = 1.0, n: int = 10, **levels: tuple[float, float, float]) -> Choice:
    return equal_budget(*study(n, **levels), budgets=[budget], factors=[factor])[0]


def test_more_money_buys_less_brushing_until_all_is_affordable() -> None:
    assert buys(0.5e5) == Choice(0.5e5, 1.0, (), (), None, ())
    assert buys(1.5e5).affordable == (BASE,)
    assert buys(1e6).affordable == (BASE, CHEAP, TWIN)
    assert (buys(3e6).best, buys(3e6).alike) == (DEAR, ())


def test_the_upper_end_of_a_cost_has_to_be_within_the_budget() -> None:
    table, runs = study()
    row = table[(table["package"] == CHEAP) & (table["outcome"] == COST)].iloc[0]
    assert row["mean"] < row["high"]
    within, below = (equal_budget(table, runs, [b], factors=[1])[0] for b in (row["high"], row["mean"]))
    assert CHEAP in within.affordable and CHEAP not in below.affordable


def test_packages_within_simultaneous_noise_are_alike_and_others_are_not() -> None:
    choice = buys(1e6)
    assert {choice.best, *choice.alike} == {CHEAP, TWIN}
    assert BASE not in choice.alike


def test_one_replication_tells_nothing_apart() -> None:
    table, runs = study(n=2)
    one = runs[runs["replication"] == 0]
    table[["high"]] = table[["mean"]]
    choice = equal_budget(table, one, [3e6], factors=[1])[0]
    assert set(choice.alike) == set(LEVELS) - {choice.best}


def test_the_frontier_weighs_brushing_against_what_innocents_lose() -> None:
    assert set(buys(1e7).frontier) == {BASE, CHEAP, TWIN, DEAR} - worse_of_twins()
    assert "bad" not in buys(1e7, bad=(0.06, 1e5, 2e4)).frontier
    assert "as dirty" not in buys(1e7, **{"as dirty": (0.0001, 1e5, 5e6)}, cleaner=(-0.05, 1e5, 5e6)).frontier


def worse_of_twins() -> set[str]:
    """The twins' order on brushing is luck; the one that loses more is off if it has no less of it."""
    table, _ = study()
    brushed = table[table["outcome"] == BRUSHED].set_index("package")["mean"]
    return {CHEAP} if brushed[CHEAP] >= brushed[TWIN] else set()


def test_dearer_units_buy_less() -> None:
    assert buys(1e6, factor=0.3).best == DEAR
    assert buys(1e6, factor=1).best in (CHEAP, TWIN)
    assert buys(1e6, factor=3).best == BASE


def test_the_baseline_fits_its_own_budget() -> None:
    table, runs = study()
    budget = budgets_of(table, [1.0])[0]
    assert budget == pytest.approx(1e5, rel=0.03)
    assert [c.best for c in equal_budget(table, runs, [budget])] == [BASE, BASE, None]


def test_by_default_budgets_are_multiples_and_costs_a_range() -> None:
    table, runs = study()
    choices = equal_budget(table, runs)
    assert sorted({c.factor for c in choices}) == [0.3, 1, 3]
    assert sorted({c.budget_rmb for c in choices}) == pytest.approx(budgets_of(table))


def test_a_package_without_an_outcome_cannot_be_chosen() -> None:
    table, runs = study()
    table.loc[(table["package"] == DEAR) & (table["outcome"] == LOST), "mean"] = np.nan
    assert DEAR not in equal_budget(table, runs, [1e9])[0].affordable


def test_a_baseline_that_costs_nothing_gives_no_budget() -> None:
    table, runs = study(**{BASE: (0.05, 0.0, 0.0)})
    with pytest.raises(ValueError, match=r"the baseline status_quo_2015 must be above 0 RMB; got 0"):
        equal_budget(table, runs)
    assert equal_budget(table, runs, [0.0])[0].best == BASE


@pytest.mark.parametrize(
    ("given", "message"), [({"budgets": [-1.0]}, "got -1"), ({"budgets": [1.0], "factors": [0]}, "got 0")]
)
def test_senseless_budgets_are_refused(given: dict[str, list[float]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        equal_budget(*study(), **given)


def test_nothing_is_written_to_the_tables() -> None:
    table, runs = study()
    before = table.copy(), runs.copy()
    equal_budget(table, runs)
    pd.testing.assert_frame_equal(table, before[0])
    pd.testing.assert_frame_equal(runs, before[1])


def test_sentences_flip_with_the_choice() -> None:
    swapped = {CHEAP: (0.010, 4e5, 9e5), DEAR: (0.030, 2e6, 5e6)}
    assert said(3e6) == ["With 3.00 million RMB: at unit costs × 1, dear leaves the least brushing."]
    assert said(3e6, **swapped) == [
        "With 3.00 million RMB: at unit costs × 1, cheap leaves the least brushing."
    ]


def said(budget: float, **levels: tuple[float, float, float]) -> list[str]:
    return budget_sentences([buys(budget, **levels)])


def test_sentences_name_what_cannot_be_told_apart() -> None:
    best = buys(1e6).best
    other = TWIN if best == CHEAP else CHEAP
    assert f"{best} leaves the least brushing, but cannot be told apart from {other}." in said(1e6)[0]


def test_sentences_tell_equal_answers_together_and_others_apart() -> None:
    table, runs = study()
    same, differ = budget_sentences(equal_budget(table, runs, [1e8, 1.1e5]))
    assert same == (
        "With 100.00 million RMB: at unit costs × 0.3, × 1 and × 3 alike, dear leaves the least brushing."
    )
    assert differ.startswith("With 110,000 RMB: at unit costs × 0.3")
    assert "status quo 2015 is the only package that is affordable" in differ
    assert differ.endswith("at unit costs × 3, no package is affordable.")
