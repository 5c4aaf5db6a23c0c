"""Public names: nobody knows one that nobody told it, and the law follows who bore it."""

from __future__ import annotations

import numpy as np
import pytest
from evenings import at_evening, carry_out, sleep

from policies import Dated, Package, Regulator
from sim import Market, World
from sim.chance import Stream, uniform
from sim.contract import Act, ContractError, FineOrganisers, Investigate, Raid, Shut, Sue, TrySuit
from sim.effects.organisers import is_found, reopen
from sim.state.founders import Status
from sim.state.names import WIDTH, name_of
from sim.state.units import FEN, NEVER

CERTAIN, SURE = 50.0, {"odds": 1.0, "award_ratio": 1.0, "collectability": 1.0, "publicity": 0.0}


@pytest.fixture
def market(small_market: Market) -> Market:
    return at_evening(small_market)


def name_at(market: Market, place: int) -> np.ndarray:
    """Return the name under which a place is run, as acts have it."""
    names = market.state.names
    return names.number[names.current[[place]]]


def open_names(market: Market) -> np.ndarray:
    """Return the names of all who are open, by place."""
    names = market.state.names
    return names.number[names.current[market.state.trade.is_open]]


def investigate(market: Market, actor: str = "regulator", effort: float = CERTAIN) -> np.ndarray:
    """Let an institution investigate; return whom it knows the evening after."""
    carry_out(market, Investigate(effort, actor=actor))
    return market.observe(actor).organisers


def leave(market: Market, place: int) -> int:
    """Let a founder leave the trade and a newcomer take the place; return the founder's row."""
    state = market.state
    row = int(state.trade.founder[place])
    state.trade.is_open[place], state.trade.reopen_day[place] = False, NEVER
    reopen(state, place)
    assert state.trade.founder[place] != row
    return row


def find(market: Market, row: int, found: bool) -> None:
    """Let chance be such that a founder who has left is found, or is not."""
    u = uniform(market.state.clock.seed, Stream.FINDING, 0, -2 - int(market.state.founders.identity[row]), 20)
    market.state.trade.parameters.founder_found = u + 1e-9 if found else u - 1e-9
    assert is_found(market.state, row) == found


def test_nobody_knows_anybody_at_first_and_whom_it_finds_from_the_next_evening(market: Market) -> None:
    for actor in ("platform", "regulator", "court", "tax office"):
        assert market.observe(actor).organisers.size == 0
    known, n = investigate(market), int(market.state.trade.is_open.sum())
    assert known.tolist() == open_names(market).tolist() and n > 30
    for actor in ("platform", "court", "tax office"):
        assert market.observe(actor).organisers.size == 0
    assert market.observe().organisers.size == 0
    assert investigate(market, "tax office").size == market.observe("police").organisers.size == n


def test_a_renamed_organiser_has_a_name_that_nobody_knows(market: Market) -> None:
    state = market.state
    investigate(market)
    old, founder = name_at(market, 3), state.trade.founder[3]
    carry_out(market, Shut(old, actor="regulator"))
    assert old not in market.observe("regulator").organisers
    state.trade.reopen_day[3] = market.day
    reopen(state, 3)
    new = name_at(market, 3)
    assert state.trade.is_open[3] and state.trade.founder[3] == founder and new != old
    known = market.observe("regulator").organisers
    assert known.size == state.trade.is_open.sum() - 1 and not {old[0], new[0]} & set(known)
    carry_out(market, Raid(old, actor="regulator"), Shut(old, actor="regulator"))
    assert state.trade.is_open[3] and market.today.tally.raids == 0
    assert new in investigate(market)


def test_a_newcomer_has_another_name_made_of_its_own_identity(market: Market) -> None:
    state, seed = market.state, market.state.clock.seed
    old = name_at(market, 4)
    assert old == name_of(seed, 4, 1)
    leave(market, 4)
    assert state.trade.names[4] == 2
    assert name_at(market, 4) == name_of(seed, 4 + state.trade.n, 2) != old


def test_names_are_unlike_and_say_nothing_of_who_bears_them() -> None:
    made = np.array([name_of(7, founder, count) for founder in range(200) for count in range(1, 21)])
    assert np.unique(made).size == made.size and made.max() < 2**WIDTH
    assert np.array_equal(made.astype(float).astype(np.int64), made)
    of_founder = np.repeat(np.arange(200), 20)
    assert abs(np.corrcoef(made, of_founder)[0, 1]) < 4.5 / np.sqrt(made.size)
    assert name_of(8, 0, 1) != name_of(7, 0, 1)


def test_a_name_that_nobody_ever_had_is_an_error(market: Market) -> None:
    with pytest.raises(ContractError, match=r"^test: fine: a target is the name of no organiser$"):
        carry_out(market, FineOrganisers(np.array([3]), np.array([1.0]), policy="test"))


@pytest.mark.parametrize("effort", [0.0, 0.05, 0.7])
def test_the_hazard_of_being_found_is_the_effort(market: Market, effort: float) -> None:
    found, days, n = 0, 60, market.state.trade.n
    for _ in range(days):
        market.state.names.known[:] = False
        found += investigate(market, effort=effort).size
        sleep(market)
    expected = days * n * (1 - np.exp(-effort))
    assert abs(found - expected) <= 4.5 * np.sqrt(expected)


def test_more_effort_finds_the_same_and_more(market: Market) -> None:
    less, more = market.branch(), market.branch()
    few, many = (investigate(at_evening(m), effort=e) for m, e in ((less, 0.2), (more, 1.0)))
    assert set(few) < set(many)


def test_an_investigation_costs_once_and_is_an_event_if_it_finds_somebody(market: Market) -> None:
    act = Investigate(CERTAIN, cost=12.5, actor="regulator", policy="test")
    carry_out(market, act, act)
    assert market.today.tally.enforcement_cost == 2 * 12.5 * FEN
    events = market.events()
    assert set(events["verb"]) == {"investigate"} and set(events["target_kind"]) == {"organiser"}
    assert events["target"].tolist() == open_names(market).tolist()


class RaidsAtRandom:
    """A regulator that raids whom it sees, and looks for nobody."""

    actor, reads = "regulator", ("organisers",)

    def reset(self) -> None:
        """Forget nothing."""

    def act(self, observation: object) -> list[Act]:
        """Raid."""
        return [Raid(observation.organisers)]  # type: ignore[attr-defined]


def in_business(rate: float, seed: int, policy: object | None = None) -> Market:
    """Return a market whose organisers reopen the next day, ready for a regulator."""
    world = World()
    world.market.n_shops, world.trade.reopen_probability, world.trade.reopen_days = 300, 1.0, 1
    regulator = policy if policy is not None else Regulator(raids_per_year=rate)
    return Market(world, Package("p", [Dated(regulator, "regulator")]), seed=seed)


def test_who_looks_for_nobody_raids_nobody() -> None:
    market = in_business(0, 1, RaidsAtRandom()).run(20)
    assert market.daily()["raids"].sum() == 0 and not market.state.names.known.any()


@pytest.mark.slow
def test_raids_come_at_the_hazard_stated_each_after_its_finding() -> None:
    rate, days, raids, exposed = 3.0, 150, 0, 0
    for seed in (1, 2):
        market = in_business(rate, seed)
        found: set[int] = set()
        for _ in range(days):
            exposed += int(market.state.trade.is_open.sum())
            market.run(1)
        for row in market.events().itertuples():
            if row.verb == "raid":
                assert row.target in found
                raids += 1
            elif row.verb == "investigate":
                found.add(row.target)
    expected = exposed * rate / 365
    assert raids > 50 and abs(raids - expected) < 4.5 * np.sqrt(expected)


def test_a_raider_knows_whom_it_raided(market: Market) -> None:
    market.state.switched_off = type(market.state.switched_off)(incapacitation=True)
    old = name_at(market, 2)
    carry_out(market, Raid(old, actor="regulator"))
    assert market.state.names.known[1, 2] and not market.state.names.known[[0, 2, 3], 2].any()
    assert market.state.trade.is_open[2], "sanctions are not carried out"
    assert name_at(market, 2) != old and market.observe("regulator").organisers.size == 0
    assert market.observe().raids.organiser.tolist() == old.tolist()


@pytest.mark.parametrize("found", [True, False])
def test_a_fine_reaches_a_founder_who_left_if_the_law_finds_him(market: Market, found: bool) -> None:
    state = market.state
    name = name_at(market, 5)
    row = leave(market, 5)
    find(market, row, found)
    state.founders.gains[row], state.founders.paid[row] = 900_000, 100_000
    owners, cash, total = state.money.balances["owners"], state.trade.cash[5], 0
    carry_out(market, FineOrganisers(name, np.array([1e9]), actor="regulator"))
    assert market.today.tally.fines == (800_000 if found else 0)
    assert state.founders.paid[row] == (900_000 if found else 100_000)
    assert state.money.balances["owners"] == owners - market.today.tally.fines
    assert state.trade.cash[5] == cash, "who took the place answers for nothing"
    assert state.money.total(state.merchants, state.trade) == total
    carry_out(market, FineOrganisers(name, np.array([1e9]), actor="regulator"))
    assert market.today.tally.fines == (800_000 if found else 0)


def test_chance_finds_the_share_of_founders_that_the_parameter_says(market: Market) -> None:
    state = market.state
    state.trade.parameters.founder_found = 0.7
    for _ in range(20):
        for place in range(state.trade.n):
            leave(market, place)
    found = [is_found(state, row) for row in range(state.founders.n)]
    again = [is_found(state, row) for row in range(state.founders.n)]
    assert found == again and abs(np.mean(found) - 0.7) < 4.5 * np.sqrt(0.21 / len(found))
    sleep(market)
    assert [is_found(state, row) for row in range(state.founders.n)] == found, "once for good"


def test_who_runs_a_place_is_always_reached_under_any_name(market: Market) -> None:
    state = market.state
    state.trade.parameters.founder_found = 0.0
    old, row = name_at(market, 6), int(state.trade.founder[6])
    carry_out(market, Shut(old, actor="regulator"))
    state.founders.gains[row] = 5000
    carry_out(market, FineOrganisers(old, np.array([1e9]), actor="regulator"))
    assert market.today.tally.fines == 5000, "closed, but nobody else has the place"
    state.trade.reopen_day[6] = market.day
    reopen(state, 6)
    state.founders.gains[row] = 8000
    carry_out(market, FineOrganisers(old, np.array([1e9]), actor="regulator"))
    assert market.today.tally.fines == 8000, "under another name by now"


def test_ruin_bars_one_who_left_and_closes_nothing(market: Market) -> None:
    state = market.state
    name = name_at(market, 7)
    row = leave(market, 7)
    find(market, row, True)
    state.founders.gains[row] = 10**6
    carry_out(market, Sue(name, np.array([1e9])), TrySuit(name, np.array([1e9]), ruin=1.0, **SURE))
    assert market.today.tally.damages == 10**6
    assert state.founders.status[row] == Status.BARRED and state.trade.is_open[7]
    assert state.founders.status[state.trade.founder[7]] == Status.FREE


def test_a_new_name_changes_nobody_s_luck_in_court(market: Market) -> None:
    verdicts = []
    for renamed in (False, True):
        branch = at_evening(market.branch())
        state = branch.state
        state.founders.gains[:] = 10**6
        if renamed:
            for place in range(state.trade.n):
                state.trade.is_open[place], state.trade.reopen_day[place] = False, branch.day
                reopen(state, place)
        targets = state.names.number[state.names.current]
        terms = SURE | {"odds": 0.5, "ruin": 0.3}
        carry_out(branch, TrySuit(targets, np.full(targets.size, 1e9), **terms))
        verdicts.append((state.founders.paid.tolist(), state.founders.status.tolist()))
    assert verdicts[0] == verdicts[1]
    assert 0 < np.count_nonzero(verdicts[0][0]) < len(verdicts[0][0])
