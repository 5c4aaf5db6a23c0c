"""Intervals cover the truth as often as they promise, or as seldom as docs/statistics.md admits."""

import re
from pathlib import Path

import coverage_of_intervals as fabricated
import numpy as np
import pytest
from coverage_of_intervals import KINDS, PACKAGES, REPLICATIONS
from scipy import stats

from experiments.analysis.intervals import compare_runs, interval, rule_of_three
from experiments.analysis.simultaneous import ERROR, error_each

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parents[2] / "docs" / "statistics.md").read_text(encoding="utf-8")
STUDIES, MEASURED = 2000, 4000
"""Studies that a test fabricates, and those behind the tables of the page."""

SEED = 2
CHANCE = 1e-4
"""How often a check may fail although the interval is right."""

LEAST, MOST = (stats.binom.ppf(tail, STUDIES, 1 - ERROR) / STUDIES for tail in (CHANCE, 1 - CHANCE))


def documented(heading: str) -> dict[tuple[str, str], float]:
    """Return a table of the page: (row, column) → coverage."""
    block = PAGE[PAGE.index(heading) :].split("\n\n")[0].splitlines()
    names = cells(block[0])
    table = {}
    for line in block[2:]:
        row = cells(line)
        n_labels = sum(not re.fullmatch(r"[01]\.\d{3}", cell) for cell in row)
        for name, share in list(zip(names, row, strict=True))[n_labels:]:
            table[" ".join(row[:n_labels]), name] = float(share)
    return table


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def agree(found: float, stated: float, studies: int = STUDIES) -> bool:
    """Tell whether two measured shares differ by no more than luck."""
    p = np.clip((found * studies + stated * MEASURED) / (studies + MEASURED), 0.002, 0.998)
    error = np.sqrt(p * (1 - p) * (1 / studies + 1 / MEASURED))
    return bool(abs(found - stated) < stats.norm.ppf(1 - CHANCE / 2) * error)


ALONE = documented("| outcome | n | mean | difference |")
TOGETHER = documented("| outcome | n | 1 package | 5 packages | 12 packages |")
RARE = documented("| events expected |")


@pytest.mark.parametrize("n", REPLICATIONS)
def test_a_t_interval_covers_a_normal_mean_and_difference(n: int) -> None:
    for share in fabricated.coverage_alone("normal", n, STUDIES, SEED):
        assert LEAST <= share <= MOST


@pytest.mark.parametrize("k", PACKAGES)
@pytest.mark.parametrize("n", REPLICATIONS)
def test_simultaneous_intervals_cover_all_packages_at_once(n: int, k: int) -> None:
    assert fabricated.coverage_together("normal", n, k, STUDIES, SEED) >= LEAST


@pytest.mark.parametrize("shared", [0.0, 0.9])
def test_differences_of_any_correlation_are_covered(shared: float) -> None:
    rng = np.random.default_rng(SEED)
    shape = (STUDIES, 10, 12)
    drawn = np.sqrt(1 - shared) * rng.normal(size=shape) + np.sqrt(shared) * rng.normal(size=(STUDIES, 10, 1))
    assert np.mean([all_cover(study) for study in drawn]) >= LEAST


def test_packages_that_lack_pairs_are_covered_too() -> None:
    rng = np.random.default_rng(SEED)
    drawn = rng.normal(size=(STUDIES, 15, 5)) + rng.normal(size=(STUDIES, 15, 1))
    drawn[rng.random(drawn.shape) < 0.15] = np.nan
    assert np.mean([all_cover(study) for study in drawn]) >= LEAST


def all_cover(differences: np.ndarray) -> bool:
    """Tell whether all simultaneous intervals hold 0."""
    error = error_each(differences)
    return all(low <= 0 <= high for _, low, high in (interval(column, error) for column in differences.T))


@pytest.mark.parametrize("n", REPLICATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_coverage_alone_is_what_the_page_says(kind: str, n: int) -> None:
    mean, difference = fabricated.coverage_alone(kind, n, STUDIES, SEED)
    assert agree(mean, ALONE[f"{kind} {n}", "mean"])
    assert agree(difference, ALONE[f"{kind} {n}", "difference"])


@pytest.mark.parametrize(("n", "k"), [(5, 12), (10, 5), (20, 12)])
@pytest.mark.parametrize("kind", KINDS)
def test_coverage_together_is_what_the_page_says(kind: str, n: int, k: int) -> None:
    found = fabricated.coverage_together(kind, n, k, 1000, SEED)
    assert agree(found, TOGETHER[f"{kind} {n}", f"{k} packages"], 1000)


@pytest.mark.parametrize("expected", fabricated.EXPECTED)
def test_coverage_of_rare_events_is_what_the_page_says(expected: float) -> None:
    for n in REPLICATIONS:
        found = fabricated.coverage_of_the_bound(expected, n, STUDIES, SEED)
        assert agree(found, RARE[f"{expected:g}", f"n = {n}"])


@pytest.mark.parametrize("expected", [0.5, 2.0, 2.9, 3.1, 5.0])
def test_the_rule_of_three_bounds_what_was_not_seen(expected: float) -> None:
    counts = np.random.default_rng(SEED).poisson(expected, STUDIES)
    missed = (counts == 0) & (rule_of_three(exposure=1.0) < expected)
    assert missed.sum() <= stats.binom.ppf(1 - CHANCE, STUDIES, ERROR)
    assert missed.any() == (expected > 3)


@pytest.mark.parametrize("n", [5, 10])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_measured_here_is_what_a_study_reports(kind: str, n: int) -> None:
    outcome = fabricated.RATE if kind == "counts" else "share"
    for study in fabricated.fabricate(kind, n, 5, 3, SEED):
        runs = fabricated.as_runs(study, outcome)
        table = compare_runs(runs, [f"p{j}" for j in range(6)], "p0", [outcome])[1:]
        for columns, together in ((["sim_low", "sim_high"], True), (["diff_low", "diff_high"], False)):
            expected = fabricated.difference_intervals(kind, study, together)
            np.testing.assert_allclose(table[columns], expected)


def test_nothing_but_the_differences_moves_a_simultaneous_interval() -> None:
    differences = fabricated.fabricate("normal", 15, 7, 1, SEED)[0]
    assert error_each(differences) == error_each(differences[:, ::-1]) == error_each(-3 * differences + 8)
    assert error_each(differences) == error_each(differences.copy())
