"""What a stress test is asked: which package, what the trade may choose, for what, and how hard."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from experiments.files.folders import results_folder
from experiments.files.provenance import code_digest
from experiments.searches.adversary.response import set_values
from experiments.searches.asking import Point
from experiments.searches.packages.constraints import outcome_of
from experiments.searches.packages.levers import holds
from experiments.searches.packages.plan import (
    Effort,
    effort_of,
    read_entry,
    sorted_words,
    with_replications,
)
from experiments.settings.config import load_config
from experiments.settings.dimensions import Dimension, dimensions_of, with_kinds
from experiments.settings.schema import SCHEMA_VERSION, RunConfig, digest
from experiments.studies.store import Store
from sim.parameters import ConfigError

GROUP = "stress"
"""Folder of `configs/` whose files say what the trade may choose, and the word that picks one."""

DEFAULT = "choices"
KEYS = frozenset(
    {"title", "overrides", "choices", "objective", "trials", "batch", "replications", "candidates", "fresh"}
)
BRUSHED = "brushed_share"


@dataclass(frozen=True)
class StressPlan:
    """A stress test of ``config.package``; with ``config.seed`` it fixes every number."""

    name: str
    title: str
    config: RunConfig
    folder: Path
    dimensions: tuple[Dimension, ...]
    objective: str = BRUSHED
    effort: Effort = field(default_factory=lambda: Effort(trials=48, candidates=3))

    @property
    def store(self) -> Store:
        """Return where the runs lie."""
        return Store(self.folder, "trials")

    def own(self) -> Point:
        """Return what the trade does without a response, by the paths of its choices."""
        world = self.config.world
        return {one.path: copy.deepcopy(value_of(world, one.path)) for one in self.dimensions}

    def first(self) -> tuple[Point, ...]:
        """Return the world as it is as a point, if it lies within the choices."""
        own = self.own()
        return (own,) if all(holds(one, own[one.path]) for one in self.dimensions) else ()

    def changed(self, point: Mapping[str, Any]) -> Point:
        """Return what a response changes: the choices that are not what the trade does anyway."""
        own = self.own()
        return {path: value for path, value in point.items() if value != own[path]}

    def description(self) -> dict[str, Any]:
        """Return what makes this stress test this one; equal for every continuation of it."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "stress",
            "code": code_digest(),
            "name": self.name,
            **self.config.tree(),
            "choices": [asdict(one) for one in self.dimensions],
            "objective": self.objective,
            "effort": asdict(self.effort),
        }


def plan_of(words: Sequence[str], configs: str | None = None, output: str | None = None) -> StressPlan:
    """Return the stress test that a command's words describe.

    Parameters
    ----------
    words : ``stress=NAME``, ``objective=OUTCOME``, ``trials=``, ``batch=``, ``candidates=``, ``fresh=``, and
        overrides of the run, ``package=…`` above all

    Raises
    ------
    ConfigError : a word, a choice or a number is wrong; nothing is run then
    """
    name, numbers, left = sorted_words(words, GROUP, DEFAULT)
    entry = read_entry(GROUP, name, configs, KEYS)
    aims = [word.partition("=")[2] for word in left if word.startswith("objective=")]
    overrides = [word for word in left if not word.startswith("objective=")]
    config = load_config([*map(str, entry.get("overrides") or []), *overrides], configs)
    config = with_replications(config, entry, overrides)
    plan = StressPlan(
        name=name,
        title=str(entry.get("title") or name),
        config=config,
        folder=Path(),
        dimensions=choices_of(entry, config),
        objective=outcome_of(str((aims or [entry.get("objective") or BRUSHED])[-1])),
        effort=Effort(**(effort_of(entry) | numbers | {"replications": config.replications})).checked(),
    )
    named = results_folder(f"stress-{config.package_name}", digest(plan.description())[:8])
    return replace(plan, folder=Path(output or config.out or named))


def choices_of(entry: Mapping[str, Any], config: RunConfig) -> tuple[Dimension, ...]:
    """Return the choices of a file, each held against the world that it changes, at all its ends."""
    choices = entry.get("choices")
    if not isinstance(choices, dict) or not choices:
        raise ConfigError("a stress test needs choices: {PART.KEY: [low, high], …}")
    dimensions = with_kinds(dimensions_of({}, choices), config.world, {})
    for one in dimensions:
        for value in one.values or (one.low, one.high):
            set_values(copy.deepcopy(config.world), {one.path: value})
    return dimensions


def value_of(world: Any, path: str) -> Any:
    """Return the value of a parameter of the world."""
    part, _, name = path.partition(".")
    return getattr(getattr(world, part), name)
