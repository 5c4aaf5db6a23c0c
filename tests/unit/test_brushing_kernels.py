"""The accounts that work for an organiser come and go as plain Python says, and at the edges too."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from willing import willing_world

from sim import Market, World
from sim.chance import Stream, day_key, uniforms
from sim.kernels.brush import take_places
from sim.kernels.organising import let_go, take_on
from sim.state.buyers import make_buyers
from sim.state.clock import Clock
from sim.state.trade import make_trade
from sim.trade.business import employ, offer

DAY, N_BUYERS = 40, 200


def accounts(seed: int) -> tuple[np.random.Generator, np.ndarray, np.ndarray]:
    """Return a generator, the day until which accounts are banned, and whether they work."""
    rng = np.random.default_rng(seed)
    banned_until = np.where(rng.random(N_BUYERS) < 0.2, DAY + rng.integers(-1, 2, N_BUYERS), -1)
    return rng, banned_until.astype(np.int32), rng.random(N_BUYERS) < 0.3


@pytest.mark.parametrize("leaving", [0, 3, 1000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_banned_accounts_and_the_first_ones_go(seed: int, leaving: int) -> None:
    rng, banned_until, works = accounts(seed)
    before = rng.permutation(np.flatnonzero(works)).astype(np.int32)
    pool = np.append(before, np.full(7, -1, dtype=np.int32))
    n = let_go(pool, before.size, leaving, DAY, banned_until, works)
    assert pool[:n].tolist() == [account for account in before[leaving:] if banned_until[account] <= DAY]
    assert pool[before.size :].tolist() == [-1] * 7
    assert np.flatnonzero(works).tolist() == sorted(pool[:n])


@pytest.mark.parametrize("n_candidates", [0, 1, 600])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_accounts_are_taken_on_once_unless_banned_or_at_work(seed: int, n_candidates: int) -> None:
    _, banned_until, works = accounts(seed)
    key, first, before = day_key(seed, Stream.RECRUIT, -1), 35, works.copy()
    pool = np.arange(N_BUYERS, dtype=np.int32)
    n = take_on(key, first, n_candidates, pool, 5, DAY, banned_until, works)
    luck = uniforms(key, np.arange(first, first + n_candidates))
    candidates = dict.fromkeys((luck * N_BUYERS).astype(int).tolist())
    free = [account for account in candidates if not before[account] and banned_until[account] <= DAY]
    assert pool[:n].tolist() == [*range(5), *free]
    assert np.flatnonzero(works & ~before).tolist() == sorted(free)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_pool_that_outgrows_its_room_loses_nobody(seed: int) -> None:
    world = World()
    world.market.n_shops, world.market.buyers_per_shop = 300, 300
    trade, buyers = make_trade(world, seed), make_buyers(world, seed)
    number, wanted = np.full(trade.n, 500), np.zeros(trade.n, dtype=np.int64)
    wanted[0] = 40_000
    room, rows = trade.pool.shape[1], []
    for day in range(8):
        capacity = employ(Clock(seed, day), trade, (number, wanted, np.zeros(trade.n)), buyers)
        pools = [trade.pool[o, : trade.workers[o]].tolist() for o in range(trade.n)]
        assert sorted(account for pool in pools for account in pool) == np.flatnonzero(buyers.works).tolist()
        assert all(len(set(pool)) == len(pool) for pool in pools)
        rows.append(pools)
    assert trade.pool.shape[1] > room and trade.workers[0] > 2 * trade.workers[1] > 0
    assert 0 < capacity[0] < 40_000, "what staff can check"
    for before, after in pairwise(rows):
        for old, new in zip(before, after, strict=True):
            gone = old.index(new[0]) if old and new[0] in old else len(old)
            assert new[: len(old) - gone] == old[gone:], "who came first goes first"
            assert gone <= len(old) * world.trade.worker_quit_rate / 365 + 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_customers_stand_by_organiser_and_those_without_one_first(seed: int) -> None:
    rng = np.random.default_rng(seed)
    organiser, n = rng.choice([-1, 0, 2, 3], 50), 5
    slots = rng.permutation(50)[:30]
    orders = rng.integers(1, 9, 30)
    places = np.lexsort((slots, organiser[slots]))
    cover = rng.random(50)
    customers, wanted, ends, number, demanded, covered = take_places(
        places, slots, orders, organiser, cover, n
    )
    assert sorted(zip(organiser[customers], customers, strict=True)) == list(
        zip(organiser[customers], customers, strict=True)
    )
    assert dict(zip(customers, wanted, strict=True)) == dict(zip(slots, orders, strict=True))
    assert ends[0] == (organiser[slots] < 0).sum()
    for o in range(n):
        mine = organiser[slots] == o
        assert number[o] == mine.sum() and demanded[o] == orders[mine].sum()
        assert covered[o] == pytest.approx((orders * cover[slots])[mine].sum())
        assert set(customers[ends[o] : ends[o + 1]]) == set(slots[mine])


def test_an_organiser_offers_what_it_has_and_what_is_fixed() -> None:
    world = World()
    world.market.n_shops = 300
    trade = Market(world, None, seed=1).run(30).state.trade
    trade.camouflage[:], trade.fixed_cover[2] = np.linspace(0, 1, trade.n), 0.3
    offers = offer(trade)
    for name in ("fee", "cut", "size", "is_open"):
        assert np.array_equal(getattr(offers, name), getattr(trade, name))
    free = np.arange(trade.n) != 2
    assert np.all(offers.least[free] == 0) and np.array_equal(offers.most[free], trade.camouflage[free])
    assert offers.least[2] == offers.most[2] == 0.3


def busy(seed: int) -> Market:
    """Return a small market in which all would brush, after 40 days."""
    world = willing_world()
    world.shops.leave_rate = world.shops.growth = 0.0
    return Market(world, None, seed=seed).run(40)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_displaced_get_the_terms_of_whoever_takes_them(seed: int) -> None:
    market = busy(seed)
    campaigns, trade, day = market.state.campaigns, market.state.trade, market.day
    trade.camouflage[:], campaigns.cover[:] = np.linspace(0, 1, trade.n), 0.5
    stay = np.flatnonzero((campaigns.until > day + 1) & (np.arange(300) % 2 == 0))
    displaced = np.flatnonzero((campaigns.until > day + 1) & (np.arange(300) % 2 == 1))
    campaigns.organiser[displaced], campaigns.quote[displaced] = -1, 0.5
    before, quoted, cut = campaigns.organiser.copy(), campaigns.quote.copy(), trade.cut.copy()
    most = trade.camouflage.copy()
    market.run(1)
    by = campaigns.organiser[displaced]
    assert displaced.size > 20 and np.all(by >= 0)
    assert np.array_equal(campaigns.quote[displaced], cut[by])
    assert campaigns.cover[displaced] == pytest.approx(np.minimum(0.5, most[by]))
    assert np.array_equal(campaigns.organiser[stay], before[stay])
    assert np.array_equal(campaigns.quote[stay], quoted[stay])


@pytest.mark.parametrize("seed", [1, 2])
def test_campaigns_of_shops_that_are_hidden_pause(seed: int) -> None:
    market = busy(seed)
    campaigns, shops = market.state.campaigns, market.state.shops
    running = np.flatnonzero(campaigns.until > market.day + 10)
    hidden, shown = running[::2], running[1::2]
    shops.hidden_until[hidden] = market.day + 10
    before = campaigns.ordered.copy()
    market.run(10)
    assert np.array_equal(campaigns.ordered[hidden], before[hidden]) and np.all(campaigns.until[hidden] > 0)
    assert campaigns.ordered[shown].sum() > before[shown].sum() + 20
    market.run(1)
    assert campaigns.ordered[hidden].sum() > before[hidden].sum()
    assert np.all(campaigns.served <= campaigns.ordered)
