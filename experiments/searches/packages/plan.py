"""What a search for packages is asked: where, for what, within which limits, and how hard."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from experiments.files.folders import results_folder
from experiments.files.provenance import code_digest
from experiments.searches.asking import Point
from experiments.searches.packages.constraints import (
    Constraint,
    is_constraint,
    outcome_of,
    read_constraints,
    told_of,
)
from experiments.searches.packages.levers import package_at, point_of
from experiments.settings.config import load_config
from experiments.settings.config_files import PACKAGED
from experiments.settings.dimensions import Dimension, dimensions_of, with_kinds
from experiments.settings.schema import SCHEMA_VERSION, RunConfig, digest
from experiments.studies.store import Store
from sim.parameters import ConfigError, whole_number

GROUP = "search"
"""Folder of `configs/` whose files are searches, and the word that chooses one."""

DEFAULT = "levers"
KEYS = frozenset(
    {
        "title",
        "overrides",
        "levers",
        "objectives",
        "constraints",
        "cheapest",
        "trials",
        "batch",
        "replications",
        "candidates",
        "fresh",
    }
)
COST = "enforcement_cost_rmb"
NUMBERS = re.compile(r"(trials|batch|candidates|fresh)=(.*)")


@dataclass(frozen=True)
class Effort:
    """How hard is searched.

    ``trials`` packages, asked for in batches of ``batch``, have ``replications`` runs each, all on the same
    seeds; the most promising ``candidates`` have ``fresh`` runs more, on seeds that no trial had.
    """

    trials: int = 64
    batch: int = 8
    replications: int = 4
    candidates: int = 12
    fresh: int = 20

    def checked(self) -> Effort:
        """Return itself; `ConfigError` for numbers that are no search."""
        least = {"trials": 2, "batch": 1, "replications": 1, "candidates": 1, "fresh": 2}
        own = {name: whole_number(getattr(self, name), name, low, 100_000) for name, low in least.items()}
        return Effort(**own)


@dataclass(frozen=True)
class SearchPlan:
    """A search for packages; with ``config.seed`` it fixes every number. ``config.package`` is the base."""

    name: str
    title: str
    config: RunConfig
    folder: Path
    dimensions: tuple[Dimension, ...]
    objectives: tuple[str, ...]
    constraints: tuple[Constraint, ...] = ()
    cheapest: str = COST
    effort: Effort = field(default_factory=Effort)

    @property
    def store(self) -> Store:
        """Return where the runs lie."""
        return Store(self.folder, "trials")

    @property
    def senses(self) -> tuple[int, ...]:
        """Return of each objective whether more (1) or less (−1) is better."""
        return tuple(told_of(name).better for name in self.objectives)

    @property
    def measured(self) -> tuple[str, ...]:
        """Return the outcomes that are looked at: objectives, what is limited, and the cost, each once."""
        limited = [constraint.outcome for constraint in self.constraints]
        return tuple(dict.fromkeys([*self.objectives, *limited, self.cheapest]))

    def first(self) -> tuple[Point, ...]:
        """Return the base package as a point, if it lies within the ranges."""
        own = point_of(self.config.package, self.dimensions)
        return () if own is None else (own,)

    def description(self) -> dict[str, Any]:
        """Return what makes this search this one; equal for every continuation of it."""
        tree = self.config.tree()
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "search",
            "code": code_digest(),
            "name": self.name,
            **tree,
            "levers": [asdict(one) for one in self.dimensions],
            "objectives": list(self.objectives),
            "constraints": [asdict(one) for one in self.constraints],
            "cheapest": self.cheapest,
            "effort": asdict(self.effort),
        }


def plan_of(words: Sequence[str], configs: str | None = None, output: str | None = None) -> SearchPlan:
    """Return the search that a command's words describe.

    Parameters
    ----------
    words : ``search=NAME``, ``trials=``, ``batch=``, ``candidates=``, ``fresh=``, constraints, and overrides
        of the run, which go before those of the file

    Raises
    ------
    ConfigError : a word, a lever, an outcome or a number is wrong; nothing is run then
    """
    own = [word for word in words if is_constraint(word)]
    name, numbers, overrides = sorted_words([word for word in words if word not in own], GROUP, DEFAULT)
    entry = read_entry(GROUP, name, configs, KEYS)
    config = load_config([*map(str, entry.get("overrides") or []), *overrides], configs)
    config = with_replications(config, entry, overrides)
    effort = Effort(**(effort_of(entry) | numbers | {"replications": config.replications})).checked()
    plan = SearchPlan(
        name=name,
        title=str(entry.get("title") or name),
        config=config,
        folder=Path(),
        dimensions=levers_of(entry, config),
        objectives=objectives_of(entry),
        constraints=read_constraints([*(entry.get("constraints") or []), *own]),
        cheapest=outcome_of(str(entry.get("cheapest") or COST)),
        effort=effort,
    )
    where = output or config.out or results_folder(f"search-{name}", digest(plan.description())[:8])
    return replace(plan, folder=Path(where))


def with_replications(config: RunConfig, entry: Mapping[str, Any], overrides: Sequence[str]) -> RunConfig:
    """Return the run with the replications of the file, unless an override says how many."""
    if any(word.startswith("replications=") for word in overrides) or "replications" not in entry:
        return config
    return replace(config, replications=whole_number(entry["replications"], "replications", 1, 100_000))


def sorted_words(words: Sequence[str], group: str, default: str) -> tuple[str, dict[str, int], list[str]]:
    """Split a command's words into the file that they choose, how hard to search, and overrides."""
    name, numbers, left = default, {}, []
    for word in words:
        found = NUMBERS.fullmatch(word)
        if word.startswith(f"{group}="):
            name = word.partition("=")[2]
        elif found:
            numbers[found[1]] = number_of(word, found[2])
        else:
            left.append(word)
    return name, numbers, left


def number_of(word: str, text: str) -> int:
    """Return the whole number that a word gives."""
    try:
        return int(text)
    except ValueError:
        raise ConfigError(f"{word}: that takes a whole number") from None


def read_entry(group: str, name: str, configs: str | None, keys: frozenset[str]) -> dict[str, Any]:
    """Return what the file ``group/name.yaml`` says, of one's own folder or of the packaged one.

    Raises
    ------
    ConfigError : there is none, it is no YAML, or it has other keys
    """
    folders = [Path(configs)] if configs else []
    files = [folder / group / f"{name}.yaml" for folder in [*folders, PACKAGED]]
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        there = sorted({path.stem for one in files for path in one.parent.glob("*.yaml")})
        raise ConfigError(f"{group} has no {name!r}; there are {', '.join(there) or 'none'}")
    try:
        entry = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(f"{file} cannot be read: {' '.join(str(error).split())}") from None
    if not isinstance(entry, dict) or set(entry) - keys:
        strange = ", ".join(sorted(map(str, set(entry) - keys))) if isinstance(entry, dict) else "no mapping"
        raise ConfigError(f"{file}: a file of {group}/ has {', '.join(sorted(keys))}; not {strange}")
    return entry


def effort_of(entry: Mapping[str, Any]) -> dict[str, int]:
    """Return what a file says of how hard to search."""
    names = ("trials", "batch", "candidates", "fresh")
    return {name: whole_number(entry[name], name, 1, 100_000) for name in names if name in entry}


def levers_of(entry: Mapping[str, Any], config: RunConfig) -> tuple[Dimension, ...]:
    """Return the levers of a file, each held against the package that it moves, at both ends."""
    levers = entry.get("levers")
    if not isinstance(levers, dict) or not levers:
        raise ConfigError("a search needs levers: {package.ENTRY.KEY: [low, high], …}")
    dimensions = with_kinds(dimensions_of(levers, {}), config.world, {"package": [config.package]})
    for one in dimensions:
        for value in one.values or (one.low, one.high):
            package_at(config.package, {one.path: value})
    return dimensions


def objectives_of(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the outcomes that are searched for, each with a side that is better."""
    wanted = entry.get("objectives")
    if not isinstance(wanted, list) or not wanted:
        raise ConfigError("a search needs objectives: [OUTCOME, …]")
    names = tuple(dict.fromkeys(outcome_of(str(name)) for name in wanted))
    for name in names:
        if not told_of(name).better:
            raise ConfigError(f"objectives: whether more or less {name} is better depends on who asks")
    return names
