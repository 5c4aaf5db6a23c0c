"""From cases to sanctions, in expectation: who is hit, what becomes of them, what the market learns of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from experiments.twin.kernels.elementary import exp
from experiments.twin.kernels.selling import Books, Sales, profit
from experiments.twin.population import NOBODY, Cells, Kinds, State

HIDE, CLOSE, REMOVE, FINE, BITE = range(5)
"""What a sanction may do, the columns of a table of rungs; it bites if it is more than a warning."""


class Court(NamedTuple):
    """What institutions do on a day.

    ``acted`` is the share of cases acted on, ``room`` how many can be reviewed a day and slot; ``guilty``
    and ``innocent`` are the shares of the guilty's and of the innocent's cases among them that end in a
    sanction. ``named`` is how often a day a customer of organisers is named to the platform. Of the ladder:
    ``closure``, the probability that it closes the shop at once, ``days`` of demotion, ``fine`` (RMB),
    ``expiry`` of strikes (days). Of those named: ``named_hide``, ``named_close``, ``named_remove`` and days
    of demotion. Of appeals: the share of each that is reinstated, after ``wait`` days. ``referred`` is the
    fine, RMB, of the regulator.
    """

    acted: float
    room: float
    guilty: float
    innocent: float
    named: float
    closure: float
    days: float
    fine: float
    expiry: float
    named_hide: float
    named_close: float
    named_remove: float
    named_days: float
    wins_innocent: float
    wins_guilty: float
    wait: float
    referred: float


class Lessons(NamedTuple):
    """A day's sanctions a slot, and what they brought a slot: days of demotion, fines (RMB), closures."""

    sanctions: float
    demotion_days: float
    fines: float
    closures: float


class Terms(NamedTuple):
    """What a mean sanction does to the shops of a kind: probabilities, days, RMB.

    ``bite`` is the probability that it is more than a warning; the others are given that.
    """

    bite: float
    hide: float
    close: float
    remove: float
    days: float
    fine: float


@njit(error_model="numpy")
def guilt(cells: Cells, state: State) -> np.ndarray:
    """Return the share of each cell that bought a brushed order within 90 days (n_cells,)."""
    out, guilty = np.zeros(state.mass.size), state.guilty
    for c in range(cells.start[cells.n_honest], out.size):
        out[c] = 1.0 if cells.level[c] >= 0 else guilty[cells.kind[c] - cells.n_honest]
    return out


@njit(error_model="numpy")
def count_cases(cells: Cells, state: State, flags: np.ndarray, tail: float, late: np.ndarray) -> float:
    """Fill ``late`` (n_cells,) and return all cases a day and slot.

    ``flags`` (n_cells,) are cases a day of a shop. Late ones are of shops whose campaign is over but in their
    record of 30 days: they count for ``tail``, a share of the campaign's length, as in the campaign.
    """
    late[:] = 0.0
    for k in range(cells.n_honest, cells.start.size - 1):
        first, end = cells.start[k], cells.start[k + 1]
        half, brought, idle = (end - first) // 2, 0.0, 0.0
        for c in range(first, end):
            brought += flags[c] * state.mass[c] * tail if cells.level[c] >= 0 else 0.0
        idle = state.mass[first] + state.mass[first + half]
        late[first] = late[first + half] = brought / max(idle, 1e-300)
    cases = 0.0
    for c in range(flags.size):
        cases += (flags[c] + late[c]) * state.mass[c]
    return cases


@njit(error_model="numpy")
def capacity_share(cases: float, room: float) -> float:
    """Return the share of ``cases`` a day and slot that reviewers can review, with ``room`` for so many."""
    return min(room / cases, 1.0) if cases > 0 else 1.0


@njit(error_model="numpy", forceinline=True)
def ladder_terms(strikes: float, rungs: np.ndarray, court: Court, does: np.ndarray) -> Terms:
    """Return what the ladder does to shops with a Poisson number of ``strikes`` in force.

    ``rungs`` (n_rungs, 5) says what each step does; ``does`` (5,) is room for the sums over them.
    """
    mean, last = max(strikes, 1e-12), rungs.shape[0] - 1
    chance, rest = exp(-mean), 1.0
    does[:] = 0.0
    for rung in range(last + 1):
        share = (1 - court.closure) * (chance if rung < last else max(rest, 0.0))
        for what in range(5):
            does[what] += share * rungs[rung, what]
        rest -= chance
        chance *= mean / (rung + 1)
    does[CLOSE] += court.closure
    does[BITE] += court.closure
    bite = max(does[BITE], 1e-300)
    return Terms(
        does[BITE], does[HIDE] / bite, does[CLOSE] / bite, does[REMOVE] / bite, court.days,
        does[FINE] / bite * court.fine,
    )  # fmt: skip


@njit(error_model="numpy", forceinline=True)
def mixed(terms: Terms, court: Court, named: float) -> Terms:
    """Return terms if the share ``named`` of those who are hit is named in a ledger."""
    rest = 1 - named
    return Terms(
        rest * terms.bite + named, rest * terms.hide + named * court.named_hide,
        rest * terms.close + named * court.named_close, rest * terms.remove + named * court.named_remove,
        rest * terms.days + named * court.named_days, rest * terms.fine,
    )  # fmt: skip


@njit(error_model="numpy")
def hit(
    cells: Cells, state: State, court: Court, share_acted: float, flags: np.ndarray, late: np.ndarray,
    hits: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Fill the sanctions a day (2, n_cells) of innocent and of guilty shops if such a share is acted on.

    Returns, by kind (3, n_kinds), those of the innocent, of the guilty, and of these the named, all a slot.
    """
    share, mass, sums = guilt(cells, state), state.mass, np.zeros((3, state.strikes.size))
    for c in range(mass.size):
        k = cells.kind[c]
        in_ledgers = court.named * share[c] if mass[c] > NOBODY and cells.stage[c] < 2 else 0.0
        hits[0, c] = share_acted * court.innocent * flags[c] * (1 - share[c])
        hits[1, c] = share_acted * court.guilty * (flags[c] * share[c] + late[c]) + in_ledgers
        sums[0, k] += hits[0, c] * mass[c]
        sums[1, k] += hits[1, c] * mass[c]
        sums[2, k] += in_ledgers * mass[c]
    return sums


@njit(error_model="numpy")
def decide_fates(
    cells: Cells, state: State, rungs: np.ndarray, court: Court, sums: np.ndarray, days: float,
    fate: np.ndarray, terms: np.ndarray,
) -> None:  # fmt: skip
    """Fill ``fate`` (n_kinds, 5) and `Terms` (n_kinds, 6), and let ``days`` of strikes enter the files.

    ``sums`` (3, n_kinds) are of `hit`. Brings ``strikes`` and ``hidden_days`` of ``state`` up to date.
    """
    does, shops, enter = np.empty(5), np.zeros(fate.shape[0]), 1 - exp(-days / court.expiry)
    strikes, hidden_days = state.strikes, state.hidden_days
    for c in range(state.mass.size):
        shops[cells.kind[c]] += state.mass[c]
    for k in range(fate.shape[0]):
        innocent, guilty, named = sums[0, k], sums[1, k], sums[2, k]
        total = max(innocent + guilty, 1e-300)
        found = mixed(ladder_terms(strikes[k], rungs, court, does), court, named / total)
        lifted = (innocent * court.wins_innocent + guilty * court.wins_guilty) / total
        if innocent + guilty > 0:
            hidden_days[k] = (1 - lifted) * found.days + lifted * court.wait
        stay_open = 1 - found.close * (1 - lifted)
        hidden = min(found.hide, stay_open)
        set_back = max(stay_open - hidden, 0.0) * found.remove
        fate[k, 0], fate[k, 1], fate[k, 2] = hidden, set_back, stay_open - hidden - set_back
        fate[k, 3], fate[k, 4] = 1 - found.remove * (1 - lifted), 1 / max(hidden_days[k], 1.0)
        terms[k, 0], terms[k, 1], terms[k, 2] = found.bite, found.hide, found.close
        terms[k, 3], terms[k, 4], terms[k, 5] = found.remove, found.days, found.fine
        settled = (innocent + guilty) / max(shops[k], 1e-300) * court.expiry * (1 - lifted)
        strikes[k] += (settled - strikes[k]) * enter


@njit(cache=True, error_model="numpy")
def sentence(
    kinds: Kinds, cells: Cells, state: State, sales: Sales, books: Books, rungs: np.ndarray, court: Court,
    flags: np.ndarray, tail: float, days: float, late: np.ndarray, hits: np.ndarray, fate: np.ndarray,
    level_hits: np.ndarray,
) -> tuple[float, Lessons]:  # fmt: skip
    """Turn a day's ``flags`` (n_cells,) into cases and sanctions; let ``days`` of strikes enter the files.

    Returns all cases a day and slot, and what the market learns. Fills ``late`` (n_cells,) as of
    `count_cases`, ``hits`` (2, n_cells), sanctions other than warnings a day of a shop, of its innocent and
    of its guilty owners, ``fate`` (n_kinds, 5), and ``level_hits`` (n_levels,), those of campaigns a slot;
    brings ``strikes`` and ``hidden_days`` of ``state`` up to date. ``rungs`` as of `ladder_terms`.
    """
    cases, terms = count_cases(cells, state, flags, tail, late), np.empty((state.strikes.size, 6))
    acted = court.acted * capacity_share(cases * court.acted, court.room)
    sums = hit(cells, state, court, acted, flags, late, hits)
    decide_fates(cells, state, rungs, court, sums, days, fate, terms)
    sanctions, demotion_days, fines, closures = 0.0, 0.0, 0.0, 0.0
    mass, standing, price, margin = state.mass, sales.standing, kinds.price, kinds.margin
    level_hits[:] = 0.0
    for c in range(mass.size):
        k = cells.kind[c]
        hits[0, c] *= terms[k, 0]
        hits[1, c] *= terms[k, 0]
        bitten = (hits[0, c] + hits[1, c]) * mass[c]
        earned = max(profit(standing[c], price[k], margin[k], books), 0.0)
        sanctions += bitten
        demotion_days += bitten * terms[k, 1] * terms[k, 4]
        fines += bitten * min(terms[k, 5] + court.referred, books.deposit + books.cash_days * earned)
        closures += bitten * terms[k, 2]
        if cells.level[c] >= 0:
            level_hits[cells.level[c]] += bitten
    return cases, Lessons(sanctions, demotion_days, fines, closures)
