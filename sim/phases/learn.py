"""Learn: perceived risk moves with one's own, one's peers' and published sanctions, and decays."""

from __future__ import annotations

import numpy as np

from sim.kernels.learn import move_risk
from sim.state.beliefs import SEVERITIES, Beliefs, Severity
from sim.state.mechanisms import SwitchedOff
from sim.state.merchants import Merchants
from sim.state.shops import Shops
from sim.state.today import Tally, Today
from sim.state.trade import Trade
from sim.state.units import FEN

NOBODY = np.zeros(0)
YEAR = 365
FADE = 1 / YEAR


def learn(
    today: Today, shops: Shops, merchants: Merchants, beliefs: Beliefs, off: SwitchedOff, trade: Trade
) -> None:
    """Update by one day perceived risk and severity, and what the trade remembers of its income."""
    if off.deterrence:
        forget(merchants, off.risk, beliefs.parameters.half_life)
    else:
        remember(beliefs, today.tally, shops.n)
        update_risk(today, shops, merchants, beliefs)
    trade.income += (today.accounts.organiser_profit - trade.income) * FADE
    trade.sanctions += (today.tally.organiser_sanctions - trade.sanctions) * FADE


def update_risk(today: Today, shops: Shops, merchants: Merchants, beliefs: Beliefs) -> None:
    """Move perceived risk by what was heard of today's sanctions, and towards the prior."""
    config, spared = beliefs.parameters, NOBODY
    sanctioned = np.flatnonzero(today.tally.sanctioned)
    if sanctioned.size:
        order = today.attention.direct_shop
        hearers, heard = hear(
            sanctioned, beliefs.neighbours, order, shops.n // today.attention.elasticity.size
        )
        spared = np.ones(merchants.n)
        np.multiply.at(spared, shops.owner[hearers], (1 - config.peer) ** heard)
        np.multiply.at(spared, shops.owner[sanctioned], 1 - config.own)
    everywhere = (1 - config.announcement) ** today.tally.announcements
    prior, fade = beliefs.newcomer_risk(), 0.5 ** (1 / config.half_life)
    move_risk(merchants.n, spared, float(everywhere), float(prior), fade, merchants.risk)


def hear(
    sanctioned: np.ndarray, offsets: np.ndarray, by_identity: np.ndarray, per_category: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the slots of merchants with neighbours among the ``sanctioned`` (slots), and how many each has.

    Who hears of whom follows the order of identities in a category, of which ``by_identity`` lists the slots.
    """
    neighbours = by_identity.reshape(-1, per_category)[sanctioned // per_category]
    place = (neighbours == sanctioned[:, None]).argmax(axis=1)[:, None]
    hearers = np.take_along_axis(neighbours, (place - offsets) % per_category, axis=1)
    return np.unique(hearers, return_counts=True)


def forget(merchants: Merchants, risk: float, half_life: float) -> None:
    """Let perceived risk return to ``risk`` by one day, whatever happens (deterrence is switched off)."""
    merchants.risk[:] = risk + (merchants.risk - risk) * 0.5 ** (1 / half_life)


def remember(beliefs: Beliefs, tally: Tally, n_shops: int) -> None:
    """Let beliefs about severity fade towards nothing known and take in what was carried out."""
    config, severity = beliefs.parameters, beliefs.severity
    n = float(np.count_nonzero(tally.sanctioned))
    keep = 0.5 ** (1 / config.memory_half_life)
    severity.rate = severity.rate * keep + (1 - keep) * n / n_shops * YEAR
    floor = 0.1 * config.severity_prior_rate * n_shops
    fade = max(keep, min(1.0, floor / severity.weight))
    today = tally.demotion_days, tally.shop_fines / FEN, tally.closures
    sums = [old * fade + new for old, new in zip(severity.sums.tolist(), today, strict=True)]
    severity.sums[:] = sums
    severity.weight = severity.weight * fade + n
    severity.demotion, severity.fine, severity.closure = (x / severity.weight for x in sums)
    for name, value, weight in tally.announced:
        believe(severity, name, value, weight)


def believe(severity: Severity, name: str, value: float, weight: float) -> None:
    """Let an announced severity weigh beside what was learnt."""
    setattr(severity, name, (1 - weight) * getattr(severity, name) + weight * value)
    severity.sums[SEVERITIES.index(name)] = getattr(severity, name) * severity.weight
