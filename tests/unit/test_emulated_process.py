"""Intervals of emulators hold the truth of noisy functions, over many seeds."""

import numpy as np
import pytest

from experiments.analysis.point_noise import noise_of
from experiments.searches.emulator.process import fit_process, widened


def truth(x: np.ndarray) -> np.ndarray:
    return np.sin(3 * x[:, 0]) + 2 * x[:, 1] ** 2 + x[:, 0] * x[:, 2]


def noisy(x: np.ndarray, sd: float, replications: int, random: np.random.Generator) -> np.ndarray:
    """Return (n, replications): noise that doubles along the first feature, and a shift of replications."""
    own = sd * (1 + x[:, :1]) * random.normal(size=(len(x), replications))
    return truth(x)[:, None] + own + random.normal(0, sd, replications)


@pytest.mark.slow
def test_intervals_hold_the_truth_and_a_fresh_run_over_many_seeds() -> None:
    held, fresh, widths = [], [], []
    for seed in range(12):
        random = np.random.default_rng(seed)
        x, new = random.random((48, 3)), random.random((64, 3))
        process, _ = fit_process(x, noisy(x, 0.2, 4, random), seed)
        _, low, high, run_low, run_high = process.intervals(new).T
        run = noisy(new, 0.2, 1, random)[:, 0]
        held.append(((low <= truth(new)) & (truth(new) <= high)).mean())
        fresh.append(((run_low <= run) & (run <= run_high)).mean())
        widths.append((high - low).mean())
    assert np.mean(held) > 0.93 and np.mean(fresh) > 0.93
    assert np.mean(widths) < 1.2  # the function spans three and more


def test_quality_is_that_of_points_left_out() -> None:
    random = np.random.default_rng(1)
    x = random.random((64, 3))
    _, smooth = fit_process(x, noisy(x, 0.02, 3, random))
    _, luck = fit_process(x, random.normal(size=(64, 3)))
    assert smooth.rms < 0.1 * smooth.spread and smooth.coverage > 0.85
    assert luck.rms > 0.9 * luck.spread and luck.coverage > 0.85
    assert luck.noise == pytest.approx(1 / np.sqrt(3), rel=0.2)


def test_a_fresh_run_has_the_luck_of_a_run_and_the_expectation_that_of_many() -> None:
    random = np.random.default_rng(4)
    x = random.random((60, 2))
    process, _ = fit_process(x, random.normal(size=(60, 4)))
    _, low, high, run_low, run_high = process.intervals(x).T
    assert (high - low).mean() < 2.5
    assert 3.5 < (run_high - run_low).mean() < 6  # 2 × 1.96 standard deviations of a run, and a little more


def test_a_quantity_that_never_changes_is_known_exactly() -> None:
    x = np.random.default_rng(2).random((30, 2))
    process, _ = fit_process(x, np.zeros((30, 3)))
    assert np.abs(process.intervals(x)).max() < 1e-3


def test_noise_is_told_apart_from_what_a_replication_shares() -> None:
    random = np.random.default_rng(3)
    x = random.random((400, 2))
    values = np.sqrt(0.5 + 3 * x[:, :1]) * random.normal(size=(400, 6)) + 2 * random.normal(size=6)
    noise = noise_of(x, values)
    low, high = noise.own(np.array([[0.0, 0.5], [1.0, 0.5]]))
    assert noise.own(x).mean() == pytest.approx(2.0, rel=0.15) and high > 3 * low
    assert 0.5 < noise.shared < 20


def test_luck_that_a_world_shares_is_in_its_intervals_though_its_points_agree() -> None:
    """Each world has seeds of its own; what they give to all its points alike looks like the world itself."""
    world = np.repeat(np.arange(6), 10)
    held: dict[bool, list[float]] = {True: [], False: []}
    shared, own = [], []
    for seed in range(8):
        random = np.random.default_rng(seed)
        x = np.column_stack([random.random(60), *(world == k for k in range(1, 6))]).astype(float)
        truth = np.sin(3 * x[:, 0])
        luck = random.normal(size=(6, 3))[world]
        values = truth[:, None] + luck + 0.05 * random.normal(size=(60, 3))
        for said in held:
            process, _ = fit_process(x, values, seed, world if said else None)
            _, low, high, *_ = process.intervals(x).T
            held[said].append(((low <= truth) & (truth <= high)).mean())
        noise = noise_of(x, values, world)
        shared.append(noise.shared)
        own.append(noise.own(x).mean())
    assert np.mean(shared) == pytest.approx(1, rel=0.3) and np.mean(own) == pytest.approx(0.0025, rel=0.1)
    assert np.mean(held[True]) > 0.9 and np.mean(held[False]) < 0.75


def test_width_is_the_quantile_of_distances_left_out_and_never_below_the_normal_one() -> None:
    assert widened(np.ones(40)) == pytest.approx(1.96, abs=0.001)
    assert widened(np.arange(1.0, 41.0)) == 39.0
