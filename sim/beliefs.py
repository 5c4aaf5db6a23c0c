"""Learn: perceived risk moves with one's own, one's peers' and published sanctions, and decays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.chance import Stream, day_key, uniforms
from sim.config import BeliefConfig
from sim.kernels.believing import move_risk
from sim.state import Merchants

NOBODY = np.zeros(0)


@dataclass
class Severity:
    """What merchants believe that a sanction brings, learnt from sanctions that were carried out.

    ``demotion`` in days, ``fine`` in RMB, ``closure`` as a probability; the sums behind them fade.
    ``rate`` is the memory of sanctions a shop and year in the market.
    """

    demotion: float
    fine: float
    closure: float
    rate: float
    weight: float
    sums: np.ndarray


@dataclass
class Lessons:
    """What a day taught: who was sanctioned (n_shops,), what it brought, what was published."""

    sanctioned: np.ndarray
    demotion_days: float = 0.0
    fines: float = 0.0
    closures: int = 0
    announcements: float = 0.0
    announced: tuple[tuple[str, float, float], ...] = ()


def make_severity(config: BeliefConfig, n_shops: int) -> Severity:
    """Return prior beliefs; they weigh like ``severity_prior_rate`` sanctions a shop."""
    weight = config.severity_prior_rate * n_shops
    prior = np.array([config.demotion_prior, config.fine_prior, config.closure_prior])
    return Severity(
        config.demotion_prior,
        config.fine_prior,
        config.closure_prior,
        config.reference_rate,
        weight,
        prior * weight,
    )


def neighbour_offsets(config: BeliefConfig, per_category: int, seed: int) -> np.ndarray:
    """Return how many places on, in the category, the neighbours are that every merchant hears of."""
    others = np.arange(1, per_category)
    luck = uniforms(day_key(seed, Stream.PEERS, 0), others)
    return others[np.argsort(luck)][: config.neighbours]


def learn(
    merchants: Merchants, severity: Severity, lessons: Lessons, offsets: np.ndarray, by_identity: np.ndarray,
    config: BeliefConfig, per_category: int,
) -> None:  # fmt: skip
    """Update perceived risk and perceived severity by one day.

    Neighbours are the merchants ``offsets`` places on in the category's order ``by_identity``
    (slots, (n_shops,)).
    """
    remember(severity, lessons, config)
    spared = NOBODY
    sanctioned = np.flatnonzero(lessons.sanctioned)
    if sanctioned.size:
        hearers, heard = hear(sanctioned, offsets, by_identity, per_category)
        spared = np.ones(merchants.risk.size)
        spared[hearers] = (1 - config.peer) ** heard
        spared[sanctioned] *= 1 - config.own
    everywhere = (1 - config.announcement) ** lessons.announcements
    prior = config.prior * min(1.0, severity.rate / config.reference_rate)
    fade = 0.5 ** (1 / config.half_life)
    move_risk(merchants.risk.size, spared, float(everywhere), float(prior), fade, merchants.risk)


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


def forget(merchants: Merchants, risk: float, config: BeliefConfig) -> None:
    """Let perceived risk return to ``risk`` by one day, whatever happens (deterrence is mute)."""
    merchants.risk[:] = risk + (merchants.risk - risk) * 0.5 ** (1 / config.half_life)


def remember(severity: Severity, lessons: Lessons, config: BeliefConfig) -> None:
    """Let beliefs about severity fade towards nothing known and take in what was carried out."""
    n_shops, n = lessons.sanctioned.size, float(np.count_nonzero(lessons.sanctioned))
    keep = 0.5 ** (1 / config.memory_half_life)
    severity.rate = severity.rate * keep + (1 - keep) * n / n_shops * 365
    floor = 0.1 * config.severity_prior_rate * n_shops
    fade = max(keep, min(1.0, floor / severity.weight))
    today = lessons.demotion_days, lessons.fines, lessons.closures
    sums = [old * fade + new for old, new in zip(severity.sums.tolist(), today, strict=True)]
    severity.sums[:] = sums
    severity.weight = severity.weight * fade + n
    severity.demotion, severity.fine, severity.closure = (x / severity.weight for x in sums)
    for name, value, weight in lessons.announced:
        setattr(severity, name, (1 - weight) * getattr(severity, name) + weight * value)
        index = ("demotion", "fine", "closure").index(name)
        severity.sums[index] = getattr(severity, name) * severity.weight


def newcomer_risk(severity: Severity, config: BeliefConfig) -> float:
    """Return the perceived risk of a merchant who enters today."""
    return config.prior * min(1.0, severity.rate / config.reference_rate)
