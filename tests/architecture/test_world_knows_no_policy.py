"""The world names no policy, detector, package or law, and no parameter of one: it knows verbs and terms."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
from source import ROOT, modules

from policies import POLICIES, Dated, Ladder
from policies.detectors.names import BUILT_IN
from sim.contract import ACTS, Act

TERMS = {field.name for act in ACTS for field in fields(act)} - {field.name for field in fields(Act)}
"""What an act states about itself, and the world draws with: words of the contract."""

SHARED = {
    "Appeals": "appeals that were filed, as the observation holds them",
    "appeals": "the same, and the part of the world that says who appeals",
    "announcement": "how far a published list moves the belief of a merchant",
    "cost": "field of an act; also what brushing costs",
    "demotion_days": "days of demotion in the day's record, and a row of the evidence",
    "detector": "source of a case that was screened, not told",
    "growth": "of the market, in shops and buyers",
    "end": "last value of a stretch of days or of an array",
    "law": "of choice or of chance: the numbers of a formula, in the kernels",
    "merchants": "the owners of shops",
    "name": "of anything that has one",
    "parcels": "what is sent for an order",
    "policy": "field of an act that is written to the log",
    "ramp": "field of the observation that the package fills in",
    "regulator": "an actor, at whose acts the state pays",
    "start": "first day of a campaign or of a package",
    "status": "of an organiser: open, closed, barred",
    "steps": "of a search in a table, or of a scale",
    "task_like": "a trace",
    "who": "the identities that draws are keyed by",
    "workers": "accounts in the trade",
}
"""Words that a policy, or a parameter of one, shares with the world, and what they mean there."""


def classes() -> Iterator[type]:
    """Yield every class of the institutions."""
    for name, _ in modules("policies"):
        module = importlib.import_module(name)
        yield from (c for c in vars(module).values() if isinstance(c, type) and c.__module__ == name)


def offered() -> set[str]:
    """Return the names of all policies, detectors, packages and laws, and of the ladder."""
    files = {
        p.stem for group in ("package", "policy", "law") for p in (ROOT / "configs" / group).glob("*.yaml")
    }
    built = {**POLICIES, **BUILT_IN, "ladder": Ladder}
    return files | set(built) | {cls.__name__ for cls in built.values()}


def parameters() -> set[str]:
    """Return the names of all parameters of the institutions, of the parts that hold them, and of dates."""
    own = {field for cls in classes() if is_dataclass(cls) for field in fields(cls)}
    declared = {f.name for f in own if "unit" in f.metadata or is_dataclass(f.default_factory)}
    return declared | {field.name for field in fields(Dated)}


def words(tree: ast.AST) -> set[str]:
    """Return every name, attribute, argument and imported name of a source, and the words of its strings.

    A string with a blank in it is prose.
    """
    found = set()
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name", "asname", "module"):
            if isinstance(value := getattr(node, field, None), str):
                found |= set(value.split("."))
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and not re.search(r"\s", node.value)
        ):
            found |= set(re.findall(r"\w+", node.value))
    return found


WORLD = {name: words(tree) for name, tree in modules("sim")}
THEIRS = (offered() | parameters()) - TERMS
FOREIGN = THEIRS - set(SHARED)


def test_there_are_words_to_look_for() -> None:
    assert offered() >= {
        "detection", "Detection", "burst_rules", "BurstRules", "threshold_only", "cn_aucl_1993", "Ladder",
        "random_audit", "civil_suits", "ledger_use",
    }  # fmt: skip
    assert {"threshold", "acted_share", "fine_rmb", "raids_per_year", "mode", "ladder"} <= FOREIGN


@pytest.mark.parametrize("name", WORLD)
def test_the_world_names_no_policy_and_no_parameter_of_one(name: str) -> None:
    assert WORLD[name] & FOREIGN == set()


@pytest.mark.parametrize("word", SHARED)
def test_a_shared_word_is_used_on_both_sides_and_explained(word: str) -> None:
    assert SHARED[word]
    assert word in THEIRS
    assert any(word in known for known in WORLD.values())


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("if act.policy == 'detection':\n    pass", "detection"),
        ("if package.name in (strict, 'threshold_only'):\n    pass", "threshold_only"),
        ("above = risk > market.package.threshold", "threshold"),
        ("def decide(acted_share): ...", "acted_share"),
        ("loss = perceive(fine_rmb=1000)", "fine_rmb"),
        ("value = get('package.regulator.raids_per_year')", "raids_per_year"),
        ("burst_rules = 3", "burst_rules"),
        ("from policies import Ladder", "Ladder"),
        ("import policies.courts.civil_suits as courts", "civil_suits"),
        ("class RandomAudit: ...", "RandomAudit"),
        ("f'{country}-cn_aucl_1993'", "cn_aucl_1993"),
    ],
)
def test_a_planted_name_is_found(source: str, word: str) -> None:
    assert words(ast.parse(source)) & FOREIGN == {word}


def test_prose_may_speak_of_policies() -> None:
    source = '"""No threshold here."""\n# threshold_only\nmeaning = "share above a threshold"'
    assert words(ast.parse(source)) & FOREIGN == set()
