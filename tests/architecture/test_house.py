"""What the house promises (docs/house.md), read off the sources; `house.py` prints the same as numbers.

That policies see the contract only, and plots are in figures only, is in test_imports.py; that files and
functions are short is in test_sizes.py.
"""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import ASIDE, House, arguments, places, points_up, room_of, takes_the_whole
from source import ROOT, functions, imported_modules

from experiments.commands.terminal import breakable

HOUSE = House(ROOT)
PART = {part: House(ROOT, [part]) for part in ("sim", "policies", "experiments")}
PROCESSES = {"multiprocessing", "pebble", "concurrent", "dask", "distributed", "joblib"}
DRAWS = {"uniform", "uniforms", "normals"}
BIRTHS = ("make_", "give_", "draw_")
"""How functions of `sim.state` begin that draw what a market, a shop or a merchant is born with."""

LOOK_AT_ALL = ("sim.effects", "sim.phases.observe", "sim.phases.measure", "sim.phases.enforce",
               "sim.phases.enter", "sim.outcomes", "sim.digest", "sim.opening", "sim.market")  # fmt: skip
"""Who may take the whole state; every other function names its parts."""


def within(*rooms: str) -> dict[str, ast.Module]:
    """Return the modules of some rooms, those of the former layout that would be in them included."""
    return {
        name: tree
        for name, tree in HOUSE.tree.items()
        if (found := room_of(name)) and ".".join(found) in rooms
    }


def layout(part: str) -> set[str]:
    """Return the rooms, and the files beside them, that a part has."""
    return {name.split(".")[1] for name in PART[part].tree if "." in name} - {"__main__"}


# 1. The world


def test_the_world_has_the_rooms_that_are_declared() -> None:
    assert layout("sim") == set(places("sim"))


def test_every_room_of_the_world_imports_only_those_below() -> None:
    assert not PART["sim"].arrows_up()


def test_no_phase_imports_another() -> None:
    assert not PART["sim"].sideways()


@pytest.mark.parametrize("part", ["sim", "policies", "experiments"])
def test_no_modules_import_each_other_in_a_circle(part: str) -> None:
    assert not [sorted(circle) for circle in PART[part].circles() if len(circle) > 1]


def test_the_market_is_imported_by_nobody_but_the_door() -> None:
    assert {name for name, seen in PART["sim"].graph.items() if "sim.market" in seen} == {"sim"}


def test_the_market_is_read_in_a_minute() -> None:
    assert len(HOUSE.text["sim.market"].splitlines()) <= 180


def test_only_effects_and_those_who_look_at_all_take_the_whole_state() -> None:
    takers = {name for name, one in PART["sim"].functions(compiled=False) if takes_the_whole(one)}
    assert not {name for name in takers if not name.startswith(LOOK_AT_ALL)}


# 2. State


def test_state_draws_no_luck_but_what_somebody_is_born_with() -> None:
    drawing = {
        f"{name}.{one.name}"
        for name, tree in within("sim.state").items()
        for one in functions(tree)
        for node in ast.walk(one)
        if isinstance(node, ast.Name) and node.id in DRAWS and not one.name.startswith(BIRTHS)
    }
    assert not drawing


def test_state_acts_on_nobody() -> None:
    acting = {
        f"{name}.{one.name}"
        for name, tree in within("sim.state").items()
        for one in functions(tree)
        if takes_the_whole(one)
    }
    assert not acting


# 4. and 5. What uses the world


def test_experiments_have_the_rooms_that_are_declared() -> None:
    assert layout("experiments") == {*places("experiments"), *ASIDE["experiments"]}


def test_every_room_of_experiments_imports_only_those_below() -> None:
    assert not PART["experiments"].arrows_up()


def test_figures_and_pages_read_results_and_analyse_nothing() -> None:
    analysis = set(within("experiments.analysis"))
    asking = within("experiments.figures", "experiments.pages")
    assert not {name: seen for name in asking if (seen := HOUSE.graph[name] & analysis)}


STATISTICS = {"std", "var", "sem", "cov", "median", "quantile", "percentile", "rolling"}
"""What a figure or page that analyses for itself would call, or name to a table."""


def statistics(tree: ast.Module) -> set[str]:
    """Return which statistics a module computes itself, and whether it imports SciPy for more."""
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    named = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return STATISTICS & (called | named) | {
        name for name in imported_modules(tree) if name.startswith("scipy")
    }


def test_figures_and_pages_compute_no_statistics() -> None:
    asking = within("experiments.figures", "experiments.pages")
    assert not {name: found for name, tree in asking.items() if (found := statistics(tree))}


# 6. Who prints, writes sentences and starts processes


def prints(tree: ast.Module) -> bool:
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return any(ast.unparse(one) in ("print", "console", "Console") for one in called)


def test_only_commands_print() -> None:
    commands = within("experiments.commands")
    assert not {name for name, tree in HOUSE.tree.items() if name not in commands and prints(tree)}


def test_only_executors_start_processes() -> None:
    users = {n for n, t in HOUSE.tree.items() if PROCESSES & {m.split(".")[0] for m in imported_modules(t)}}
    assert all(name.startswith(("experiments.studies.executors", "sim.kernels.ahead")) for name in users), (
        users
    )


def sentences(tree: ast.Module) -> Iterator[str]:
    """Yield strings of four words or more that are neither documentation nor what an error says."""
    silent = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for inner in ast.walk(node)
    }
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in silent)
    yield from (text for text in texts if isinstance(text, str) and re.search(r"[a-z]+(,? [a-z]+){3}", text))


def test_figures_and_pages_have_their_sentences_from_the_language() -> None:
    trees = within("experiments.figures", "experiments.pages")
    assert not {name: found for name, tree in trees.items() if (found := list(sentences(tree)))}


def test_spaces_that_do_not_break_are_taken_out_of_what_is_printed_in_one_place() -> None:
    texts = {
        name: {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)} & {"\u00a0", "\u202f"}
        for name, tree in within("experiments.commands").items()
    }
    encodings = "experiments.commands.output"  # what poor terminals get for these and other characters
    assert [name for name, found in texts.items() if found] == [encodings, "experiments.commands.terminal"]


def test_a_sentence_is_printed_with_spaces_that_can_be_searched_for() -> None:
    assert breakable("95\u00a0% of 1\u202f000") == "95 % of 1 000"


# 7. Functions and kernels


def test_a_function_has_at_most_six_parameters() -> None:
    assert not {name: n for name, f in HOUSE.functions(compiled=False) if (n := len(arguments(f))) > 6}


def test_a_kernel_has_at_most_eight_parameters() -> None:
    assert not {name: n for name, f in HOUSE.functions(compiled=True) if (n := len(arguments(f))) > 8}


def test_no_call_or_signature_is_hidden_from_the_formatter() -> None:
    assert not HOUSE.skips(of_shape=True)


# 8. What is listed in two places


def test_every_outcome_and_daily_column_is_in_the_documents() -> None:
    declared = importlib.import_module("sim.outcomes")
    text = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md"))
    names = {one.name for one in (*declared.DAILY, *declared.OUTCOMES)}
    assert not {name for name in names if f"`{name}`" not in text}


# The measure itself


@pytest.fixture
def planted(tmp_path: Path) -> House:
    """A small house with a circle for an annotation, an arrow up, one sideways, and a long signature."""
    files = {
        "sim/market.py": "from sim.phases import buy\n",
        "sim/phases/buy.py": "from sim.phases.rank import rank\ndef buy(state: State): ...\n",
        "sim/phases/rank.py": "def rank(\n    a, b, *, c,\n):  # fmt: skip\n    f(a,\n      b)  # fmt: skip",
        "sim/state.py": "if TYPE_CHECKING:\n    from sim.effects import fine\nx = (\n    1,\n)  # fmt: skip",
        "sim/effects.py": "from sim.state import x\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return House(tmp_path)


def test_what_is_planted_is_found(planted: House) -> None:
    assert planted.arrows_up() == ["sim.state → sim.effects"]
    assert planted.sideways() == ["sim.phases.buy → sim.phases.rank"]
    assert {"sim.state", "sim.effects"} in planted.circles() and planted.floors() == 3
    assert len(planted.skips()) == 3 and planted.skips(of_shape=True) == [
        "sim.phases.rank:3",
        "sim.phases.rank:5",
    ]
    by_name = dict(planted.functions(compiled=False))
    assert len(arguments(by_name["sim.phases.rank.rank"])) == 3
    assert [name for name, one in by_name.items() if takes_the_whole(one)] == ["sim.phases.buy.buy"]


@pytest.mark.parametrize(
    ("module", "other", "up"),
    [
        ("experiments.pages.report", "experiments.language.words", False),
        ("experiments.analysis.intervals", "experiments.settings.schema", True),
        ("experiments.studies.store", "experiments.searches.theory", True),
        ("experiments.searches.theory", "experiments.detectors.fit", True),  # beside each other
        ("sim.kernels.buy", "sim.chance", False),
        ("sim.phases.rank", "sim.market", True),
        ("experiments.runs.run", "sim.market", False),
    ],
)
def test_arrows_have_a_direction(module: str, other: str, up: bool) -> None:
    assert points_up(module, other) == up
