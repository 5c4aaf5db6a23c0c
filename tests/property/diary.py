"""A diary of a market: what institutions did each evening, and what was true of every shop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments import load_config
from policies import build_package
from sim import Market
from sim.contract import SANCTIONS, Act, Observation


@dataclass
class Shop:
    """One shop on one evening; ``expected`` are the orders of the day were it not under sanction.

    ``turnover`` is that of its genuine orders of the day that stand, in fen.
    """

    open: bool
    age: int
    orders_30: int
    quality: float
    honest: bool
    fear: float
    brushed: int
    placed: int
    turnover: int
    price: float
    expected: float


@dataclass
class Trade:
    """What a day's trade came to; money in RMB, profit before what institutions take.

    ``late_fines`` were imposed earlier and are paid of today's income, or by owners this morning.
    """

    genuine: float
    brushed: float
    revenue: float
    profit: float
    surplus: float
    visits: int
    late_fines: float


@dataclass
class Evening:
    """One evening: acts in their order, shops by identity, the identity in each slot, the day's trade."""

    day: int
    in_period: bool
    acts: list[Act]
    shops: dict[int, Shop]
    identity: list[int]
    trade: Trade

    def who(self, act: Act) -> list[int]:
        """Return the identities of the shops that an act is on."""
        return [self.identity[slot] for slot in act.targets.tolist()]


class Noted:
    """A package whose acts are kept."""

    def __init__(self, package: Any) -> None:
        self.package, self.name, self.acts = package, package.name, list[Act]()

    def reset(self) -> None:
        """Let the package forget."""
        self.package.reset()

    def act(self, observation: Observation) -> list[Act]:
        """Return what the package does."""
        self.acts = self.package.act(observation)
        return self.acts


class Diary:
    """A market that lives through a warm-up and a policy period while somebody keeps a diary."""

    def __init__(self, overrides: list[str], seed: int, warmup: int, days: int) -> None:
        config = load_config(overrides)
        self.market = Market(config.world, None, seed=seed)
        self.evenings: list[Evening] = []
        self._bought: dict[int, dict[int, int]] = {}
        for package, length in ((config.status_quo, warmup), (config.package, days)):
            noted = Noted(build_package(package))
            self.market.adopt(noted)
            for _ in range(length):
                self.market.run(1)
                self.evenings.append(self._evening(noted.acts))
        for evening in self.evenings[:warmup]:
            evening.in_period = False

    @property
    def period(self) -> list[Evening]:
        """Return the evenings of the policy period."""
        return [evening for evening in self.evenings if evening.in_period]

    def bought(self, identity: int, first: int, last: int) -> int:
        """Return the brushed orders carried out for a shop on days ``first`` … ``last``."""
        days = self._bought.get(identity, {})
        return sum(n for day, n in days.items() if first <= day <= last)

    def innocent(self, identity: int, day: int, window: int = 90) -> bool:
        """Tell whether nothing was bought for a shop on ``day`` and the ``window`` days before."""
        return self.bought(identity, day - window, day) == 0

    def _evening(self, acts: list[Act]) -> Evening:
        state, today, day = self.market.state, self.market.today, self.market.day - 1
        shops, merchants = state.shops, state.merchants
        columns = (
            shops.identity, shops.open, day - shops.opened_day, state.traces.sums[2, 0], shops.quality,
            ~merchants.opportunist[shops.owner], merchants.risk[shops.owner], today.tasks.count,
            today.sales.placed, today.sales.turnover, shops.price, state.harm.expected,
        )  # fmt: skip
        rows = list(zip(*(np.asarray(column).tolist() for column in columns), strict=True))
        for identity, *_, brushed, _, _, _, _ in rows:
            if brushed:
                self._bought.setdefault(identity, {})[day] = brushed
        found = {identity: Shop(*row) for identity, *row in rows if identity >= 0}
        return Evening(day, True, acts, found, [row[0] for row in rows], self._trade())

    def _trade(self) -> Trade:
        books, sales = self.market.today.accounts, self.market.today.sales
        fen = books.genuine_value, books.brushed_value, books.platform_revenue, books.organiser_profit
        late = (books.fines + self.market.today.tally.paid_in) / 100
        return Trade(*(value / 100 for value in fen), sales.consumer_surplus, int(sales.visits.sum()), late)


def is_sanction(act: Act) -> bool:
    """Tell whether an act is a sanction on shops."""
    return isinstance(act, SANCTIONS)
