"""E3. A sanction that takes nothing changes nothing but the record, to the last order.

Fines of nothing, the closure of closed shops, the removal of sales that nobody sees and demotions that end
before an earlier one are ordered every evening; the world goes on as if they were not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest
from arms import Place, fines, named, trunk

from policies import Dated, Package
from sim import Market
from sim.contract import Act, Close, Demote, Observation, RemoveSales, case_number

PLACES = Place("default", 0), Place("calibrated_08", 0)
DAYS = 150

WORLD = [
    "brushed_orders", "brushing_shops", "genuine_orders", "genuine_turnover_rmb", "open_shops", "closures",
    "perceived_risk", "fee", "camouflage", "workers", "platform_revenue_rmb", "organiser_profit_rmb",
    "fines_rmb",
]  # fmt: skip
"""Columns of the day that are no record of what institutions did."""


@dataclass
class Sanctions:
    """Sanction a fifth of the shops on the first evening, and, if asked to, some every evening after it.

    ``first`` and ``again`` make the sanctions of slots; ``whom`` says of an observation whom they may hit.
    """

    first: Callable[..., Act]
    again: Callable[..., Act] | None
    whom: Callable[[Observation, np.ndarray], np.ndarray]
    actor: str = "platform"
    reads: tuple[str, ...] = field(default=("identity", "open", "displayed_sales"))

    def reset(self) -> None:
        self._sanctioned = np.zeros(0, dtype=np.int64)

    def act(self, observation: Observation) -> list[Act]:
        if observation.day == 0:
            luck = observation.luck("economics.nothing", observation.identity)
            shops = np.flatnonzero(observation.open & (luck < 0.2))
            self._sanctioned = observation.identity[shops]
            return [self.first(shops, case_number(0, observation.identity[shops]))]
        if self.again is None:
            return []
        shops = np.flatnonzero(self.whom(observation, np.isin(observation.identity, self._sanctioned)))
        return [self.again(shops, case_number(observation.day, observation.identity[shops]))]


def demote(days: int) -> Callable[..., Act]:
    return lambda shops, cases: Demote(shops, cases, days)


NOTHINGS: dict[str, tuple] = {
    "closing the closed": (Close, Close, lambda seen, sanctioned: sanctioned & ~seen.open),
    "hiding the hidden": (
        demote(DAYS), demote(1), lambda seen, sanctioned: sanctioned & (seen.identity % 3 == seen.day % 3)
    ),
    "removing what is not there": (
        demote(1), RemoveSales, lambda seen, sanctioned: seen.open & (seen.displayed_sales == 0)
    ),
}  # fmt: skip


def lived(place: Place, package: Package) -> Market:
    return trunk(place).branch().adopt(package).run(DAYS)


def ordered(market: Market) -> int:
    """Return how many sanctions of the package are on the record."""
    events = market.events().query("day >= 0")
    return int(events["verb"].isin(["fine", "close", "demote", "remove_sales"]).sum())


def world_of(market: Market) -> pd.DataFrame:
    return market.daily().query("day >= 0")[WORLD]


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_fine_of_nothing_on_every_case_changes_no_order(place: Place) -> None:
    fined, untouched = lived(place, fines(1, 0)), lived(place, named("no_enforcement"))
    table = fined.daily().query("day >= 0")
    assert ordered(fined) > 20, "fines of nothing are on the record"
    assert table[["hits_guilty", "hits_innocent"]].to_numpy().sum() == 0, "and nobody was hit"
    pd.testing.assert_frame_equal(world_of(fined), world_of(untouched), check_exact=True)


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("what", NOTHINGS)
def test_sanctions_that_take_nothing_change_no_order(what: str, place: Place) -> None:
    first, again, whom = NOTHINGS[what]
    once = lived(place, Package("once", [Dated(Sanctions(first, None, whom), "once")]))
    twice = lived(place, Package("twice", [Dated(Sanctions(first, again, whom), "twice")]))
    assert ordered(twice) > ordered(once), "there are more on the record"
    pd.testing.assert_frame_equal(world_of(twice), world_of(once), check_exact=True)
