"""The design of a study: arms (packages to compare) × replications, paired by seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from hydra.core.override_parser.types import Override

from experiments.analysis.sequential import Sequential
from experiments.files.provenance import code_digest
from experiments.home import VERSION
from experiments.runs.seeds import replication_seed, world_words
from experiments.settings.config import Composer, composer, run_config
from experiments.settings.config_files import Configs
from experiments.settings.labels import check_unlike, label_of
from experiments.settings.overrides import chooses_file, parse, write_override
from experiments.settings.retired import Stated, findings_of, without_former
from experiments.settings.schema import (
    SCHEMA_VERSION,
    RunConfig,
    Settings,
    detector_digests,
    digest,
    keys_of,
    own_numbers,
)
from experiments.settings.shapes import FULL, check_shape
from experiments.studies.factorial import crossed_arms, decomposed_arms, grid_arms, mute_of
from experiments.studies.stopping import Stopping, stopping_of
from policies import build_package
from sim.parameters import ConfigError


@dataclass(frozen=True)
class Arm:
    """One package to compare, with what sets it apart."""

    label: str
    package: dict[str, Any]
    factors: dict[str, Any] = field(default_factory=dict)
    block: str = ""
    """Which part of a design of many arms it belongs to; empty for a package that the study asks about."""
    mute: tuple[str, ...] = ()
    """Channels of the package that are mute (see `sim.state.mechanisms`)."""


@dataclass(frozen=True)
class Run:
    """One cell of the design; ``package`` is the arm's."""

    key: str
    arm: Arm
    package: dict[str, Any]
    replication: int
    seed: int


@dataclass(frozen=True)
class Study:
    """A world, the arms compared in it, and how often."""

    name: str
    title: str
    question: str
    config: RunConfig
    arms: tuple[Arm, ...]
    baseline: str
    grid: dict[str, Any] | None = None
    crossed: dict[str, Any] | None = None
    stopping: Stopping | None = None
    """When it knows enough; ``config.replications`` is then the most that may be run."""
    ran: int = 0
    """Replications up to the look that it has taken last; 0: all."""

    def checked(self) -> Study:
        """Return the same study in numbers of Python's own; `ConfigError` for what a command refuses."""
        arms = tuple(replace(arm, package=own_numbers(arm.package)) for arm in self.arms)
        config, arms = in_one_world(self.config.checked(), arms)
        for arm in arms:
            build_package(arm.package, f"arm {arm.label!r}: package")
        return replace(self, config=config, arms=arms)

    def runs(self) -> list[Run]:
        """Return every run, arm by arm."""
        keys, seeds = keys_of(self.config), list(map(self._seed, range(self.replications)))
        return [
            Run(key(seed), arm, arm.package, replication, seed)
            for arm in self.arms
            for key in [keys(arm.package, arm.mute)]
            for replication, seed in enumerate(seeds)
        ]

    def _seed(self, replication: int) -> int:
        return replication_seed(self.config.seed, replication, *world_words(self.config.scenario))

    @property
    def replications(self) -> int:
        """Return how many runs each arm has."""
        return self.ran or self.config.replications

    @property
    def plan(self) -> Sequential | None:
        """Return where a study that stops when it knows enough stands; None for others."""
        return Sequential(self.stopping.looks, self.replications) if self.stopping else None

    def run_keys(self) -> dict[str, None]:
        """Return the key of every run, each once, in the order of the runs."""
        return dict.fromkeys(run.key for run in self.runs())

    def description(self) -> dict[str, Any]:
        """Return what makes this study this study; equal for every continuation of it, and at every look."""
        world = self.config.tree()
        planned = replace(self, ran=0)
        del world["package"]
        return {
            "schema_version": SCHEMA_VERSION,
            "antibrush_version": VERSION,
            "code": code_digest(),
            "name": self.name,
            "title": self.title,
            "question": self.question,
            "baseline": self.baseline,
            "replications": self.config.replications,
            "grid": self.grid,
            "crossed": self.crossed,
            **({"stopping": self.stopping.description()} if self.stopping else {}),
            **world,
            "arms": [asdict(arm) for arm in self.arms],
            "detectors": self.detectors(),
            "run_keys": digest([run.key for run in planned.runs()]),
        }

    def detectors(self) -> dict[str, str]:
        """Return the digests of the detectors that are not in the project's code, by name."""
        return detector_digests(self.config.status_quo, *(arm.package for arm in self.arms))

    def digest(self) -> str:
        """Return the study's identity."""
        return digest(self.description())


def load_study(overrides: Sequence[str] = (), configs: Configs = None) -> Study:
    """Compose a study: the arms and the grid of ``experiment=…``, checked arm by arm."""
    with composer(configs) as hydra:
        study, _ = compose_study(hydra, parse(overrides))
    return study


def compose_study(hydra: Composer, given: Sequence[Override]) -> tuple[Study, Settings]:
    """Compose a study, and return the settings that it comes from with it."""
    own, common = split(given)
    settings, choices = hydra.settings(common)
    with hydra.naming_files(choices, common):
        config = run_config(settings, choices)
        wanted = list_arms(settings)
        stopping = stopping_of(settings.until, settings.look_every, settings.max_replications)
    if not wanted:
        raise ConfigError("nothing to compare: choose experiment=… or set arms=[PACKAGE,PACKAGE]")
    bases = [[*common, *_base(arm)] for arm in wanted]
    _check_used(hydra, own, bases)
    arms = tuple(_arm(hydra, base, own, arm) for base, arm in zip(bases, wanted, strict=True))
    config, arms = in_one_world(config, arms)
    with hydra.naming_files(choices, common):
        baseline = _check_labels(arms, settings)
    if stopping:
        config = replace(config, replications=stopping.looks[-1])
        check_several(arms)
    study = Study(
        settings.name,
        settings.title,
        settings.question,
        config,
        arms,
        baseline,
        settings.grid,
        settings.crossed,
        stopping,
    )
    return study, settings


def check_several(arms: Sequence[Arm]) -> None:
    """Raise `ConfigError` unless there is a difference that a study could stop for."""
    if len(arms) < 2:
        raise ConfigError(f"until: there is nothing to compare {arms[0].label!r} with; set arms=[…]")


def in_one_world(config: RunConfig, arms: Sequence[Arm]) -> tuple[RunConfig, tuple[Arm, ...]]:
    """Return a run and arms that leave to the run's world what once belonged to policies.

    Raises
    ------
    ConfigError : arms disagree on it, but all are compared in one world
    """
    stated: Stated = {}
    packages = [without_former(arm.package, f"arm {arm.label!r}: package", stated) for arm in arms]
    findings = findings_of(config.world.findings, stated)
    world = replace(config.world, findings=findings)
    own = tuple(replace(arm, package=package) for arm, package in zip(arms, packages, strict=True))
    return replace(config, world=world), own


def list_arms(settings: Settings) -> list[dict[str, Any]]:
    """Return every arm in full form: those written out, decomposed, of the grid, and of crossed factors."""
    for key, kind in FULL.items():
        check_shape(getattr(settings, key), kind, key)
    written = (("arms", settings.arms), ("more_arms", settings.more_arms))
    arms = [_wanted(arm, f"{key}[{number}]") for key, own in written for number, arm in enumerate(own)]
    arms += decomposed_arms(arms, settings.decomposed)
    return arms + grid_arms(settings.grid) + crossed_arms(settings.crossed)


def split(given: Sequence[Override]) -> tuple[list[Override], list[Override]]:
    """Split overrides into those of every arm's package and those of the study."""
    own = [o for o in given if o.key_or_group.startswith("package.")]
    if any(o.key_or_group == "package" and chooses_file(o) for o in given):
        raise ConfigError("a study compares several packages; write arms=[PACKAGE,PACKAGE]")
    return own, [o for o in given if o not in own]


def _wanted(arm: Any, where: str) -> dict[str, Any]:
    """Bring one entry of ``arms`` to full form and check its keys."""
    known = {"label", "package", "overrides", "law", "mute"}
    if isinstance(arm, dict) and ("package" not in arm or set(arm) - known):
        raise ConfigError(f"arms: each is a package's name or has {', '.join(sorted(known))}; got {arm}")
    given = arm if isinstance(arm, dict) else {"package": arm}
    full = {"label": given["package"], "overrides": [], "block": "", "mute": [], **given}
    full["label"] = label_of(full["label"], where)
    try:
        return full | {"factors": _factors(full["overrides"])}
    except ConfigError as error:
        raise ConfigError(f"{where}.overrides: {error}") from None


def _factors(overrides: Sequence[Any]) -> dict[str, Any]:
    values = [o for o in parse(map(str, overrides)) if not chooses_file(o)]
    return {o.key_or_group: o.value() for o in values}


def _base(wanted: dict[str, Any]) -> list[Override]:
    """Return the overrides that choose an arm's files."""
    law = [write_override("law", str(wanted["law"]))] if "law" in wanted else []
    return parse([write_override("package", str(wanted["package"])), *law])


def _check_used(hydra: Composer, own: list[Override], bases: list[list[Override]]) -> None:
    """Raise `ConfigError` for a ``package.…`` override that no arm has a key for."""
    for override in own:
        if not any(hydra.applies(override, base) for base in bases):
            hydra.settings([*bases[-1], override])


def _arm(hydra: Composer, base: list[Override], own: list[Override], wanted: dict[str, Any]) -> Arm:
    """Compose one arm and build its package, so that what is wrong shows before anything runs."""
    try:
        inner = parse(f"package.{text}" for text in wanted["overrides"])
        outer = [override for override in own if hydra.applies(override, base)]
        settings, choices = hydra.settings([*base, *outer, *inner])
        with hydra.naming_files(choices, [*outer, *inner]):
            build_package(without_former(settings.package))
        mute = mute_of(wanted)
    except ConfigError as error:
        raise ConfigError(f"arm {wanted['label']!r}: {error}") from None
    return Arm(wanted["label"], settings.package, wanted["factors"], wanted["block"], mute)


def _check_labels(arms: Sequence[Arm], settings: Settings) -> str:
    """Return the baseline, the first arm by default; labels must be unique."""
    labels = [arm.label for arm in arms]
    check_unlike(labels, "arms")
    if settings.baseline and settings.baseline not in labels:
        raise ConfigError(f"baseline {settings.baseline!r} is none of the arms: {', '.join(labels)}")
    return settings.baseline or labels[0]
