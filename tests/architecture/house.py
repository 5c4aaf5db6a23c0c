"""The measure of the house: sizes, floors, arrows back up, circles and parameters of a checkout.

python tests/architecture/house.py                         this checkout
python tests/architecture/house.py --root FOLDER --json    another one, e.g. an older commit in a worktree
"""

from __future__ import annotations

import argparse
import ast
import json
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

PARTS = ("sim", "policies", "experiments")

ROOMS = {
    "sim": "allocator compiling model parameters, chance, kernels, contract, policy_check, state, "
    "outcomes digest, trade, effects, phases, opening, market",
    "experiments": "home, settings, files, runs, studies, searches detectors, figures, pages, commands",
}
"""From the ground up: a room imports those before it; two between the same commas do not meet."""

ASIDE = {"experiments": ("analysis", "language")}
"""Rooms that import none of the others and that all others may import."""

FORMER = {
    "sim": {
        "allocator": "memory",
        "parameters": "config",
        "contract": "policy_check rehearsal",
        "state": "channels events brushing.ways",
        "outcomes": "metrics",
        "trade": "brushing.trade brushing.organisers",
        "effects": "enforcement findings sanctions raids",
        "phases": "entry ranking brushing.decisions brushing.tasks demand cohorts reviewing settlement "
        "traces observing beliefs brushing.adaptation losses",
    },
    "experiments": {
        "settings": "config config_files overrides shapes",
        "files": "store provenance columns",
        "runs": "running replication checkpoint",
        "studies": "design comparing execution worlds tables",
        "searches": "calibration theory",
        "detectors": "detector detector_check labelled_data",
        "pages": "report",
        "commands": "__main__ catalogue cli doctor output run_commands terminal",
        "analysis": "budget burdens channels crossing effects ratios simultaneous statistics",
        "language": "labels",
    },
}
"""Modules of the former, flat layout, by the room that they would be in; those named nowhere are left out."""

COMPILED = {"kernel", "inner", "shared", "njit", "intrinsic"}
WHOLE = re.compile(r"\b(Market|State)\b")


class House:
    """The sources of a checkout, and what follows from them alone."""

    def __init__(self, root: Path, parts: Iterable[str] = PARTS) -> None:
        files = [path for part in parts for path in sorted((root / part).rglob("*.py"))]
        self.text = {module_name(path.relative_to(root)): path.read_text(encoding="utf-8") for path in files}
        self.tree = {name: ast.parse(text) for name, text in self.text.items()}

    @cached_property
    def graph(self) -> dict[str, set[str]]:
        """The modules that each module imports, also within functions and for annotations only."""
        return {name: {m for m in imported(tree, self.tree) if m != name} for name, tree in self.tree.items()}

    @cached_property
    def reach(self) -> dict[str, set[str]]:
        """All modules that each module imports, itself or by others (Warshall 1962)."""
        reach = {name: set(others) for name, others in self.graph.items()}
        for by in reach:
            for name in reach:
                reach[name] |= reach[by] if by in reach[name] else set()
        return reach

    def circles(self) -> set[frozenset[str]]:
        """Return the circles of modules that reach each other, a module in none being one by itself."""
        reach = self.reach
        return {frozenset({name} | {m for m in reach[name] if name in reach[m]}) for name in reach}

    def floors(self) -> int:
        """Return the longest chain of imports, a circle counting as one."""
        height: dict[str, int] = {}
        for circle in sorted(self.circles(), key=lambda circle: len(self.reach[min(circle)] | circle)):
            below = {m for name in circle for m in self.graph[name]} - circle
            height |= dict.fromkeys(circle, 1 + max((height[m] for m in below), default=0))
        return max(height.values(), default=0)

    def arrows_up(self) -> list[str]:
        """Return the imports against the order of rooms."""
        arrows = ((name, m) for name in self.tree for m in self.graph[name] if points_up(name, m))
        return [f"{name} → {m}" for name, m in sorted(arrows)]

    def sideways(self) -> list[str]:
        """Return the imports of one phase by another."""
        phases = {name for name in self.tree if room_of(name) == ("sim", "phases") and name != "sim.phases"}
        return [f"{name} → {m}" for name in sorted(phases) for m in sorted(self.graph[name] & phases)]

    def functions(self, compiled: bool) -> Iterator[tuple[str, ast.FunctionDef]]:
        """Yield every function that is, or is not, compiled, under the name of its module."""
        for name, tree in self.tree.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef) and is_compiled(node) == compiled:
                    yield f"{name}.{node.name}", node

    def skips(self, of_shape: bool = False) -> list[str]:
        """Return where the formatter is told to skip; ``of_shape`` only on a call or a signature."""
        return [
            f"{name}:{line}"
            for name, text in self.text.items()
            for line, content in enumerate(text.splitlines(), 1)
            if content.rstrip().endswith("# fmt: skip")
            if not of_shape or is_call_or_signature(self.tree[name], line)
        ]


def module_name(path: Path) -> str:
    """Return the dotted name of a file below the root."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imported(tree: ast.Module, known: Iterable[str]) -> Iterator[str]:
    """Yield the known modules that a tree imports; ``from a import b`` is ``a.b`` where that is a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield from (name for name in (inner if inner in known else node.module,) if name in known)


def room_of(module: str) -> tuple[str, str] | None:
    """Return part and room of a module, None for one that has no room (the door of a part, or of old)."""
    part, _, rest = module.partition(".")
    for room, names in FORMER.get(part, {}).items():
        if any(rest == name or rest.startswith(f"{name}.") for name in names.split()):
            return part, room
    room = rest.split(".")[0]
    return (part, room) if room in {*places(part), *ASIDE.get(part, ())} else None


def places(part: str) -> dict[str, int]:
    """Return the place of each room of a part from below; rooms side by side share one."""
    order = enumerate(ROOMS.get(part, "").split(","))
    return {room: place for place, rooms in order for room in rooms.split()}


def points_up(module: str, other: str) -> bool:
    """Tell whether ``module`` imports ``other`` against the order of rooms, or beside it."""
    here, there = room_of(module), room_of(other)
    if here is None or there is None or here[0] != there[0] or here == there:
        return False
    order, aside = places(here[0]), ASIDE.get(here[0], ())
    return here[1] in aside or (there[1] not in aside and order[there[1]] >= order[here[1]])


def is_compiled(function: ast.FunctionDef) -> bool:
    """Tell whether Numba compiles a function, by its decorators."""
    return any(COMPILED & set(re.findall(r"\w+", ast.unparse(one))) for one in function.decorator_list)


def arguments(function: ast.FunctionDef) -> list[ast.arg]:
    """Return all parameters but ``self`` and ``cls``."""
    given = function.args
    every = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    return [one for one in every if one is not None and one.arg not in ("self", "cls")]


def takes_the_whole(function: ast.FunctionDef) -> bool:
    """Tell whether a function takes the whole state, by a parameter's name or annotation."""
    return any(
        one.arg in ("market", "state") or (one.annotation and WHOLE.search(ast.unparse(one.annotation)))
        for one in arguments(function)
    )


def is_call_or_signature(tree: ast.Module, line: int) -> bool:
    """Tell whether what ends on ``line`` is the head of a function, or a call over several lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.lineno <= line < node.body[0].lineno:
            return True
        if isinstance(node, ast.Call) and node.lineno < line == node.end_lineno:
            return True
    return False


def body_lines(function: ast.FunctionDef) -> int:
    """Return the lines of a function without its head and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in body)


def code_lines(text: str, tree: ast.Module) -> int:
    """Return the lines that are neither blank, comment nor docstring."""
    told = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for n, line in lines if line.strip() and line.strip()[0] != "#" and n not in told)


def quantile(values: Iterable[int], share: float) -> int:
    """Return the smallest value that no more than ``1 − share`` of all are above; 0 of none."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0


def measure(house: House) -> dict[str, int]:
    """Return the rows of the table for one house, or one part of it."""
    plain, kernels = ([f for _, f in house.functions(compiled)] for compiled in (False, True))
    circles = [circle for circle in house.circles() if len(circle) > 1]
    lengths = [body_lines(function) for function in (*plain, *kernels)]
    given, taken = ([len(arguments(f)) for f in group] for group in (plain, kernels))
    return {
        "files": len(house.text),
        "lines of code": sum(code_lines(house.text[name], house.tree[name]) for name in house.text),
        "files over 400 lines": sum(len(text.splitlines()) > 400 for text in house.text.values()),
        "floors": house.floors(),
        "modules in a room": sum(room_of(name) is not None for name in house.tree),
        "arrows back up": len(house.arrows_up()),
        "sideways between phases": len(house.sideways()),
        "circles": len(circles),
        "modules in circles": sum(map(len, circles)),
        "functions": len(plain),
        "kernels": len(kernels),
        "parameters of functions, p99": quantile(given, 0.99),
        "parameters of functions, most": max(given, default=0),
        "parameters of kernels, p99": quantile(taken, 0.99),
        "parameters of kernels, most": max(taken, default=0),
        "functions that take the whole state": sum(map(takes_the_whole, plain)),
        "fmt: skip": len(house.skips()),
        "fmt: skip on a call or a signature": len(house.skips(of_shape=True)),
        "lines of a function, p90": quantile(lengths, 0.9),
        "lines of a function, most": max(lengths, default=0),
    }


def main() -> None:
    """Measure a checkout and print the table, one column a part and one for all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).parents[2], help="folder of the checkout")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    columns = {part: measure(House(options.root, [part])) for part in PARTS}
    columns["together"] = measure(House(options.root))
    if options.json:
        print(json.dumps(columns, indent=1))
        return
    print(f"{'':36}" + "".join(f"{name:>13}" for name in columns))
    for row in columns["together"]:
        print(f"{row:36}" + "".join(f"{column[row]:13,}" for column in columns.values()))


if __name__ == "__main__":
    main()
