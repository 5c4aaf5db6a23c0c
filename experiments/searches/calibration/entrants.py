"""The matched experiment on entrants: how much sooner a shop that brushes looks like the median."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.searches.calibration.measures import restricted_mean
from sim.market import Market
from sim.phases.enter import CLOSED_DAYS

HORIZON = 365
EVERY = 10
"""One slot in so many gets an entrant, evenly over categories."""


@dataclass
class Arm:
    """Days of age at which each entrant reached the median (``reached``), or was last seen."""

    duration: np.ndarray
    reached: np.ndarray

    def mean(self) -> float:
        """Return the restricted mean."""
        return restricted_mean(self.duration, self.reached, HORIZON)


def slowness(trunk: Market, levels: tuple[int, ...]) -> dict[str, float]:
    """Return, for each level, restricted mean days without brushing / at that many orders a day.

    All arms branch from one market in which every tenth slot, shifted by the seed, has just been
    taken by an entrant; so identities, traits and draws are the same. Organisers can carry out any
    number of orders in all arms. Entrants that leave are censored on that day.
    """
    market, slots = place_entrants(trunk)
    never = follow(market, slots, 0).mean()
    means = {level: follow(market, slots, level).mean() for level in levels}
    found = {f"slowness_{level}": never / max(mean, 1e-9) for level, mean in means.items()}
    return found | {"days_never": never} | {f"days_{level}": mean for level, mean in means.items()}


def place_entrants(trunk: Market) -> tuple[Market, np.ndarray]:
    """Return a branch of ``trunk`` one day on, and the slots whose shops opened on that day.

    The shops of the chosen slots are made to leave by the market's own rule for closed shops, and as
    many entrants wait as slots will be free. For that day no owner is born an opportunist: what the
    entrants of an arm buy is the experiment's choice alone.
    """
    market = trunk.branch()
    shops, entrants, world = market.state.shops, market.state.entrants, market.state.parameters
    trade, brushing = world.trade, world.brushing
    trade.tasks_per_account = trade.reviews_per_staff = 1e9
    trade.recruit_rate = 1.0  # newcomers to the trade begin without workers
    chosen = np.arange(market.state.clock.seed % EVERY, shops.n, EVERY)
    shops.open[chosen] = False
    shops.closed_day[chosen] = market.day - CLOSED_DAYS
    free = int(((shops.identity < 0) | (shops.closed_day == market.day - CLOSED_DAYS)).sum())
    entrants.waiting = [(entrants.next + i, market.day) for i in range(free)]
    entrants.next += free
    share, brushing.opportunist_share = brushing.opportunist_share, 0.0
    market.run(1)
    brushing.opportunist_share = share
    return market, chosen[shops.opened_day[chosen] == market.day - 1]


def follow(start: Market, slots: np.ndarray, level: int) -> Arm:
    """Let the entrants of ``slots`` buy ``level`` orders a day until all have reached the median.

    The median is that of the category's open shops; both are orders of 30 days, brushed ones too.
    """
    market = start.branch()
    who = market.state.shops.identity[slots].copy()
    duration, reached = np.zeros(slots.size), np.zeros(slots.size, dtype=bool)
    for age in range(1, HORIZON + 1):
        present = market.state.shops.identity[slots] == who
        open_question = present & ~reached
        if not open_question.any():
            break
        buy(market, slots[present], level)
        market.run(1)
        sales = market.state.traces.sums[2, 0]
        here = open_question & (market.state.shops.identity[slots] == who)
        duration[here] = age
        reached |= here & (sales[slots] >= category_medians(market)[market.state.shops.category[slots]])
    return Arm(duration, reached)


def buy(market: Market, slots: np.ndarray, level: int) -> None:
    """Let shops order ``level`` brushed orders for today, whatever happened yesterday."""
    if level == 0 or slots.size == 0:
        return
    campaigns = market.state.campaigns
    campaigns.way[slots] = 0
    campaigns.start[slots] = market.day
    campaigns.level[slots] = level
    campaigns.until[slots] = market.day + 2


def category_medians(market: Market) -> np.ndarray:
    """Return the median of 30-day orders over the open shops of each category."""
    size = market.state.parameters.market.shops_per_category
    sales = np.where(market.state.shops.open, market.state.traces.sums[2, 0], np.nan).reshape(-1, size)
    return np.nanmedian(sales, axis=1)
