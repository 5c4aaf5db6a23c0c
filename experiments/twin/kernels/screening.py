"""The detector's law: how often luck and bursts take shops across the line."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from experiments.twin.kernels.elementary import exp_all, log_all, normal_all, upper_tail
from experiments.twin.kernels.selling import HIDDEN, Sales, occupied
from experiments.twin.population import Cells, State

FAR = 6.0
"""Standard deviations from the line from which luck takes no shop across it."""

ROOT_TWO_PI = math.sqrt(2 * math.pi)


class Rule(NamedTuple):
    """The detector and what is usual on the market, as numbers.

    Weights of `burst_rules` (logit), ``line`` the logit of the threshold, ``cooldown`` days between cases,
    ``burst_rate`` a day, ``pseudo`` orders that shares are shrunk by. ``genuine_tasks`` and ``brushed_tasks``
    are the shares of orders from accounts like workers'; ``brushed_views`` are page views of a brushed order.
    """

    intercept: float
    growth: float
    conversion: float
    task_like: float
    parcels: float
    line: float
    cooldown: float
    burst_rate: float
    pseudo: float
    genuine_tasks: float
    brushed_tasks: float
    brushed_views: float


class Parcels(NamedTuple):
    """Shops' own shares of flagged parcels, arrays (m,): of genuine and brushed orders, and chances."""

    flag: np.ndarray
    fake: np.ndarray
    chances: np.ndarray


class Records(NamedTuple):
    """What a shop's week and month look like to the detector on an ordinary day, arrays (n,).

    ``week`` are orders of seven days, ``bursting`` genuine ones among them, ``attention`` as of `Sales`;
    ``dilution`` is a month's orders with the pseudo-orders. ``fixed`` is the mean logit over the line without
    its part from parcels, which is ``genuine`` and ``brushed`` times the shares of them that are flagged;
    ``weekly`` is the variance that the week's counts bring, ``monthly`` the month's over that of one order.
    """

    week: np.ndarray
    bursting: np.ndarray
    attention: np.ndarray
    dilution: np.ndarray
    fixed: np.ndarray
    genuine: np.ndarray
    brushed: np.ndarray
    weekly: np.ndarray
    monthly: np.ndarray


class Near(NamedTuple):
    """Shops near the line, arrays (n,): which cell, deviations above it, how fast that is forgotten (a day).

    ``never`` is the probability that they stay below for a month, bursts left out.
    """

    at: np.ndarray
    x: np.ndarray
    forgets: np.ndarray
    never: np.ndarray


@njit(error_model="numpy")
def mean(values: np.ndarray, chances: np.ndarray) -> float:
    """Return the expectation of ``values`` (m,) with probabilities ``chances`` (m,)."""
    total = 0.0
    for m in range(values.size):
        total += chances[m] * values[m]
    return total


@njit(error_model="numpy")
def usual(
    kept: np.ndarray, mass: np.ndarray, sales: Sales, brushed: np.ndarray, rule: Rule, parcels: Parcels
) -> tuple[float, float, float]:
    """Return orders a view, and the shares of all orders that are task-like and that have flagged parcels."""
    genuine, bought, views = 0.0, 0.0, 0.0
    for c in kept:
        genuine += sales.genuine[c] * mass[c]
        bought += brushed[c] * mass[c]
        views += (sales.views[c] + brushed[c] * rule.brushed_views) * mass[c]
    orders = max(genuine + bought, 1e-300)
    tasks = (genuine * rule.genuine_tasks + bought * rule.brushed_tasks) / orders
    flagged = genuine * mean(parcels.flag, parcels.chances) + bought * mean(parcels.fake, parcels.chances)
    return orders / max(views, 1e-300), tasks, flagged / orders


@njit(error_model="numpy")
def read_records(
    kept: np.ndarray, mass: np.ndarray, sales: Sales, brushed: np.ndarray, rule: Rule, parcels: Parcels
) -> Records:
    """Return the records of the cells ``kept`` (n,); a mean week grows over its month by nothing."""
    table, n = np.empty((9, kept.size)), kept.size
    shops = Records(
        table[0], table[1], table[2], table[3], table[4], table[5], table[6], table[7], table[8]
    )  # fmt: skip
    a_view, usual_tasks, usual_flagged = usual(kept, mass, sales, brushed, rule, parcels)
    conversion = np.empty(n)
    for i in range(n):
        c = kept[i]
        own, bought, views = sales.ordinary[c], brushed[c], sales.views[c] + brushed[c] * rule.brushed_views
        both, seen = own + bought, 7.0 * views * a_view
        an_order, a_look = 30.0 / (30.0 * both + rule.pseudo), 1.0 / (seen + 2.0)
        a_sale = 1.0 / (7.0 * both + 2.0)
        shops.week[i], shops.bursting[i], shops.attention[i] = 7.0 * both, 7.0 * own, sales.attention[c]
        shops.dilution[i] = 30.0 * both + rule.pseudo
        shops.genuine[i], shops.brushed[i] = rule.parcels * own * an_order, rule.parcels * bought * an_order
        shops.monthly[i] = own * an_order * an_order / 30.0
        shops.weekly[i] = (rule.growth + rule.conversion) ** 2 * 7.0 * own * a_sale * a_sale + 1e-6
        shops.weekly[i] += rule.conversion**2 * seen * a_view * a_look * a_look
        excess = own * rule.genuine_tasks + bought * rule.brushed_tasks - usual_tasks * both
        shops.fixed[i] = rule.intercept - rule.line + rule.task_like * excess * an_order
        shops.fixed[i] -= rule.parcels * usual_flagged * both * an_order
        conversion[i] = (7.0 * both + 2.0) * a_look
    log_all(conversion)
    for i in range(n):
        shops.fixed[i] += rule.conversion * conversion[i]
    return shops


@njit(error_model="numpy", forceinline=True)
def order_variance(rule: Rule, flag: float) -> float:
    """Return the variance that an order brings to the sums of a month, ``flag`` being the share flagged."""
    tasks = rule.task_like**2 * rule.genuine_tasks * (1.0 - rule.genuine_tasks)
    return tasks + rule.parcels**2 * flag * (1.0 - flag)


@njit(error_model="numpy")
def burst_chances(shops: Records, rule: Rule, parcels: Parcels, lifts: np.ndarray) -> np.ndarray:
    """Return how often a day a burst takes a shop of each cell over the line (n,)."""
    n, out = shops.week.size, np.zeros(shops.week.size)
    mean_flag, mean_fake = mean(parcels.flag, parcels.chances), mean(parcels.fake, parcels.chances)
    spread = 0.0
    for m in range(parcels.flag.size):
        spread += parcels.chances[m] * (parcels.flag[m] - mean_flag) ** 2
    of_order = order_variance(rule, mean_flag)
    added, growth, conversion, x = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    for lift in lifts:
        for i in range(n):
            added[i] = shops.bursting[i] * lift / (1.0 + lift * shops.attention[i])
        for i in range(n):
            conversion[i] = 1.0 + added[i] / (shops.week[i] + 2.0)
        for i in range(n):
            week, month = shops.week[i], shops.week[i] * (30.0 / 7.0) + 9.0
            growth[i] = (week + added[i] + 2.1) * month / ((week + 2.1) * (month + added[i]))
        log_all(conversion)
        log_all(growth)
        for i in range(n):
            rise = rule.conversion * conversion[i] + rule.growth * growth[i]
            x[i] = shops.fixed[i] + rise + shops.genuine[i] * mean_flag + shops.brushed[i] * mean_fake
            around = shops.weekly[i] + of_order * shops.monthly[i] + shops.genuine[i] ** 2 * spread
            x[i] /= math.sqrt(around * shops.dilution[i] / (shops.dilution[i] + added[i]))
        conversion[:] = x
        normal_all(conversion)
        for i in range(n):
            out[i] += rule.burst_rate * conversion[i] / lifts.size if x[i] > -FAR else 0.0
    return out


@njit(error_model="numpy")
def list_near(
    shops: Records, rule: Rule, parcels: Parcels, m: int, near: Near, over: np.ndarray, under: np.ndarray
) -> int:
    """List the shops near the line that have the ``m``-th share of flagged parcels; return how many they are.

    The probability of that share is added to ``over`` and ``under`` (n,) of cells far above and below.
    """
    size, n, chance, of_order = over.size, 0, parcels.chances[m], order_variance(rule, parcels.flag[m])
    scale, x, at = np.empty(size), np.empty(size), near.at
    for i in range(size):
        scale[i] = 1.0 / math.sqrt(shops.weekly[i] + of_order * shops.monthly[i])
    for i in range(size):
        x[i] = shops.fixed[i] + shops.genuine[i] * parcels.flag[m] + shops.brushed[i] * parcels.fake[m]
    for i in range(size):
        x[i] *= scale[i]
    for i in range(size):
        over[i] += chance if x[i] > FAR else 0.0
    for i in range(size):
        under[i] += chance if x[i] < -FAR else 0.0
    for i in range(size):
        at[n] = i
        n += abs(x[i]) <= FAR
    for j in range(n):
        i = at[j]
        near.x[j] = x[i]
        near.forgets[j] = (shops.weekly[i] / 7 + of_order * shops.monthly[i] / 30) * scale[i] ** 2
    return n


@njit(error_model="numpy")
def cross(near: Near, n: int) -> None:
    """Replace, of ``n`` near the line, ``x`` by the share below it and ``forgets`` by crossings a day.

    Fills ``never``, the probability of a month without a crossing of those who are below.
    """
    for j in range(n):
        near.never[j] = -0.5 * near.x[j] * near.x[j]
    exp_all(near.never[:n])
    for j in range(n):
        tail = upper_tail(abs(near.x[j]), near.never[j])
        near.forgets[j] = near.never[j] / ROOT_TWO_PI * math.sqrt(near.forgets[j] / math.pi)
        near.x[j] = tail if near.x[j] > 0 else 1.0 - tail
    for j in range(n):
        near.never[j] = -30.0 * near.forgets[j] / near.x[j]
    exp_all(near.never[:n])


@njit(cache=True, error_model="numpy")
def screen(
    cells: Cells, state: State, sales: Sales, brushed: np.ndarray, rule: Rule, parcels: Parcels,
    lifts: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """Fill the share above the line in a month, and the cases a day, of cells (2, n_cells).

    ``brushed`` (n_cells,) are orders a day, ``lifts`` (b,) as of `experiments.twin.demand.Bursts`. The
    logit of the risk is taken as normal around its mean, with the sampling noise of a week's and a month's
    counts. It passes a level from below φ(x)·√((1 − ρ)/π) times a day, ρ being its correlation from day to
    day (Rice's formula for days), and a burst brings one more chance.
    """
    kept = occupied(state.mass, cells.stage, HIDDEN - 1)
    shops = read_records(kept, state.mass, sales, brushed, rule, parcels)
    by_burst = burst_chances(shops, rule, parcels, lifts)
    month, flags, size = np.zeros(kept.size), np.zeros(kept.size), kept.size
    over, under = np.zeros(size), np.zeros(size)
    near = Near(np.empty(size, np.int64), np.empty(size), np.empty(size), np.empty(size))
    for m in range(parcels.flag.size):
        n = list_near(shops, rule, parcels, m, near, over, under)
        cross(near, n)
        for j in range(n):
            i, below, crossings = near.at[j], near.x[j], near.forgets[j]
            cases = crossings / (rule.cooldown * crossings + below * below)
            free = max(1.0 - rule.cooldown * cases, 0.0)
            never = below * near.never[j] * (1.0 - min(30.0 * by_burst[i], 1.0))
            month[i] += parcels.chances[m] * (1.0 - never)
            flags[i] += parcels.chances[m] * (cases + by_burst[i] * free)
    out[:] = 0.0
    for i in range(size):
        out[0, kept[i]] = month[i] + over[i] + under[i] * min(30.0 * by_burst[i], 1.0)
        out[1, kept[i]] = flags[i] + over[i] / rule.cooldown + under[i] * by_burst[i]
