"""Small files, small functions, a docstring on what others call."""

import ast
import statistics

import pytest
from source import ROOT, functions, modules

ALL = dict(modules())
VAGUE = ("handle_", "process_", "do_", "manage_")


def lines(function: ast.FunctionDef) -> int:
    """Return the lines of a function without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in body)


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for part in ("sim", "policies", "experiments", "tests")
        for path in (ROOT / part).rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


@pytest.mark.parametrize("part", ["sim", "policies", "experiments"])
def test_functions_are_short(part: str) -> None:
    sizes = sorted(lines(function) for _, tree in modules(part) for function in functions(tree))
    assert statistics.median(sizes) <= 8
    assert sizes[int(0.9 * len(sizes))] <= 25


@pytest.mark.parametrize("name", ALL)
def test_modules_and_public_functions_say_what_they_do(name: str) -> None:
    assert ast.get_docstring(ALL[name])
    mute = [
        node.name
        for node in ALL[name].body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not mute


@pytest.mark.parametrize("name", ALL)
def test_names_are_of_the_field(name: str) -> None:
    vague = [f.name for f in functions(ALL[name]) if f.name.startswith(VAGUE)]
    assert not vague
    assert not {"utils", "helpers", "helper", "manager", "misc"} & set(name.split("."))
