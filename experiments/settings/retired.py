"""Keys that a configuration may still have though they moved, or do nothing, and are said in a line."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import asdict, replace
from typing import Any

from sim.parameters import ConfigError, FindingParameters, own_value

WITHOUT_EFFECT = {
    "regulator": ("raid_strata", "raid_stratum"),
}
"""Parameters of policies, by the name of the policy, that have no effect any more."""

TO_FINDINGS = {
    "detection": {
        "sensitivity": "review_sensitivity",
        "specificity": "review_specificity",
        "review_cost": "review_cost",
    },
    "appeals": {
        "innocent_wins": "hearing_innocent_wins",
        "guilty_refused": "hearing_guilty_refused",
        "cost": "hearing_cost",
    },
}
"""Parameters of policies, by the name of the policy, that belong to the findings of the world."""

PARAMETERS = ("adaptation.lost_half_life", "stratify_raids")
"""Keys of the world and of studies that have no effect any more."""

Stated = dict[str, dict[str, Any]]
"""By parameter of the findings: what policies say, by where they say it."""


class RetiredKey(UserWarning):
    """A key of a configuration moved or has no effect any more."""


def say(line: str) -> None:
    """Say something about a key; Python shows the same line once."""
    warnings.warn(line, RetiredKey, stacklevel=2)


def parent_of(tree: Any, key: str) -> tuple[Any, str]:
    """Return what stands in ``tree`` where a dotted key has its last name, None if nothing; and that name."""
    *path, last = key.split(".")
    for name in path:
        tree = tree.get(name) if isinstance(tree, Mapping) else None
    return tree, last


def is_former(tree: Any, key: str) -> bool:
    """Tell whether a policy in ``tree`` once had the parameter that a dotted key names."""
    entry, last = parent_of(tree, key)
    policy = entry.get("policy") if isinstance(entry, Mapping) else None
    return last in former_names(policy)


def former_names(policy: Any) -> tuple[str, ...]:
    """Return the parameters that a policy of this name once had."""
    policy = policy if isinstance(policy, str) else ""
    return *WITHOUT_EFFECT.get(policy, ()), *TO_FINDINGS.get(policy, ())


def without_former(
    package: Mapping[str, Any], where: str = "package", stated: Stated | None = None
) -> dict[str, Any]:
    """Return a package without the parameters that its policies once had.

    What belongs to the findings of the world is entered in ``stated``, and each is said in a line; nothing
    is said where nobody wants to know.
    """
    return {
        name: dict(_kept(entry, f"{where}.{name}", stated)) if isinstance(entry, Mapping) else entry
        for name, entry in package.items()
    }


def _kept(entry: Mapping[str, Any], where: str, stated: Stated | None) -> Iterator[tuple[str, Any]]:
    """Yield the keys of a policy that it still has, with their values."""
    policy = entry.get("policy")
    moved = TO_FINDINGS.get(policy, {}) if isinstance(policy, str) else {}
    for key, value in entry.items():
        if key not in former_names(policy):
            yield key, value
        elif stated is None:
            continue
        elif key in moved:
            stated.setdefault(moved[key], {})[f"{where}.{key}"] = value
            say(f"{where}.{key} is findings.{moved[key]} now: it belongs to the world")
        else:
            say(f"{where}.{key} has no effect any more")


def findings_of(world: FindingParameters, stated: Stated) -> FindingParameters:
    """Return the findings of the world, with what policies say of them; `ConfigError` if they disagree.

    What the world says itself counts too, unless it is the default.
    """
    own, default = asdict(world), asdict(FindingParameters())
    for name, said in stated.items():
        values = {where: own_value(value, float, where) for where, value in said.items()}
        if own[name] != default[name]:
            values = {f"findings.{name}": own[name], **values}
        (first, value), *others = values.items()
        for where, other in others:
            if other != value:
                both = f"{where} is {other:g} and {first} is {value:g}"
                raise ConfigError(f"{both}, but both are findings.{name} of one world")
        own[name] = value
    return replace(world, **own)


def is_idle(key: str) -> bool:
    """Tell whether a key of the world or of a study has no effect any more, and say so."""
    if key in PARAMETERS:
        say(f"{key} has no effect any more")
    return key in PARAMETERS


def drop_idle(tree: MutableMapping[Any, Any]) -> None:
    """Take the keys without effect out of a composed tree."""
    for key in PARAMETERS:
        node, last = parent_of(tree, key)
        if isinstance(node, MutableMapping) and last in node and is_idle(key):
            del node[last]
