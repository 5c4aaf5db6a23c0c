"""Intervals of studies that stop when they know enough cover as often as docs/statistics.md says."""

import coverage_of_stopping as fabricated
import pytest
from test_coverage import LEAST, agree, documented

pytestmark = pytest.mark.slow

STUDIES, SEED = 2000, 2
COVERAGE = documented(fabricated.COVERAGE)


@pytest.mark.parametrize("packages", [1, 5])
@pytest.mark.parametrize("kind", ["normal", "heavy"])
def test_all_intervals_hold_at_all_looks_and_wherever_a_study_stops(kind: str, packages: int) -> None:
    assert min(fabricated.coverage(kind, packages, STUDIES, seed=SEED)) >= LEAST


@pytest.mark.parametrize("effect", [0.0, 2.0])
def test_they_hold_where_nothing_differs_and_where_much_does(effect: float) -> None:
    assert min(fabricated.coverage("normal", 5, STUDIES, effect, SEED)) >= LEAST


@pytest.mark.parametrize("packages", [1, 5])
@pytest.mark.parametrize("kind", fabricated.KINDS)
def test_coverage_is_what_the_page_says(kind: str, packages: int) -> None:
    found = fabricated.coverage(kind, packages, STUDIES, seed=SEED)
    for name, share in zip(fabricated.RULES, found, strict=True):
        assert agree(share, COVERAGE[f"{kind} {packages}", name], STUDIES)


def test_a_sign_is_seldom_claimed_where_there_is_none() -> None:
    assert fabricated.replications(0.0, STUDIES, SEED)[2] <= 1 - LEAST


def test_a_clear_effect_takes_few_of_the_replications_that_are_allowed() -> None:
    means = [fabricated.replications(effect, 500, SEED)[0] for effect in fabricated.EFFECTS]
    assert means == sorted(means, reverse=True)
    assert means[-1] < fabricated.MOST / 4 and means[0] < fabricated.MOST
