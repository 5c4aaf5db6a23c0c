"""Every mutant can still be tried: its patch applies once and means something, its test is there."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest
from catalogue import MUTANTS
from mutant import ROOT, Mutant, PatchError
from run import CAUGHT, judge

EACH = pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)


def test_there_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 24
    assert len({(mutant.file, mutant.old, mutant.new) for mutant in MUTANTS}) == len(MUTANTS)


@EACH
def test_its_patch_applies_once_and_changes_the_program(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    before, after = ast.parse(text), ast.parse(mutant.apply(text))
    assert ast.dump(before) != ast.dump(after)


@EACH
def test_it_is_a_mistake_in_the_project_and_not_in_its_tests(mutant: Mutant) -> None:
    assert mutant.file.split("/")[0] in {"sim", "policies", "experiments"}
    assert re.fullmatch(r"[a-z][\w', -]+", mutant.name)


@EACH
def test_the_test_that_must_catch_it_exists(mutant: Mutant) -> None:
    tree = ast.parse((ROOT / mutant.test_file).read_text(encoding="utf-8"))
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert names.count(mutant.test_function) == 1


def test_a_patch_that_does_not_apply_once_is_refused() -> None:
    mutant = Mutant("none", "sim/market.py", "a", "b", "tests::test")
    for text in ("", "aa"):
        with pytest.raises(PatchError, match="must apply once"):
            mutant.apply(text)
    assert mutant.apply("xay") == "xby"


def failing(when: str, kinds: str) -> dict[str, list[dict[str, str]]]:
    return {"failures": [{"test": "tests::test", "when": when, "kinds": kinds, "said": "no"}]}


@pytest.mark.parametrize(
    ("code", "told", "what"),
    [
        (1, failing("call", "AssertionError Exception"), CAUGHT),
        (1, failing("call", "Failed OutcomeException BaseException"), CAUGHT),
        (0, {"failures": []}, "SURVIVED"),
        (1, failing("call", "ModuleNotFoundError ImportError Exception"), "broken: no assertion failed"),
        (1, failing("setup", "AssertionError Exception"), "broken: no assertion failed"),
        (1, {}, "broken: exit code 1"),
        (2, failing("collect", "SyntaxError Exception"), "broken: exit code 2"),
        (4, {}, "broken: exit code 4"),
        (-11, {}, "broken: exit code -11"),
    ],
)
def test_only_a_failed_assertion_of_the_test_catches(code: int, told: dict[str, Any], what: str) -> None:
    assert judge(code, told, "")[0].startswith(what)
