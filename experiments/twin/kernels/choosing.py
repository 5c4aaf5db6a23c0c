"""How opportunists decide, in expectation: the law of choice, summed over their records and beliefs."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from experiments.twin.kernels.elementary import exp, log
from experiments.twin.population import Cells, Kinds, State

PRIOR_ORDERS = 10.0
"""A shop's own record of sales counts against the category's as if it had so many orders more."""


class Loss(NamedTuple):
    """What one sanction is believed to bring: days of demotion (discounted), fine (RMB), chance of closure.

    The others are parameters of `sim.config`.
    """

    demotion_days: float
    fine: float
    closure: float
    worth_days: float
    cash_days: float
    deposit: float
    fine_scale: float
    fine_concavity: float


class Offer(NamedTuple):
    """What brushing costs and brings today, as numbers.

    ``elasticity`` θ and ``constant`` are of the category's ranking rule, ``fee`` and ``commission`` shares of
    a price, ``camouflage_price`` RMB an order, ``kept`` the share of orders not returned, ``young_days`` the
    length of the record of those who rebuild; the others are parameters of `sim.config`.
    """

    elasticity: float
    constant: float
    horizon: float
    fee: float
    commission: float
    camouflage_price: float
    kept: float
    young_days: float
    value_ratio: float
    parcel_cost: float
    campaign_cost: float
    level_scale: float
    choice_scale: float
    hazard_concavity: float
    fixed_cost: float


class Merchants(NamedTuple):
    """Idle merchants, arrays (n,) with n = 2 × kinds: established and rebuilding of each kind in turn.

    Ordinary genuine orders a day (``rate``), days of their record, RMB earned by an order and paid for a
    brushed one, perceived risk; ``belief`` (3, n), equally likely.
    """

    rate: np.ndarray
    days: np.ndarray
    earned: np.ndarray
    order_cost: np.ndarray
    risk: np.ndarray
    belief: np.ndarray


@njit(error_model="numpy", forceinline=True)
def perceived_loss(profit: float, loss: Loss) -> float:
    """Return the loss, RMB, that one sanction is believed to bring at ``profit`` a day (odd.md 7.3).

    Cash is ``cash_days`` of profit: what is above is drawn, and in the mean the rest is there.
    """
    profit = max(profit, 0.0)
    owned = profit * (loss.cash_days + loss.worth_days) + loss.deposit
    grown = exp(loss.fine_concavity * log(1.0 + min(loss.fine, owned) / loss.fine_scale))
    weighed = loss.fine_scale * (grown - 1.0) / loss.fine_concavity
    return min(profit * (loss.demotion_days + loss.closure * loss.worth_days) + weighed, owned)


@njit(error_model="numpy")
def idle_merchants(kinds: Kinds, cells: Cells, state: State, ordinary: np.ndarray, offer: Offer) -> Merchants:
    """Return the idle merchants of opportunist kinds."""
    n = state.guilty.size
    people = Merchants(
        np.empty(2 * n),
        np.empty(2 * n),
        np.empty(2 * n),
        np.empty(2 * n),
        np.empty(2 * n),
        np.empty((3, 2 * n)),
    )
    for i in range(2 * n):
        k, stage = cells.n_honest + i // 2, i % 2
        half = 1 + cells.levels.size
        first = cells.start[k] + stage * half
        people.rate[i] = ordinary[first]
        people.days[i] = offer.young_days if stage == 1 else 30.0
        people.earned[i] = offer.kept * kinds.price[k] * (kinds.margin[k] - offer.commission)
        share = offer.fee + offer.commission + kinds.moral_cost[k]
        people.order_cost[i] = offer.value_ratio * kinds.price[k] * share + offer.parcel_cost
        people.order_cost[i] += offer.camouflage_price
        held = 0.0
        for c in range(first, first + half):
            held += state.mass[c]
        people.risk[i] = state.fear[k, stage] / max(held, 1e-300)
        mean, variance = state.belief[i // 2, 0], state.belief[i // 2, 1]
        for b in range(3):
            people.belief[b, i] = min(max(mean + (b - 1) * math.sqrt(1.5 * variance), 0.5), 1.5)
    return people


@njit(error_model="numpy")
def raise_to(own: np.ndarray, level: float, offer: Offer, out: np.ndarray) -> None:
    """Fill displayed sales to the power θ (n,), at ``own`` (n,) genuine orders and ``level`` brushed."""
    for i in range(out.size):
        out[i] = 1.0 + (own[i] + level) * offer.horizon
    for i in range(out.size):
        out[i] = offer.elasticity * log(out[i])
    for i in range(out.size):
        out[i] = exp(out[i])


@njit(error_model="numpy")
def promise(people: Merchants, own: np.ndarray, offer: Offer, levels: np.ndarray, extra: np.ndarray) -> None:
    """Fill the orders a day (n_ways, n) that the ranking rule promises of each way to ``own`` (n,)."""
    before, appeal = np.empty(own.size), np.empty(own.size)
    raise_to(own, 0.0, offer, before)
    for i in range(own.size):
        usual = offer.constant * before[i] * people.days[i] + PRIOR_ORDERS
        appeal[i] = offer.constant * (own[i] * people.days[i] + PRIOR_ORDERS) / usual
    for w in range(levels.size):
        raise_to(own, levels[w], offer, extra[w])
        for i in range(own.size):
            extra[w, i] = appeal[i] * (extra[w, i] - before[i])


@njit(error_model="numpy")
def costs(
    people: Merchants, own: np.ndarray, offer: Offer, loss: Loss, hazard: np.ndarray, levels: np.ndarray,
    out: np.ndarray,
) -> None:  # fmt: skip
    """Fill what each way costs a day (n_ways, n), believed sanctions too, in units of ``level_scale``."""
    danger = np.empty(own.size)
    for i in range(own.size):
        danger[i] = perceived_loss(own[i] * people.earned[i] - offer.fixed_cost, loss)
    for i in range(own.size):
        danger[i] *= people.risk[i] / 30 * offer.hazard_concavity / offer.level_scale
    for w in range(levels.size):
        level, weight = levels[w], levels[w] * hazard[w // 2]
        an_order, fixed = level / offer.level_scale, offer.campaign_cost / offer.level_scale
        for i in range(own.size):
            out[w, i] = danger[i] * weight / (level + own[i] + 1.0)
        for i in range(own.size):
            out[w, i] += an_order * people.order_cost[i] + fixed


@njit(error_model="numpy")
def weigh(
    gain: np.ndarray, cost: np.ndarray, extra: np.ndarray, offer: Offer, weight: np.ndarray
) -> np.ndarray:
    """Fill the weight of each way (n_ways, n); return what turns it into a probability (n,).

    The nested logit of odd.md 7.3; ``gain`` (n,) is what an order more is believed to earn, as ``cost`` is.
    """
    n_ways, n = weight.shape
    top, total, share = np.full(n, -np.inf), np.zeros(n), np.empty(n)
    for w in range(n_ways):
        for i in range(n):
            utility = extra[w, i] * gain[i] - cost[w, i]
            weight[w, i] = utility
            top[i] = max(top[i], utility)
    for w in range(n_ways):
        for i in range(n):
            part = exp(weight[w, i] - top[i])
            weight[w, i] = part
            total[i] += part
    for i in range(n):
        share[i] = -offer.level_scale * (top[i] + log(total[i] / n_ways)) / offer.choice_scale
    for i in range(n):
        share[i] = 1.0 / (total[i] * (1.0 + exp(share[i])))
    return share


@njit(error_model="numpy")
def place(cells: Cells, mass: np.ndarray, orders: np.ndarray, wanted: np.ndarray) -> tuple[float, float]:
    """Spread ``orders`` (n_levels, 2 × kinds) over the cells ``wanted`` and sum them, as of `choose`."""
    wanted[:] = 0.0
    customers, total = 0.0, 0.0
    for c in range(cells.start[cells.n_honest], mass.size):
        if cells.level[c] >= 0:
            wanted[c] = orders[cells.level[c], 2 * (cells.kind[c] - cells.n_honest) + cells.stage[c]]
            customers += mass[c]
            total += wanted[c] * mass[c]
    return customers, total


@njit(cache=True, error_model="numpy")
def choose(
    kinds: Kinds, cells: Cells, state: State, ordinary: np.ndarray, offer: Offer, loss: Loss,
    hazard: np.ndarray, levels: np.ndarray, records: np.ndarray, chances: np.ndarray, out: np.ndarray,
    wanted: np.ndarray,
) -> tuple[float, float]:  # fmt: skip
    """Fill ``out`` (4, n_levels, 2 × kinds) with what `experiments.twin.merchants.Choices` holds.

    Also fills ``wanted`` (n_cells,), the brushed orders a day that a shop of each cell wants to buy, and
    returns the share of slots in campaigns and the orders that they want, a day and slot.

    ``ordinary`` (n_cells,) are orders a day of cells; ``hazard`` (n_levels,); ``levels`` (2 × n_levels,) by
    way, at once and gradual in turn; ``records`` and ``chances`` (n_records,) as of
    `experiments.twin.demand.Bursts`.
    """
    people, n_ways = idle_merchants(kinds, cells, state, ordinary, offer), levels.size
    n = people.rate.size
    extra, cost, weight, start = (
        np.empty((n_ways, n)), np.empty((n_ways, n)), np.empty((n_ways, n)), np.empty((n_ways, n))
    )  # fmt: skip
    gain, own = np.empty(n), np.empty(n)
    out[:] = 0.0
    for r in range(records.size):
        for i in range(n):
            own[i] = people.rate[i] * records[r]
        promise(people, own, offer, levels, extra)
        costs(people, own, offer, loss, hazard, levels, cost)
        start[:] = 0.0
        for b in range(3):
            for i in range(n):
                gain[i] = people.belief[b, i] * people.earned[i] / offer.level_scale
            share = weigh(gain, cost, extra, offer, weight)
            for w in range(n_ways):
                for i in range(n):
                    start[w, i] += chances[r] / 3 * share[i] * weight[w, i]
        for w in range(n_ways):
            for i in range(n):
                out[0, w // 2, i] += start[w, i]
            for i in range(n):
                out[1, w // 2, i] += start[w, i] * levels[w]
            for i in range(n):
                out[2, w // 2, i] += start[w, i] * extra[w, i]
            for i in range(n):
                out[3, w // 2, i] += start[w, i] * own[i]
    for what in range(1, 4):
        for level in range(n_ways // 2):
            for i in range(n):
                out[what, level, i] /= max(out[0, level, i], 1e-300)
    return place(cells, state.mass, out[1], wanted)
