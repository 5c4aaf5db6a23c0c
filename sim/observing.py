"""Observe: the platform's and the other institutions' view of the market is built."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from sim import findings
from sim.chance import Stream, day_key, uniforms
from sim.contract import Observation
from sim.kernels.observing import count_days_since
from sim.state import NEVER

if TYPE_CHECKING:
    from sim.market import Market


def observe(market: Market) -> Observation:
    """Return what institutions can know this evening; arrays are copies, looking changes nothing."""
    shops, day = market.shops, market.day
    return Observation(
        day=market.policy_day,
        ramp=1.0,
        n_shops=shops.n,
        identity=shops.identity.copy(),
        category=shops.category.copy(),
        age=shops.age(day),
        open=shops.open.copy(),
        demoted=shops.hidden_until > day,
        rating=shops.rating.copy(),
        price=shops.price.copy(),
        displayed_sales=shops.displayed.copy(),
        traces=market.traces.counts(),
        days_since_case=since(shops.last_case_day, day),
        days_since_sanction=since(shops.sanction_days, day),
        findings=findings.deliver_findings(market),
        appeals=findings.deliver_appeals(market),
        referrals=findings.deliver_referrals(market),
        ledgers=findings.deliver_ledgers(market),
        raids=findings.deliver_raids(market),
        organisers=market.trade.public_id[market.trade.is_open],
        luck=Luck(market.seed, day),
    )


def since(days: np.ndarray, today: int) -> np.ndarray:
    """Return days since events, infinite where they never happened."""
    out = np.empty(days.shape, dtype=np.float32)
    count_days_since(days.ravel(), today, NEVER, out.ravel())
    return out


class Luck:
    """A policy's draws on one day, keyed by purpose and identity, never by the policy's name."""

    def __init__(self, seed: int, day: int) -> None:
        self._seed, self._day = seed, day

    def __call__(self, purpose: str, who: np.ndarray, k: int = 0) -> np.ndarray:
        """Return draw ``k`` in (0, 1) for each identity of ``who``."""
        if len(who) == 0:
            return np.zeros(0)
        return uniforms(day_key(self._seed, policy_stream(purpose), self._day), who, k)


@cache
def policy_stream(purpose: str) -> int:
    """Return the stream that draws for ``purpose`` come from."""
    digest = hashlib.blake2b(purpose.encode(), digest_size=6).digest()
    return Stream.POLICY + (int.from_bytes(digest, "big") << 8)
