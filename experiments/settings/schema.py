"""What a configuration may say (`Settings`) and what a run is made of (`RunConfig`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import Field, asdict, dataclass, field, fields, replace
from typing import Any

from experiments.settings.execution import Execution
from experiments.settings.retired import Stated, findings_of, without_former
from policies import build_package
from policies.detectors import FITTED
from policies.detectors.names import find_brought
from sim.parameters import (
    Parameters,
    check_parameters,
    check_value,
    check_world,
    kinds_of,
    list_parameters,
    normalised,
    own_value,
    parameter,
)

SCHEMA_VERSION = 1
"""Version of every file that a run or a study leaves; `docs/files.md` describes them."""


@dataclass
class Settings(Parameters):
    """Every key at the top of the configuration tree; the schema that it is checked against."""

    warmup: int = parameter(365, "days", 0, 36_500, "assumption", "days under the status quo before day 0")
    days: int = parameter(720, "days", 1, 36_500, "assumption", "days of policy, after the warm-up")
    seed: int = parameter(1, "-", 0, 2**53, "-", "with the number of the replication, it fixes all chance")
    threads: int = parameter(0, "threads", 0, 1024, "-", "threads of one run (0: all cores; in compare: 1)")
    replications: int = parameter(10, "runs", 1, 100_000, "-", "paired runs of each package")
    until: Any = None
    look_every: int = parameter(5, "runs", 2, 100_000, "-", "with until: replications between two looks")
    max_replications: int = parameter(60, "runs", 2, 100_000, "-", "with until: the most replications")
    workers: int = parameter(
        0, "processes", 0, 100_000, "-", "processes of compare (0: one a core, as far as memory goes)"
    )
    time_limit: float = parameter(1800, "s", 1, 1e7, "-", "time that one run may take in compare")
    checkpoint_every: int = parameter(
        0, "days", 0, 36_500, "-", "`run` saves the market after every so many days (0: never)"
    )
    executor: Execution = field(default_factory=Execution)
    out: str | None = None
    share: str | None = None
    package: dict[str, Any] = field(default_factory=dict)
    status_quo: dict[str, Any] = field(default_factory=dict)
    law: dict[str, Any] = field(default_factory=dict)
    name: str = "study"
    title: str = ""
    question: str = ""
    baseline: str = ""
    arms: list[Any] = field(default_factory=list)
    more_arms: list[Any] = field(default_factory=list)
    grid: dict[str, Any] | None = None
    crossed: dict[str, Any] | None = None
    decomposed: list[str] = field(default_factory=list)
    levers: dict[str, Any] = field(default_factory=dict)
    uncertainties: dict[str, Any] = field(default_factory=dict)
    design: str = "lhs"
    points: int = parameter(64, "points", 1, 1_000_000, "-", "points of an exploration's design")
    more_points: list[int] = field(default_factory=list)
    design_seed: int = parameter(1, "-", 0, 2**53, "-", "fixes the points of a design that draws them")


@dataclass
class RunConfig:
    """One run, ready to start: a world, its status quo, a package, a seed."""

    world: Parameters
    package: dict[str, Any]
    status_quo: dict[str, Any]
    warmup: int = 365
    days: int = 720
    seed: int = 1
    threads: int = 0
    replications: int = 10
    workers: int = 0
    time_limit: float = 1800
    checkpoint_every: int = 0
    executor: Execution = field(default_factory=Execution)
    out: str | None = None
    share: str | None = None
    scenario: str = "default"
    choices: dict[str, str] = field(default_factory=dict)

    @property
    def package_name(self) -> str:
        """Return the package's own name."""
        return str(self.package.get("name", "package"))

    def checked(self) -> RunConfig:
        """Return the same run in numbers of Python's own; `ConfigError` for what a command refuses."""
        own = {part.name: own_value(getattr(self, part.name), kind, part.name) for part, kind in limited()}
        for part, _ in limited():
            check_value(own[part.name], part.metadata["low"], part.metadata["high"], part.name)
        stated: Stated = {}
        package = without_former(own_numbers(self.package), "package", stated)
        status_quo = without_former(own_numbers(self.status_quo), "status_quo", stated)
        world = normalised(self.world)
        world.findings = findings_of(world.findings, stated)
        executor = normalised(self.executor, "executor")
        run = replace(self, world=world, package=package, status_quo=status_quo, executor=executor, **own)
        check_world(run.world)
        check_parameters(executor, "executor")
        executor.check()
        build_package(run.status_quo, "status_quo")
        build_package(run.package)
        return run

    def tree(self) -> dict[str, Any]:
        """Return everything that the results depend on, as plain mappings."""
        return {
            "scenario": self.scenario,
            "warmup": self.warmup,
            "days": self.days,
            "seed": self.seed,
            **asdict(self.world),
            "status_quo": self.status_quo,
            "package": self.package,
        }


def limited() -> list[tuple[Field[Any], Any]]:
    """Return the numbers of a run that have a range, with their types."""
    kinds = kinds_of(RunConfig)
    return [
        (part, kinds[part.name]) for part in fields(Settings) if part.name in kinds and "low" in part.metadata
    ]


def own_numbers(content: Any) -> Any:
    """Turn numbers and arrays of NumPy's within plain data into Python's."""
    if isinstance(content, Mapping):
        return {key: own_numbers(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [own_numbers(value) for value in content]
    return own_numbers(content.tolist()) if hasattr(content, "tolist") else content


def run_key(config: RunConfig, package: dict[str, Any], seed: int, mute: Sequence[str] = ()) -> str:
    """Return the identity of a run: equal keys mean equal numbers."""
    return keys_of(config)(package, mute)(seed)


def keys_of(config: RunConfig) -> Callable[..., Callable[[int], str]]:
    """Return a function of a package (and what is mute), which returns the key of a run as one of its seed.

    What all runs of a world share is written out once, and what all runs of a package share.
    """
    before = f"{SCHEMA_VERSION},{written(asdict(config.world))},{written(config.status_quo)}"
    after = f"{config.warmup},{config.days},{written(fitted_on(config.status_quo))}"

    def of_package(package: dict[str, Any], mute: Sequence[str] = ()) -> Callable[[int], str]:
        own, fitted = written(package), written(fitted_on(package))
        muted = f",{written(list(mute))}" if mute else ""
        return lambda seed: hashed(f"[{before},{own},{seed},{after},{fitted}{muted}]")[:16]

    return of_package


def fitted_on(package: dict[str, Any]) -> str:
    """Return what identifies the detectors of a package that are not in the project's code."""
    return "+".join(detector_digests(package).values())


def detector_digests(*packages: dict[str, Any]) -> dict[str, str]:
    """Return the digests of the detectors in packages that are not in the project's code, by name.

    They are part of the packages: a detector that is fitted anew, or changed by who brought it,
    gives other numbers.
    """
    entries = [entry for package in packages for entry in package.values() if isinstance(entry, dict)]
    named = dict.fromkeys(name for entry in entries if isinstance(name := entry.get("detector"), str))
    found = {name: detector_digest(name) for name in named}
    return {name: known for name, known in found.items() if known}


def detector_digest(name: str) -> str:
    """Return the digest of the detector ``name``, nothing if it is in the project's code or unknown."""
    if name == "fitted":
        return digest(FITTED.read_text(encoding="utf-8")) if FITTED.exists() else ""
    brought = find_brought(name)
    return brought.digest if brought else ""


def digest(thing: Any) -> str:
    """Hash plain data; the order of keys counts, because policies act in the order of their keys."""
    return hashed(written(thing))


def written(thing: Any) -> str:
    """Write plain data as JSON in the one way that keys are made of."""
    return json.dumps(thing, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def hashed(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_horizon(settings: Settings) -> None:
    """Raise `ConfigError` for a top-level number out of its range."""
    for item in fields(settings):
        if "low" in item.metadata:
            check_value(getattr(settings, item.name), item.metadata["low"], item.metadata["high"], item.name)


def world_of(settings: Settings) -> Parameters:
    """Return the world within ``settings``."""
    return Parameters(**{part.name: getattr(settings, part.name) for part in fields(Parameters)})


def parameter_rows() -> Iterator[dict[str, Any]]:
    """Yield one row for each parameter of the world and of a study."""
    for row in list_parameters(Settings(), ""):
        yield row | {"parameter": row["parameter"].lstrip(".")}
