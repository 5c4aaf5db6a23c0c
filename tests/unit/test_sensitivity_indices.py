"""Indices and effects of functions whose answers are known, with luck on top."""

import numpy as np
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample

from experiments.analysis.by_point import crossed, noise_share, variances
from experiments.analysis.elementary_effects import elementary_effects, trajectories
from experiments.analysis.sobol_indices import saltelli_blocks, sobol_indices

PROBLEM = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
"""Of the Ishigami function with 7 and 0.1 (Saltelli and others 2008)."""


def ishigami(units: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * units - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def noisy(truth: np.ndarray, sd: float, replications: int, seed: int = 1) -> np.ndarray:
    """Return (n, replications): luck of each run, and as much that a replication gives to all points."""
    random = np.random.default_rng(seed)
    shared = random.normal(0, sd, replications)
    return truth[:, None] + shared + random.normal(0, sd, (len(truth), replications))


def saltelli(n: int, second: bool = False) -> np.ndarray:
    return np.asarray(sobol_sample.sample(PROBLEM, n, calc_second_order=second, seed=3))


@pytest.mark.parametrize("second", [False, True])
def test_blocks_of_a_saltelli_sample_are_found(second: bool) -> None:
    units = saltelli(8, second)
    rows = saltelli_blocks(units)
    assert rows is not None and rows.shape == (8, 5)
    assert np.allclose(units[rows[:, 1], 0], units[rows[:, -1], 0])


def test_other_designs_are_no_saltelli_sample_and_no_trajectories() -> None:
    units = np.random.default_rng(0).random((40, 3))
    assert saltelli_blocks(units) is None and trajectories(units) is None


def test_indices_without_luck_are_those_of_salib() -> None:
    units = saltelli(256)
    y = ishigami(units)
    own = sobol_indices(y[saltelli_blocks(units)][:, :, None])
    theirs = salib_sobol.analyze(PROBLEM, y, calc_second_order=False, seed=1)
    assert own is not None
    assert np.allclose(own.first, theirs["S1"], atol=0.02) and np.allclose(own.total, theirs["ST"], atol=0.02)


def test_luck_of_half_the_variance_leaves_the_indices_of_ishigami_where_they_are() -> None:
    units = saltelli(2048)
    values = noisy(ishigami(units), sd=5.0, replications=4)
    own = sobol_indices(values[saltelli_blocks(units)])
    assert own is not None
    assert np.allclose(own.first, FIRST, atol=0.06) and np.allclose(own.total, TOTAL, atol=0.06)
    assert own.noise == pytest.approx(6.25 / (6.25 + 13.84), abs=0.03)
    plain = sobol_indices(values.mean(axis=1)[saltelli_blocks(units)][:, :, None])
    assert plain is not None and plain.total[1] > TOTAL[1] + 0.1  # what luck does where it is not apart


def test_intervals_of_indices_hold_the_truth_about_as_often_as_they_say() -> None:
    units, inside = saltelli(128), []
    rows = saltelli_blocks(units)
    for seed in range(40):
        own = sobol_indices(noisy(ishigami(units), 2.0, 3, seed)[rows], seed=seed)
        assert own is not None
        inside.append((own.total_ends[0] <= TOTAL) & (np.array(TOTAL) <= own.total_ends[1]))
    assert np.mean(inside) > 0.9


def test_a_parameter_that_does_nothing_has_no_index_whatever_luck_points_share() -> None:
    units = saltelli(256)
    values = noisy(10 * units[:, 0], 2.0, 3)
    rows = saltelli_blocks(units)
    values[rows[:, 2]] = values[rows[:, 0]]  # runs that differ in b alone are the same run
    own = sobol_indices(values[rows])
    assert own is not None and own.total[1] == 0.0
    assert own.total[0] == pytest.approx(1, abs=0.08) and abs(own.total[2]) < 0.08


def test_what_does_not_vary_has_no_indices() -> None:
    assert sobol_indices(np.ones((8, 5, 2))) is None


def test_blocks_with_a_missing_run_are_left_out() -> None:
    units = saltelli(64)
    values = noisy(ishigami(units), 0.5, 2)[saltelli_blocks(units)]
    values[3, 2, 1] = np.nan
    own = sobol_indices(values)
    assert own is not None and own.blocks == 63


def morris_design(n: int = 12) -> np.ndarray:
    return np.asarray(morris_sample.sample(PROBLEM, n, num_levels=4, seed=2))


def test_effects_without_luck_are_those_of_salib() -> None:
    units = morris_design()
    y = ishigami(units)
    steps = trajectories(units)
    assert steps is not None
    own = elementary_effects(y.reshape(-1, 4)[:, :, None], steps)
    theirs = salib_morris.analyze(PROBLEM, units, y, num_levels=4, seed=1)
    assert own is not None
    assert np.allclose(own.mu, theirs["mu"]) and np.allclose(own.mu_star, theirs["mu_star"])
    assert np.allclose(own.sigma, theirs["sigma"])


def test_effects_of_a_linear_function_are_its_slopes_with_luck_apart() -> None:
    units = morris_design(40)
    values = noisy(units @ [4.0, -2.0, 0.0], 0.5, 4).reshape(-1, 4, 4)
    steps = trajectories(units)
    assert steps is not None
    own = elementary_effects(values, steps)
    assert own is not None
    assert np.allclose(own.mu, [4, -2, 0], atol=0.3) and np.allclose(own.size, [4, 2, 0], atol=0.35)
    assert own.noise.mean() == pytest.approx(np.sqrt(2 * 0.25 / 4) * 1.5, rel=0.1)
    assert (own.size_ends[0] <= own.size).all() and (own.size <= own.size_ends[1]).all()
    assert ((own.size_ends[1] - own.size_ends[0])[:2] > 0.05).all()
    assert own.mu_star[2] > 0.3 and own.size_ends[0][2] == 0  # luck alone looks like an effect, and is none


def test_a_word_that_a_step_leaves_as_it_is_has_an_effect_of_nothing_there() -> None:
    units = morris_design(20)
    units[:, 2] = np.where(units[:, 2] < 0.6, 0.25, 0.75)  # 1/3 and 0 are the same word
    steps = trajectories(units)
    assert steps is not None and (np.sort(np.abs(steps), axis=1) == [1, 2, 3]).all()


def test_products_of_different_replications_hold_no_luck() -> None:
    values = noisy(np.linspace(0, 1, 400), 1.0, 3)
    raw, free = variances(values)
    assert free == pytest.approx(1 / 12, abs=0.05) and raw == pytest.approx(1 / 12 + 1 / 3, abs=0.06)
    assert noise_share(values) == pytest.approx(0.8, abs=0.1)
    assert crossed(np.array([1.0, 2.0]), np.array([3.0, 5.0])) == pytest.approx((1 * 5 + 2 * 3) / 2)
