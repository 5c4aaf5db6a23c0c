"""The first day: displayed sales and reviews near where they settle, and the outside option fitted."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit

from experiments.twin.kernels.selling import Sales
from sim.ranking import display_horizon

if TYPE_CHECKING:
    from experiments.twin.map import Twin

ROUNDS, FITS = 10, 3
"""Days that pass between two fits of the outside option, and fits before the last one."""

TOLERANCE, TRIES, LEAST_SLOPE = 1e-10, 100, -0.05
"""Of the logit of an order's probability; tries until it is met; a flatter secant is taken for noise."""


def settle_down(twin: Twin) -> None:
    """Give shops displayed sales and reviews near where they settle, and fit the outside option."""
    for _ in range(FITS):
        fit_outside(twin)
        for _ in range(ROUNDS):
            remember(twin, twin.sell())
    fit_outside(twin)


def fit_outside(twin: Twin) -> None:
    """Find e^utility of leaving at which a visit ends in an order as often as the scenario says.

    The odds of an order fall by a power of it between 0 and −1, which is −1 if all visits are alike. So
    Newton's steps in logarithms start with that slope and go on with the secant's.
    """
    visits, calm = twin.buyers.visits(range(1)), replace(twin.bursts, day_share=0.0)
    target = logit(twin.world.demand.purchase_probability)

    def excess(log_outside: float) -> float:
        twin.buyers.outside = math.exp(log_outside)
        return float(logit(twin.sell(calm).orders / visits) - target)

    at, slope = math.log(twin.buyers.outside), -1.0
    off = excess(at)
    for _ in range(TRIES):
        if abs(off) < TOLERANCE:
            return
        step = -off / slope
        at, before = at + step, off
        off = excess(at)
        slope = min(max((off - before) / step, -1.0), LEAST_SLOPE)
    raise RuntimeError("no outside option makes visits end in an order as often as purchase_probability says")


def remember(twin: Twin, sales: Sales) -> None:
    """Move displayed sales half-way to what today's sales would have left by now."""
    horizon, recovery = display_horizon(twin.world.ranking), twin.recovery_days()
    state, cells = twin.state, twin.cells
    share = np.where(cells.stage == 1, recovery / (recovery + horizon), 1.0)
    state.shown[:] += 0.5 * (state.mass * sales.standing * horizon * share - state.shown)
    shops = np.add.reduceat(state.mass, cells.start[:-1])
    orders = np.add.reduceat(sales.genuine * state.mass, cells.start[:-1])
    life = twin.world.shops.rating_half_life / np.log(2)
    state.reviews[:, 0] = orders / np.maximum(shops, 1e-300) * life
