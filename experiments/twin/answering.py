"""The command `twin`: the status quo and the package, or a lever from end to end, at once."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.files.provenance import now, provenance
from experiments.files.whole import prepare_folder, results_folder, write_json, write_table, write_yaml
from experiments.settings.config import Composer, composer, configured
from experiments.settings.overrides import parse
from experiments.settings.schema import SCHEMA_VERSION, RunConfig, digest
from experiments.twin.levers import read_levers
from experiments.twin.map import Twin
from experiments.twin.outcomes import outcomes
from policies import build_package
from sim.parameters import ConfigError

ARM = "status quo"
"""What the run without the package is called."""


@dataclass(frozen=True)
class Answer:
    """Outcomes, one row an arm, and their days.

    The columns of ``table`` are ``arm``, ``value`` of the lever swept, outcomes, ``milliseconds``.
    """

    config: RunConfig
    table: pd.DataFrame
    daily: pd.DataFrame
    left_out: tuple[str, ...]
    lever: str = ""


def answer(overrides: Sequence[str], configs: str | None = None, sweep: str = "") -> Answer:
    """Run the twin under the status quo and under the package, or under each value of a lever.

    Parameters
    ----------
    overrides : as of `experiments.settings.config.load_config`
    sweep : ``lever=value,value,…``; a lever of the package without ``package.``, or a parameter of the world

    Raises
    ------
    ConfigError : bad input, or a package that the twin cannot represent
    """
    with composer(configs) as hydra:
        base = configured(hydra, parse(overrides))
        lever, arms = list_arms(hydra, base, overrides, sweep)
    warm: Twin | None = None
    rows, days, left_out = [], [], read_levers(build_package(base.status_quo)).left_out
    for name, value, config in arms:
        levers = read_levers(build_package(config.package))
        started = time.process_time()
        if beginning(config) == beginning(base):
            warm = warm or warmed(base)
            own = warm.branch()
        else:
            own = warmed(config)
        daily = own.adopt(levers).run(config.days)
        spent = 1000 * (time.process_time() - started)
        rows.append({"arm": name, "value": value, **outcomes(daily), "milliseconds": spent})
        days.append(daily.assign(arm=name))
        left_out += levers.left_out
    table = pd.DataFrame(rows)
    return Answer(base, table, pd.concat(days, ignore_index=True), tuple(dict.fromkeys(left_out)), lever)


def beginning(config: RunConfig) -> tuple[Any, ...]:
    """Return what a twin depends on until the package takes over."""
    return config.world, config.status_quo, config.warmup


def warmed(config: RunConfig) -> Twin:
    """Return the twin of a world after its warm-up under the status quo."""
    twin = Twin(config.world, read_levers(build_package(config.status_quo)))
    twin.run(config.warmup)
    return twin


def list_arms(
    hydra: Composer, base: RunConfig, overrides: Sequence[str], sweep: str
) -> tuple[str, list[tuple[str, float, RunConfig]]]:
    """Return the lever swept, and the arms: their names, values of the lever, and configurations."""
    none = float("nan")
    if not sweep:
        same = copy.copy(base)
        same.package = base.status_quo
        package = base.package_name
        return "", [(ARM, none, same), (package if package != ARM else "package", none, base)]
    lever, _, values = sweep.partition("=")
    if not lever or not values:
        raise ConfigError(f"--sweep must be LEVER=VALUE,VALUE,…; got {sweep!r}")
    key = f"package.{lever}" if lever.split(".")[0] in base.package else lever
    arms = []
    for word in values.split(","):
        config = configured(hydra, parse([*overrides, f"{key}={word}"]))
        arms.append((f"{lever}={word}", number(word, sweep), config))
    return lever, arms


def number(word: str, sweep: str) -> float:
    """Return a value of the lever as a number."""
    try:
        return float(word)
    except ValueError:
        raise ConfigError(f"--sweep takes numbers; got {word!r} in {sweep!r}") from None


def answer_folder(config: RunConfig, lever: str) -> Path:
    """Return the folder of an answer: ``out``, or one named after package and configuration."""
    key = digest([config.tree(), lever])[:8]
    return Path(config.out) if config.out else results_folder("twin", config.package_name, key)


def claim(folder: Path) -> None:
    """Make the folder, or raise `ConfigError` if it holds results of the engine or cannot be written to."""
    for name in ("study.json", "events.parquet"):
        if (folder / name).exists():
            raise ConfigError(f"{folder} holds results of the engine; choose another folder with out=…")
    prepare_folder(folder)


def save(found: Answer, folder: Path) -> None:
    """Write tables, configuration and provenance of an answer."""
    write_table(folder / "daily.csv", found.daily)
    write_table(folder / "outcomes.csv", found.table)
    write_yaml(folder / "config.yaml", found.config.tree())
    write_json(folder / "provenance.json", provenance(found.config.seed, now()))
    write_json(
        folder / "twin.json",
        {"schema_version": SCHEMA_VERSION, "lever": found.lever, "left_out": list(found.left_out)},
    )
