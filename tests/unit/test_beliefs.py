"""Perceived risk: own, peers', published; decay; severity."""

import numpy as np
import pytest

from sim import Market, World
from sim.parameters import BeliefParameters
from sim.phases.learn import learn, remember
from sim.state.beliefs import Beliefs, draw_neighbours, make_experience, make_severity
from sim.state.mechanisms import SwitchedOff
from sim.state.today import Tally
from sim.state.units import NEVER
from sim.state.ways import ways_to_brush

CONFIG = BeliefParameters()
N = 100


def beliefs_of(n_shops: int, config: BeliefParameters = CONFIG) -> Beliefs:
    """Return what is believed in a market of this size before anything happened."""
    experience = make_experience(ways_to_brush(World()), 1.0)
    offsets = draw_neighbours(config.neighbours, N, seed=1)
    return Beliefs(config, make_severity(config, n_shops), experience, offsets)


def teach(market: Market, beliefs: Beliefs, tally: Tally) -> np.ndarray:
    """Let merchants learn one day's lessons; return their perceived risk."""
    state, market.today.tally = market.state, tally
    learn(market.today, state.shops, state.merchants, beliefs, SwitchedOff(), state.trade)
    return state.merchants.risk


def nobody(n=300):
    return np.zeros(n, dtype=bool)


def test_an_own_sanction_moves_risk_most_a_neighbour_s_less_a_list_least(small_market):
    small_market.state.merchants.risk[:] = CONFIG.prior
    sanctioned = nobody()
    sanctioned[50] = True
    risk = teach(small_market, beliefs_of(300), Tally(sanctioned, announcements=1)).copy()
    neighbours = np.flatnonzero((risk > np.median(risk) + 1e-9) & ~sanctioned)
    assert risk[50] > risk[neighbours].max() > np.median(risk) > CONFIG.prior
    assert neighbours.size == CONFIG.neighbours
    assert np.all(neighbours // N == 0), "neighbours are in the same category"


def test_risk_decays_to_the_prior_with_its_half_life(small_market):
    small_market.state.merchants.risk[:] = 0.5
    config = BeliefParameters(memory_half_life=1e6, prior=0.2)
    beliefs = beliefs_of(300, config)
    for _ in range(round(config.half_life)):
        risk = teach(small_market, beliefs, Tally(nobody()))
    assert risk[0] == pytest.approx(0.2 + (0.5 - 0.2) / 2, rel=0.01)


def test_without_any_sanction_perceived_risk_fades_to_nothing(small_market):
    beliefs = beliefs_of(300)
    for _ in range(3000):
        risk = teach(small_market, beliefs, Tally(nobody()))
    assert risk.max() < CONFIG.prior / 100
    assert beliefs.newcomer_risk() < CONFIG.prior / 100


def test_severity_is_learnt_from_what_was_carried_out():
    beliefs, sanctioned = beliefs_of(1000), nobody(1000)
    sanctioned[:20] = True
    for _ in range(300):
        tally = Tally(sanctioned, demotion_days=20 * 10, shop_fines=20 * 500_000, closures=4)
        remember(beliefs, tally, 1000)
    severity = beliefs.severity
    assert severity.demotion == pytest.approx(10, rel=0.02)
    assert severity.fine == pytest.approx(5000, rel=0.02)
    assert severity.closure == pytest.approx(0.2, rel=0.02)


def test_beliefs_about_severity_do_not_depend_on_the_size_of_the_market():
    found = []
    for n in (1000, 10_000):
        beliefs, sanctioned = beliefs_of(n), nobody(n)
        sanctioned[: n // 100] = True
        remember(beliefs, Tally(sanctioned, shop_fines=n // 100 * 900_000), n)
        found.append((beliefs.severity.fine, beliefs.severity.rate))
    assert found[0] == pytest.approx(found[1])


def test_nobody_has_ever_is_long_before_every_window():
    assert NEVER < -10 * 365
