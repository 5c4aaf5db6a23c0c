"""No fen of a fine is lost, made or claimed twice (docs/odd.md, 7.8 and 7.9)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from experiments import load_config
from sim import Market
from sim.contract import Act, Close, Fine, Flag, Hear, Observation, Reinstate, case_number
from sim.state.units import NEVER

CASES = [(seed, demand) for seed in (1, 2, 3) for demand in ("agents", "cohorts")]
DAYS, PARTIES = 90, ("platform", "state")


class FinesByLot:
    """Platform and regulator take turns to fine whom the lot falls on, at random; some are closed too."""

    name = "fines by lot"

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Remember nothing of another market."""
        self.imposed, self.touched = 0, np.zeros(0, dtype=np.int64)

    def act(self, seen: Observation) -> list[Act]:
        """Flag and fine shops, hear appeals, and reinstate who won."""
        fined = np.flatnonzero((seen.luck("lot", seen.identity) < 0.02) & (seen.identity >= 0))
        amount = 10 ** (1 + 4 * seen.luck("amount", seen.identity[fined]))
        cases = case_number(seen.day, seen.identity[fined])
        by = {"actor": "regulator" if seen.day % 2 else "platform", "policy": self.name}
        self.imposed += int(np.rint(100 * amount).sum())
        found, asks = seen.findings, seen.appeals
        won = (found.kind == "appeal") & ~found.guilty & (found.shop >= 0)
        self.touched = np.union1d(fined, found.shop[won])
        return [
            Flag(fined, cases, **by),
            Fine(fined, cases, amount=amount, **by),
            Close(fined[:1], cases[:1], **by),
            Hear(asks.shop, asks.case, **by),
            Reinstate(found.shop[won], found.case[won], **by),
        ]


class Books:
    """What became of fines, summed day by day from outside, in fen."""

    def __init__(self, market: Market, package: FinesByLot) -> None:
        self.market, self.package = market, package
        self.written_off = self.forgiven = self.restitution = self.paid_in = 0

    def live(self) -> None:
        """Live a day, and enter what was written off on its morning, taken back on its evening."""
        state, shops = self.market.state, self.market.state.shops
        owed = {int(who): fen for who, fen in zip(shops.identity, self.owed_by_slot(), strict=True)}
        self.market.run(1)
        gone = owed.keys() - {*self.market.state.shops.identity.tolist()}
        self.written_off += sum(int(owed[who]) for who in gone if who >= 0)
        self.restitution += self.market.today.tally.restitution
        self.paid_in += self.market.today.tally.paid_in
        assert state.money.total(state.merchants, state.trade) == 0

    def owed_by_slot(self) -> np.ndarray:
        """Return what the merchant of each slot owes (n_shops,), fen."""
        merchants, owner = self.market.state.merchants, self.market.state.shops.owner
        return sum(merchants.owed(payee)[owner] for payee in PARTIES)

    def collected(self) -> int:
        """Return what all fines brought by now."""
        return round(100 * self.market.daily()["fines_rmb"].sum())


def lived(seed: int, demand: str, days: int, **shops: Any) -> Books:
    """Return the books of some months in which fines fall by lot."""
    overrides = [f"shops.{name}={value}" for name, value in shops.items()]
    config = load_config(["market=small", f"demand={demand}", "shops.entrant_rate=3", *overrides])
    package = FinesByLot()
    books = Books(Market(config.world, package, seed=seed), package)
    for _ in range(days):
        books.live()
    return books


@pytest.mark.parametrize(("seed", "demand"), CASES)
def test_what_was_imposed_was_collected_or_is_owed_forgiven_or_written_off(seed: int, demand: str) -> None:
    books = lived(seed, demand, DAYS)
    on_file = books.market.case_table()[[f"{payee}_fine_fen" for payee in PARTIES]].to_numpy().sum()
    taken_back, collected = books.package.imposed - on_file, books.collected()
    books.forgiven, owed = taken_back - books.restitution, int(books.owed_by_slot().sum())
    assert collected + owed + books.forgiven + books.written_off == books.package.imposed
    assert min(collected, owed, books.forgiven, books.written_off, books.restitution, books.paid_in) > 0
    events = books.market.events().query("verb == 'fine'")["amount_rmb"].sum()
    assert 0 < round(100 * events) < collected, "some fines are paid later"


@pytest.mark.parametrize(("seed", "demand"), CASES)
def test_what_is_owed_missing_and_noted_agrees_every_evening(seed: int, demand: str) -> None:
    books, before = lived(seed, demand, 1), {}
    whole = round(books.market.state.parameters.shops.deposit * 100)
    for _ in range(DAYS):
        books.live()
        state, today = books.market.state, books.market.day - 1
        shops, merchants = state.shops, state.merchants
        assert (merchants.owed_platform >= 0).all() and (merchants.owed_state >= 0).all()
        assert (merchants.deposit >= 0).all() and (merchants.deposit <= whole).all()
        row = shops.owner
        short = (books.owed_by_slot() > 0) | (shops.open & (merchants.deposit[row] < whole))
        since, vacant = merchants.short_since[row], shops.identity < 0
        quiet = ~np.isin(np.arange(shops.n), books.package.touched) & ~vacant
        assert np.array_equal(short[quiet], since[quiet] != NEVER)
        assert not books.owed_by_slot()[vacant].any() and not merchants.deposit[row][vacant].any()
        assert (since[quiet & shops.open] != today - state.parameters.shops.grace_days - 1).all()
        assert all(since[slot] in (day, NEVER, today) for slot, day in before.items() if not vacant[slot])
        before = {slot: int(since[slot]) for slot in np.flatnonzero(quiet & short)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_owners_out_of_reach_lose_nothing_and_those_within_it_pay_more(seed: int) -> None:
    collected = []
    for reach in (0, 1):
        books = lived(seed, "agents", 60, owner_reach=reach, leave_rate=0, growth=0, grace_days=3650)
        collected.append(books.collected() / books.package.imposed)
        assert books.paid_in == 0 and (reach == 1 or (books.market.state.merchants.drawn >= 0).all())
    assert collected[0] < collected[1] < 1
