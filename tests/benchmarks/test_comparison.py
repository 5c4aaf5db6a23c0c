"""The comparison of two commits fails on what is slower, and on nothing else."""

import numpy as np
import pytest
from comparison import LEVEL, Ratio, ratio_of, verdict

SITTINGS, COMPARED = 7, 6


def session(slowdown: float, noise: float, seed: int, sittings: int = SITTINGS) -> Ratio:
    """Return the ratio of a made-up session; ``noise`` is that of one sitting of one commit."""
    luck = np.random.default_rng(seed).normal(0, noise, (2, sittings))
    return ratio_of((1 + slowdown) * np.exp(luck[0]), np.exp(luck[1]), COMPARED)


def share_of(wanted: str, slowdown: float, noise: float, sessions: int = 1_000) -> float:
    return float(np.mean([verdict(session(slowdown, noise, s)) == wanted for s in range(sessions)]))


def test_a_slowdown_of_ten_per_cent_is_seen_through_noise_of_two() -> None:
    assert share_of("slower", 0.10, 0.02) > 0.9


def test_a_slowdown_of_a_half_is_seen_through_noise_of_ten() -> None:
    assert share_of("slower", 0.50, 0.10) > 0.9


@pytest.mark.parametrize("noise", [0.002, 0.02, 0.2])
def test_equal_programs_hardly_ever_fail_a_session_of_six_comparisons(noise: float) -> None:
    alone = share_of("slower", 0.0, noise, 3_000)
    assert COMPARED * alone < 1 - LEVEL


def test_less_than_the_minimum_is_nobodys_concern() -> None:
    assert share_of("slower", 0.015, 0.002) == 0


def test_a_gain_is_named_and_does_not_fail() -> None:
    assert share_of("faster", -0.2, 0.02) > 0.9
    assert share_of("slower", -0.2, 0.02) == 0


def test_noise_that_hides_everything_is_called_so() -> None:
    assert share_of("too noisy to tell", 0.0, 0.3) > 0.9


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    found = [session(0.1, 0.05, seed) for seed in range(4_000)]
    share = np.mean([one.low <= 1.1 <= one.high for one in found])
    nominal = 1 - (1 - LEVEL) / COMPARED
    assert abs(share - nominal) < 4 * np.sqrt(nominal * (1 - nominal) / 4_000)


def test_one_sitting_tells_nothing() -> None:
    assert verdict(ratio_of([2.0], [1.0])) == "too noisy to tell"
