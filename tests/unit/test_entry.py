"""Shops leave and enter; entrants own their luck."""

import numpy as np
import pytest

from sim import Market, World
from sim.chance import Stream, uniform
from sim.phases.enter import poisson


def busy_world(**shops) -> World:
    world = World()
    world.market.n_shops = 300
    for name, value in shops.items():
        setattr(world.shops, name, value)
    return world


def test_an_entrant_has_the_same_traits_wherever_and_whenever_it_enters():
    early = Market(busy_world(leave_rate=1.0, entrant_rate=3.0), None, seed=2).run(150)
    late = Market(busy_world(leave_rate=0.3, entrant_rate=3.0), None, seed=2).run(150)
    both = np.intersect1d(early.state.shops.identity, late.state.shops.identity)
    entrants = both[both >= 300]
    assert entrants.size > 5
    for name in ("quality", "price", "margin", "following"):
        a = getattr(early.state.shops, name)[early.state.shops.slots_of(entrants)]
        b = getattr(late.state.shops, name)[late.state.shops.slots_of(entrants)]
        assert np.array_equal(a, b), name


def test_free_slots_are_filled_lowest_first_and_soon():
    market = Market(busy_world(leave_rate=1.0, entrant_rate=5.0), None, seed=2).run(100)
    assert market.daily()["open_shops"].tail(50).min() > 290


def test_nobody_enters_a_full_market():
    market = Market(busy_world(leave_rate=0.0, growth=0.0, entrant_rate=5.0), None, seed=2).run(50)
    assert market.state.shops.identity.max() == 299


def test_slots_of_identities_that_left_are_minus_one():
    market = Market(busy_world(leave_rate=1.0), None, seed=2).run(100)
    gone = np.setdiff1d(np.arange(300), market.state.shops.identity)
    assert gone.size and (market.state.shops.slots_of(gone) == -1).all()
    present = market.state.shops.identity[market.state.shops.identity >= 0]
    assert np.array_equal(market.state.shops.identity[market.state.shops.slots_of(present)], present)


def test_entrants_come_by_a_poisson_law():
    counts = np.array([poisson(uniform(1, Stream.ENTRY, day, 0), 1.7) for day in range(20_000)])
    assert counts.mean() == pytest.approx(1.7, abs=4 * np.sqrt(1.7 / 20_000))
    assert counts.var() == pytest.approx(1.7, rel=0.05)
    assert poisson(0.5, 0.0) == 0


def test_the_warm_up_ends_in_a_stationary_market():
    # Displayed sales and ratings start near where they settle: the first month does not drift away.
    market = Market(busy_world(), None, seed=1)
    before = np.log1p(market.state.shops.displayed).mean()
    market.run(120)
    assert np.log1p(market.state.shops.displayed).mean() == pytest.approx(before, rel=0.1)
