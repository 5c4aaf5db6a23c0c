"""Imports point one way: that is why a policy cannot see the truth."""

import ast

import pytest
from source import imported_modules, imports, modules

ONLY_IN = {
    "hydra": ("experiments.",),
    "omegaconf": ("experiments.",),
    "matplotlib": ("experiments.figures",),
    "optuna": ("experiments.searches.asking",),
    "mesa": ("sim.model",),
    "multiprocessing": ("experiments.studies.executors.", "sim.kernels.ahead"),
    "pebble": ("experiments.studies.executors.",),
    "argparse": ("experiments.commands.",),
    "rich": ("experiments.commands.",),
    "jinja2": ("experiments.pages.", "experiments.detectors.labelled_data.export"),
}

ALL = dict(modules())
WORLD = [name for name in ALL if name.split(".")[0] == "sim"]


def room(name: str) -> str:
    """Return the room that a module of the world is in."""
    return ".".join(name.split(".")[:2])


def ours(name: str) -> set[str]:
    """Return the modules of ours that a module imports, for annotations too."""
    return {module for module in imported_modules(ALL[name]) if module in ALL and module != name}


def roots(name: str) -> set[str]:
    return {module.split(".")[0] for module in imported_modules(ALL[name])}


@pytest.mark.parametrize("name", WORLD)
def test_the_world_knows_no_policy_and_no_experiment(name: str) -> None:
    assert not roots(name) & {"policies", "experiments", "configs"}


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("policies")])
def test_a_policy_sees_the_contract_and_nothing_else_of_the_world(name: str) -> None:
    seen = {module for module, _ in imports(ALL[name]) if module.split(".")[0] == "sim"}
    assert seen <= {"sim.contract"}
    assert not roots(name) & {"experiments", "configs"}


@pytest.mark.parametrize("name", ["sim.chance", *(n for n in ALL if n.startswith("sim.kernels"))])
def test_chance_and_kernels_import_nothing_of_ours_but_each_other(name: str) -> None:
    assert {room(module) for module in ours(name)} <= {"sim.chance", "sim.compiling", "sim.kernels"}


@pytest.mark.parametrize("name", [name for name in WORLD if room(name) == "sim.state"])
def test_the_state_draws_nothing_that_depends_on_the_day(name: str) -> None:
    """Only the clock makes keys of a day, and phases ask it; what is drawn here is drawn once for all."""
    calls = [node for node in ast.walk(ALL[name]) if isinstance(node, ast.Call)]
    days = [ast.unparse(call.args[-1]) for call in calls if ast.unparse(call.func) == "day_key"]
    if name == "sim.state.clock":
        assert days == ["self.day"]
    else:
        assert not [ast.unparse(call) for call in calls if ast.unparse(call.func).endswith("clock.key")]
        assert set(days) <= {"0", "-1 - i"}, "the days before the first one"
        assert ("sim.chance", "uniform") not in set(imports(ALL[name]))


@pytest.mark.parametrize(("library", "places"), ONLY_IN.items())
def test_a_library_is_imported_in_its_place_only(library: str, places: tuple[str, ...]) -> None:
    users = {name for name in ALL if library in roots(name)}
    assert all(name.startswith(places) for name in users), users


@pytest.mark.parametrize("name", [name for name in ALL if name != "sim.contract.rehearsal"])
def test_nothing_draws_from_a_global_generator(name: str) -> None:
    if name != "sim.contract.policy_check":  # which makes sure that policies do not
        assert "random" not in roots(name)
        assert "numpy.random" not in imported_modules(ALL[name])
