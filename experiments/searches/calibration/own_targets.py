"""Targets of one's own: a YAML file that says what is known of a market, checked key by key."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from experiments.files.folders import file_word
from experiments.searches.calibration.priors import PRIORS, Prior
from experiments.searches.calibration.question import DEFAULT, PUBLISHED, SIZE, Question
from experiments.searches.calibration.targets import ANY, KNOWN, LOGARITHMIC, Known, Target
from experiments.settings.config_files import read_file
from experiments.settings.overrides import parse, write_override
from sim.parameters import ConfigError, Parameters, check_value, kinds_of

KEYS = {
    "name": "a word for the worlds that come of it",
    "about": "a text",
    "setting": "KEY: VALUE of the configuration, what is known for certain",
    "targets": "STATISTIC: {low, high, source}",
    "priors": "PARAMETER: {low, high, log, reason} or {fixed: VALUE}",
    "members": "worlds to keep",
}
OF_TARGET = ("low", "high", "margin", "source")
OF_PRIOR = ("low", "high", "log", "reason", "decides", "fixed")
TWO_EDGES, ONE_EDGE = 0.1, 0.03
"""How far inside a band members of an ensemble are: as a share of its width, or of its only edge."""


def read_question(file: str | Path) -> Question:
    """Read what is known of a market.

    Raises
    ------
    ConfigError : one line that names the file and the key that is wrong, and what there is instead
    """
    path = Path(file)
    if not path.is_file():
        raise ConfigError(f"targets={file}: there is no such file")
    content = OmegaConf.to_container(read_file(path)[0], resolve=False)
    assert isinstance(content, dict)
    try:
        return question_of({str(key): value for key, value in content.items()}, path.stem)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


TARGETS_WORD = "targets="
OF_THE_COMMAND = frozenset(
    {"workers", "threads", "seed", "out", "time_limit", "replications", "days", "checkpoint_every"}
)
"""Keys that say how a calibration is run, and nothing of the market."""


def asked(overrides: Sequence[str]) -> tuple[Question, list[str]]:
    """Return what the words of a command ask, and those that are left: overrides of its configuration.

    What they say of the market belongs to every world that comes of it.
    """
    files = [word.removeprefix(TARGETS_WORD) for word in overrides if word.startswith(TARGETS_WORD)]
    rest = [word for word in overrides if not word.startswith(TARGETS_WORD)]
    if not files:
        return DEFAULT, rest
    question = read_question(files[-1])
    said = [
        word for word, one in zip(rest, parse(rest), strict=True) if one.key_or_group not in OF_THE_COMMAND
    ]
    return replace(question, setting=(*question.setting, *said)), [*question.setting, *rest]


def question_of(content: Mapping[str, Any], stem: str) -> Question:
    """Return what a file's content asks; ``stem`` names the worlds where it does not."""
    check_keys(content, KEYS, "")
    targets = mapping(content, "targets")
    if not targets:
        raise ConfigError("targets: name at least one STATISTIC: {low, high, source}")
    settings, priors = mapping(content, "setting"), mapping(content, "priors")
    fixed = {path: said["fixed"] for path, said in priors.items() if fixes(path, said)}
    members = content.get("members", SIZE)
    if isinstance(members, bool) or not isinstance(members, int) or members < 1:
        raise ConfigError(f"members: must be a whole number of at least 1; got {members!r}")
    own = priors_of({path: said for path, said in priors.items() if path not in fixed}, {**settings, **fixed})
    return Question(
        targets=tuple(target_of(key, said) for key, said in targets.items()),
        priors=own,
        name=f"{PUBLISHED}_{file_word(str(content.get('name') or stem)).replace('-', '_')}",
        setting=tuple(write_override(key, value) for key, value in {**settings, **fixed}.items()),
        about=str(content.get("about") or ""),
        members=members,
    )


def mapping(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a part of the file, which may be absent."""
    part = content.get(key) or {}
    if not isinstance(part, Mapping):
        raise ConfigError(f"{key}: must be a mapping, {KEYS[key]}; got {part!r}")
    return {str(name): value for name, value in part.items()}


def check_keys(given: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    """Raise `ConfigError` for a key that means nothing."""
    for key in given:
        if key not in known:
            raise ConfigError(f"{where}{key}: unknown key; {suggestion(key, known)}")


def suggestion(name: str, known: Iterable[str]) -> str:
    """Say which name was meant, or which there are."""
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"


def target_of(key: str, said: Any) -> Target:
    """Return one target."""
    if key not in KNOWN:
        raise ConfigError(f"targets.{key}: no such statistic; {suggestion_of_statistic(key)}")
    if not isinstance(said, Mapping):
        raise ConfigError(f"targets.{key}: must be {{low, high, source}}; got {said!r}")
    check_keys(said, OF_TARGET, f"targets.{key}.")
    low, high = edge(said, "low", key, -ANY), edge(said, "high", key, ANY)
    if math.isinf(low) and math.isinf(high):
        raise ConfigError(f"targets.{key}: needs low, high or both")
    if low >= high:
        raise ConfigError(f"targets.{key}: low must be below high; got {low:g} and {high:g}")
    check_possible(KNOWN[key], low, high)
    margin = edge(said, "margin", key, usual_margin(low, high))
    known = KNOWN[key]
    source = str(said.get("source") or "no source given")
    return Target(key, known.number, known.meaning, low, high, margin, key in LOGARITHMIC, source)


def suggestion_of_statistic(key: str) -> str:
    """Say which statistic was meant, or list all with what they mean."""
    near = difflib.get_close_matches(key, KNOWN, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]} ({KNOWN[near[0]].meaning}, {KNOWN[near[0]].unit})?"
    listed = "; ".join(f"{name} ({known.meaning}, {known.unit})" for name, known in KNOWN.items())
    return f"there are {listed}"


def check_possible(known: Known, low: float, high: float) -> None:
    """Raise `ConfigError` for a band that holds no value that the statistic can take."""
    if high < known.least or low > known.most:
        raise ConfigError(
            f"targets.{known.key}: lies between {known.least:g} and {known.most:g} ({known.unit}); "
            f"got the band {low:g} to {high:g}"
        )


def edge(said: Mapping[str, Any], name: str, key: str, missing: float, where: str = "targets") -> float:
    """Return a number of an entry, or what it is where it is missing."""
    value = said.get(name)
    if value is None:
        return missing
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ConfigError(f"{where}.{key}.{name}: must be a number; got {value!r}")
    return float(value)


def usual_margin(low: float, high: float) -> float:
    """Return how far inside a band members have to be where nothing is said."""
    if math.isinf(low) or math.isinf(high):
        return ONE_EDGE * abs(high if math.isinf(low) else low)
    return TWO_EDGES * (high - low)


def fixes(path: str, said: Any) -> bool:
    """Tell whether an entry of ``priors`` gives a parameter one value."""
    check_parameter(path)
    if not isinstance(said, Mapping):
        raise ConfigError(f"priors.{path}: must be {KEYS['priors'].split(': ', 1)[1]}; got {said!r}")
    check_keys(said, OF_PRIOR, f"priors.{path}.")
    if "fixed" in said and len(said) > 1:
        raise ConfigError(f"priors.{path}: either fixed, or a range")
    return "fixed" in said


def check_parameter(path: str) -> None:
    """Raise `ConfigError` unless a path is that of a parameter of the world that can take any number."""
    known: dict[str, Any] = {}
    for part in fields(Parameters):
        cls: Any = type(part_of(part.name))
        known |= {f"{part.name}.{name}": kind for name, kind in kinds_of(cls).items()}
    if path not in known:
        raise ConfigError(f"priors.{path}: no such parameter; {suggestion(path, known)}")
    if known[path] is not float:
        raise ConfigError(f"priors.{path}: is no real number; give it a value under setting instead")


def part_of(name: str) -> Any:
    """Return a part of the default world."""
    return getattr(Parameters(), name)


def priors_of(said: Mapping[str, Any], settled: Mapping[str, Any]) -> tuple[Prior, ...]:
    """Return the ranges of the evidence, with those of the file in their place or after them.

    What is ``settled`` is not tuned, nor what would follow it.
    """
    usual = {prior.path: prior for prior in PRIORS if prior.path not in settled}
    for path, entry in said.items():
        usual[path] = prior_of(path, entry, usual.get(path))
    if not usual:
        raise ConfigError("priors: everything is fixed, so that nothing can be tuned")
    return tuple(
        replace(prior, follows=tuple(path for path in prior.follows if path not in settled))
        for prior in usual.values()
    )


def prior_of(path: str, said: Mapping[str, Any], usual: Prior | None) -> Prior:
    """Return one range."""
    missing = (usual.low, usual.high) if usual else (math.nan, math.nan)
    low, high = (edge(said, name, path, missing[i], "priors") for i, name in enumerate(("low", "high")))
    if not low < high:
        raise ConfigError(f"priors.{path}: needs low below high; got {low:g} and {high:g}")
    part, name = path.split(".", 1)
    allowed = next(item for item in fields(part_of(part)) if item.name == name).metadata
    for end in (low, high):
        check_value(end, allowed["low"], allowed["high"], f"priors.{path}")
    logarithmic = bool(said.get("log", usual.logarithmic if usual else False))
    if logarithmic and low <= 0:
        raise ConfigError(f"priors.{path}: a logarithmic range begins above 0; got {low:g}")
    decides = bool(said.get("decides", usual.decides if usual else False))
    reason = str(said.get("reason") or "own range")
    return Prior(path, low, high, reason, logarithmic, usual.follows if usual else (), decides)
