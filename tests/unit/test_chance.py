"""Draws are a function of what they are for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import ndtri

from sim.chance import Stream, day_key, normal, normals, uniform, uniforms

days = st.integers(-1000, 10_000)
seeds = st.integers(0, 2**62)
people = st.integers(0, 2**40)


@given(seeds, st.sampled_from(Stream), days, people, st.integers(0, 200))
def test_the_compiled_draw_equals_its_definition(seed, stream, day, who, k):
    assert uniforms(day_key(seed, stream, day), np.array([who]), k)[0] == uniform(seed, stream, day, who, k)


def test_a_draw_depends_on_every_part_of_its_key():
    base = uniform(1, Stream.VISIT, 2, 3, 4)
    others = [
        uniform(2, Stream.VISIT, 2, 3, 4), uniform(1, Stream.TRAITS, 2, 3, 4),
        uniform(1, Stream.VISIT, 3, 3, 4), uniform(1, Stream.VISIT, 2, 4, 4),
        uniform(1, Stream.VISIT, 2, 3, 5),
    ]  # fmt: skip
    assert len({base, *others}) == 6


def test_one_more_identity_changes_no_other_draw():
    key = day_key(7, Stream.BUYER, 3)
    assert np.array_equal(uniforms(key, np.arange(100))[:99], uniforms(key, np.arange(99)))


@pytest.mark.parametrize("axis", ["who", "day", "k"])
def test_draws_along_every_axis_are_uniform_and_uncorrelated(axis):
    n = 20_000
    if axis == "who":
        u = uniforms(day_key(1, Stream.VISIT, 5), np.arange(n))
    elif axis == "day":
        u = np.array([uniform(1, Stream.VISIT, day, 9) for day in range(n)])
    else:
        u = np.array([uniform(1, Stream.VISIT, 5, 9, k) for k in range(n)])
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    for lag in (1, 2, 7, 32):
        # Correlation of independent draws has standard deviation 1/√n.
        assert abs(np.corrcoef(u[:-lag], u[lag:])[0, 1]) < 4.5 / np.sqrt(n)


def test_low_and_high_bits_are_both_random():
    u = uniforms(day_key(3, Stream.ARRIVAL, 0), np.arange(100_000))
    for scale in (1, 2**10, 2**24, 2**36):
        counts = np.bincount(((u * scale) % 1 * 16).astype(int), minlength=16)
        assert stats.chisquare(counts).pvalue > 1e-4


def test_normals_are_standard_normal():
    assert stats.kstest(normals(day_key(3, Stream.BURST, 1), np.arange(20_000)), "norm").pvalue > 1e-4


def test_the_compiled_quantile_is_that_of_the_library():
    tails = 10.0 ** -np.linspace(0.31, 300, 3000)
    u = np.concatenate([tails, 1 - tails[tails > 1e-15], np.linspace(1e-6, 1 - 1e-6, 5001), [0.075, 0.925]])
    found = np.array([normal.py_func(x) for x in u])
    np.testing.assert_allclose(found, ndtri(u), rtol=3e-15, atol=1e-15)
    drawn = uniforms(day_key(3, Stream.VIEWS, 1), np.arange(5000))
    np.testing.assert_allclose(
        normals(day_key(3, Stream.VIEWS, 1), np.arange(5000)), ndtri(drawn), rtol=3e-15
    )
