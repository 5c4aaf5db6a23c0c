"""Perceived risk: own, peers', published; decay; severity."""

import numpy as np
import pytest

from sim.beliefs import Lessons, learn, make_severity, neighbour_offsets, newcomer_risk, remember
from sim.config import BeliefConfig
from sim.state import NEVER

CONFIG = BeliefConfig()
N = 100


def taught(merchants, lessons, config=CONFIG):
    """Let ``merchants`` learn one day's lessons; return their perceived risk."""
    offsets = neighbour_offsets(config, N, seed=1)
    severity = make_severity(config, merchants.risk.size)
    learn(merchants, severity, lessons, offsets, np.arange(merchants.risk.size), config, N)
    return merchants.risk


def nobody(n=300):
    return np.zeros(n, dtype=bool)


def test_an_own_sanction_moves_risk_most_a_neighbour_s_less_a_list_least(small_market):
    merchants = small_market.merchants
    merchants.risk[:] = CONFIG.prior
    sanctioned = nobody()
    sanctioned[50] = True
    risk = taught(merchants, Lessons(sanctioned, announcements=1)).copy()
    neighbours = np.flatnonzero((risk > np.median(risk) + 1e-9) & ~sanctioned)
    assert risk[50] > risk[neighbours].max() > np.median(risk) > CONFIG.prior
    assert neighbours.size == CONFIG.neighbours
    assert np.all(neighbours // N == 0), "neighbours are in the same category"


def test_risk_decays_to_the_prior_with_its_half_life(small_market):
    merchants = small_market.merchants
    merchants.risk[:] = 0.5
    lessons = Lessons(nobody())
    config = BeliefConfig(memory_half_life=1e6, prior=0.2)
    severity = make_severity(config, 300)
    for _ in range(round(config.half_life)):
        learn(merchants, severity, lessons, np.zeros(0, int), np.arange(300), config, N)
    assert merchants.risk[0] == pytest.approx(0.2 + (0.5 - 0.2) / 2, rel=0.01)


def test_without_any_sanction_perceived_risk_fades_to_nothing(small_market):
    merchants = small_market.merchants
    severity = make_severity(CONFIG, 300)
    for _ in range(3000):
        learn(merchants, severity, Lessons(nobody()), np.zeros(0, int), np.arange(300), CONFIG, N)
    assert merchants.risk.max() < CONFIG.prior / 100
    assert newcomer_risk(severity, CONFIG) < CONFIG.prior / 100


def test_severity_is_learnt_from_what_was_carried_out():
    severity = make_severity(CONFIG, 1000)
    sanctioned = nobody(1000)
    sanctioned[:20] = True
    for _ in range(300):
        remember(severity, Lessons(sanctioned, demotion_days=20 * 10, fines=20 * 5000.0, closures=4), CONFIG)
    assert severity.demotion == pytest.approx(10, rel=0.02)
    assert severity.fine == pytest.approx(5000, rel=0.02)
    assert severity.closure == pytest.approx(0.2, rel=0.02)


def test_beliefs_about_severity_do_not_depend_on_the_size_of_the_market():
    beliefs = []
    for n in (1000, 10_000):
        severity, sanctioned = make_severity(CONFIG, n), nobody(n)
        sanctioned[: n // 100] = True
        remember(severity, Lessons(sanctioned, fines=n / 100 * 9000.0), CONFIG)
        beliefs.append((severity.fine, severity.rate))
    assert beliefs[0] == pytest.approx(beliefs[1])


def test_nobody_has_ever_is_long_before_every_window():
    assert NEVER < -10 * 365
