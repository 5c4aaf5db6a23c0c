"""Every default has a source that exists, or says that it is an assumption."""

import csv
from collections import defaultdict
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
import yaml
from source import ROOT

from policies import POLICIES
from sim.parameters import Parameters, check_parameters, list_parameters, numeric

COLUMNS = ["id", "fact", "value", "range", "unit", "status", "source"]

with (ROOT / "docs" / "evidence.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))

FACTS: dict[str, list[dict[str, str]]] = defaultdict(list)
for line in ROWS:
    FACTS[line["id"]].append(line)

WHOLES: dict[str, Any] = {"world": Parameters()} | {name: policy() for name, policy in POLICIES.items()}
PARAMETERS = [row for name, whole in WHOLES.items() for row in list_parameters(whole, name)]
CITING = [row for row in PARAMETERS if row["source"] != "assumption"]


def inside(value: float, interval: str) -> bool:
    low, high = interval.split(" to ")
    return float(low) <= value <= float(high)


def ranges(source: str) -> list[str]:
    return [row["range"] for row in FACTS[source] if row["range"] != "-"]


def leaves(part: Any, where: str) -> list[str]:
    """Return the full names of all fields, those without metadata among them."""
    found = []
    for field in fields(part):
        value, name = getattr(part, field.name), f"{where}.{field.name}"
        found += leaves(value, name) if is_dataclass(value) else [name]
    return found


@pytest.mark.parametrize("name", WHOLES)
def test_every_parameter_is_declared_with_its_source(name: str) -> None:
    declared = {row["parameter"] for row in PARAMETERS if row["source"]}
    assert set(leaves(WHOLES[name], name)) <= declared


@pytest.mark.parametrize("row", CITING, ids=lambda row: row["parameter"])
def test_every_source_is_a_row_of_the_evidence(row: dict[str, Any]) -> None:
    assert row["source"] in FACTS


@pytest.mark.parametrize("row", CITING, ids=lambda row: row["parameter"])
def test_a_default_lies_in_the_range_of_its_evidence(row: dict[str, Any]) -> None:
    stated = ranges(row["source"])
    if numeric(row["default"]) and stated:
        assert any(inside(row["default"], interval) for interval in stated)


@pytest.mark.parametrize("name", WHOLES)
def test_every_default_lies_in_its_own_range(name: str) -> None:
    check_parameters(WHOLES[name], name)


def test_the_evidence_has_its_columns_and_no_hole() -> None:
    assert list(ROWS[0]) == COLUMNS
    for row in ROWS:
        assert all(isinstance(row[column], str) and row[column].strip() for column in COLUMNS), row
        assert None not in row, row
        assert set(row["status"]) <= set("VLRDA"), row


def test_no_fact_stands_twice() -> None:
    facts = [(row["id"], row["fact"]) for row in ROWS]
    assert len(set(facts)) == len(facts)


def test_a_value_lies_in_its_range() -> None:
    for row in ROWS:
        if row["range"] != "-":
            assert inside(float(row["value"]), row["range"]), row


@pytest.mark.parametrize(
    "path", sorted((ROOT / "configs" / "law").glob("*.yaml")), ids=lambda path: path.stem
)
def test_every_law_preset_has_a_row_of_its_status(path: Any) -> None:
    law = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert law["id"] == path.stem
    assert law["reference"]
    assert [row["status"] for row in FACTS[law["id"]]] == [law["status"]]
