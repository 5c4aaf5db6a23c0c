"""Fines that cannot be collected at once are owed: who pays them, and what becomes of who cannot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from evenings import at_evening, carry_out, sleep

import sim.market
from sim import Market, World
from sim.contract import Fine, Flag, Reinstate, case_number
from sim.phases.settle import settle
from sim.state.today import Accounts, Today
from sim.state.units import NEVER

WHOLE = 100_000
"""A whole deposit, fen."""


@pytest.fixture
def market() -> Market:
    """An evening after twenty days without institutions, in a market that nobody leaves for other reasons."""
    world = World()
    world.market.n_shops, world.shops.leave_rate, world.shops.losing_days = 300, 0.0, 3650
    world.shops.growth = 0.0
    world.brushing.opportunist_share = 0.0
    return at_evening(Market(world, None, seed=4).run(20))


def best(market: Market) -> int:
    """Return the slot of the shop that earns most."""
    return int(market.state.merchants.profit[market.state.shops.owner].argmax())


def row_of(market: Market, slot: int) -> int:
    return int(market.state.shops.owner[slot])


def fine(market: Market, slot: int, rmb: float, actor: str = "platform", day: int = 0) -> None:
    """Impose a fine; ``day`` tells cases of one shop apart."""
    shop = np.array([slot])
    case = case_number(day, market.state.shops.identity[shop])
    terms = {"actor": actor, "policy": "test"}
    carry_out(market, Flag(shop, case, **terms), Fine(shop, case, amount=np.array([rmb]), **terms))


def take_back(market: Market, slot: int, day: int = 0) -> None:
    shop = np.array([slot])
    case = case_number(day, market.state.shops.identity[shop])
    carry_out(market, Reinstate(shop, case, actor="platform", policy="test"))


def owned(market: Market, slot: int) -> int:
    """Return what a fine takes before it reaches the owner, fen."""
    merchants, row = market.state.merchants, row_of(market, slot)
    return max(int(merchants.cash[row]), 0) + int(merchants.deposit[row])


def is_balanced(market: Market) -> bool:
    return market.state.money.total(market.state.merchants, market.state.trade) == 0


@pytest.mark.parametrize("reach", [0, 0.5, 1])
def test_a_fine_takes_what_there_is_and_the_rest_is_owed(market: Market, reach: float) -> None:
    market.state.parameters.shops.owner_reach = reach
    slot, merchants, owners = best(market), market.state.merchants, market.state.money.balances["owners"]
    row, drawn, there = row_of(market, slot), 500_001, owned(market, slot)
    merchants.drawn[row] = drawn
    fine(market, slot, 1e7)
    taken = there + int(reach * drawn)
    assert market.today.tally.fines == taken and market.today.tally.imposed == 10**9
    assert merchants.owed_platform[row] == 10**9 - taken and merchants.owed_state[row] == 0
    assert merchants.cash[row] == merchants.deposit[row] == 0
    assert merchants.drawn[row] == drawn - int(reach * drawn)
    assert market.state.money.balances["owners"] == owners - int(reach * drawn)
    assert market.events().query("verb == 'fine'")["amount_rmb"].tolist() == [taken / 100]
    assert market.case_table()["platform_fine_fen"].tolist() == [10**9] and is_balanced(market)


def test_owners_who_paid_in_more_than_they_drew_are_not_reached(market: Market) -> None:
    slot, merchants = best(market), market.state.merchants
    merchants.drawn[row_of(market, slot)] = -500
    there = owned(market, slot)
    fine(market, slot, 1e7, actor="regulator")
    assert market.today.tally.fines == there and merchants.drawn[row_of(market, slot)] == -500
    assert merchants.owed_state[row_of(market, slot)] == 10**9 - there


def test_a_fine_that_can_be_paid_leaves_nothing_owed(market: Market) -> None:
    slot, merchants, row = best(market), market.state.merchants, row_of(market, best(market))
    merchants.drawn[row] = 500_001
    fine(market, slot, owned(market, slot) / 100)
    assert merchants.owed_platform[row] == merchants.owed_state[row] == 0
    assert merchants.deposit[row] == 0 and merchants.drawn[row] == 500_001


def test_income_pays_fines_then_fills_the_deposit_and_only_then_may_the_owner_draw(market: Market) -> None:
    slot, merchants, row = best(market), market.state.merchants, row_of(market, best(market))
    market.state.parameters.shops.owner_reach, market.state.parameters.shops.grace_days = 0.0, 3650
    debt = int(merchants.profit[row] * 5 * 100)
    fine(market, slot, (owned(market, slot) + debt) / 100)
    fine(market, slot, 30.0, actor="regulator", day=1)
    drawn, paid = int(merchants.drawn[row]), 0.0
    sleep(market)
    for _ in range(200):
        before = [int(x[row]) for x in (merchants.owed_platform, merchants.owed_state, merchants.deposit)]
        market.run(1)
        paid += market.rows[-1]["fines_rmb"]
        now = [int(x[row]) for x in (merchants.owed_platform, merchants.owed_state, merchants.deposit)]
        assert now[1] == before[1] or now[0] == 0, "the platform comes first"
        assert now[2] == before[2] or now[:2] == [0, 0], "deposits come last"
        if now != [0, 0, WHOLE]:
            assert merchants.drawn[row] == drawn and merchants.cash[row] <= 0
            assert merchants.short_since[row] == 21
    assert now == [0, 0, WHOLE] and merchants.short_since[row] == NEVER and merchants.drawn[row] > drawn
    assert paid == pytest.approx((debt + 3000) / 100) and is_balanced(market)


def test_a_ruinous_fine_drives_a_shop_out_after_the_days_of_grace(market: Market) -> None:
    slot, shops, merchants = best(market), market.state.shops, market.state.merchants
    who, row = int(shops.identity[slot]), row_of(market, slot)
    market.state.parameters.shops.grace_days = 12
    fine(market, slot, 1e7)
    sleep(market)
    collected = market.today.tally.fines / 100
    market.run(12)
    assert shops.identity[slot] == who and merchants.short_since[row] == market.day - 12
    collected += market.daily()["fines_rmb"].tail(12).sum()
    assert merchants.owed_platform[row] == pytest.approx(10**9 - collected * 100, abs=1)
    market.run(1)
    assert shops.slots_of(np.array([who]))[0] == -1 and is_balanced(market)
    assert merchants.owed_platform[row] == 0 and merchants.short_since[row] == NEVER
    assert market.rows[-1]["fines_rmb"] == 0, "what is written off, nobody gets"


def test_a_debt_that_a_shop_is_worth_is_paid_in_by_its_owner(market: Market) -> None:
    slot, shops, merchants = best(market), market.state.shops, market.state.merchants
    who, row = int(shops.identity[slot]), row_of(market, slot)
    market.state.parameters.shops.owner_reach, market.state.parameters.shops.grace_days = 0.0, 10
    drawn = int(merchants.drawn[row])
    fine(market, slot, owned(market, slot) / 100 + 60 * merchants.profit[row])
    sleep(market)
    market.run(10)
    debt, platform = int(merchants.owed_platform[row]), market.state.money.balances["platform"]
    assert debt > 0 and merchants.deposit[row] == 0 and merchants.drawn[row] == drawn
    market.run(1)
    assert shops.identity[slot] == who and shops.open[slot] and is_balanced(market)
    assert market.today.tally.paid_in == debt and market.rows[-1]["fines_rmb"] == debt / 100
    revenue = market.today.accounts.platform_revenue
    assert market.state.money.balances["platform"] == platform + debt + revenue
    assert merchants.deposit[row] == WHOLE and merchants.short_since[row] == NEVER
    assert drawn - debt - WHOLE <= merchants.drawn[row] < drawn - debt - WHOLE / 2


@pytest.mark.parametrize(("worth", "stays"), [(365.0, True), (0.0, False)])
def test_whether_an_owner_pays_in_turns_on_what_the_shop_is_worth(
    market: Market, worth: float, stays: bool
) -> None:
    shops, merchants = market.state.shops, market.state.merchants
    market.state.parameters.brushing.shop_value_days = worth
    good = np.flatnonzero(merchants.profit[shops.owner] > 20)
    rows, who = shops.owner[good], shops.identity[good]
    merchants.owed_state[rows], merchants.cash[rows] = 1000, -1_000_000
    merchants.short_since[rows] = market.day - 29
    sleep(market)
    market.run(1)
    assert good.size > 20 and np.array_equal(shops.slots_of(who) >= 0, np.full(good.size, stays))


def test_no_owner_of_a_shop_that_makes_losses_pays_in(market: Market) -> None:
    shops, merchants, slot = market.state.shops, market.state.merchants, best(market)
    row, who = row_of(market, slot), shops.identity[[slot]]
    merchants.profit[row], merchants.owed_platform[row] = -1.0, 1
    merchants.short_since[row] = market.day - 29
    sleep(market)
    market.run(1)
    assert shops.slots_of(who).tolist() == [-1] and market.today.tally.paid_in == 0


def test_a_fine_taken_back_is_forgiven_before_it_is_paid_back(market: Market) -> None:
    slot, merchants, row = best(market), market.state.merchants, row_of(market, best(market))
    market.state.parameters.shops.owner_reach = 0.0
    there = owned(market, slot)
    fine(market, slot, there / 100 + 700, day=0)
    fine(market, slot, 400, actor="regulator", day=1)
    take_back(market, slot, day=1)
    assert merchants.owed_state[row] == 0 and merchants.owed_platform[row] == 70_000
    assert market.today.tally.restitution == 0 and merchants.cash[row] == 0
    take_back(market, slot, day=0)
    assert merchants.owed_platform[row] == 0 and merchants.cash[row] == there
    assert market.today.tally.restitution == there and is_balanced(market)


def test_two_fines_of_one_shop_are_not_both_forgiven_of_one_debt(market: Market) -> None:
    slot, merchants, row = best(market), market.state.merchants, row_of(market, best(market))
    market.state.parameters.shops.owner_reach = 0.0
    there = owned(market, slot)
    for day in (0, 1):
        fine(market, slot, there / 100, day=day)
    shops = np.array([slot, slot])
    cases = np.concatenate([case_number(day, market.state.shops.identity[[slot]]) for day in (0, 1)])
    carry_out(market, Reinstate(shops, cases, actor="platform", policy="test"))
    assert merchants.owed_platform[row] == 0 and merchants.cash[row] == there and is_balanced(market)


def test_an_entrant_inherits_no_debt(market: Market) -> None:
    slot, merchants, row = best(market), market.state.merchants, row_of(market, best(market))
    market.state.parameters.shops.grace_days, market.state.parameters.shops.entrant_rate = 0, 5.0
    who = market.state.shops.identity[slot]
    fine(market, slot, 1e7)
    sleep(market)
    market.run(20)
    assert market.state.shops.identity[slot] > 299 > who
    assert merchants.owed_platform[row] == 0 and merchants.deposit[row] == WHOLE
    assert merchants.short_since[row] == NEVER and 0 <= merchants.drawn[row] < WHOLE


def test_brushing_that_loses_money_drives_a_shop_out(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders that are bought for shops, and bring nothing, use up profits and cash."""
    market.state.parameters.shops.losing_days = 15
    shops, merchants = market.state.shops, market.state.merchants
    slots = np.flatnonzero(merchants.profit[shops.owner] > 0)[:12]
    who = shops.identity[slots].copy()
    merchants.cash[shops.owner[slots]] = 20_000
    sleep(market)
    alone = market.branch().run(60).state.shops

    def settle_in_vain(today: Today, *parts: Any) -> Accounts:
        tasks, there = today.tasks, slots[shops.identity[slots] == who]
        tasks.count[there], tasks.organiser[there] = 20, 0
        tasks.value[there] = 2000 * shops.price[there]
        accounts = settle(today, *parts)
        tasks.count[there] = tasks.value[there] = 0
        return accounts

    monkeypatch.setattr(sim.market, "settle", settle_in_vain)
    market.run(60)
    assert (shops.slots_of(who) == -1).sum() >= 9 and (alone.slots_of(who) >= 0).all()
