"""Which parts of the state, and of the day, each phase may change; all else must be as it was."""

from __future__ import annotations

import ast
import hashlib
import pickle
from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from typing import Any

import pytest
from arbitrary import Arbitrary
from source import functions, modules

import sim.market
from experiments import load_config
from policies import build_package
from sim import Market
from sim.state import State
from sim.state.today import Today

MAY_WRITE = {
    "enter_and_age": (
        "buyers", "campaigns", "detectors", "entrants", "founders", "harm", "merchants", "money", "names",
        "shops", "traces", "trade", "today.tally",
    ),
    "rank": ("platform.cache", "today.attention"),
    "offer": ("today.offers",),
    "decide": ("campaigns", "merchants", "today.asked", "today.started"),
    "brush": ("buyers", "campaigns", "trade", "today.tasks"),
    "sell": ("buyers", "platform.classes", "platform.demand", "today.sales"),
    "review": ("shops", "today.sales"),
    "settle": ("founders", "merchants", "money", "trade", "today.accounts"),
    "leave_traces": ("buyers", "traces"),
    "count_losses": ("harm", "today.sales_lost"),
    "show_sales": ("shops",),
    "observe": (),
    "clear_delivered": ("cases", "inbox", "today.tally"),
    "enforce": (
        "buyers", "campaigns", "cases", "detectors", "events", "founders", "harm", "inbox", "merchants",
        "money", "names", "platform.ranking", "shops", "trade", "today.tally",
    ),
    "learn": ("beliefs", "merchants", "trade"),
    "adapt": ("beliefs", "trade"),
    "set_cuts": ("trade",),
    "count_harm": ("harm",),
    "count_month": ("detectors",),
    "measure": (),
}  # fmt: skip
"""The phases of `Market.step` in their order, and what each may change, what the day gets of it included.

Between ``observe`` and ``clear_delivered`` policies act: on what they were shown, and on nothing else.
"""

OTHERWISE = "Today", "_enforce", "act", "append", "_replace"
"""What `Market.step` calls besides: the day, the acts of policies, the row of the table and the clock."""

BUSY = (
    "market=small", "brushing.opportunist_share=0.8", "brushing.moral_cost=0.005", "shops.leave_rate=1",
    "shops.entrant_rate=3", "trade.founding_assets=2000", "trade.staff_cost=2500", "trade.return_days=20",
    "trade.ledger_days=3", "package.regulator.raids_per_year=9", "package.civil_suits.filing_delay_days=3",
    "package.civil_suits.judgment_delay_days=6",
)  # fmt: skip
SUITS = ("package=threshold_fine_suit", *BUSY)
RUNS = {
    "nobody acts": ("market=small", "package=no_enforcement"),
    "platform and state act": SUITS,
    "buyers are counted by class": (*SUITS, "demand=cohorts"),
    "every verb": SUITS,
}
SEEDS, DAYS = (1, 2), 40


def parts_of(state: State, today: Today) -> dict[str, Any]:
    """Return the parts of the state, those of the platform one by one, and what the day holds so far."""
    parts = {field.name: getattr(state, field.name) for field in fields(state)}
    (platform,) = parts.pop("platforms")
    parts |= {f"platform.{field.name}": getattr(platform, field.name) for field in fields(platform)}
    return parts | {f"today.{name}": value for name, value in vars(today).items()}


class Watch:
    """What each phase of a market's days has changed; a phase lasts until the next one begins."""

    def __init__(self, market: Market, patch: pytest.MonkeyPatch) -> None:
        self.market, self.today, self.phase = market, Today(market.state.clock, market.state.shops.n), ""
        self.before: dict[str, bytes] = {}
        self.changed: dict[str, set[str]] = defaultdict(set)
        patch.setattr(sim.market, "Today", self.dawn)
        for phase in MAY_WRITE:
            home = market if phase == "sell" else sim.market
            patch.setattr(home, phase, self.watched(phase, getattr(home, phase)))

    def dawn(self, *known: Any) -> Today:
        """Return a new day."""
        self.today = Today(*known)
        return self.today

    def watched(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a phase that is watched."""

        def begin(*parts: Any) -> Any:
            self.turn_to(phase)
            made = function(*parts)
            if phase == "measure":
                self.turn_to("")
            return made

        return begin

    def turn_to(self, phase: str) -> None:
        """Enter what the last phase has changed, and begin the next."""
        parts = parts_of(self.market.state, self.today)
        now = {name: hashlib.sha256(pickle.dumps(part)).digest() for name, part in parts.items()}
        if self.phase:
            self.changed[self.phase] |= {name for name in now if now[name] != self.before.get(name)}
            assert self.before.keys() <= now.keys()
        self.before, self.phase = now, phase


@cache
def changes(name: str, seed: int) -> dict[str, set[str]]:
    """Return what each phase changes in one of the `RUNS`."""
    config = load_config(RUNS[name])
    package = Arbitrary() if name == "every verb" else build_package(config.package)
    with pytest.MonkeyPatch.context() as patch:
        watch = Watch(Market(config.world, package, seed=seed), patch)
        watch.market.run(DAYS)
    return dict(watch.changed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", RUNS)
def test_a_phase_changes_what_it_declares_and_nothing_else(name: str, seed: int) -> None:
    undeclared = {phase: sorted(found - {*MAY_WRITE[phase]}) for phase, found in changes(name, seed).items()}
    assert not {phase: parts for phase, parts in undeclared.items() if parts}


def test_nothing_is_declared_that_no_phase_ever_changes() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for name in RUNS:
        for seed in SEEDS:
            for phase, parts in changes(name, seed).items():
                found[phase] |= parts
    unused = {phase: {*declared} - found[phase] for phase, declared in MAY_WRITE.items()}
    assert not {phase: parts for phase, parts in unused.items() if parts}


def called(day: list[ast.FunctionDef]) -> set[str]:
    """Return the names of what some functions call."""
    calls = [node.func for one in day for node in ast.walk(one) if isinstance(node, ast.Call)]
    return {call.attr if isinstance(call, ast.Attribute) else ast.unparse(call) for call in calls}


def test_every_phase_of_a_day_is_declared() -> None:
    (tree,) = (tree for name, tree in modules("sim") if name == "sim.market")
    day = [function for function in functions(tree) if function.name in ("step", "_enforce")]
    assert called(day) == {*MAY_WRITE, *OTHERWISE}


def test_a_phase_that_writes_elsewhere_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(RUNS["nobody acts"])
    market = Market(config.world, build_package(config.package), seed=1)

    def careless(today: Today, *_: Any) -> None:
        market.state.campaigns.until[7] += 1
        today.tally.sanctioned[3] = True

    monkeypatch.setattr(sim.market, "count_harm", careless)
    watch = Watch(market, monkeypatch)
    market.run(1)
    assert watch.changed["count_harm"] == {"campaigns", "today.tally"}
    assert all(watch.changed[phase] <= {*MAY_WRITE[phase]} for phase in MAY_WRITE if phase != "count_harm")
