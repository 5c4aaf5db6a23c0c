"""The design of a study: arms (packages to compare) × replications, paired by seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from hydra.core.override_parser.types import Override

from experiments import __version__
from experiments.config import Composer, composer, run_config
from experiments.overrides import chooses_file, parse
from experiments.provenance import code_digest
from experiments.settings import SCHEMA_VERSION, RunConfig, Settings, digest, run_key
from policies import build_package
from sim.parameters import ConfigError

DETECTOR_WORD = 0x5EED
"""Word that keeps the seeds on which detectors are fitted apart from those of every study."""


@dataclass(frozen=True)
class Arm:
    """One package to compare, with what sets it apart."""

    label: str
    package: dict[str, Any]
    factors: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One cell of the design."""

    key: str
    arm: Arm
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

    def runs(self) -> list[Run]:
        """Return every run, arm by arm."""
        seeds = [replication_seed(self.config.seed, r) for r in range(self.config.replications)]
        return [
            Run(run_key(self.config, arm.package, seed), arm, replication, seed)
            for arm in self.arms
            for replication, seed in enumerate(seeds)
        ]

    def description(self) -> dict[str, Any]:
        """Return what makes this study this study; equal for every continuation of it."""
        world = self.config.tree()
        del world["package"]
        return {
            "schema_version": SCHEMA_VERSION,
            "antibrush_version": __version__,
            "code": code_digest(),
            "name": self.name,
            "title": self.title,
            "question": self.question,
            "baseline": self.baseline,
            "replications": self.config.replications,
            "grid": self.grid,
            **world,
            "arms": [asdict(arm) for arm in self.arms],
            "run_keys": digest([run.key for run in self.runs()]),
        }

    def digest(self) -> str:
        """Return the study's identity."""
        return digest(self.description())


def replication_seed(seed: int, replication: int, *words: int) -> int:
    """Return the seed of one replication; it depends on nothing else."""
    low, high = np.random.SeedSequence([seed, replication, *words]).generate_state(2)
    return int(low) | (int(high) & 0x1FFFFF) << 32  # 53 bits: exact wherever numbers are doubles


def design(overrides: Sequence[str] = (), configs: str | Path | None = None) -> Study:
    """Compose a study: the arms and the grid of ``experiment=…``, checked arm by arm."""
    given = parse(overrides)
    with composer(configs) as hydra:
        own, common = split(given)
        settings, choices = hydra.settings(common)
        config = run_config(settings, choices)
        wanted = [_wanted(arm) for arm in settings.arms] + grid_arms(settings.grid)
        if not wanted:
            raise ConfigError("nothing to compare: choose experiment=… or set arms=[PACKAGE,PACKAGE]")
        bases = [[*common, *_base(arm)] for arm in wanted]
        _check_used(hydra, own, bases)
        arms = tuple(_arm(hydra, base, own, arm) for base, arm in zip(bases, wanted, strict=True))
    baseline = _check_labels(arms, settings)
    return Study(settings.name, settings.title, settings.question, config, arms, baseline, settings.grid)


def split(given: Sequence[Override]) -> tuple[list[Override], list[Override]]:
    """Split overrides into those of every arm's package and those of the study."""
    own = [o for o in given if o.key_or_group.startswith("package.")]
    if any(o.key_or_group == "package" and chooses_file(o) for o in given):
        raise ConfigError("a study compares several packages; write arms=[PACKAGE,PACKAGE]")
    return own, [o for o in given if o not in own]


def _wanted(arm: Any) -> dict[str, Any]:
    """Bring one entry of ``arms`` to full form and check its keys."""
    if isinstance(arm, str):
        return {"label": arm, "package": arm, "overrides": [], "factors": {}}
    known = {"label", "package", "overrides", "law"}
    if not isinstance(arm, dict) or "package" not in arm or set(arm) - known:
        raise ConfigError(f"arms: each is a package's name or has {', '.join(sorted(known))}; got {arm}")
    full = {"label": arm["package"], "overrides": [], **arm}
    return full | {"factors": _factors(full["overrides"])}


def _factors(overrides: Sequence[str]) -> dict[str, Any]:
    values = [o for o in parse(overrides) if not chooses_file(o)]
    return {o.key_or_group: o.value() for o in values}


def grid_arms(grid: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Expand a grid of two parameters of one package into arms."""
    if not grid:
        return []
    try:
        package, rows, columns = grid["package"], grid["rows"], grid["columns"]
        cells = [(r, c) for r in rows["values"] for c in columns["values"]]
        paths = rows["path"], columns["path"]
    except (KeyError, TypeError) as error:
        raise ConfigError(f"grid needs package, rows and columns (path, values each); see {error}") from None
    return [
        {
            "label": f"{package} {_short(paths[0])}={row} {_short(paths[1])}={column}",
            "package": package,
            "overrides": [f"{paths[0]}={row}", f"{paths[1]}={column}"],
            "factors": {paths[0]: row, paths[1]: column},
        }
        for row, column in cells
    ]


def _short(path: str) -> str:
    return path.rsplit(".", 1)[-1]


def _base(wanted: dict[str, Any]) -> list[Override]:
    """Return the overrides that choose an arm's files."""
    law = [f"law={wanted['law']}"] if "law" in wanted else []
    return parse([f"package={wanted['package']}", *law])


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
        settings, _ = hydra.settings([*base, *outer, *inner])
        build_package(settings.package)
    except ConfigError as error:
        raise ConfigError(f"arm {wanted['label']!r}: {error}") from None
    return Arm(str(wanted["label"]), settings.package, wanted["factors"])


def _check_labels(arms: Sequence[Arm], settings: Settings) -> str:
    """Return the baseline, the first arm by default; labels must be unique."""
    labels = [arm.label for arm in arms]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise ConfigError(f"arms: the label {twice[0]!r} is used twice")
    if settings.baseline and settings.baseline not in labels:
        raise ConfigError(f"baseline {settings.baseline!r} is none of the arms: {', '.join(labels)}")
    return settings.baseline or labels[0]
