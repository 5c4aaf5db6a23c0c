"""Every verb has a class, an effect and a row in the documents; kinds of targets are one table."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

import sim.contract
from sim.contract import ACTS, SANCTIONS, TARGET_KINDS, Act, Census, observation_fields
from sim.effects.shops import SANCTION_EFFECTS
from sim.phases.enforce import EFFECTS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
SIGNATURES = re.findall(r"^\| `(\w+)\(([^)]*)\)` \|", DOCUMENT, re.MULTILINE)


def classes() -> set[type[Act]]:
    """Return all acts that policies can import."""
    found = (getattr(sim.contract, name) for name in sim.contract.__all__)
    return {thing for thing in found if isinstance(thing, type) and issubclass(thing, Act)} - {Act}


def test_every_verb_has_a_class_and_an_effect() -> None:
    assert classes() == set(ACTS) == set(EFFECTS)
    assert set(SANCTIONS) == set(SANCTION_EFFECTS)


def test_every_verb_has_a_row_in_the_documents_with_its_fields_in_their_order() -> None:
    shared = {field.name for field in fields(Act)}
    own = {act.__name__: [f.name for f in fields(act) if f.name not in shared] for act in ACTS}
    assert {name: re.findall(r"\w+", names) for name, names in SIGNATURES} == own


def test_one_word_stands_for_one_verb_and_one_kind_of_target() -> None:
    pairs = [(act.verb, act.target_kind.name) for act in ACTS]
    assert len(set(pairs)) == len(pairs)
    assert {verb for verb, _ in pairs} >= {"screen", "remove_sales", "try_suit", "set_ranking"}


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_the_targets_of_an_act_are_of_a_kind_in_the_table(act: type[Act]) -> None:
    assert TARGET_KINDS[act.target_kind.name] is act.target_kind
    named = {field.name for field in fields(act)} & {kind.plural for kind in TARGET_KINDS.values()}
    assert named <= {act.target_kind.plural}


@pytest.mark.parametrize("name", TARGET_KINDS)
def test_a_kind_of_target_can_be_counted_and_known_and_is_documented(name: str) -> None:
    kind = TARGET_KINDS[name]
    assert kind.plural in Census._fields
    assert kind.known_from and set(kind.known_from) <= set(observation_fields())
    row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| {name} |"))
    assert set(re.findall(r"`(\w+)`", row)) == set(kind.known_from)


def test_who_a_target_is_for_good_depends_on_its_kind() -> None:
    targets, holders = np.array([2, 0]), np.array([50, 51, 52])
    whom = {name: kind.identities(targets, holders).tolist() for name, kind in TARGET_KINDS.items()}
    assert whom == {"shop": [52, 50], "account": [2, 0], "organiser": [2, 0]}
