"""The accounts that work for an organiser: who goes, who comes."""

from __future__ import annotations

from numba import njit


@njit(cache=True)
def let_go(pool, leaving, day, banned_until, works, out):
    """Let go of banned accounts and the first ``leaving`` of ``pool`` (n,); return how many stay.

    Those that stay fill the front of ``out`` (n,), in order; ``works`` and ``banned_until`` have
    shape (B,).
    """
    kept = 0
    for i in range(pool.size):
        account = pool[i]
        if i < leaving or banned_until[account] > day:
            works[account] = False
        else:
            out[kept] = account
            kept += 1
    return kept


@njit(cache=True)
def take_on(luck, day, banned_until, works, out):
    """Take on candidates drawn by ``luck`` (n,), each in (0, 1); return how many.

    Those in the trade already, of whatever organiser, and banned ones are left out; the others fill
    the front of ``out`` (n,), in order; ``works`` and ``banned_until`` have shape (B,).
    """
    taken = 0
    for i in range(luck.size):
        account = int(luck[i] * works.size)
        if not works[account] and banned_until[account] <= day:
            works[account] = True
            out[taken] = account
            taken += 1
    return taken
