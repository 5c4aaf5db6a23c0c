"""The books of the trade (刷单): what organisers ask, earn and employ, place by place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.chance import Stream, day_key
from sim.parameters import AdaptationParameters, Parameters, TradeParameters
from sim.state.units import NEVER


@dataclass
class Trade:
    """All organisers side by side, arrays (n,): a row is a place in the trade.

    ``fee`` is the all-in fee as a share of value, ``camouflage`` is in [0, 1], ``fixed_price`` what it adds
    to an order where that does not move (RMB, NaN where it does), ``staff`` the people who check orders,
    ``demanded`` the orders wanted a day, a mean over a week, ``cash`` the assets in fen. ``founder`` is the
    row of `Founders` that runs the place, under its ``names``-th name. ``pool`` (n, room) holds accounts,
    ``workers`` of each row, who came first first; ``cursor`` is whose turn it is among them, ``recruits`` how
    many candidates were drawn so far, ``recruit_key`` the key of that stream. An organiser stands for real
    ones ``weight`` times its size: its money is in simulated fen, and a real amount counts 1/weight of its
    face. ``income`` and ``sanctions`` are the trade's profit a day and what institutions took of it, means
    over a year in fen.
    """

    parameters: TradeParameters
    adaptation: AdaptationParameters
    fee: np.ndarray
    camouflage: np.ndarray
    fixed_price: np.ndarray
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
        camouflage=np.zeros(n),
        fixed_price=np.full(n, np.nan),
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
