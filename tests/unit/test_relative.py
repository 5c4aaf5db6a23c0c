"""Relative changes: Fieller's interval and the jackknife, each held against its own definition."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from experiments.analysis.relative import difference_of_changes, relative_change


def pairs(n: int, seed: int, spread: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """Return own and base values whose luck is partly shared."""
    shared, one, two = spread * np.random.default_rng(seed).normal(size=(3, n))
    return 0.4 + shared + one, 1.0 + shared + two


@pytest.mark.parametrize("n", [2, 5, 10, 40])
@pytest.mark.parametrize("error", [0.05, 0.01])
def test_at_the_ends_of_fieller_s_interval_the_t_test_is_on_the_edge(n: int, error: float) -> None:
    own, base = pairs(n, n, spread=0.01)
    count, change, low, high = relative_change(own, base, error)
    assert (count, change) == (n, pytest.approx(own.mean() / base.mean() - 1))
    assert low < change < high
    for end in (low, high):
        assert stats.ttest_1samp(own - (1 + end) * base, 0).pvalue == pytest.approx(error)


def test_a_relative_change_misses_as_often_as_it_says() -> None:
    truth, rng = 0.4 / 1.0 - 1, np.random.default_rng(3)
    missed, n_studies = 0, 2000
    for _ in range(n_studies):
        _, _, low, high = relative_change(*pairs(10, int(rng.integers(1 << 40)), spread=0.05))
        missed += not low <= truth <= high
    assert missed / n_studies == pytest.approx(0.05, abs=4 * math.sqrt(0.05 * 0.95 / n_studies))


def test_a_base_that_may_be_zero_has_no_bounds_and_one_that_is_has_no_change() -> None:
    own, base = pairs(10, 1)
    near = base - base.mean() + 0.01
    n, change, *bounds = relative_change(own, near)
    assert (n, change) == (10, pytest.approx(own.mean() / near.mean() - 1))
    assert np.isnan(bounds).all()
    assert np.isnan(relative_change(own, 0 * base)[1:]).all()
    assert relative_change(own[:1], base[:1])[:2] == (1, own[0] / base[0] - 1)
    assert relative_change(own[:0], base[:0])[0] == 0


def test_pairs_that_lack_a_value_do_not_count() -> None:
    own, base = pairs(10, 2)
    spoilt = own.copy()
    spoilt[3] = math.nan
    whole = np.delete(own, 3), np.delete(base, 3)
    assert relative_change(spoilt, base) == relative_change(*whole)
    assert relative_change(spoilt, base)[0] == 9


@pytest.mark.parametrize("n", [3, 10])
def test_the_difference_of_two_changes_is_a_jackknife_over_replications(n: int) -> None:
    one, two = pairs(n, 7), pairs(n, 8)

    def change(left_out: int | None) -> float:
        keep = [r for r in range(n) if r != left_out]
        means = [sum(values[r] for r in keep) / len(keep) for values in (*one, *two)]
        return means[0] / means[1] - means[2] / means[3]

    pseudo = [n * change(None) - (n - 1) * change(r) for r in range(n)]
    low, high = stats.ttest_1samp(pseudo, 0).confidence_interval(0.95)
    assert difference_of_changes(one, two) == pytest.approx((np.mean(pseudo), low, high))


def test_two_replications_or_a_base_of_zero_tell_no_difference_of_changes() -> None:
    one, two = pairs(2, 7), pairs(2, 8)
    assert np.isnan(difference_of_changes(one, two)).all()
    one, two = pairs(5, 7), pairs(5, 8)
    assert np.isnan(difference_of_changes(one, (two[0], 0 * two[1]))).all()
