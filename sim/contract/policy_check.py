"""`check_policy`: the contract as a program; it rejects a policy that breaks it, in one sentence."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from typing import Any

import numpy as np

from sim.contract.act_check import check_act
from sim.contract.acts import Act
from sim.contract.guard import guarded
from sim.contract.observation import ALWAYS, NONE, ContractError, Observation, View, observation_fields
from sim.contract.rehearsal import answer, example_observation, permuted
from sim.contract.source_check import complaint_about
from sim.contract.targets import Census

DAYS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 29, 30, 31, 60, 98, 99, 130, 241, 242, 365, 571, 572, 700)
"""Days of the rehearsal: enough to see through what an institution starts."""

Answers = list[list[tuple[Any, ...]]]
"""For every day the acts, in a form that two runs can be compared by."""


def check_policy(policy: Any, name: str | None = None, n_shops: int = 200, seed: int = 1) -> None:
    """Rehearse ``policy`` (or a package) and raise `ContractError` if it breaks the contract.

    It must declare fields that exist, read nothing else, answer acts that can be carried out, leave
    the observation untouched, draw only from ``observation.luck``, forget everything in ``reset``,
    not depend on the order of the shops, and have no code that looks behind the observation.

    Parameters
    ----------
    policy : has ``reads``, ``reset()`` and ``act(observation)``; it is copied, not changed
    name : for the messages; by default the policy's own
    n_shops, seed : size and seed of the made-up market of `example_observation`
    """
    name = name or getattr(policy, "name", None) or type(policy).__name__
    check_reads(policy, name)
    check_code(policy, name)
    evenings = rehearse(policy, name, n_shops, seed)
    first = replay(policy, evenings, name)
    require(first == replay(policy, evenings, name), f"{name} gives different acts for the same input")
    require(
        first == replay(policy, evenings, name, generator_seed=2),
        f"{name} draws from a global random generator; the only source of chance is observation.luck",
    )
    used = deepcopy(policy)
    replay_with(used, evenings, name)
    require(first == replay_with(used, evenings, name), f"{name} remembers something over reset")
    masked = [poisoned(evening, policy.reads, seed + 1) for evening in evenings]
    require(
        first == replay(policy, masked, name),
        f"{name} peeks: its acts depend on fields that it does not declare in `reads`",
    )
    order = np.random.default_rng(seed).permutation(n_shops)
    shuffled = [permuted(evening, order) for evening in evenings]
    require(
        first == replay(policy, shuffled, name),
        f"{name} depends on the order of the shops: permuting them with their identities changes its acts",
    )


def check_reads(policy: Any, name: str) -> None:
    """Raise `ContractError` if ``reads`` names a field that no observation has."""
    known = observation_fields()
    for field in policy.reads:
        near = get_close_matches(field, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        require(field in known, f"{name}: `reads` names {field!r}, which no observation has{hint}")


def check_code(policy: Any, name: str) -> None:
    """Raise `ContractError` if code of a policy, or of one in a package, looks behind the observation."""
    for dated in getattr(policy, "policies", ()):
        check_code(dated.policy, f"{name}: {dated.name}")
    for part in (policy, *scorers_of(policy)):
        complaint = complaint_about(part)
        require(not complaint, f"{name} peeks: {complaint}")


def scorers_of(policy: Any) -> Iterator[Any]:
    """Yield the detector that a policy asks, and what somebody brought it to score with."""
    detector = getattr(policy, "_detector", None)
    if detector is not None:
        yield detector
        yield getattr(detector, "scorer", None)


def rehearse(policy: Any, name: str, n_shops: int, seed: int) -> list[Observation]:
    """Return the evenings of a rehearsal, in which findings follow the policy's own acts."""
    policy = deepcopy(policy)
    policy.reset()
    evenings, acts = [], list[Act]()
    with seeded_generators(1):
        for day in DAYS:
            evening = answer(example_observation(n_shops, day, seed), acts)
            evenings.append(deepcopy(evening))
            acts = ask(policy, evening, name)
            touched = difference(evening, evenings[-1])
            require(touched is None, f"{name} writes to the observation: {touched}")
    return evenings


def replay(policy: Any, evenings: Sequence[Observation], name: str, generator_seed: int = 1) -> Answers:
    """Return the answers of a fresh copy of ``policy`` to ``evenings``."""
    return replay_with(deepcopy(policy), evenings, name, generator_seed)


def replay_with(policy: Any, evenings: Sequence[Observation], name: str, generator_seed: int = 1) -> Answers:
    """Reset ``policy`` itself and return its answers to ``evenings``."""
    with seeded_generators(generator_seed):
        policy.reset()
        return [[comparable(act, evening) for act in ask(policy, evening, name)] for evening in evenings]


def ask(policy: Any, evening: Observation, name: str) -> list[Act]:
    """Return the checked acts of ``policy``; whatever it raises becomes a `ContractError`."""
    try:
        with guarded(policy):
            acts = policy.act(View(evening, policy.reads))
    except ContractError as error:
        raise ContractError(f"{name}: {error}") from None
    except Exception as error:
        raise ContractError(f"{name} raised {type(error).__name__} on day {evening.day}: {error}") from error
    require(isinstance(acts, list), f"{name} answered {type(acts).__name__}; it must answer a list of acts")
    for act in acts:
        check_act(act, Census(evening.n_shops), name)
    return acts


def comparable(act: Act, evening: Observation) -> tuple[Any, ...]:
    """Return ``act`` with identities for slots, in the order of identities."""
    who = act.target_kind.identities(act.targets, evening.identity)
    cases = getattr(act, "cases", NONE)
    order = np.lexsort((cases, who)) if cases.size else np.argsort(who, kind="stable")
    rest = [getattr(act, field.name) for field in fields(act) if field.name != act.target_kind.plural]
    return type(act).__name__, tuple(who[order].tolist()), *(in_order(value, order) for value in rest)


def in_order(value: Any, order: np.ndarray) -> Any:
    """Return a column as a tuple, its rows in ``order`` if it has any; anything else as it is."""
    if not isinstance(value, np.ndarray):
        return value
    return tuple(value[order].tolist()) if value.size else ()


def poisoned(evening: Observation, reads: Sequence[str], seed: int) -> Observation:
    """Return ``evening`` with everything that is not in ``reads`` taken from another market."""
    other = example_observation(evening.n_shops, evening.day + 1, seed)
    hidden = set(observation_fields()) - ALWAYS - set(reads)
    return replace(evening, **{name: getattr(other, name) for name in hidden})


def difference(one: Any, other: Any, where: str = "") -> str | None:
    """Return the name of the first field in which two (nested) observations differ."""
    for field in fields(one):
        a, b, name = getattr(one, field.name), getattr(other, field.name), f"{where}{field.name}"
        if is_dataclass(a):
            inner = difference(a, b, f"{name}.")
            if inner:
                return inner
        elif isinstance(a, np.ndarray) and not np.array_equal(a, b):
            return name
    return None


@contextmanager
def seeded_generators(seed: int) -> Iterator[None]:
    """Seed the global generators for a while."""
    states = random.getstate(), np.random.get_state()
    random.seed(seed)
    np.random.seed(seed)
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])


def require(condition: bool, sentence: str) -> None:
    """Raise `ContractError` with ``sentence`` unless ``condition`` holds."""
    if not condition:
        raise ContractError(sentence)
