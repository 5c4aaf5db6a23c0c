"""The twin's compiled loops: choice over ways to brush, the detector's law, flows between states."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

FAR = -6.0
"""Standard deviations from the line from which luck takes no shop across it."""

SQRT_HALF, ROOT_TWO_PI = math.sqrt(0.5), math.sqrt(2 * math.pi)


@njit(inline="always")
def phi(x: float) -> float:
    """Return the distribution function of a standard normal."""
    return 0.5 * math.erfc(-x * SQRT_HALF)


@njit(inline="always")
def perceived_loss(profit: float, loss_terms: tuple) -> float:
    """Return the loss that one sanction is believed to bring (odd.md 7.3), RMB."""
    demotion_days, fine, closure, worth_days, cash_days, deposit, scale, concavity = loss_terms
    profit = max(profit, 0.0)
    owned = profit * (cash_days + worth_days) + deposit
    fine = min(fine, owned)
    weighed = scale * ((1.0 + fine / scale) ** concavity - 1.0) / concavity
    return min(profit * demotion_days + closure * profit * worth_days + weighed, owned)


@njit(cache=True, error_model="numpy")
def choose(
    rate: np.ndarray, days: np.ndarray, earned: np.ndarray, order_cost: np.ndarray, risk: np.ndarray,
    beliefs: np.ndarray, hazard: np.ndarray, levels: np.ndarray, records: np.ndarray, chances: np.ndarray,
    terms: tuple, loss_terms: tuple, out: np.ndarray,
) -> None:  # fmt: skip
    """Fill sums over records and beliefs of the law of choice: start, orders, promised, record.

    ``rate``, ``risk`` (K, 2) by kind and stage; ``days`` (2,); ``earned``, ``order_cost`` (K,), RMB an order;
    ``beliefs`` (B, K), equally likely; ``hazard``, ``levels`` (W,) by way, at once and gradual in turn;
    ``records``, ``chances`` (R,); ``out`` (4, K, 2, W // 2), sums weighted by the probability to start.
    """
    power, constant, horizon, concavity, campaign_cost, level_scale, choice_scale, fixed_cost, prior = terms
    n_ways, n_beliefs = levels.size, beliefs.shape[0]
    extra, cost, weight = np.empty(n_ways), np.empty(n_ways), np.empty(n_ways)
    out[:] = 0.0
    for k in range(earned.size):
        for g in range(2):
            for r in range(records.size):
                own = rate[k, g] * records[r]
                base = 1.0 + own * horizon
                before = base**power
                appeal = constant * (own * days[g] + prior) / (constant * before * days[g] + prior)
                loss = perceived_loss(own * earned[k] - fixed_cost, loss_terms)
                for w in range(n_ways):
                    extra[w] = appeal * ((base + levels[w] * horizon) ** power - before)
                    danger = risk[k, g] / 30 * concavity * levels[w] / (levels[w] + own + 1) * hazard[w]
                    cost[w] = levels[w] * order_cost[k] + campaign_cost + danger * loss
                for b in range(n_beliefs):
                    top, total = -np.inf, 0.0
                    for w in range(n_ways):
                        weight[w] = (extra[w] * beliefs[b, k] * earned[k] - cost[w]) / level_scale
                        top = max(top, weight[w])
                    for w in range(n_ways):
                        weight[w] = math.exp(weight[w] - top)
                        total += weight[w]
                    inclusive = level_scale * (top + math.log(total / n_ways)) / choice_scale
                    p = chances[r] / n_beliefs / (1.0 + math.exp(min(max(-inclusive, -700.0), 700.0)))
                    for w in range(n_ways):
                        start = p * weight[w] / total
                        out[0, k, g, w // 2] += start
                        out[1, k, g, w // 2] += start * levels[w]
                        out[2, k, g, w // 2] += start * extra[w]
                        out[3, k, g, w // 2] += start * own


@njit(cache=True, error_model="numpy")
def losses(profit: np.ndarray, loss_terms: tuple, out: np.ndarray) -> None:
    """Fill the losses (n,) that one sanction is believed to bring merchants of such ``profit`` (n,)."""
    for i in range(profit.size):
        out[i] = perceived_loss(profit[i], loss_terms)


@njit(cache=True, error_model="numpy")
def screen(
    ordinary: np.ndarray, brushed: np.ndarray, views: np.ndarray, attention: np.ndarray, weights: np.ndarray,
    usual: np.ndarray, flag: np.ndarray, fake: np.ndarray, chances: np.ndarray, lifts: np.ndarray,
    line: float, cooldown: float, burst_rate: float, pseudo: float, out: np.ndarray,
) -> None:  # fmt: skip
    """Fill the shares above the line on a day and in a month, and the cases a day (3, n) of cells.

    ``weights`` (5,): intercept, growth, conversion, task-like, parcels; ``usual`` (5,): orders a view,
    task-like share of the market, of genuine orders and of brushed ones, the market's flagged parcels;
    ``flag``, ``fake``, ``chances`` (m,): shares of flagged genuine and brushed parcels, and how likely
    they are; ``lifts`` (b,) as of `experiments.twin.demand.Bursts`.
    """
    intercept, growth, conversion, task_like, parcels = weights
    a_view, usual_tasks, genuine_tasks, brushed_tasks, usual_parcels = usual
    mean_flag = (chances * flag).sum()
    spread_flag = (chances * flag**2).sum() - mean_flag**2
    out[:] = 0.0
    for i in range(ordinary.size):
        own, bought = ordinary[i], brushed[i]
        week, month = 7.0 * (own + bought), 30.0 * (own + bought)
        seen, shrunk = 7.0 * views[i] * a_view, 30.0 * (own + bought) + pseudo
        excess = 30.0 * (own * genuine_tasks + bought * brushed_tasks) - usual_tasks * month
        fixed = intercept + growth * math.log((week / 7 + 0.3) / (month / 30 + 0.3))
        fixed += conversion * math.log((week + 2.0) / (seen + 2.0)) + task_like * excess / shrunk
        weekly = (growth + conversion) ** 2 * 7.0 * own / (week + 2.0) ** 2
        weekly += conversion**2 * seen * a_view / (seen + 2.0) ** 2 + 1e-6
        tasks = task_like**2 * genuine_tasks * (1.0 - genuine_tasks)
        in_burst = 0.0
        around = weekly + 30.0 * own * (tasks + parcels**2 * mean_flag * (1 - mean_flag)) / shrunk**2
        around += (parcels * 30.0 * own / shrunk) ** 2 * spread_flag
        typical = 0.0
        for m in range(flag.size):
            typical += chances[m] * (own * flag[m] + bought * fake[m])
        centre = fixed + parcels * (30.0 * typical - usual_parcels * month) / shrunk
        for b in range(lifts.size):
            added = 7.0 * own * lifts[b] / (1.0 + lifts[b] * attention[i])
            rise = conversion * math.log((week + added + 2.0) / (week + 2.0))
            rise += growth * math.log((week + added + 2.1) / (week + 2.1))
            rise -= growth * math.log((month + added + 9.0) / (month + 9.0))
            diluted = shrunk / (shrunk + added)
            x = (centre + rise - line) / math.sqrt(around * diluted)
            in_burst += phi(x) / lifts.size if x > FAR else 0.0
        for m in range(flag.size):
            x = fixed + parcels * (30.0 * (own * flag[m] + bought * fake[m]) - usual_parcels * month) / shrunk
            monthly = 30.0 * own * (tasks + parcels**2 * flag[m] * (1.0 - flag[m])) / shrunk**2
            variance = weekly + monthly
            x = (x - line) / math.sqrt(variance)
            if x < FAR:
                missed = min(30.0 * burst_rate * in_burst, 1.0)
                out[1, i] += chances[m] * missed
                out[2, i] += chances[m] * burst_rate * in_burst
                continue
            if x > -FAR:
                out[0, i] += chances[m]
                out[1, i] += chances[m]
                out[2, i] += chances[m] / cooldown
                continue
            above, below = phi(x), phi(-x)
            forgets = (weekly / 7 + monthly / 30) / variance
            crossing = math.exp(-0.5 * x * x) / ROOT_TWO_PI * math.sqrt(forgets / math.pi)
            flags = crossing / (cooldown * crossing + below * below)
            free = max(1.0 - cooldown * flags, 0.0)
            never = (
                below * math.exp(-30.0 * crossing / below) * (1.0 - min(30.0 * burst_rate * in_burst, 1.0))
            )
            out[0, i] += chances[m] * above
            out[1, i] += chances[m] * (1.0 - never)
            out[2, i] += chances[m] * (flags + burst_rate * in_burst * free)


@njit(cache=True, error_model="numpy")
def move(
    mass: np.ndarray, shown: np.ndarray, risk: np.ndarray, fear: np.ndarray, start: np.ndarray,
    hit: np.ndarray, leave: np.ndarray, fate: np.ndarray, end: float, recover: float, own: float, days: float,
) -> tuple[float, float]:  # fmt: skip
    """Let ``days`` of flows pass over ``mass``, ``shown`` (K, S) and ``fear`` (K, 3), in place.

    ``start`` (K, 2, L), ``hit``, ``leave`` (K, S) are rates a day; ``fate`` (K, 5) holds what becomes of
    those who are hit: share hidden, share set back without being hidden, share that stays otherwise,
    displayed sales kept by the first two, and the rate at which the hidden return. Returns who left and
    who was closed.
    """
    half, last = 1 + start.shape[2], mass.shape[1] - 1
    left, closed = 0.0, 0.0
    new, display = np.empty(mass.shape[1]), np.empty(mass.shape[1])
    for k in range(mass.shape[0]):
        new[:] = mass[k]
        display[:] = shown[k]
        hidden, set_back, stays, kept, release = fate[k]
        for s in range(last + 1):
            stage = 2 if s == last else s // half
            level = s % half
            starts = 0.0
            if stage < 2 and level == 0:
                for j in range(half - 1):
                    starts += start[k, stage, j]
            ends = end if stage < 2 and level > 0 else 0.0
            back = recover if stage == 1 else 0.0
            freed = release if stage == 2 else 0.0
            total = starts + ends + back + freed + hit[k, s] + leave[k, s]
            gone = -math.expm1(-total * days) / max(total, 1e-300)
            out, sold, r = mass[k, s] * gone, shown[k, s] * gone, risk[k, stage]
            new[s] -= out * total
            display[s] -= sold * total
            first = stage * half if stage < 2 else last
            for j in range(half - 1 if starts > 0 else 0):
                new[first + 1 + j] += out * start[k, stage, j]
                display[first + 1 + j] += sold * start[k, stage, j]
            new[first] += out * ends
            display[first] += sold * ends
            if back > 0:
                new[s - half] += out * back
                display[s - half] += sold * back
                fear[k, 1] -= out * back * r
                fear[k, 0] += out * back * r
            if freed > 0:
                new[half] += out * freed
                display[half] += sold * freed
                fear[k, 2] -= out * freed * r
                fear[k, 1] += out * freed * r
            learnt = 1.0 - (1.0 - r) * (1.0 - own)
            hits, sales = out * hit[k, s], sold * hit[k, s]
            new[last] += hits * hidden
            display[last] += sales * hidden * kept
            new[half] += hits * set_back
            display[half] += sales * set_back * kept
            new[first] += hits * stays
            display[first] += sales * stays
            fear[k, stage] -= out * (hit[k, s] + leave[k, s]) * r
            fear[k, 2] += hits * hidden * learnt
            fear[k, 1] += hits * set_back * learnt
            fear[k, stage] += hits * stays * learnt
            left += out * leave[k, s]
            closed += hits * (1.0 - hidden - set_back - stays)
        mass[k] = new
        shown[k] = display
    return left, closed
