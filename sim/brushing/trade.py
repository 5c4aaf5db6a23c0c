"""The books of the trade (刷单): what organisers ask, earn and employ, in arrays that kernels pass over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.chance import Stream, day_key
from sim.config import World
from sim.kernels import organising as kernels
from sim.state import NEVER


@dataclass
class Trade:
    """All organisers side by side, arrays (n,); `sim.brushing.organisers.Organiser` acts on one entry.

    ``fee`` is the all-in fee as a share of value, ``camouflage`` is in [0, 1], ``fixed_price`` what it adds
    to an order where that does not move (RMB, NaN where it does), ``staff`` the people who check orders,
    ``demanded`` the orders wanted a day, a mean over a week, ``gains`` and ``turnover`` what the founder has
    earned and what orders were worth, in fen. ``founder`` counts those who have had the place before.
    ``pool`` (n, room) holds accounts, ``workers`` of each row, who came first first; ``cursor`` is whose turn
    it is among them, ``recruits`` how many candidates were drawn so far, ``recruit_key`` the key of that
    stream. An organiser stands for real ones ``weight`` times its size.
    """

    fee: np.ndarray
    camouflage: np.ndarray
    fixed_price: np.ndarray
    staff: np.ndarray
    demanded: np.ndarray
    gains: np.ndarray
    turnover: np.ndarray
    founder: np.ndarray
    is_open: np.ndarray
    reopen_day: np.ndarray
    pool: np.ndarray
    workers: np.ndarray
    cursor: np.ndarray
    recruits: np.ndarray
    recruit_key: np.ndarray
    weight: float

    @property
    def n(self) -> int:
        """Number of places in the trade."""
        return self.fee.size

    @property
    def public_id(self) -> np.ndarray:
        """What institutions know each by: another number for another founder in the same place."""
        return np.arange(self.n) + self.n * self.founder


def make_trade(world: World, seed: int) -> Trade:
    """Return the books on the first day; the weight keeps real customers an organiser at any market size."""
    merchants = world.market.n_shops * world.brushing.opportunist_share
    real = max(merchants, 1.0) * world.trade.organisers_per_100k / 100_000
    n = max(world.trade.min_organisers, round(real))
    whole = {name: np.zeros(n, dtype=np.int64) for name in ("gains", "turnover", "founder", "cursor")}
    return Trade(
        fee=np.full(n, float(world.trade.fee)),
        camouflage=np.zeros(n),
        fixed_price=np.full(n, np.nan),
        staff=np.ones(n),
        demanded=np.zeros(n),
        is_open=np.ones(n, dtype=bool),
        reopen_day=np.full(n, NEVER),
        pool=np.zeros((n, 64), dtype=np.int32),
        workers=np.zeros(n, dtype=np.int64),
        recruits=np.zeros(n, dtype=np.int64),
        recruit_key=np.array([day_key(seed, Stream.RECRUIT, -1 - i) for i in range(n)], dtype=np.uint64),
        weight=n / real,
        **whole,
    )


@dataclass
class Offers:
    """What each organiser offers today, arrays (organisers + 1,); the last is for merchants that have none.

    ``fee`` is the all-in fee as a share of value, ``cover`` the share of the traces that camouflage hides,
    and ``camouflage_price`` what that adds to the price of an order, RMB.
    """

    fee: np.ndarray
    cover: np.ndarray
    camouflage_price: np.ndarray


def quote(trade: Trade, world: World) -> Offers:
    """Return what organisers offer today, and the mean of all for merchants without one."""
    offers = np.empty((3, trade.n + 1))
    config = world.adaptation
    kernels.quote(
        trade.fee, trade.camouflage, trade.fixed_price, float(config.hidden_share),
        float(config.camouflage_price), offers,
    )  # fmt: skip
    return Offers(*offers)


def prepare(
    trade: Trade, customers: np.ndarray, wanted: np.ndarray, banned_until: np.ndarray, works: np.ndarray,
    world: World, seed: int, day: int,
) -> np.ndarray:  # fmt: skip
    """Let open organisers adjust fee, staff and workers to ``customers`` and the orders ``wanted`` (n,).

    Returns how many orders each can carry out today (n,), 0 where closed. ``banned_until`` and ``works``
    are of the buyers' accounts.
    """
    config, adaptation = world.trade, world.adaptation
    capacity = np.zeros(trade.n, dtype=np.int64)
    terms = (
        config.fee, config.fee_low, config.fee_high, config.fee_adjustment, config.reviews_per_staff,
        config.worker_quit_rate, config.accounts_per_customer, config.recruit_rate, config.tasks_per_account,
        adaptation.rotation, adaptation.hidden_share, trade.weight,
    )  # fmt: skip
    trade.pool = kernels.prepare(
        day, day_key(seed, Stream.RECRUIT, day), tuple(map(float, terms)), customers, wanted, trade.is_open,
        trade.camouflage, trade.fixed_price, trade.recruit_key, banned_until, works, trade.fee,
        trade.demanded, trade.staff, trade.pool, trade.workers, trade.recruits, capacity,
    )  # fmt: skip
    return capacity
