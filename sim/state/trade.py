"""The books of the trade (刷单): what organisers ask, earn and employ, place by place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.chance import Stream, day_key, normals
from sim.parameters import AdaptationParameters, Parameters, TradeParameters
from sim.state.units import NEVER


@dataclass
class Trade:
    """All organisers side by side, arrays (n,): a row is a place in the trade.

    ``fee`` is the all-in fee at the standard cut and ``cut`` the organiser's own, shares of value; neither
    moves where there are ``fixed_prices``. ``camouflage`` is the most that it delivers, in [0, 1]; where
    ``fixed_cover`` (n + 1,) is no NaN, its customers get that, and those of a newcomer the last of it.
    ``callers`` and ``earned`` (2, n) are merchants who compared its quotes, below and above the cut, and what
    came of that, RMB a day; both fade. ``size`` is how well it is known to merchants, ``staff`` the people
    who check orders, ``demanded`` the orders wanted a day, a mean over a week, ``cash`` the assets in fen.
    ``founder`` is the row of `Founders` that runs the place, under its ``names``-th name. ``pool`` (n, room)
    holds accounts, ``workers`` of each row, who came first first; ``cursor`` is whose turn it is among them,
    ``recruits`` how many candidates were drawn so far, ``recruit_key`` the key of that stream. An organiser
    stands for real ones ``weight`` times its size: its money is in simulated fen, and a real amount counts
    1/weight of its face. ``income`` and ``sanctions`` are the trade's profit a day and what institutions took
    of it, means over a year in fen.
    """

    parameters: TradeParameters
    adaptation: AdaptationParameters
    fee: np.ndarray
    cut: np.ndarray
    camouflage: np.ndarray
    fixed_cover: np.ndarray
    callers: np.ndarray
    earned: np.ndarray
    size: np.ndarray
    staff: np.ndarray
    demanded: np.ndarray
    cash: np.ndarray
    founder: np.ndarray
    names: np.ndarray
    is_open: np.ndarray
    reopen_day: np.ndarray
    pool: np.ndarray
    workers: np.ndarray
    cursor: np.ndarray
    recruits: np.ndarray
    recruit_key: np.ndarray
    weight: float
    fixed_prices: bool = False
    income: float = 1.0
    sanctions: float = 0.0

    @property
    def n(self) -> int:
        """Number of places in the trade."""
        return self.fee.size

    def accounts(self, place: int) -> np.ndarray:
        """Return the accounts of an organiser's workers, who came first first; a view."""
        return self.pool[place, : self.workers[place]]


def make_trade(parameters: Parameters, seed: int) -> Trade:
    """Return the books on the first day; the weight keeps real customers an organiser at any market size."""
    terms = parameters.trade
    merchants = parameters.market.n_shops * parameters.brushing.opportunist_share
    real = max(merchants, 1.0) * terms.organisers_per_100k / 100_000
    n = max(terms.min_organisers, round(real))
    return Trade(
        parameters=terms,
        adaptation=parameters.adaptation,
        fee=np.full(n, float(terms.fee)),
        cut=np.full(n, float(terms.cut)),
        camouflage=np.zeros(n),
        fixed_cover=np.full(n + 1, np.nan),
        callers=np.zeros((2, n)),
        earned=np.zeros((2, n)),
        size=draw_sizes(seed, np.arange(n), terms.size_sd),
        staff=np.ones(n),
        demanded=np.zeros(n),
        founder=np.arange(n),
        names=np.ones(n, dtype=np.int64),
        is_open=np.ones(n, dtype=bool),
        reopen_day=np.full(n, NEVER),
        pool=np.zeros((n, 64), dtype=np.int32),
        recruit_key=np.array([day_key(seed, Stream.RECRUIT, -1 - i) for i in range(n)], dtype=np.uint64),
        cash=np.zeros(n, dtype=np.int64),
        workers=np.zeros(n, dtype=np.int64),
        cursor=np.zeros(n, dtype=np.int64),
        recruits=np.zeros(n, dtype=np.int64),
        weight=n / real,
    )


def draw_sizes(seed: int, founders: np.ndarray, sd: float) -> np.ndarray:
    """Return how well the organisers of ``founders`` (n,), identities, are known: log-normal, median 1."""
    return np.exp(sd * normals(day_key(seed, Stream.ORGANISER, 0), founders, 3))
