"""Compiled passes over shops equal, to the last bit, what NumPy makes of whole arrays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.chance import Stream, day_key, uniforms
from sim.kernels import enter, settle
from sim.kernels import rank as kernels
from sim.kernels.sums import sum_pairwise
from sim.phases.learn import hear
from sim.phases.rank import rank
from sim.state.clock import Clock
from sim.state.platform import RankingCache
from sim.state.units import NEVER

SEEDS = [1, 2, 3]


@pytest.mark.parametrize("n", [*range(1, 20), 64, 100, 127, 128, 129, 255, 256, 257, 1000, 4097, 10_000])
def test_a_sum_is_numpy_s_to_the_last_bit(n: int) -> None:
    values = np.random.default_rng(n).standard_cauchy((3, n))
    sums = [sum_pairwise(values.ravel(), first, n) for first in (0, n, 2 * n)]
    assert np.array_equal(sums, values.sum(axis=1))
    assert sum_pairwise.py_func(values.ravel(), n, n) == sums[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_insertion_sorts_by_score_and_equal_ones_by_identity_then_slot(seed: int) -> None:
    rng = np.random.default_rng(seed)
    score = np.where(rng.random(60) < 0.2, -np.inf, rng.integers(0, 8, 60) / 4)
    slots, identity = rng.permutation(60), rng.integers(-1, 40, 60)
    kernels.insert_by_score(slots, score, identity)
    assert np.array_equal(slots, np.lexsort((np.arange(60), identity, -score)))


@pytest.mark.parametrize("seed", SEEDS)
def test_slopes_are_those_of_least_squares_and_never_negative(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, share, seen = rng.normal(size=(6, 100)), rng.random((6, 100)), rng.random((6, 100)) < 0.9
    share[3:] *= np.exp(x[3:])
    x[1], seen[2], share[5, :3] = 1.0, False, 0.0
    out = np.empty(6)
    kernels.fit_slopes(out.size, x.ravel(), share.ravel(), seen.ravel(), out)
    for c in (0, 3, 4, 5):
        slope = np.polyfit(x[c, seen[c]], np.log(np.maximum(share[c, seen[c]], 1e-12)), 1)[0]
        assert out[c] == pytest.approx(max(slope, 0.0), rel=1e-9)
    assert out[1] == out[2] == 0 < out[3]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_ranking_remembers_changes_nothing(small_market, seed: int) -> None:
    shops, rng, held = small_market.state.shops, np.random.default_rng(seed), []
    platform = replace(small_market.state.platforms[0], cache=RankingCache())
    for day in range(20):
        moved = rng.integers(0, shops.n, rng.integers(0, 4))
        shops.identity[moved] = 1000 + 10 * day + np.arange(moved.size)
        shops.identity[rng.integers(0, shops.n, 2)] = -1
        shops.open[:] = shops.identity >= 0
        shops.displayed *= rng.lognormal(0, 0.05, shops.n)
        clock, forgetful = Clock(seed, day), replace(platform, cache=RankingCache())
        known = rank(clock, platform, shops)
        for name, value in vars(rank(clock, forgetful, shops)).items():
            assert np.array_equal(value, getattr(known, name)), name
        held.append((known.rank_shop, known.rank_shop.copy(), known.direct_shop, known.direct_shop.copy()))
    assert all(np.array_equal(a, b) and np.array_equal(c, d) for a, b, c, d in held)


@pytest.mark.parametrize("seed", SEEDS)
def test_fates_are_those_of_masks(seed: int) -> None:
    rng, n, day = np.random.default_rng(seed), 500, 100
    identity, is_open = rng.integers(-1, 3, n) * 50 + np.arange(n) % 50, rng.random(n) < 0.8
    until, losing, cash = rng.integers(90, 110, n), rng.integers(0, 40, n), rng.integers(-9, 9, n)
    profit, owed, deposit = rng.normal(0, 1, n), rng.integers(0, 100, (2, n)), rng.integers(0, 101, n)
    since = np.where(rng.random(n) < 0.5, rng.integers(50, 100, n), NEVER)
    closed = np.where(rng.random(n) < 0.3, rng.integers(50, 100, n), NEVER)
    burst, keys = np.full(n, 5.0), (day_key(seed, Stream.BURST, day), day_key(seed, Stream.LEAVE, day))
    opened = day - rng.integers(-2, 900, n)
    rate, more, half_life, growth = 20.0, 3.0, 200.0, 9.0
    young = more * 0.5 ** (np.maximum(day - opened, 0) / half_life)
    begins = uniforms(keys[0], identity) < 0.3
    restless = uniforms(keys[1], identity) < (rate * (1 + young) + growth) / 365
    owner = rng.permutation(n).astype(np.int32)
    row = owner.argsort()
    shops, fate = (identity, owner, is_open, opened, until, burst, closed), np.empty(n, dtype=np.uint8)
    merchants = tuple(values[row] for values in (losing, profit, cash, deposit, *owed, since))
    law = 0.3, rate, more, half_life, growth, 30.0, 70, NEVER, 80, 2.0, 100
    enter.decide_fates(n, day, keys, law, shops, merchants, fate)
    starting, leaving, paying = (
        enter.collect(fate, kind) for kind in (enter.STARTS, enter.LEAVES, enter.PAYS_IN)
    )
    due = (since != NEVER) & (since <= 80)
    insolvent = due & (owed.sum(axis=0) + 100 - deposit > np.maximum(profit, 0) * 200)
    goes = is_open & (restless | ((losing >= 30) & (cash < 0)) | insolvent)
    goes |= (closed != NEVER) & (day - closed >= 30)
    assert np.array_equal(paying, np.flatnonzero(due & is_open & ~goes & (identity >= 0)))
    assert np.array_equal(starting, np.flatnonzero(begins & is_open & (until <= day)))
    assert np.array_equal(leaving, np.flatnonzero(goes & (identity >= 0)))
    assert np.array_equal(burst, np.where(until <= day, 1.0, 5.0))
    assert starting.size and leaving.size and paying.size and (insolvent & goes).any()


@pytest.mark.parametrize("seed", SEEDS)
def test_books_are_closed_as_on_whole_arrays(seed: int) -> None:
    rng, n = np.random.default_rng(seed), 300
    turnover, margin, is_open = rng.integers(0, 10**6, n), rng.random(n), rng.random(n) < 0.8
    profit, losing, cash = rng.normal(0, 99, n), rng.integers(0, 9, n), rng.integers(-(10**5), 10**6, n)
    costs, deposit = rng.integers(0, 9999, n), np.where(rng.random(n) < 0.5, 10**5, rng.integers(0, 10**5, n))
    platform, state = np.where(rng.random((2, n)) < 0.3, rng.integers(0, 10**6, (2, n)), 0)
    drew, since = rng.integers(-9, 10**6, n), np.where(rng.random(n) < 0.5, 40, NEVER)
    owner = rng.permutation(n).astype(np.int32)
    start = profit, losing, cash, deposit, platform, state, drew, since
    rows = [values[owner.argsort()] for values in start]
    rules, shops = (0.05, 3.0, 30.0, 10**5, NEVER), (owner, is_open, margin)
    sums = settle.close_books(50, (turnover, costs), shops, tuple(rows[:3]), tuple(rows[3:]), rules)
    mean = profit + (turnover / 100 * (margin - 0.05) - 3 - costs / 100 - profit) / 30
    fines = np.minimum(np.maximum(cash, 0), platform)
    more = np.minimum(np.maximum(cash - fines, 0), state)
    missing = np.where(is_open, 10**5 - deposit, 0)
    filled = np.minimum(np.maximum(cash - fines - more, 0), missing)
    left = cash - fines - more - filled
    short = platform - fines + state - more + missing - filled > 0
    spare = np.maximum(left - np.rint(np.maximum(mean, 0) * 30 * 100).astype(np.int64), 0) // 30
    spare *= is_open & ~short
    assert sums == (fines.sum(), more.sum(), filled.sum(), spare.sum()) and min(sums) > 0
    runs = np.where(is_open & (mean < 0), losing + 1, 0)
    owed = platform - fines, state - more, drew + spare, np.where(short, np.where(since == 40, 40, 50), NEVER)
    ends = mean, runs, left - spare, deposit + filled, *owed
    assert all(np.array_equal(a[owner], b) for a, b in zip(rows, ends, strict=True))
    assert {*rows[-1].tolist()} == {NEVER, 40, 50}


@pytest.mark.parametrize("seed", SEEDS)
def test_merchants_hear_of_their_neighbours(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sanctioned, offsets = rng.random((3, 20)) < 0.2, rng.permutation(np.arange(1, 20))[:6]
    expected = sum(np.roll(sanctioned, -offset, axis=1).astype(int) for offset in offsets)
    by_identity = np.concatenate([first + rng.permutation(20) for first in (0, 20, 40)])
    slots = by_identity[np.flatnonzero(sanctioned)]
    heard = hear(np.sort(slots), offsets, by_identity, 20)
    assert np.array_equal(heard[by_identity], np.ravel(expected))
