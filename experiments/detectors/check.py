"""`check_detector`: what a detector must be, as a program; it rejects others in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import numpy as np

from policies.detectors.names import bring_detector
from policies.external import Brought, scorer_of, staying
from sim.contract import ContractError, Observation
from sim.contract.policy_check import (
    DAYS,
    check_code,
    check_reads,
    difference,
    poisoned,
    require,
    seeded_generators,
)
from sim.contract.rehearsal import example_observation, permuted
from sim.parameters import ConfigError

ROUNDING = 1e-9
"""Risks of the same shop in another place may differ by so much: sums are rounded in another order."""


def check_detector(detector: Any, name: str | None = None, n_shops: int = 200, seed: int = 1) -> None:
    """Rehearse ``detector`` and raise `ContractError` if it is none.

    It must score an array (n_shops,) of risks in [0, 1], read only fields of the observation that it
    declares, leave the observation untouched, draw only from ``observation.luck``, forget everything
    in ``reset``, not depend on the order of the shops, and have no code that looks behind the observation.

    Parameters
    ----------
    detector : an object with ``score(observation)``, perhaps ``reads`` and ``reset()``; or its class, a
        function, a module; it is copied, not changed
    name : for the messages; by default that of its type
    n_shops, seed : size and seed of the made-up market
    """
    name = name or str(getattr(detector, "name", getattr(detector, "__name__", type(detector).__name__)))
    brought = detector if isinstance(detector, Brought) else Brought(name, scorer_of(detector, name))
    check_reads(brought, name)
    check_code(brought.scorer, name)
    evenings = [example_observation(n_shops, day, seed) for day in DAYS]
    first = scores(brought, evenings)
    require_same(first, scores(brought, evenings), f"{name} scores the same evening differently")
    require_same(
        first,
        scores(brought, evenings, generator_seed=2),
        f"{name} draws from a global random generator; the only source of chance is observation.luck",
    )
    used = deepcopy(brought)
    replay(used, evenings)
    require_same(first, replay(used, evenings), f"{name} remembers something over reset")
    hidden = [poisoned(evening, brought.reads, seed + 1) for evening in evenings]
    require_same(
        first,
        scores(brought, hidden),
        f"{name} peeks: its risk depends on fields that it does not declare in `reads`",
    )
    check_order(brought, evenings, first, name, np.random.default_rng(seed).permutation(n_shops))


def check_order(
    brought: Brought, evenings: Sequence[Observation], first: np.ndarray, name: str, order: np.ndarray
) -> None:
    """Raise `ContractError` if the risks change when the shops stand in another ``order``."""
    shuffled = scores(brought, [permuted(evening, order) for evening in evenings])
    require(
        bool((np.abs(shuffled - first[:, order]) <= ROUNDING).all()),
        f"{name} depends on the order of the shops: permuting them does not just permute the risks",
    )


def require_same(first: np.ndarray, again: np.ndarray, sentence: str) -> None:
    """Raise `ContractError` with ``sentence`` unless all risks are the same."""
    require(np.array_equal(first, again), sentence)


def scores(brought: Brought, evenings: Sequence[Observation], generator_seed: int = 1) -> np.ndarray:
    """Return the risks (evenings, n_shops) that a copy of the detector scores."""
    return replay(deepcopy(brought), evenings, generator_seed)


def replay(brought: Brought, evenings: Sequence[Observation], generator_seed: int = 1) -> np.ndarray:
    """Reset the detector itself and return the risks (evenings, n_shops) that it scores."""
    with seeded_generators(generator_seed):
        brought.reset()
        return np.array([ask(brought, evening) for evening in evenings])


def ask(brought: Brought, evening: Observation) -> np.ndarray:
    """Return the risks of one evening; whatever the detector raises becomes a `ContractError`."""
    before = deepcopy(evening)
    try:
        risk = brought.score(evening)
    except ContractError:
        raise
    except Exception as error:
        what = f"{type(error).__name__} on day {evening.day}: {error}"
        raise ContractError(f"the detector {brought.name} raised {what}") from error
    touched = difference(evening, before)
    require(touched is None, f"the detector {brought.name} writes to the observation: {touched}")
    return risk


def bring_checked(words: Sequence[str]) -> None:
    """Bring the detectors of ``NAME=FILE`` and check them; raise `ConfigError` for a bad one."""
    names = [word.partition("=")[0] for word in words]
    for word, name in zip(words, names, strict=True):
        file = word.partition("=")[2]
        if not file or names.count(name) > 1:
            raise ConfigError(f"--detector takes NAME=FILE, each name once; got {word!r}")
        try:
            with staying(f"--detector {word}"):
                check_detector(bring_detector(name, file))
        except ContractError as error:
            raise ConfigError(f"--detector {word}: {error}") from None
