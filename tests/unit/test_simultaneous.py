"""The worth of a family of comparisons, held against sign-flips counted one by one."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from experiments.analysis.simultaneous import ERROR, comparisons, error_each, family_errors


def flipped(differences: np.ndarray, error: float) -> float:
    """Return how many independent comparisons a family is worth, from all flips of signs, in loops."""
    n, k = differences.shape
    centred = differences - differences.mean(axis=0)
    sizes = []
    for signs in product([1.0], *[[-1.0, 1.0]] * (n - 1)):
        values = [[sign * row[j] for sign, row in zip(signs, centred, strict=True)] for j in range(k)]
        sizes.append([abs(t_of(column)) for column in values])
    largest = sorted((max(row) for row in sizes), reverse=True)
    critical = largest[max(int(error * len(sizes)), 1) - 1] - 1e-9
    some = sum(any(t >= critical for t in row) for row in sizes) / len(sizes)
    given = sum(t >= critical for row in sizes for t in row) / (len(sizes) * k)
    return some / given


def t_of(values: list[float]) -> float:
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return mean / math.sqrt(variance / len(values))


@pytest.mark.parametrize("shared", [0.0, 0.6, 0.95])
def test_a_family_is_worth_what_counted_flips_say(shared: float) -> None:
    rng, n, k = np.random.default_rng(11), 10, 4
    differences = math.sqrt(shared) * rng.normal(size=(n, 1)) + math.sqrt(1 - shared) * rng.normal(
        size=(n, k)
    )
    centred = differences - differences.mean(axis=0)
    told = comparisons(centred, np.full(k, n), ERROR)
    assert told == pytest.approx(flipped(differences, ERROR))
    assert 1 <= told <= k
    assert error_each(differences) == pytest.approx(ERROR / told)


def test_what_is_bounded_takes_its_part_and_leaves_the_rest() -> None:
    rng = np.random.default_rng(2)
    differences = np.column_stack([rng.normal(size=(12, 2)), np.zeros((12, 2))])
    bounded = np.array([False, False, True, True])
    errors = family_errors(differences, bounded)
    assert errors[2:].tolist() == pytest.approx([ERROR / 4] * 2)
    assert errors[:2].tolist() == pytest.approx([error_each(differences[:, :2], ERROR / 2)] * 2)
