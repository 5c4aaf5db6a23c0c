"""Common random numbers: every draw has one purpose, and belongs to a person and not to a name or place."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import sim.chance
import sim.phases.enter
import sim.trade.life
from experiments import load_config
from policies import Package, build_package
from sim import Market
from sim.contract import NONE, Observation

BUSY = [
    "market=small", "package=threshold_fine_suit", "shops.leave_rate=0.5", "shops.entrant_rate=1",
    "trade.ledger_days=5", "package.regulator.raids_per_year=8", "package.civil_suits.who=every",
    "package.civil_suits.filing_delay_days=3", "package.civil_suits.judgment_delay_days=3",
    "package.detection.mode=reviewed", "package.detection.threshold=0.3",
    "package.detection.reviewers_per_100k_shops=500",
]  # fmt: skip
MIDDLEMEN = {"uniforms", "normals", "uniform", "luck", "__call__", "note", "note_fill", "draw_verdicts"}
"""Functions that pass a draw on; the purpose is that of who calls them."""


def purpose() -> str:
    """Return the line of code that asked for the draw being made."""
    frame = sys._getframe(1)
    while frame.f_code.co_name in MIDDLEMEN:
        assert frame.f_back is not None
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[np.ndarray]]:
    """Return the numbers drawn outside the kernels from now on, by the line that asked for them."""
    by_purpose: dict[str, list[np.ndarray]] = {}
    fill, one = sim.chance._fill, sim.chance.uniform

    def note_fill(key: np.uint64, who: np.ndarray, k: int, out: np.ndarray) -> None:
        fill(key, who, k, out)
        by_purpose.setdefault(purpose(), []).append(out.copy())

    def note(*words: int) -> float:
        number = one(*words)
        by_purpose.setdefault(purpose(), []).append(np.array([number]))
        return number

    monkeypatch.setattr(sim.chance, "_fill", note_fill)
    for module in (sim.phases.enter, sim.trade.life):
        monkeypatch.setattr(module, "uniform", note)
    return by_purpose


@pytest.mark.parametrize("seed", [1, 2])
def test_no_number_serves_two_purposes(seed: int, drawn: dict[str, list[np.ndarray]]) -> None:
    config = load_config(BUSY)
    Market(config.world, build_package(config.package), seed=seed).run(150)
    lines = [(line, np.unique(np.concatenate(numbers))) for line, numbers in drawn.items()]
    assert len(lines) > 35
    table = pd.DataFrame({
        "number": np.concatenate([numbers for _, numbers in lines]),
        "line": np.repeat([line for line, _ in lines], [numbers.size for _, numbers in lines]),
    })  # fmt: skip
    # Numbers have 52 bits: that two of 220,000 agree by chance has a probability of 5 in a million.
    shared = table[table["number"].duplicated(keep=False)]
    assert shared.groupby("number")["line"].agg(tuple).value_counts().to_dict() == {}


def market_of(package: Package, seed: int) -> Market:
    """Return a small market after 100 days under ``package``."""
    return Market(load_config(BUSY).world, package, seed=seed).run(100)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_number_depends_on_what_a_policy_or_package_is_called(seed: int) -> None:
    package = build_package(load_config(BUSY).package)
    daily = market_of(package, seed).daily()
    renamed = [replace(dated, name=f"another {dated.name}") for dated in package.policies]
    assert daily["reviews"].sum() > 50 and daily["raids"].sum() > 3
    assert market_of(Package("another", renamed), seed).daily().equals(daily)


def told(package: Package, evening: Observation) -> dict[tuple[str, str], tuple[list, ...]]:
    """Return whom each policy did what to on one evening."""
    return {
        (act.policy, act.verb): tuple(
            getattr(act, name, NONE).tolist() for name in ("targets", "cases", "amount")
        )
        for act in package.act(evening)
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_no_draw_depends_on_the_place_of_a_policy_in_its_package(seed: int) -> None:
    market = market_of(build_package(load_config(BUSY).package), seed)
    straight, turned = (build_package(load_config(BUSY).package) for _ in range(2))
    turned = Package("turned", list(reversed(turned.policies)))
    n_acts = 0
    for _ in range(40):
        evening = market.observe()
        acts = told(straight, evening)
        assert told(turned, evening) == acts
        n_acts += len(acts)
        market.run(1)
    assert n_acts > 40
