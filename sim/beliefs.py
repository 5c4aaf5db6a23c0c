"""Learn: perceived risk moves with one's own, one's peers' and published sanctions, and decays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.chance import Stream, day_key, uniforms
from sim.config import BeliefConfig
from sim.state import Merchants


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
    caution = 1 - merchants.risk
    if lessons.sanctioned.any():
        sanctioned = np.flatnonzero(lessons.sanctioned[by_identity])
        heard = hear(sanctioned, offsets, per_category, caution.size)
        caution[by_identity[sanctioned]] *= 1 - config.own
        caution[by_identity] *= ((1 - config.peer) ** np.arange(offsets.size + 1))[heard]
    caution *= (1 - config.announcement) ** lessons.announcements
    prior = config.prior * min(1.0, severity.rate / config.reference_rate)
    fade = 0.5 ** (1 / config.half_life)
    merchants.risk[:] = prior + (1 - caution - prior) * fade


def hear(places: np.ndarray, offsets: np.ndarray, per_category: int, n: int) -> np.ndarray:
    """Return how many neighbours sanctioned at ``places`` each of the ``n`` merchants hears of.

    Places count in the order of identities, category by category.
    """
    place = places[:, None] % per_category
    hearers = places[:, None] - place + (place - offsets) % per_category
    return np.bincount(hearers.ravel(), minlength=n)


def forget(merchants: Merchants, risk: float, config: BeliefConfig) -> None:
    """Let perceived risk return to ``risk`` by one day, whatever happens (deterrence is mute)."""
    merchants.risk[:] = risk + (merchants.risk - risk) * 0.5 ** (1 / config.half_life)


def remember(severity: Severity, lessons: Lessons, config: BeliefConfig) -> None:
    """Let beliefs about severity fade towards nothing known and take in what was carried out."""
    n_shops = lessons.sanctioned.size
    n = float(np.count_nonzero(lessons.sanctioned))
    keep = 0.5 ** (1 / config.memory_half_life)
    severity.rate = severity.rate * keep + (1 - keep) * n / n_shops * 365
    floor = 0.1 * config.severity_prior_rate * n_shops
    fade = max(keep, min(1.0, floor / severity.weight))
    severity.sums *= fade
    severity.sums += np.array([lessons.demotion_days, lessons.fines, lessons.closures])
    severity.weight = severity.weight * fade + n
    severity.demotion, severity.fine, severity.closure = severity.sums / severity.weight
    for name, value, weight in lessons.announced:
        setattr(severity, name, (1 - weight) * getattr(severity, name) + weight * value)
        index = ("demotion", "fine", "closure").index(name)
        severity.sums[index] = getattr(severity, name) * severity.weight


def newcomer_risk(severity: Severity, config: BeliefConfig) -> float:
    """Return the perceived risk of a merchant who enters today."""
    return config.prior * min(1.0, severity.rate / config.reference_rate)
