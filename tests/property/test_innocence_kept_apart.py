"""Who is innocent, followed by a patient clerk: by what was bought, not by who was accused or named."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from experiments import load_config
from policies import build_package
from sim import Market
from sim.state.truth import INNOCENT_DAYS

DAYS = 200
TURMOIL = [
    "market=small", "package=threshold_fine_suit", "shops.leave_rate=1", "shops.entrant_rate=2",
    "package.regulator.raids_per_year=8", "trade.ledger_error=0.05", "trade.ledger_days=5",
    "brushing.moral_cost=0.02",
]  # fmt: skip


class Clerk:
    """A market, and for each shop identity the days on which brushed orders were carried out for it."""

    def __init__(self, seed: int) -> None:
        config = load_config(TURMOIL)
        self.market = Market(config.world, build_package(config.package), seed=seed)
        self.days: dict[int, list[int]] = defaultdict(list)

    def step(self) -> None:
        """Let a day pass and write it down."""
        day = self.market.day
        self.market.run(1)
        for slot in np.unique(self.market.today.tasks.shop):
            self.days[int(self.market.state.shops.identity[slot])].append(day)

    def is_innocent(self, identity: int, day: int, window: float = INNOCENT_DAYS) -> bool:
        """Tell whether nothing was bought for a shop on ``day`` and the ``window`` days before it."""
        return not any(day - window <= bought <= day for bought in self.days[identity])


@pytest.fixture(scope="module", params=[4, 5])
def clerk(request: pytest.FixtureRequest) -> Clerk:
    clerk = Clerk(request.param)
    for _ in range(DAYS):
        clerk.step()
    return clerk


def test_shops_are_innocent_exactly_if_nothing_was_bought_for_them(clerk: Clerk) -> None:
    truth, today = clerk.market.truth(), clerk.market.day
    told = truth[truth["open"]].set_index("identity")["innocent"]
    # What is asked after the last evening counts the coming day as the first one.
    assert told.to_dict() == {who: clerk.is_innocent(who, today) for who in told.index}
    assert set(told) == {True, False}


def test_cases_are_innocent_exactly_if_nothing_was_bought(clerk: Clerk) -> None:
    trade = clerk.market.state.parameters.trade
    windows = {"ledger": trade.ledger_window + trade.ledger_days}
    table, start = clerk.market.case_table(), clerk.market.state.clock.policy_start
    expected = [
        clerk.is_innocent(who, day + start, windows.get(source, INNOCENT_DAYS))
        for who, day, source in zip(table["identity"], table["day"], table["source"], strict=True)
    ]
    assert table["innocent"].tolist() == expected
    accused_again = table["identity"].duplicated()
    for group in (table["source"] == "ledger", table["source"] == "detector", accused_again):
        assert set(table.loc[group, "innocent"]) == {True, False}


def test_hits_of_every_day_are_cases_hit_by_their_truth(clerk: Clerk) -> None:
    table, daily = clerk.market.case_table(), clerk.market.daily().set_index("day")
    hit = table[table["hit_day"].notna()]
    for column, own in (
        ("hits_innocent", hit["innocent"]), ("hits_guilty", ~hit["innocent"]), ("hits_honest", hit["honest"]),
    ):  # fmt: skip
        counted = hit[own].groupby("hit_day").size().reindex(daily.index, fill_value=0)
        assert counted.sum() > 0
        assert daily[column].tolist() == counted.tolist()


def test_shops_at_risk_of_being_hit_wrongly_are_the_innocent_ones(clerk: Clerk) -> None:
    shops, row = clerk.market.state.shops, clerk.market.rows[-1]
    open_shops = shops.identity[shops.open]
    assert row["innocent_shops"] == sum(clerk.is_innocent(who, row["day"]) for who in open_shops.tolist())
