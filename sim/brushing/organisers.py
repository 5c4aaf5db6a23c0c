"""Organisers (刷单平台): the deliberating actors of the trade."""

from __future__ import annotations

from collections.abc import Iterator

import mesa
import numpy as np

from sim.chance import Stream, day_key, uniform, uniforms
from sim.config import AdaptationConfig, TradeConfig, World
from sim.kernels.brushing import let_go, take_on, take_turns
from sim.state import NEVER, Buyers

OPEN, CLOSED, BARRED = "open", "closed", "barred"


class Organiser(mesa.Agent):
    """One brushing platform: its fee, pool of workers, capacity, and whether it is in business.

    It stands for real organisers ``weight`` times its size: money on it is kept in simulated fen, and
    a real amount counts 1/weight of its face. Assets live in the market's ledger.
    """

    def __init__(
        self, model: mesa.Model, number: int, places: int, weight: float, world: World, seed: int
    ) -> None:
        super().__init__(model)
        self.number = number
        self.places = places
        self.weight = weight
        self.config: TradeConfig = world.trade
        self.adaptation: AdaptationConfig = world.adaptation
        self.seed = seed
        self.status = OPEN
        self.fee = world.trade.fee
        self.fixed_price: float | None = None
        self.camouflage = 0.0
        self.staff = 1.0
        self.pool = np.zeros(0, dtype=np.int32)
        self.cursor = 0
        self.recruits = 0
        self.demanded = 0.0
        self.gains = 0
        self.turnover = 0
        self.paid = 0
        self.founded_day = 0
        self.reopen_day = NEVER
        self.names = 1
        self.founder = 0

    @property
    def public_id(self) -> int:
        """What institutions know it by: another number for another founder in the same place."""
        return self.number + self.places * self.founder

    @property
    def is_open(self) -> bool:
        """Whether it takes orders today."""
        return self.status == OPEN

    @property
    def cover(self) -> float:
        """Share of what sets its orders apart that its camouflage hides."""
        return self.adaptation.hidden_share * self.camouflage

    @property
    def camouflage_price(self) -> float:
        """What its camouflage adds to the price of an order, RMB."""
        if self.fixed_price is not None:
            return self.fixed_price
        return self.adaptation.camouflage_price * (self.camouflage + self.camouflage**2) / 2

    @property
    def tasks_per_account(self) -> float:
        """Most orders of an account in a month; camouflage spreads them over more accounts."""
        return self.config.tasks_per_account / (1 + (self.adaptation.rotation - 1) * self.cover)

    @property
    def capacity(self) -> int:
        """Orders it can carry out today: what its workers may do and its staff can check."""
        by_workers = self.pool.size * self.tasks_per_account / 30
        by_staff = self.staff * self.config.reviews_per_staff / self.weight
        return int(min(by_workers, by_staff))

    def prepare(
        self, customers: int, wanted: float, luck: tuple[float, float], buyers: Buyers, day: int
    ) -> None:
        """Adjust staff, pool and fee to the orders wanted today (simulated units).

        ``luck`` rounds the number of workers that come and that of those that leave.
        """
        config = self.config
        self.demanded += (wanted - self.demanded) / 7
        self._adjust_fee(wanted)
        needed = max(1.0, 1.1 * self.demanded * self.weight / config.reviews_per_staff)
        self.staff += min(max(needed - self.staff, -0.05 * self.staff), 0.1 * self.staff + 0.1)
        self._lose_workers(luck[1], buyers, day)
        to_spread = 1.15 * self.demanded * 30 / self.tasks_per_account
        target = max(config.accounts_per_customer * customers, to_spread)
        missing = (target - self.pool.size) * config.recruit_rate
        if missing > 0:
            self._recruit(int(missing + luck[0]), buyers, day)

    def hand_out(self, accounts: np.ndarray) -> None:
        """Fill the ``accounts`` (n,) that carry out today's tasks, taking turns."""
        take_turns(self.pool, self.cursor, accounts)
        self.cursor = (self.cursor + accounts.size) % self.pool.size

    def fix_prices(self, fixed: bool) -> None:
        """Let fee and price of camouflage stay as they are today, or move again."""
        self.fixed_price = self.camouflage_price if fixed else None

    def close(self, day: int, barred: bool) -> None:
        """Go out of business; draw whether and when it reopens under a new name."""
        self.status, self.demanded = CLOSED, 0.0
        if self.fixed_price is None:
            self.fee = self.config.fee
        lag = -self.config.reopen_days * np.log(self._luck(Stream.ORGANISER, day, 1))
        returns = self._luck(Stream.ORGANISER, day, 0) < self.config.reopen_probability
        self.reopen_day = day + 1 + int(lag) if returns and not barred else NEVER
        if barred:
            self.status = BARRED

    def may_return(self, day: int, attractive: bool) -> bool:
        """Tell whether it is in business again today: reopened, or replaced by a newcomer."""
        if self.reopen_day != NEVER:
            return day >= self.reopen_day
        return attractive and self._luck(Stream.ORGANISER, day, 2) < 1 / self.config.return_days

    def open_again(self, day: int) -> bool:
        """Reopen; return whether a newcomer, who starts without workers, took the place."""
        newcomer = self.reopen_day == NEVER
        self.status, self.reopen_day, self.names = OPEN, NEVER, self.names + 1
        if newcomer:
            self.founded_day, self.staff = day, 1.0
            self.gains = self.turnover = self.paid = 0
            self.camouflage = 0.0
            self.founder += 1
        return newcomer

    def dismiss(self, buyers: Buyers) -> None:
        """Let all workers go."""
        buyers.works[self.pool] = False
        self.pool = self.pool[:0]

    def _adjust_fee(self, wanted: float) -> None:
        if self.fixed_price is not None:
            return
        config, use = self.config, wanted / max(self.capacity, 1.0)
        pull = config.fee_adjustment * (config.fee - self.fee)
        push = config.fee_adjustment * self.fee * min(max(use - 1, 0.0), 1.0)
        self.fee = min(max(self.fee + pull + push, config.fee_low), config.fee_high)

    def _lose_workers(self, luck: float, buyers: Buyers, day: int) -> None:
        """Let banned accounts and those longest in the trade leave it."""
        quitting = self.pool.size * self.config.worker_quit_rate / 365
        staying = np.empty_like(self.pool)
        n = let_go(self.pool, int(quitting + luck), day, buyers.banned_until, buyers.works, staying)
        self.pool = staying[:n]

    def _recruit(self, n: int, buyers: Buyers, day: int) -> None:
        """Take on ``n`` accounts: a stream of candidates of its own, those already in the trade left out."""
        n = min(n, buyers.n)
        if n == 0:
            return
        key = day_key(self.seed, Stream.RECRUIT, -1 - self.number)
        luck = uniforms(key, np.arange(self.recruits, self.recruits + n))
        self.recruits += n
        taken = np.empty(n, dtype=np.int32)
        taken = taken[: take_on(luck, day, buyers.banned_until, buyers.works, taken)]
        self.pool = np.concatenate([self.pool, taken])

    def _luck(self, stream: Stream, day: int, k: int = 0) -> float:
        return uniform(self.seed, stream, day, self.number, k)


def draw_turnover(numbers: np.ndarray, seed: int, day: int) -> Iterator[tuple[float, float]]:
    """Return for each organiser what rounds the numbers of workers that come and that leave today."""
    key = day_key(seed, Stream.RECRUIT, day)
    return zip(*(uniforms(key, numbers, k).tolist() for k in (0, 1)), strict=True)


def make_organisers(model: mesa.Model, world: World, seed: int) -> list[Organiser]:
    """Return the organisers; their weight keeps real customers per organiser at any market size."""
    merchants = world.market.n_shops * world.brushing.opportunist_share
    real = max(merchants, 1.0) * world.trade.organisers_per_100k / 100_000
    simulated = max(world.trade.min_organisers, round(real))
    return [Organiser(model, i, simulated, simulated / real, world, seed) for i in range(simulated)]
