"""How shops move between states, and what they show: campaigns, sanctions, recovery, exit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from experiments.twin.kernels.elementary import exp
from experiments.twin.kernels.selling import Books, Sales, profit
from experiments.twin.population import Cells, Kinds, State


class Memory(NamedTuple):
    """What is left of displayed sales and of reviews after a step, and how many days of it they gain."""

    sales_left: float
    sales_days: float
    reviews_left: float
    review_days: float


class Pace(NamedTuple):
    """Events a day of a shop, ``days`` of them: ends of campaigns, recoveries, exits.

    ``decision_days`` are those between two decisions of the idle, ``own`` is what a sanction teaches who
    has it.
    """

    days: float
    end: float
    recover: float
    leave: float
    decision_days: float
    own: float


class Lesson(NamedTuple):
    """How campaigns that end teach, in ``days`` of a step.

    ``length`` of a campaign (days) and what follows are of `sim.config`; ``luck`` is the variance of records
    that bursts bring, ``forget`` the rate at which guilt ends, a day.
    """

    days: float
    length: float
    learning: float
    half_life: float
    luck: float
    forget: float


@njit(error_model="numpy")
def show(cells: Cells, state: State, sales: Sales, brushed: np.ndarray, memory: Memory) -> None:
    """Bring displayed sales and reviews up to the end of a step with such orders a day."""
    for k in range(state.strikes.size):
        shops, genuine, bought = 0.0, 0.0, 0.0
        for c in range(cells.start[k], cells.start[k + 1]):
            mass = state.mass[c]
            state.shown[c] *= memory.sales_left
            state.shown[c] += mass * (sales.standing[c] + brushed[c]) * memory.sales_days
            shops += mass
            genuine += sales.genuine[c] * mass
            bought += brushed[c] * mass
        a_shop = memory.review_days / max(shops, 1e-300)
        state.reviews[k, 0] = state.reviews[k, 0] * memory.reviews_left + genuine * a_shop
        state.reviews[k, 1] = state.reviews[k, 1] * memory.reviews_left + bought * a_shop


@njit(error_model="numpy")
def end_campaigns(
    cells: Cells, state: State, genuine: np.ndarray, promised: np.ndarray, record: np.ndarray, lesson: Lesson
) -> None:
    """Let campaigns that end teach what brushing brings, and leave their merchants guilty for a while.

    ``genuine`` (n_cells,) are orders a day; ``promised`` and ``record`` (n_levels, 2 × kinds) as of
    `experiments.twin.merchants.Choices`. What is believed moves back towards one. A record differs from the
    next by the bursts that fell into it: that is most of what merchants learn.
    """
    half, keep = 1 + cells.levels.size, 0.5 ** (lesson.days / lesson.half_life)
    for i in range(state.guilty.size):
        first, end = cells.start[cells.n_honest + i], cells.start[cells.n_honest + i + 1]
        mean, variance = state.belief[i, 0], state.belief[i, 1]
        ended, drift, gained, shops = 0.0, 0.0, 0.0, max(state.mass[first:end].sum(), 1e-300)
        for level in range(cells.levels.size):
            for stage in range(2):
                c, place = first + stage * half + 1 + level, 2 * i + stage
                ended += state.mass[c] / lesson.length
                steps = min(state.mass[c] / lesson.length / shops * lesson.days, 1.0)
                expected = max(mean * promised[level, place], 1e-9) ** 2
                noise = (genuine[c] + record[level, place]) / 30
                weight = lesson.learning * expected / (expected + noise)
                extra = max(promised[level, place], 1e-9)
                scatter = (2 * lesson.luck * genuine[c] ** 2 + noise) / extra**2
                drift += steps * weight * ((genuine[c] - record[level, place]) / extra - mean)
                gained += steps * weight * (weight * scatter - (2 - weight) * variance)
        mean = min(max(1 + (mean + drift - 1) * keep, 0.5), 1.5)
        room = (mean - 0.5) * (1.5 - mean) / 2
        state.belief[i, 0], state.belief[i, 1] = mean, min(max((variance + gained) * keep**2, 0.0), room)
        begun = ended / max(state.mass[first] + state.mass[first + half], 1e-300)
        speed = begun + lesson.forget
        state.guilty[i] += (begun / speed - state.guilty[i]) * (1 - exp(-speed * lesson.days))


@njit(error_model="numpy", forceinline=True)
def start_rate(probability: float, decision_days: float) -> float:
    """Return the rate a day at which the idle begin, if a decision begins with ``probability``.

    They decide every ``decision_days``; the first decision after a campaign comes 0 … n − 1 days
    after its end, so being idle lasts n/p − (n + 1)/2 days in the mean.
    """
    p = min(max(probability, 1e-300), 1.0)
    return 1 / max(decision_days / p - (decision_days + 1) / 2, 1e-3)


@njit(error_model="numpy")
def begin(start: np.ndarray, pace: Pace) -> np.ndarray:
    """Return campaigns begun a day by idle merchants, and their sum (n_levels + 1, 2 × kinds)."""
    n_levels = start.shape[0]
    out = np.zeros((n_levels + 1, start.shape[1]))
    for i in range(start.shape[1]):
        for level in range(n_levels):
            out[n_levels, i] += start[level, i]
        chance = out[n_levels, i]
        rate = start_rate(chance, pace.decision_days) / max(chance, 1e-300)
        for level in range(n_levels):
            out[level, i] = rate * start[level, i]
        out[n_levels, i] = rate * chance
    return out


@njit(error_model="numpy")
def go(
    kinds: Kinds, cells: Cells, state: State, sales: Sales, books: Books, begun: np.ndarray, hits: np.ndarray,
    release: np.ndarray, pace: Pace,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Return, of each cell (n_cells,), the days in which its shops leave it, all events of a day, and exits.

    The days are a step's, less those after an event. Shops leave by chance and when they lose what they
    deposited.
    """
    n, price, margin, standing = state.mass.size, kinds.price, kinds.margin, sales.standing
    days, total, leave, last = np.empty(n), np.empty(n), np.empty(n), begun.shape[0] - 1
    for c in range(n):
        k = cells.kind[c]
        lost = max(-profit(standing[c], price[k], margin[k], books), 0.0)
        leave[c] = pace.leave + lost / max(books.deposit, 1.0)
        total[c] = hits[0, c] + hits[1, c] + leave[c]
        if cells.level[c] >= 0:
            total[c] += pace.end
        elif k >= cells.n_honest and cells.stage[c] < 2:
            total[c] += begun[last, 2 * (k - cells.n_honest) + cells.stage[c]]
        if cells.stage[c] > 0:
            total[c] += pace.recover if cells.stage[c] == 1 else release[k]
    for c in range(n):
        days[c] = exp(-total[c] * pace.days)
    for c in range(n):
        days[c] = (1 - days[c]) / max(total[c], 1e-300)
    return days, total, leave


@njit(error_model="numpy")
def move(
    kinds: Kinds, cells: Cells, state: State, sales: Sales, books: Books, start: np.ndarray, hits: np.ndarray,
    fate: np.ndarray, pace: Pace,
) -> tuple[float, float, float]:  # fmt: skip
    """Let a step of flows pass over ``mass``, ``shown`` and ``fear`` of ``state``.

    Returns, in shares of slots, who left, who was closed, and who rebuilds then.

    ``start`` (n_levels, 2 × kinds) as of `experiments.twin.merchants.Choices`, ``hits`` (2, n_cells) are
    sanctions a day. ``fate`` (n_kinds, 5) holds what becomes of those who are hit: share hidden, share set
    back without being hidden, share that stays otherwise, displayed sales kept by the first two, and the
    rate at which the hidden return.
    """
    n_levels, left, closed, rebuild = start.shape[0], 0.0, 0.0, 0.0
    mass, shown, fear, stages, levels = state.mass, state.shown, state.fear, cells.stage, cells.level
    new, display, risk = np.empty(2 * n_levels + 3), np.empty(2 * n_levels + 3), np.empty(3)
    begun = begin(start, pace)
    days, total, leave = go(kinds, cells, state, sales, books, begun, hits, fate[:, 4].copy(), pace)
    for k in range(fate.shape[0]):
        origin, last = cells.start[k], cells.start[k + 1] - cells.start[k] - 1
        half = cells.newcomer[k] - origin
        hidden, set_back, stays, kept, release = fate[k, 0], fate[k, 1], fate[k, 2], fate[k, 3], fate[k, 4]
        risk[:] = 0.0
        for s in range(last + 1):
            new[s], display[s] = mass[origin + s], shown[origin + s]
            risk[stages[origin + s]] += new[s]
        for stage in range(3):
            risk[stage] = fear[k, stage] / max(risk[stage], 1e-300)
        for s in range(last + 1):
            c, stage = origin + s, stages[origin + s]
            first, r = stage * half, risk[stage]
            out, sold = mass[c] * days[c], shown[c] * days[c]
            new[s] -= out * total[c]
            display[s] -= sold * total[c]
            if levels[c] >= 0:
                new[first] += out * pace.end
                display[first] += sold * pace.end
            elif k >= cells.n_honest and stage < 2:
                for j in range(n_levels):
                    rate = begun[j, 2 * (k - cells.n_honest) + stage]
                    new[first + 1 + j] += out * rate
                    display[first + 1 + j] += sold * rate
            if stage > 0:
                to, rate = (s - half, pace.recover) if stage == 1 else (half, release)
                new[to] += out * rate
                display[to] += sold * rate
                fear[k, stage] -= out * rate * r
                fear[k, stage - 1] += out * rate * r
            struck = hits[0, c] + hits[1, c]
            learnt, people, sales_hit = 1.0 - (1.0 - r) * (1.0 - pace.own), out * struck, sold * struck
            new[last] += people * hidden
            display[last] += sales_hit * hidden * kept
            new[half] += people * set_back
            display[half] += sales_hit * set_back * kept
            new[first] += people * stays
            display[first] += sales_hit * stays
            fear[k, stage] -= out * (struck + leave[c]) * r
            fear[k, 2] += people * hidden * learnt
            fear[k, 1] += people * set_back * learnt
            fear[k, stage] += people * stays * learnt
            left += out * leave[c]
            closed += people * (1.0 - hidden - set_back - stays)
        for s in range(last + 1):
            mass[origin + s], shown[origin + s] = new[s], display[s]
            rebuild += new[s] if stages[origin + s] == 1 else 0.0
    return left, closed, rebuild


@njit(cache=True, error_model="numpy")
def advance(
    kinds: Kinds, cells: Cells, state: State, sales: Sales, brushed: np.ndarray, books: Books,
    choices: np.ndarray, hits: np.ndarray, fate: np.ndarray, memory: Memory, lesson: Lesson, pace: Pace,
) -> tuple[float, float, float]:  # fmt: skip
    """Let a step of orders be displayed, of campaigns end and of shops move; return as `move` does.

    ``choices`` (4, n_levels, 2 × kinds) as of `experiments.twin.merchants.Choices`.
    """
    show(cells, state, sales, brushed, memory)
    end_campaigns(cells, state, sales.genuine, choices[2], choices[3], lesson)
    return move(kinds, cells, state, sales, books, choices[0], hits, fate, pace)
