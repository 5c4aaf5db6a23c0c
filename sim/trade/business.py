"""Organisers' business: what they offer, whom they employ, how much they can do."""

from __future__ import annotations

import numpy as np

from sim.chance import Stream
from sim.kernels import organising as kernels
from sim.state.buyers import Buyers
from sim.state.campaigns import Campaigns
from sim.state.clock import Clock
from sim.state.today import Offers
from sim.state.trade import Trade


def offer(trade: Trade) -> Offers:
    """Return what organisers offer today."""
    fixed = trade.fixed_cover[: trade.n]
    free = np.isnan(fixed)
    return Offers(
        parameters=trade.parameters,
        camouflage_price=trade.adaptation.camouflage_price,
        is_open=trade.is_open.copy(),
        size=trade.size.copy(),
        fee=trade.fee.copy(),
        cut=trade.cut.copy(),
        least=np.where(free, 0.0, fixed),
        most=np.where(free, trade.camouflage, fixed),
    )


def employ(
    clock: Clock, trade: Trade, orders: tuple[np.ndarray, np.ndarray, np.ndarray], buyers: Buyers
) -> np.ndarray:
    """Let open organisers adjust fee, staff and workers to the ``orders`` of today, arrays (n,).

    These are customers, orders wanted and the sum over these of the share hidden. Returns how many orders
    each organiser can carry out today (n,), 0 where closed.
    """
    terms, columns = kernels.business_terms(trade), kernels.organiser_columns(trade)
    accounts, capacity = (buyers.banned_until, buyers.works), np.zeros(trade.n, dtype=np.int64)
    key = clock.key(Stream.RECRUIT)
    trade.pool = kernels.prepare(clock.day, key, terms, orders, columns, accounts, capacity)
    return capacity


def fix_cover(trade: Trade, campaigns: Campaigns, day: int, fixed: bool) -> None:
    """Let customers get the camouflage that those of their organiser have on average, or what they want.

    Campaigns count by their level; an organiser without any sells what is the mean over all.
    """
    trade.fixed_cover[:] = np.nan
    if not fixed:
        return
    slots = np.flatnonzero(campaigns.until > day)
    by, level = campaigns.organiser[slots], campaigns.level[slots].astype(float)
    weights = np.array([level, level * campaigns.cover[slots]])
    total, covered = weights.sum(axis=1)
    trade.fixed_cover[:] = mean = covered / total if total else 0.0
    orders, hidden = (np.bincount(by[by >= 0], row[by >= 0], minlength=trade.n) for row in weights)
    trade.fixed_cover[: trade.n] = np.where(orders > 0, hidden / np.maximum(orders, 1e-9), mean)
