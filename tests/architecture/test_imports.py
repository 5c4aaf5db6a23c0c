"""Imports point one way: that is why a policy cannot see the truth."""

import ast

import pytest
from source import imported_modules, imports, modules

PHASES = {
    "sim.entry", "sim.brushing.decisions", "sim.brushing.tasks", "sim.ranking", "sim.demand", "sim.reviewing",
    "sim.traces", "sim.settlement", "sim.beliefs",
}  # fmt: skip

ONLY_IN = {
    "hydra": ("experiments.settings.", "experiments.studies.design"),
    "omegaconf": ("experiments.settings.",),
    "matplotlib": ("experiments.figures",),
    "mesa": ("sim.market", "sim.brushing.organisers"),
    "multiprocessing": ("experiments.studies.executors.", "sim.kernels.ahead"),
    "pebble": ("experiments.studies.executors.",),
    "argparse": ("experiments.commands.",),
    "rich": ("experiments.commands.",),
    "jinja2": ("experiments.pages.", "experiments.detectors.labelled_data.export"),
}

FLOORS = (
    ("analysis", "language"),
    ("settings",),
    ("files",),
    ("runs",),
    ("studies",),
    ("searches", "detectors"),
    ("figures",),
    ("pages",),
    ("commands",),
)
"""The rooms of `experiments`, lowest floor first: each imports of lower floors and of itself."""

FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

ALL = dict(modules())
ROOMS = [name for name in ALL if name.startswith("experiments.") and name != "experiments.__main__"]


def roots(name: str) -> set[str]:
    return {module.split(".")[0] for module in imported_modules(ALL[name])}


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("sim")])
def test_the_world_knows_no_policy_and_no_experiment(name: str) -> None:
    assert not roots(name) & {"policies", "experiments", "configs"}


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("policies")])
def test_a_policy_sees_the_contract_and_nothing_else_of_the_world(name: str) -> None:
    seen = {module for module, _ in imports(ALL[name]) if module.split(".")[0] == "sim"}
    assert seen <= {"sim.contract"}
    assert not roots(name) & {"experiments", "configs"}


@pytest.mark.parametrize("name", ["sim.chance", *(n for n in ALL if n.startswith("sim.kernels"))])
def test_chance_and_kernels_import_nothing_of_ours_but_each_other(name: str) -> None:
    ours = {module for module, _ in imports(ALL[name]) if module.startswith(("sim", "policies"))}
    assert all(module == "sim.chance" or module.startswith("sim.kernels") for module in ours)


@pytest.mark.parametrize("name", sorted(PHASES))
def test_a_phase_takes_from_another_what_it_hands_on_and_calls_none_of_its_steps(name: str) -> None:
    called = {
        item
        for module, item in imports(ALL[name])
        if module in PHASES and not item[:1].isupper() and item != "display_horizon"  # a property of the rule
    }
    assert not called


@pytest.mark.parametrize("name", ROOMS)
def test_no_room_imports_from_its_own_floor_or_a_higher_one(name: str) -> None:
    own = name.split(".")[1]
    ours = {
        module.split(".")[1] for module in imported_modules(ALL[name]) if module.startswith("experiments.")
    }
    assert not {room for room in ours & set(FLOOR) if room != own and FLOOR[room] >= FLOOR[own]}


@pytest.mark.parametrize("name", [name for name in ALL if not name.startswith("experiments.commands")])
def test_only_commands_print(name: str) -> None:
    calls = [node for node in ast.walk(ALL[name]) if isinstance(node, ast.Call)]
    prints = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
    assert not [call for call in prints if "file" not in {keyword.arg for keyword in call.keywords}]


@pytest.mark.parametrize(("library", "places"), ONLY_IN.items())
def test_a_library_is_imported_in_its_place_only(library: str, places: tuple[str, ...]) -> None:
    users = {name for name in ALL if library in roots(name)}
    assert all(name.startswith(places) for name in users), users


@pytest.mark.parametrize("name", [name for name in ALL if name != "sim.rehearsal"])
def test_nothing_draws_from_a_global_generator(name: str) -> None:
    if name != "sim.policy_check":  # which makes sure that policies do not
        assert "random" not in roots(name)
        assert "numpy.random" not in imported_modules(ALL[name])
