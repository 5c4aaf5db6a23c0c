"""The project's source as syntax trees."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("sim", "policies", "experiments", "configs")


def modules(*parts: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield the dotted name and the tree of every module of the given parts."""
    for part in parts or PARTS:
        for path in sorted((ROOT / part).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            yield name, ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield (module, name) for every import, also within functions; the name is empty for ``import x``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from ((node.module or "", alias.name) for alias in node.names)


def imported_modules(tree: ast.Module) -> set[str]:
    """Return every module that a tree may import, ``from a import b`` counting as ``a`` and ``a.b``."""
    return {name for module, item in imports(tree) for name in (module, f"{module}.{item}") if name}


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield every function and method."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
