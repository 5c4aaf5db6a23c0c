"""The accounts that work for an organiser come and go as plain Python says, and at the edges too."""

from __future__ import annotations

import numpy as np
import pytest

from sim.kernels.brushing import let_go, take_on

DAY, N_BUYERS = 40, 200


def accounts(seed: int) -> tuple[np.random.Generator, np.ndarray, np.ndarray]:
    """Return a generator, the day until which accounts are banned, and whether they work."""
    rng = np.random.default_rng(seed)
    banned_until = np.where(rng.random(N_BUYERS) < 0.2, DAY + rng.integers(-1, 2, N_BUYERS), -1)
    return rng, banned_until.astype(np.int32), rng.random(N_BUYERS) < 0.3


@pytest.mark.parametrize("leaving", [0, 3, 1000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_banned_accounts_and_the_first_ones_go(seed: int, leaving: int) -> None:
    rng, banned_until, works = accounts(seed)
    pool = rng.permutation(np.flatnonzero(works)).astype(np.int32)
    staying, slow_staying, slow_works = np.empty_like(pool), np.empty_like(pool), works.copy()
    n = let_go(pool, leaving, DAY, banned_until, works, staying)
    assert let_go.py_func(pool, leaving, DAY, banned_until, slow_works, slow_staying) == n
    assert staying[:n].tolist() == slow_staying[:n].tolist()
    assert staying[:n].tolist() == [account for account in pool[leaving:] if banned_until[account] <= DAY]
    assert np.array_equal(works, slow_works)
    assert np.flatnonzero(works).tolist() == sorted(staying[:n])


@pytest.mark.parametrize("n_candidates", [0, 1, 600])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_accounts_are_taken_on_once_unless_banned_or_at_work(seed: int, n_candidates: int) -> None:
    rng, banned_until, works = accounts(seed)
    luck, before, slow_works = rng.random(n_candidates), works.copy(), works.copy()
    taken, slow_taken = (np.empty(n_candidates, dtype=np.int32) for _ in range(2))
    n = take_on(luck, DAY, banned_until, works, taken)
    assert take_on.py_func(luck, DAY, banned_until, slow_works, slow_taken) == n
    assert taken[:n].tolist() == slow_taken[:n].tolist()
    candidates = dict.fromkeys((luck * N_BUYERS).astype(int).tolist())
    free = [account for account in candidates if not before[account] and banned_until[account] <= DAY]
    assert taken[:n].tolist() == free
    assert np.array_equal(works, slow_works) and np.array_equal(np.flatnonzero(works & ~before), sorted(free))
