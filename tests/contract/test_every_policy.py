"""Every policy and every package of the project keeps the contract."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import pytest
import yaml
from composing import CONFIGS, composed, names_in

from policies import POLICIES, build_package
from policies.build import DATES
from policies.regulator.laws import Law
from sim.contract import check_policy

VARIANTS = [
    ("detection", {"mode": "automatic", "acted_share": 1, "refer_share": 0.5}),
    ("detection", {"acted_share": 1, "reviewers_per_100k_shops": 20, "discipline": "oldest"}),
    ("detection", {"acted_share": 1, "reviewers_per_100k_shops": 20, "discipline": "random"}),
    ("detection", {"acted_share": 1, "reviewers_per_100k_shops": 20, "discipline": "risk"}),
    ("detection", {"flags_per_1000_week": 50, "acted_share": 1, "ladder": {"skip_intensity": 5}}),
    ("appeals", {"staff_per_100k_shops": 40, "restitution_rmb_per_day": 10}),
    ("ledger_use", {"merchants": "close", "workers": "ban", "refer_share": 0.5}),
    ("regulator", {"raids_per_year": 100, "law": {"per_violation": True}}),
    ("regulator", {"raids_per_year": 100, "law": {"turnover_share": 0.04}}),
    ("civil_suits", {"who": "every", "claim_rule": "multiple"}),
]


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_keeps_the_contract_at_its_defaults(name: str) -> None:
    check_policy(POLICIES[name](), name)


@pytest.mark.parametrize(("name", "changes"), VARIANTS)
def test_policies_keep_the_contract_at_other_settings(name: str, changes: dict[str, Any]) -> None:
    check_policy(build_package({"name": "variant", "one": {"policy": name, **changes}}))


@pytest.mark.parametrize("name", names_in("package"))
def test_every_package_keeps_the_contract(name: str) -> None:
    check_policy(build_package(composed("package", name)))


@pytest.mark.parametrize("name", names_in("law"))
def test_every_law_preset_can_be_enforced(name: str) -> None:
    law = composed("law", name)
    assert law["id"] == name
    assert law["reference"] and law["in_force_from"] and law["note"]
    assert set(law) == {field.name for field in fields(Law)}
    check_policy(build_package({"name": name, "regulator": {"policy": "regulator", "law": law}}))


@pytest.mark.parametrize("name", names_in("policy"))
def test_the_yaml_of_a_policy_lists_its_parameters_at_their_defaults(name: str) -> None:
    entry = yaml.safe_load((CONFIGS / "policy" / f"{name}.yaml").read_text(encoding="utf-8"))
    assert entry.pop("policy") == name
    assert {key: entry.pop(key) for key in DATES} == {
        "start": 0, "end": None, "ramp": 0, "announcement": None, "salience": 1,
    }  # fmt: skip
    entry = {key: value for key, value in entry.items() if not of_law(value)}
    assert entry == {key: value for key, value in defaults(POLICIES[name]()).items() if key in entry}
    assert set(defaults(POLICIES[name]())) - set(entry) <= {"statutory_ceiling_rmb"}


def test_every_policy_has_its_yaml() -> None:
    assert set(names_in("policy")) == set(POLICIES)


def test_every_parameter_of_a_policy_states_unit_range_source_and_meaning() -> None:
    for cls in POLICIES.values():
        for field in fields(cls):
            if "unit" not in field.metadata:
                assert is_dataclass(getattr(cls(), field.name)), f"{cls.__name__}.{field.name}"
            else:
                assert field.metadata["source"] and field.metadata["doc"]


def of_law(value: Any) -> bool:
    """Tell whether a value of the YAML is a reference to the law chosen."""
    return isinstance(value, str) and value.startswith("${law")


def defaults(part: Any) -> dict[str, Any]:
    """Return the parameters of ``part`` but for the law."""
    values = {field.name: getattr(part, field.name) for field in fields(part) if field.name != "law"}
    return {name: defaults(value) if is_dataclass(value) else value for name, value in values.items()}
