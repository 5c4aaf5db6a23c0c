"""Explorations: the arms of a study at every point of a space of levers and uncertainties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from hydra.core.override_parser.types import Override
from omegaconf import OmegaConf

from experiments.settings.config import Composer, composer
from experiments.settings.config_files import Configs
from experiments.settings.dimensions import (
    LEVER,
    SCENARIO,
    UNCERTAINTY,
    Dimension,
    dimensions_of,
    is_number,
    with_kinds,
)
from experiments.settings.overrides import find, parse, write_override
from experiments.settings.schema import RunConfig, Settings, digest, own_numbers, written
from experiments.studies.design import Arm, Run, Study, compose_study
from experiments.studies.designs import more_points, read_points
from policies import build_package
from sim.parameters import ConfigError, check_world
from sim.parameters.declare import kinds_of, own_value

PARTS = ("levers", "uncertainties")
"""Keys below which a word may name one dimension, ``levers.package.detection.threshold=[0.3,0.9]``."""


@dataclass(frozen=True)
class World:
    """A distinct world of an exploration: its study, and the point and package of each arm."""

    study: Study
    places: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Exploration:
    """A study whose arms are run at every point; levers override each arm's package.

    ``points`` has the index ``point`` and a column a dimension. ``elsewhere`` holds the study in every
    scenario that is the value of a dimension.
    """

    base: Study
    dimensions: tuple[Dimension, ...]
    points: pd.DataFrame
    kind: str
    elsewhere: Mapping[str, Study] = field(default_factory=dict)

    def studies(self) -> list[Study]:
        """Return a study for each distinct world; the labels of its arms carry the point."""
        return [world.study for world in self.worlds]

    def runs(self) -> Iterator[tuple[int, str, Run]]:
        """Yield every run with its point and the label of its package, world by world."""
        for world in self.worlds:
            runs = iter(world.study.runs())
            for point, package in world.places:
                for _ in range(self.base.replications):
                    yield point, package, next(runs)

    def run_keys(self) -> dict[str, None]:
        """Return the key of every run, each once, in the order of the runs."""
        return dict.fromkeys(run.key for _, _, run in self.runs())

    @cached_property
    def worlds(self) -> list[World]:
        """The distinct worlds, in the order of their first points; checked, as is every package.

        Raises
        ------
        ConfigError : values are out of range, or contradict each other; the message names the point
        """
        levers, unknown = (self.rows_of(role) for role in (LEVER, UNCERTAINTY))
        groups: dict[str, list[int]] = {}
        for number, values in enumerate(unknown):
            groups.setdefault(written(values), []).append(number)
        return [self.world(numbers, unknown[numbers[0]], levers) for numbers in groups.values()]

    def world(self, numbers: Sequence[int], unknown: dict[str, Any], levers: list[dict[str, Any]]) -> World:
        """Return the world of some points, which share what is uncertain."""
        base = self.elsewhere.get(str(unknown.get(SCENARIO)), self.base)
        with naming(self.points.index[numbers[0]]):
            config = world_at(base.config, unknown)
        pairs = [
            (
                (int(self.points.index[number]), arm.label),
                arm_at(arm, self.points.index[number], levers[number]),
            )
            for number in numbers
            for arm in base.arms
        ]
        places, arms = zip(*pairs, strict=True)
        study = replace(base, config=config, arms=arms, baseline=arms[0].label, grid=None, crossed=None)
        return World(study, places)

    def rows_of(self, role: str) -> list[dict[str, Any]]:
        """Return the values of each point's levers, or uncertainties, in objects of Python's."""
        paths = [one.path for one in self.dimensions if one.role == role]
        columns = [own_numbers(self.points[path].tolist()) for path in paths]
        return [dict(zip(paths, row, strict=True)) for row in zip(*columns, strict=True)] or [
            {} for _ in range(len(self.points))
        ]

    def description(self) -> dict[str, Any]:
        """Return what makes this exploration this one; equal for every continuation of it."""
        own = self.base.description()
        del own["grid"], own["crossed"]
        return own | {
            "exploration": {
                "design": self.kind,
                "dimensions": [asdict(one) for one in self.dimensions],
                "points": len(self.points),
                "points_digest": digest(own_numbers(self.points.to_dict("list"))),
                "scenarios": {name: study.digest() for name, study in self.elsewhere.items()},
            },
            "run_keys": digest(list(self.run_keys())),
        }

    def digest(self) -> str:
        """Return the exploration's identity."""
        return digest(self.description())


def load_exploration(overrides: Sequence[str] = (), configs: Configs = None) -> Exploration:
    """Compose an exploration: base study, dimensions and design of ``exploration=…``, and its points.

    Parameters
    ----------
    overrides : as those of `load_study`; one dimension may be set by its path, as in
        ``levers.package.detection.threshold=[0.3,0.9]``

    Raises
    ------
    ConfigError : for what a command refuses; nothing is simulated
    """
    own = [text for text in overrides if text.lstrip("+").startswith(tuple(f"{part}." for part in PARTS))]
    given = parse([text for text in overrides if text not in own])
    with composer(configs) as hydra:
        base, settings = compose_study(hydra, given)
        dimensions = all_dimensions(settings, own)
        check_keys(dimensions, base)
        packages = {"package": [arm.package for arm in base.arms], "status_quo": [base.config.status_quo]}
        dimensions = with_kinds(dimensions, base.config.world, packages)
        elsewhere = scenarios(hydra, given, dimensions)
    points = more_points(
        settings.design, dimensions, [settings.points, *settings.more_points], settings.design_seed
    )
    return Exploration(base, dimensions, points, settings.design, elsewhere)


def all_dimensions(settings: Settings, own: Sequence[str]) -> tuple[Dimension, ...]:
    """Return the dimensions of a configuration, with those that words set, and of a CSV file its columns."""
    both: dict[str, dict[str, Any]] = {part: dict(getattr(settings, part)) for part in PARTS}
    for text in own:
        key, _, value = text.lstrip("+").partition("=")
        part, _, path = key.partition(".")
        (override,) = parse([f"{part}={value}"])
        both[part][path] = override.value()
    dimensions = dimensions_of(both["levers"], both["uncertainties"])
    return of_file(settings.design, dimensions) if settings.design.endswith(".csv") else dimensions


def of_file(file: str, stated: Sequence[Dimension]) -> tuple[Dimension, ...]:
    """Return a dimension for each column of a file of points, as far as it is stated as stated."""
    by_path, table = {one.path: one for one in stated}, read_points(Path(file))
    found = []
    for name in map(str, table):
        role, values = (
            (LEVER if name.startswith("package.") else UNCERTAINTY),
            own_numbers(table[name].tolist()),
        )
        ranged = all(map(is_number, values)) and min(values) < max(values)
        of_it = (
            Dimension(name, role, min(values), max(values))
            if ranged
            else Dimension(name, role, values=tuple(dict.fromkeys(values)))
        )
        found.append(by_path.get(name) or of_it)
    return tuple(found)


def check_keys(dimensions: Sequence[Dimension], base: Study) -> None:
    """Raise `ConfigError`, with the nearest key that there is, for a path that no arm or world has."""
    world = OmegaConf.create(base.config.tree())
    packages = [OmegaConf.create({"package": arm.package}) for arm in base.arms]
    for one in dimensions:
        trees = packages if one.role == LEVER else [world]
        if one.path != SCENARIO and not any(has(tree, one.path) for tree in trees):
            find(trees[-1], one.path)


def has(tree: Any, path: str) -> bool:
    """Tell whether a tree has a key."""
    try:
        find(tree, path)
    except ConfigError:
        return False
    return True


def scenarios(
    hydra: Composer, given: Sequence[Override], dimensions: Sequence[Dimension]
) -> dict[str, Study]:
    """Return the study in every scenario that is a value of a dimension; each is composed once."""
    names = [str(value) for one in dimensions if one.path == SCENARIO for value in one.values]
    if names and any(override.key_or_group == SCENARIO for override in given):
        raise ConfigError("uncertainties: scenario goes through its values; leave scenario= out")
    return {
        name: compose_study(hydra, [*given, *parse([write_override(SCENARIO, name)])])[0] for name in names
    }


@contextmanager
def naming(point: Any) -> Iterator[None]:
    """Add the point to an error about one of its values."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(f"point {point}: {error}") from None


def world_at(config: RunConfig, values: Mapping[str, Any]) -> RunConfig:
    """Return ``config`` with these values of its world and status quo, by path, checked.

    Raises
    ------
    ConfigError : a value is of the wrong type or out of range, or values contradict each other
    """
    world, status_quo = config.world, config.status_quo
    for path, value in values.items():
        part, _, name = path.partition(".")
        if part == "status_quo":
            status_quo = with_value(status_quo, name, value)
        elif path != SCENARIO:
            old = getattr(world, part)
            new = replace(old, **{name: own_value(value, kinds_of(old.__class__)[name], path)})
            world = replace(world, **{part: new})
    check_world(world)
    if status_quo is not config.status_quo:
        build_package(status_quo, "status_quo")
    return replace(config, world=world, status_quo=status_quo)


def arm_at(arm: Arm, point: Any, values: Mapping[str, Any]) -> Arm:
    """Return an arm whose package has these values, where it has the key; its label carries the point."""
    package, used = arm.package, {}
    for path, value in values.items():
        inner = path.partition(".")[2]
        changed = with_value(package, inner, value)
        if changed is not package:
            package, used[path] = changed, value
    if package is not arm.package:
        with naming(point):
            build_package(package, f"arm {arm.label!r}: package")
    return replace(arm, label=f"{arm.label} @{point}", package=package, factors={**arm.factors, **used})


def with_value(tree: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a tree in which the key at a path has another value; the same tree if it has no such key."""
    first, _, rest = path.partition(".")
    if first not in tree:
        return tree
    if not rest:
        return {**tree, first: value}
    inner = tree[first]
    changed = with_value(inner, rest, value) if isinstance(inner, dict) else inner
    return tree if changed is inner else {**tree, first: changed}
