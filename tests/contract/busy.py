"""Evenings on which much happens to every institution, and policies rehearsed on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from policies import POLICIES, build_package
from sim.contract import (
    NONE,
    Act,
    Appeals,
    Investigate,
    Ledgers,
    Observation,
    Raid,
    Raids,
    Referrals,
    View,
    case_number,
)
from sim.contract.rehearsal import answer, example_observation

N_SHOPS, N_ORGANISERS, MANY = 4000, 600, 300

DAYS = (*range(8), 30, 45, 110, 251, 600, 700)
"""Days in a row and then far apart, so that whatever an institution put off has its day."""


@cache
def busy_evening(day: int) -> Observation:
    """Return an evening with many raids, referrals, appeals and names from ledgers, none of them twice."""
    rng, quiet = np.random.default_rng([7, day]), example_observation(N_SHOPS, day)
    shop = rng.choice(N_SHOPS, 4 * MANY, replace=False).reshape(4, MANY)
    number = 10_000 + DAYS.index(day) * MANY + np.arange(MANY) if day in DAYS else np.arange(MANY)
    gains = rng.uniform(1e3, 1e6, MANY)
    return replace(
        quiet,
        open=np.arange(N_SHOPS) % 20 > 0,
        days_since_sanction=strikes(rng),
        organisers=np.arange(N_ORGANISERS),
        raids=Raids(number, gains, rng.uniform(5, 50, MANY) * gains, gains / 10),
        referrals=Referrals(
            shop[0], case_number(day - 1, quiet.identity[shop[0]]), np.full(MANY, "public", dtype="U9")
        ),
        appeals=Appeals(case_number(day - 9, quiet.identity[shop[1]]), shop[1]),
        ledgers=Ledgers(np.full(MANY, 1), shop[2], rng.choice(9999, MANY, replace=False), np.full(MANY, 1)),
    )


def strikes(rng: np.random.Generator) -> np.ndarray:
    """Return days since the last four strikes of shops that have had none, one, … four of them."""
    days = rng.integers(0, 200, (N_SHOPS, 4)).cumsum(axis=1).astype(np.float32)
    return np.where(np.arange(4) < rng.integers(0, 5, (N_SHOPS, 1)), days, np.float32(np.inf))


def built(name: str, settings: dict[str, Any]) -> Any:
    """Return the policy called ``name`` with these settings, nested as in a YAML."""
    return build_package({"one": {"policy": name, **settings}}).policies[0].policy


def rehearsed(policy: Any, dose: float = 1.0, tips: bool = True) -> Iterator[tuple[Observation, list[Act]]]:
    """Yield busy evenings and what a policy answers at this dose; it finds out what it asks for.

    Who sees organisers finds and raids them itself and reads of its own raids; others read of somebody's.
    Without ``tips`` nobody refers a shop.
    """
    policy.reset()
    acts: list[Act] = []
    for day in DAYS:
        evening = answer(busy_evening(day), acts)
        if "organisers" in policy.reads:
            evening = replace(evening, raids=reported(acts), organisers=found(evening, acts))
        if not tips:
            evening = replace(evening, referrals=Referrals(NONE, NONE, np.zeros(0, dtype="U9")))
        acts = policy.act(View(evening, policy.reads, dose))
        yield evening, acts


def found(evening: Observation, acts: Sequence[Act]) -> np.ndarray:
    """Return the organisers that yesterday's investigation brought to light."""
    effort = sum(act.effort for act in acts if isinstance(act, Investigate))
    return evening.organisers[evening.luck("found", evening.organisers) < -np.expm1(-effort)]


def reported(acts: Sequence[Act]) -> Raids:
    """Return what is read of yesterday's raids."""
    raided = np.concatenate([NONE, *(act.organisers for act in acts if isinstance(act, Raid))])
    gains = 1000.0 * (1 + raided)
    return Raids(raided, gains, 20 * gains, gains / 10)


def kind(act: Act) -> str:
    """Return what an act is and of whom, such as ``fine organiser``."""
    return f"{act.verb} {act.target_kind.name}"


def numbered(pairs: Sequence[tuple[str, dict[str, Any]]]) -> list[Any]:
    """Return policies and settings as parameters of a test, called ``regulator 1``, ``regulator 2``, …"""
    counts: Counter[str] = Counter()
    parameters = []
    for name, settings in pairs:
        counts[name] += 1
        parameters.append(pytest.param(name, settings, id=f"{name} {counts[name]}"))
    return parameters


NAMES = sorted(POLICIES)
