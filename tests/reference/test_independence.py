"""The oracle shares parameters, draws and contract with the engine, and nothing else."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parent / "oracle").glob("*.py"))
OURS = {"sim.parameters", "sim.chance", "sim.contract", "policies", "oracle"}
LIBRARIES = {"mesa", "numpy", "scipy"}
LONGEST = 250


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports anywhere, by their full names."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    taken = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    assert all(node.level == 0 for node in taken), "imports are absolute"
    return plain | {str(node.module) for node in taken}


def is_allowed(module: str) -> bool:
    root = module.split(".")[0]
    ours = any(module == name or module.startswith(f"{name}.") for name in OURS)
    return ours or root in LIBRARIES | set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_imports_nothing_of_the_engine_but_parameters_draws_and_contract(path: Path) -> None:
    assert {module for module in imported(path) if not is_allowed(module)} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_imports_nothing_by_name_at_run_time(path: Path) -> None:
    names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
    assert not names & {"__import__", "importlib", "exec", "eval"}
    assert not imported(path) & {"importlib", "runpy"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < LONGEST


@pytest.mark.parametrize("module", ["sim.market", "sim", "sim.kernels.buy", "experiments", "pandas"])
def test_the_rule_forbids_the_engine(module: str) -> None:
    assert not is_allowed(module)
