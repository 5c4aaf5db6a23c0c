"""Organisers (刷单平台): the deliberating actors of the trade."""

from __future__ import annotations

import weakref
from typing import Any

import mesa
import numpy as np

from sim.brushing.trade import Trade
from sim.chance import Stream, uniform
from sim.config import AdaptationConfig, TradeConfig, World
from sim.kernels import organising as kernels
from sim.state import NEVER, Buyers

OPEN, CLOSED, BARRED = "open", "closed", "barred"


class Entry:
    """An organiser's entry in one column of the books of the trade."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, organiser: Organiser, owner: type) -> Any:
        return getattr(organiser.trade, self.name)[organiser.number].item()

    def __set__(self, organiser: Organiser, value: float) -> None:
        getattr(organiser.trade, self.name)[organiser.number] = value


class Organiser(mesa.Agent):
    """One brushing platform: its fee, pool of workers, capacity, and whether it is in business.

    What it asks, earns and employs stands in the books of the trade (`sim.brushing.trade.Trade`), where its
    day is computed with that of all others; here is what happens to it alone. It stands for real organisers
    ``weight`` times its size: money on it is kept in simulated fen, and a real amount counts 1/weight of its
    face. Assets live in the market's ledger.
    """

    fee, camouflage, fixed_price, staff, demanded = Entry(), Entry(), Entry(), Entry(), Entry()
    is_open, reopen_day, founder = Entry(), Entry(), Entry()
    gains, turnover, workers, cursor, recruits = Entry(), Entry(), Entry(), Entry(), Entry()

    def __init__(self, model: mesa.Model, number: int, trade: Trade, world: World, seed: int) -> None:
        super().__init__(model)
        self.number = number
        self.trade = trade
        self.config: TradeConfig = world.trade
        self.adaptation: AdaptationConfig = world.adaptation
        self.seed = seed
        self.barred = False
        self.paid = 0
        self.founded_day = 0
        self.names = 1

    @property
    def model(self) -> mesa.Model:
        """The market it is in; held weakly, so that a market goes with the last reference to it."""
        return self._market()

    @model.setter
    def model(self, market: mesa.Model) -> None:
        self._market = weakref.ref(market)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy is made of: a market that is copied or saved takes its organisers along."""
        return {name: value for name, value in vars(self).items() if name != "_market"} | {
            "model": self.model
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    @property
    def weight(self) -> float:
        """How many real organisers it stands for."""
        return self.trade.weight

    @property
    def public_id(self) -> int:
        """What institutions know it by: another number for another founder in the same place."""
        return int(self.number + self.trade.n * self.founder)

    @property
    def status(self) -> str:
        """Whether it takes orders today and, if not, whether it may again."""
        return OPEN if self.is_open else BARRED if self.barred else CLOSED

    @property
    def pool(self) -> np.ndarray:
        """Accounts of its workers, who came first first."""
        return self.trade.pool[self.number, : self.workers]

    @property
    def cover(self) -> float:
        """Share of what sets its orders apart that its camouflage hides."""
        return self.adaptation.hidden_share * self.camouflage

    @property
    def camouflage_price(self) -> float:
        """What its camouflage adds to the price of an order, RMB."""
        if not np.isnan(self.fixed_price):
            return self.fixed_price
        return kernels.price_of.py_func(self.camouflage, self.adaptation.camouflage_price)

    @property
    def tasks_per_account(self) -> float:
        """Most orders of an account in a month; camouflage spreads them over more accounts."""
        return kernels.most_tasks.py_func(
            self.camouflage, self.config.tasks_per_account, self.adaptation.rotation,
            self.adaptation.hidden_share,
        )  # fmt: skip

    @property
    def capacity(self) -> int:
        """Orders it can carry out today: what its workers may do and its staff can check."""
        return kernels.capacity_of.py_func(
            self.workers, self.tasks_per_account, self.staff, self.config.reviews_per_staff, self.weight
        )

    def fix_prices(self, fixed: bool) -> None:
        """Let fee and price of camouflage stay as they are today, or move again."""
        self.fixed_price = self.camouflage_price if fixed else np.nan

    def close(self, day: int, barred: bool) -> None:
        """Go out of business; draw whether and when it reopens under a new name."""
        self.is_open, self.barred, self.demanded = False, barred, 0.0
        if np.isnan(self.fixed_price):
            self.fee = self.config.fee
        lag = -self.config.reopen_days * np.log(self._luck(Stream.ORGANISER, day, 1))
        returns = self._luck(Stream.ORGANISER, day, 0) < self.config.reopen_probability
        self.reopen_day = day + 1 + int(lag) if returns and not barred else NEVER

    def may_return(self, day: int, attractive: bool) -> bool:
        """Tell whether it is in business again today: reopened, or replaced by a newcomer."""
        if self.reopen_day != NEVER:
            return bool(day >= self.reopen_day)
        return attractive and self._luck(Stream.ORGANISER, day, 2) < 1 / self.config.return_days

    def open_again(self, day: int) -> bool:
        """Reopen; return whether a newcomer, who starts without workers, took the place."""
        newcomer = self.reopen_day == NEVER
        self.is_open, self.barred, self.reopen_day, self.names = True, False, NEVER, self.names + 1
        if newcomer:
            self.founded_day, self.staff = day, 1.0
            self.gains = self.turnover = self.paid = 0
            self.camouflage = 0.0
            self.founder += 1
        return newcomer

    def dismiss(self, buyers: Buyers) -> None:
        """Let all workers go."""
        buyers.works[self.pool] = False
        self.workers = 0

    def _luck(self, stream: Stream, day: int, k: int = 0) -> float:
        return uniform(self.seed, stream, day, self.number, k)


def make_organisers(model: mesa.Model, trade: Trade, world: World, seed: int) -> list[Organiser]:
    """Return the organisers whose books these are."""
    return [Organiser(model, i, trade, world, seed) for i in range(trade.n)]
