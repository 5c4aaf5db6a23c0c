"""Policies and their YAML agree; what can be chosen can be composed."""

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from source import ROOT

from experiments import load_config, load_study
from experiments.settings.catalogue import DATES, KINDS, all_parameters
from policies import POLICIES
from sim.parameters import list_parameters

CONFIGS = ROOT / "configs"


def names(group: str) -> list[str]:
    return sorted(path.stem for path in (CONFIGS / group).glob("*.yaml"))


def flat(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in tree.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return found


def test_every_policy_has_a_file_and_every_file_a_policy() -> None:
    assert names("policy") == sorted(POLICIES)


@pytest.mark.parametrize("name", names("policy"))
def test_a_policy_file_states_the_defaults_of_its_class(name: str) -> None:
    stated = yaml.safe_load((CONFIGS / "policy" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert stated.pop("policy") == name
    for key, default, *_ in DATES:
        assert stated.pop(key) == default
    policy = POLICIES[name]()
    given = {key for key, value in stated.items() if isinstance(value, str) and value.startswith("${")}
    defaults = {
        row["parameter"].removeprefix("."): row["default"]
        for row in list_parameters(policy, "")
        if row["parameter"].removeprefix(".").split(".")[0] not in given
    }
    own = {key: value for key, value in stated.items() if key not in given}
    assert flat(own) == defaults
    assert {f.name for f in fields(policy) if f.init} == set(stated)


@pytest.mark.parametrize(
    "override",
    [f"{group}={name}" for group in KINDS.values() if group != "experiment" for name in names(group)],
)
def test_every_choice_can_be_composed(override: str) -> None:
    assert load_config([override])


@pytest.mark.slow
@pytest.mark.parametrize("name", names("experiment"))
def test_every_experiment_can_be_composed(name: str) -> None:
    assert load_study([f"experiment={name}"]).runs()


def test_every_parameter_has_unit_source_and_meaning() -> None:
    for row in all_parameters():
        assert row["unit"] and row["source"] and row["meaning"], row


def test_a_file_cannot_run_code() -> None:
    for path in Path(CONFIGS).rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert "_target_" not in text and "!!python" not in text


def test_policies_are_dataclasses() -> None:
    assert all(is_dataclass(policy) for policy in POLICIES.values())
