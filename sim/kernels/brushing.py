"""Campaigns, organisers that carry them out, and the accounts that work for these: who goes, who comes."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(inline="always")
def full_days(days, start):
    """Return how many days of full swing the first ``days`` of a campaign come to.

    Orders grow in proportion to the day of the campaign until day ``start``.
    """
    growing = min(days, start)
    return growing * (growing + 1) / (2 * max(start, 1)) + days - growing


@njit(cache=True, error_model="numpy")
def plan_orders(slots, day, start, way, level, campaign_start, out):
    """Fill the orders that the campaigns of ``slots`` (n,) plan for today; whole ones, spread evenly.

    ``start`` (ways,) are days until full swing; the other arrays have shape (S,).
    """
    for i in range(slots.size):
        s = slots[i]
        days, until = day - campaign_start[s], start[way[s]]
        done, due = full_days(days, until), full_days(days + 1, until)
        out[i] = int(np.floor(level[s] * due) - np.floor(level[s] * done))


@njit(cache=True)
def let_off(day, started, campaign_until, away, organiser, served):
    """Take merchants off organisers that are ``away`` (organisers,), and those who begin off their last one.

    Returns the slots that need an organiser and whether each begins. ``served`` (organisers,), zero before,
    gets the number of customers that each keeps. ``started`` (n,) are slots, other arrays have shape (S,).
    """
    begins = np.zeros(organiser.size, np.bool_)
    begins[started] = True
    slots, n = np.empty(organiser.size, np.int64), 0
    for s in range(organiser.size):
        if begins[s] or (campaign_until[s] > day and (organiser[s] < 0 or away[organiser[s]])):
            organiser[s] = -1
            slots[n] = s
            n += 1
        elif campaign_until[s] > day:
            served[organiser[s]] += 1
    chosen = slots[:n].copy()
    return chosen, begins[chosen]


@njit(cache=True, error_model="numpy")
def send(slots, begins, luck, exponent, is_open, served, organiser):
    """Send merchants (``slots``, (n,)) to organisers by ``luck`` (n,), and note these in ``organiser`` (S,).

    Those who begin come in proportion to the customers ``served`` (organisers,), one more counted; the
    others in proportion to that to the power of ``exponent``.
    """
    pull = np.empty((2, is_open.size))
    for new in range(2):
        pull[new] = is_open * (served + 1.0) ** (1.0 if new else exponent)
        pull[new] = np.cumsum(pull[new] / pull[new].sum())
    for i in range(slots.size):
        row, choice = pull[int(begins[i])], 0
        while choice < is_open.size - 1 and row[choice] <= luck[i]:
            choice += 1
        organiser[slots[i]] = choice


@njit(cache=True)
def count_customers(organiser, wanted, ends, demanded):
    """Fill where the customers of each organiser end, ``ends`` (organisers + 1,), and what they want in all.

    ``organiser`` (n,), ascending, and ``wanted`` (n,) are of the customers, those without an organiser (−1)
    first; ``demanded`` has shape (organisers,).
    """
    ends[:], demanded[:] = 0, 0
    for i in range(organiser.size):
        ends[organiser[i] + 1] = i + 1
        if organiser[i] >= 0:
            demanded[organiser[i]] += wanted[i]
    for o in range(demanded.size):
        ends[o + 1] = max(ends[o], ends[o + 1])


@njit(cache=True, error_model="numpy")
def serve(ends, demanded, wanted, capacity, luck, served):
    """Fill the orders ``served`` (n,), zero before, to each customer; return how many each organiser serves.

    That is all that they want or, beyond the ``capacity`` of their organiser, a share that exhausts it,
    rounded down or up by systematic sampling (one ``luck`` in (0, 1) for all of an organiser's), so that
    each is served in proportion on average and together they never exceed the capacity. Customers come
    organiser by organiser (`count_customers`); ``capacity`` and ``luck`` have shape (organisers,).
    """
    totals = np.zeros(demanded.size, np.int64)
    for o in range(demanded.size):
        share, reached, before = capacity[o] / demanded[o], 0.0, 0
        for i in range(ends[o], ends[o + 1]):
            if demanded[o] <= capacity[o]:
                served[i] = wanted[i]
            else:
                reached += wanted[i] * share
                now = min(int(np.floor(reached + luck[o])), capacity[o])
                served[i], before = now - before, now
            totals[o] += served[i]
    return totals


@njit(cache=True)
def take_turns(pool, cursor, out):
    """Fill the accounts of ``pool`` that carry out the next tasks (n,), from its place ``cursor`` on."""
    for i in range(out.size):
        out[i] = pool[(cursor + i) % pool.size]


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
