"""Turn over everything that institutions are not shown, and they act as they would have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from composing import names_in

from experiments import load_config
from policies import Dated, Detection, Package, build_package
from policies.detectors.names import BUILT_IN
from sim import Market
from sim.contract import Act, Flag, case_number
from sim.contract.policy_check import comparable

BUSY = [
    "market=small", "brushing.opportunist_share=0.9", "brushing.moral_cost=0.01", "trade.ledger_days=5",
    "package=threshold_fine_suit", "package.regulator.raids_per_year=20", "threads=1",
]  # fmt: skip

SHOWN = {
    "shops.identity", "shops.category", "shops.opened_day", "shops.open", "shops.hidden_until",
    "shops.rating", "shops.price", "shops.displayed", "shops.last_case_day", "shops.sanction_days",
    "traces.sums", "traces.turnover_sums", "trade.is_open", "names.number", "names.known", "names.current",
}  # fmt: skip
"""Arrays of the market that an observation shows; all others are hidden, those to come as well."""

ROWS = {"trade.founder": "founders", "shops.owner": "merchants", "names.current": "names"}
"""Arrays of rows of another table, whose entries are turned over; what they are must stay a row."""

ON_ITS_WAY = "inbox"
"""The part of the state that is on its way to the institutions."""


def arrays(part: Any, where: str) -> Iterator[tuple[str, np.ndarray]]:
    """Yield every array below ``part`` with its path."""
    if isinstance(part, np.ndarray):
        yield where, part
    elif is_dataclass(part):
        for field in fields(part):
            yield from arrays(getattr(part, field.name), f"{where}.{field.name}")
    elif isinstance(part, (list, tuple)):
        for item in part:
            yield from arrays(item, where)


def state(market: Market) -> Iterator[tuple[str, np.ndarray]]:
    """Yield every array of the market's state, and of the day that was, with its path."""
    for name, part in (vars(market.state) | {"today": market.today}).items():
        if name != ON_ITS_WAY:
            yield from arrays(part, name)


def turn_over(array: np.ndarray, path: str) -> None:
    """Give every entry another value, in place."""
    if path in ROWS:
        array[...] = array[::-1].copy()
        return
    if array.dtype == bool:
        array[...] = ~array
    elif array.dtype.kind in "iuf":
        array[...] = array.ravel()[::-1].reshape(array.shape) + np.ones((), dtype=array.dtype)


def turn_truth_over(market: Market) -> set[str]:
    """Change all that no institution is shown; return what was changed."""
    hidden = [(path, array) for path, array in state(market) if path not in {*SHOWN, *ROWS}]
    for path, array in hidden:
        turn_over(array, path)
    cases = market.state.cases.columns
    for name in ("innocent", "honest", "stale", "in_burst"):
        cases[name] = [not value for value in cases[name]]
    return {path for path, _ in hidden}


def evening(market: Market, change: Callable[[Market], Any]) -> list[tuple[Any, ...]]:
    """Return the acts of a market's institutions this evening, after ``change`` to a copy of it."""
    twin = market.branch()
    change(twin)
    assert twin.package is not None
    seen = twin.observe()
    return [comparable(act, seen) for act in twin.package.act(seen)]


def as_it_is(market: Market) -> None:
    """Change nothing."""


def plain(part: Any) -> Any:
    """Return an observation, or a part of one, as values that can be compared."""
    if not is_dataclass(part):
        return np.asarray(part).tolist()
    shown = {field.name: plain(getattr(part, field.name)) for field in fields(part) if field.name != "luck"}
    if "known" in shown:
        shown["known"] = {name: known.tolist() for name, known in part.known.items()}
    return shown


@pytest.fixture(scope="module")
def trunk() -> Market:
    config = load_config(BUSY)
    return Market(config.world, build_package(config.package), seed=6).run(80)


def acts_of_some_evenings(market: Market) -> int:
    """Compare the acts of several evenings with and without the truth turned over; return how many."""
    number = 0
    for _ in range(4):
        usual = evening(market, as_it_is)
        assert evening(market, turn_truth_over) == usual
        number += sum(bool(act[1]) for act in usual)
        market.run(3)
    return number


@pytest.mark.parametrize("name", [name for name in names_in("package") if name != "no_enforcement"])
def test_a_package_does_not_act_on_the_truth(name: str, trunk: Market) -> None:
    config = load_config(["market=small", f"package={name}"])
    market = trunk.branch().adopt(build_package(config.package)).run(25)
    assert acts_of_some_evenings(market) >= 4


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_detector_does_not_score_the_truth(name: str, trunk: Market) -> None:
    detection = Detection(detector=name, flags_per_1000_week=70, acted_share=1)
    market = trunk.branch().adopt(Package(name, [Dated(detection, "detection")])).run(10)
    assert acts_of_some_evenings(market) >= 4


def test_what_is_turned_over_is_what_the_institutions_are_after(trunk: Market) -> None:
    twin = trunk.branch()
    changed = turn_truth_over(twin)
    assert changed >= {
        "merchants.opportunist", "campaigns.last_brushed_day", "campaigns.level", "campaigns.organiser",
        "campaigns.until", "merchants.moral_cost", "merchants.risk", "traces.brushed", "traces.brushed_30",
        "buyers.works", "shops.quality", "shops.burst", "shops.margin", "today.tasks.count",
        "today.tasks.account", "today.sales.purchases.account", "merchants.cash", "harm.until",
        "detectors.last_above", "founders.paid", "founders.status", "founders.founded_day", "trade.names",
    }  # fmt: skip
    assert (twin.truth()["honest"] != trunk.truth()["honest"]).all()
    assert (twin.truth()["brushed_30"] != trunk.truth()["brushed_30"]).mean() > 0.5
    assert plain(twin.observe()) == plain(trunk.observe())


@pytest.mark.parametrize("path", sorted(SHOWN))
def test_nothing_is_called_shown_that_an_evening_does_not_show(path: str, trunk: Market) -> None:
    twin = trunk.branch()
    turn_over(dict(state(twin))[path], path)
    assert plain(twin.observe()) != plain(trunk.observe())


class Peeks:
    """A policy that looks behind the observation."""

    actor, reads = "platform", ("identity",)

    def __init__(self, market: Market) -> None:
        self.market = market

    def reset(self) -> None:
        pass

    def act(self, observation: Any) -> list[Act]:
        shops = np.flatnonzero(self.market.state.traces.brushed_30 > 5)
        return [Flag(shops, case_number(observation.day, observation.identity[shops]))]


def test_a_policy_that_knows_the_truth_is_found_out(trunk: Market) -> None:
    market = trunk.branch()
    market.adopt(Package("peeks", [Dated(Peeks(market), "peeks")]))
    assert evening(market, turn_truth_over) != evening(market, as_it_is) == evening(market, as_it_is)
