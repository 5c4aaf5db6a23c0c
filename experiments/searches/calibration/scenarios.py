"""The members of an ensemble as scenarios: files that any study can choose."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from experiments.files.whole import write_bytes
from experiments.searches.calibration.priors import with_followers
from experiments.searches.calibration.question import DEFAULT, PUBLISHED, Question
from experiments.settings.overrides import chooses_file, parse
from experiments.settings.schema import RunConfig

FILE = "targets.yaml"
"""Where the folder of an ensemble keeps the targets that it answers."""


def write_scenarios(ensemble: pd.DataFrame, folder: Path, question: Question = DEFAULT) -> list[Path]:
    """Write one scenario a member, ``calibrated_01.yaml`` and on, in place of those of an earlier call."""
    for old in folder.glob("calibrated_*.yaml"):
        old.unlink()
    files = []
    for i, row in enumerate(ensemble.to_dict("records"), start=1):
        file = folder / f"{question.name}_{i:02d}.yaml"
        write_bytes(file, scenario_text(row, (i, len(ensemble)), question).encode())
        files.append(file)
    return files


def scenario_text(row: dict[Any, Any], place: tuple[int, int], question: Question) -> str:
    """Return the YAML of one member; ``place`` is its number and that of all."""
    means = ", ".join(f"{target.number or target.key} {row[target.key]:.3g}" for target in question.targets)
    first = " The most central one." if place[0] == 1 else ""
    own = f" for {question.name}" if question.own else ""
    tree, defaults = setting_tree(question)
    full = with_followers({name: row[name] for name in question.names}, question.priors)
    for path, value in full.items():
        put(tree, path, float(f"{value:.6g}"))
    lines = [
        "# @package _global_",
        f"# Calibrated world {place[0]} of {place[1]}{own}: meets all targets; written by "
        f"`antibrush calibrate`.{first}",
        f"# {means}",
    ]
    head = yaml.safe_dump({"defaults": defaults}, allow_unicode=True) if defaults else ""
    return "\n".join(lines) + "\n" + head + yaml.safe_dump(tree, sort_keys=False, allow_unicode=True)


def write_status_quo(config: RunConfig, folder: Path, question: Question) -> Path:
    """Write what is in force in a market of one's own as a package, so that studies can compare with it."""
    name = f"{question.name.removeprefix(PUBLISHED + '_')}_status_quo"
    head = f"# What is in force in the worlds {question.name}; written by `antibrush calibrate`.\n"
    body = yaml.safe_dump(
        {"name": name} | config.status_quo | {"name": name}, sort_keys=False, allow_unicode=True
    )
    file = folder / f"{name}.yaml"
    write_bytes(file, (head + body).encode())
    return file


def write_question(question: Question, folder: Path) -> Path:
    """Write what an ensemble answers, in the form in which it was asked."""
    bands = {
        target.key: {
            name: value
            for name, value in (("low", target.low), ("high", target.high), ("margin", target.margin))
            if math.isfinite(value)
        }
        | {"source": target.source}
        for target in question.targets
    }
    asked = {"name": question.name.removeprefix(f"{PUBLISHED}_"), "about": question.about, "targets": bands}
    file = folder / FILE
    write_bytes(file, yaml.safe_dump(asked, sort_keys=False, allow_unicode=True).encode())
    return file


def setting_tree(question: Question) -> tuple[dict[str, Any], list[Any]]:
    """Return what describes the market itself: its values as a tree, and the files that it chooses."""
    tree: dict[str, Any] = {}
    defaults = list[Any]()
    for override in parse(question.setting):
        if chooses_file(override):
            defaults.append({f"override /{override.key_or_group}{at(override.package)}": override.value()})
        else:
            put(tree, override.key_or_group, override.value())
    return tree, defaults


def at(package: str | None) -> str:
    """Return the place for which a file is chosen, as it is written after its group."""
    return f"@{package}" if package else ""


def put(tree: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at a dotted path."""
    *above, name = path.split(".")
    for part in above:
        tree = tree.setdefault(part, {})
    tree[name] = value
