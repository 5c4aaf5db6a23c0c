"""An organiser (刷单平台): the deliberating actor of the trade (2, 7.4)."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING

import mesa

from oracle.fading import keep
from oracle.naming import Founder
from sim.chance import Stream

if TYPE_CHECKING:
    from oracle.buyer import Buyer
    from oracle.model import AgentMarket

NEVER = -100_000


class Organiser(mesa.Agent):
    """One place of the trade with its present founder; money in simulated fen (2, Organisers)."""

    model: AgentMarket

    def __init__(self, market: AgentMarket, number: int, places: int, weight: float) -> None:
        super().__init__(market)
        trade = market.world.trade
        self.number, self.places, self.weight = number, places, weight
        self.is_open, self.reopen_day = True, NEVER
        self.fee, self.cut = trade.fee, trade.cut
        self.camouflage = 0.0
        self.usual_cover: float | None = None
        self.callers, self.earned = {1: 0.0, -1: 0.0}, {1: 0.0, -1: 0.0}
        self.asked_today, self.earned_today = {1: 0, -1: 0}, {1: 0.0, -1: 0.0}
        self.hidden = 0.0
        self.staff = 1.0
        self.pool: list[Buyer] = []
        self.cursor = self.recruits = 0
        self.demanded = 0.0
        self.cash = 0
        self.founder, self.names = Founder(number), 1
        self.name = market.register.enter(market, self, 1)

    @property
    def founding_assets(self) -> int:
        """What a founder brings, fen (5)."""
        return round(self.model.world.trade.founding_assets * 100 / self.weight)

    @property
    def size(self) -> float:
        """How well its founder is known among merchants (7.3)."""
        z = self.model.luck.one_normal(Stream.ORGANISER, 0, self.founder.identity, 3)
        return exp(self.model.world.trade.size_sd * z)

    def sell_cover(self, wanted: float) -> float:
        """Return the camouflage that a merchant gets: what it can deliver; what was usual if muted (7.10)."""
        return min(wanted, self.camouflage) if self.usual_cover is None else self.usual_cover

    @property
    def tasks_per_account(self) -> float:
        """Most orders of an account in a month: T (7.4)."""
        rotation = self.model.world.adaptation.rotation
        return self.model.world.trade.tasks_per_account / (1 + (rotation - 1) * self.hidden)

    @property
    def capacity(self) -> int:
        """Orders that its workers may carry out and its staff can check today (7.4, step 6)."""
        trade = self.model.world.trade
        by_workers = len(self.pool) * self.tasks_per_account / 30
        return int(min(by_workers, self.staff * trade.reviews_per_staff / self.weight))

    def prepare(self, customers: int, wanted: int, hidden: float) -> None:
        """Adjust fee, staff and pool to the orders wanted today, ``hidden`` their x̄ (7.4, steps 1 to 5)."""
        trade = self.model.world.trade
        self.hidden = hidden
        self.demanded += (wanted - self.demanded) / 7
        self._adjust_fee(wanted)
        needed = max(1.0, 1.1 * self.demanded * self.weight / trade.reviews_per_staff)
        self.staff += min(max(needed - self.staff, -0.05 * self.staff), 0.1 * self.staff + 0.1)
        self._let_workers_go()
        for_orders = 1.15 * self.demanded * 30 / self.tasks_per_account
        target = max(trade.accounts_per_customer * customers, for_orders)
        missing = (target - len(self.pool)) * trade.recruit_rate
        if missing > 0:
            self._recruit(int(missing + self._luck(Stream.RECRUIT, 0)))

    def _adjust_fee(self, wanted: int) -> None:
        """Let the fee clear the market for tasks (7.4, step 2); not where prices stay (7.10)."""
        if "price" in self.model.mute:
            return
        trade = self.model.world.trade
        use = wanted / max(self.capacity, 1)
        pull = trade.fee_adjustment * (trade.fee - self.fee)
        push = trade.fee_adjustment * self.fee * min(max(use - 1, 0.0), 1.0)
        self.fee = min(max(self.fee + pull + push, trade.fee_low), trade.fee_high)

    def _let_workers_go(self) -> None:
        """Let those longest in the pool leave, and all who are banned (7.4, step 4)."""
        day, rate = self.model.day, self.model.world.trade.worker_quit_rate
        quitting = int(len(self.pool) * rate / 365 + self._luck(Stream.RECRUIT, 1))
        staying = [buyer for buyer in self.pool[quitting:] if buyer.banned_until <= day]
        self._dismiss_all_but(staying)

    def _recruit(self, candidates: int) -> None:
        """Take on those of its next candidates who are free (7.4, step 5)."""
        buyers, luck = self.model.buyers, self.model.luck
        for _ in range(min(candidates, len(buyers))):
            u = luck.one(Stream.RECRUIT, -1 - self.number, self.recruits, 0)
            self.recruits += 1
            candidate = buyers[int(u * len(buyers))]
            if not candidate.works and candidate.banned_until <= self.model.day:
                candidate.works = True
                self.pool.append(candidate)

    def _dismiss_all_but(self, staying: list[Buyer]) -> None:
        for buyer in self.pool:
            buyer.works = False
        for buyer in staying:
            buyer.works = True
        self.pool = staying

    def hand_out(self, orders: int) -> list[Buyer]:
        """Return the accounts that carry out today's orders, taking turns (7.4, step 8)."""
        size = len(self.pool)
        accounts = [self.pool[(self.cursor + t) % size] for t in range(orders)]
        self.cursor = (self.cursor + orders) % size
        return accounts

    def learn_from_quotes(self) -> None:
        """Remember what came of today's quotes, and move the cut towards what paid (7.10, Organisers)."""
        trade, left = self.model.world.trade, keep(self.model.world.trade.quote_half_life)
        for sign in (1, -1):
            self.callers[sign] = self.callers[sign] * left + self.asked_today[sign]
            self.earned[sign] = self.earned[sign] * left + self.earned_today[sign]
        usual = (self.earned[1] + self.earned[-1]) / max(self.callers[1] + self.callers[-1], 1e-9)
        above, below = (
            (self.earned[sign] + trade.quote_prior * usual) / (self.callers[sign] + trade.quote_prior)
            for sign in (1, -1)
        )
        step = trade.cut_adjustment * (above - below) / max(above + below, 1e-9)
        self.cut = min(max(self.cut * (1 + step), trade.cut_low), trade.cut_high)

    def rename(self) -> None:
        """Go by the next name, which nobody knows (2, Names)."""
        self.names += 1
        self.name = self.model.register.enter(self.model, self, self.names)

    def close(self) -> None:
        """Go out of business; draw whether and when it reopens (7.4, Closing)."""
        trade, day = self.model.world.trade, self.model.day
        self.is_open, self.demanded = False, 0.0
        if "price" not in self.model.mute:
            self.fee = trade.fee
        self.reopen_day = NEVER
        free = not (self.founder.barred or self.founder.gone)
        if free and self._luck(Stream.ORGANISER, 0) < trade.reopen_probability:
            lag = -trade.reopen_days * log(self._luck(Stream.ORGANISER, 1))
            self.reopen_day = day + 1 + int(lag)

    def comes_back(self, attractive: bool) -> bool:
        """Tell whether it reopens today, or a newcomer takes the place (7.4, Closing)."""
        if self.reopen_day != NEVER:
            return self.model.day >= self.reopen_day
        return attractive and self._luck(Stream.ORGANISER, 2) < 1 / self.model.world.trade.return_days

    def open_again(self) -> None:
        """Reopen, or begin as another founder with founding assets and without workers (7.4, Closing)."""
        if self.reopen_day == NEVER:
            self._begin_anew()
        self.rename()
        self.is_open, self.reopen_day = True, NEVER

    def _begin_anew(self) -> None:
        """Let another founder take the place, who knows nothing of the trade (7.4, Closing)."""
        self.founder = Founder(self.founder.identity + self.places)
        self.staff, self.camouflage = 1.0, 0.0
        if "price" not in self.model.mute:
            self.cut = self.model.world.trade.cut
            self.callers, self.earned = {1: 0.0, -1: 0.0}, {1: 0.0, -1: 0.0}
        if "evasion" in self.model.mute:
            self.usual_cover = self.model.trade.usual_cover
        self._dismiss_all_but([])
        self.model.ledger.move(self, "owners", self.cash)
        self.model.ledger.move("owners", self, self.founding_assets)

    def _luck(self, stream: Stream, k: int) -> float:
        return self.model.luck.one(stream, self.model.day, self.number, k)
