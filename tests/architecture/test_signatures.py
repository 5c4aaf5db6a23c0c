"""Few parameters, and no call or signature that is kept from the formatter."""

import ast

import pytest
from source import ROOT, functions, modules

WORLD = [name for name, _ in modules("sim")]
ALL = dict(modules("sim"))
COMPILED = {"kernel", "inner", "shared"}
MOST, MOST_OF_KERNELS = 6, 8


def decorators(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in function.decorator_list if isinstance(node, ast.Name)}


def n_parameters(function: ast.FunctionDef) -> int:
    taken = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return len([one for one in taken if one.arg not in ("self", "cls")])


@pytest.mark.parametrize("name", WORLD)
def test_functions_take_six_parameters_at_most_and_kernels_eight(name: str) -> None:
    many = {
        function.name: n_parameters(function)
        for function in functions(ALL[name])
        if n_parameters(function) > (MOST_OF_KERNELS if decorators(function) & COMPILED else MOST)
    }
    assert not many


def ends_a_call_or_a_signature(tree: ast.Module, line: int) -> bool:
    calls = (
        node.end_lineno == line and getattr(node.func, "id", "") != "parameter"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    )
    return any(calls) or any(f.lineno <= line < f.body[0].lineno for f in functions(tree))


@pytest.mark.parametrize("name", WORLD)
def test_the_formatter_may_touch_every_call_and_signature(name: str) -> None:
    path = ROOT / f"{name.replace('.', '/')}.py"
    source = path if path.exists() else path.with_suffix("") / "__init__.py"
    lines = source.read_text(encoding="utf-8").splitlines()
    kept = [line for line, text in enumerate(lines, 1) if text.endswith("# fmt: skip")]
    assert not [line for line in kept if ends_a_call_or_a_signature(ALL[name], line)]
