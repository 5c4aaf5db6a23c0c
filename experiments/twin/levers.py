"""What the twin reads of a package, and what of it a mean field cannot carry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from policies import Appeals, Detection, LedgerUse, Package, Regulator
from policies.package import Dated
from sim.parameters import ConfigError


@dataclass(frozen=True)
class Levers:
    """The institutions of a package by what they do; None where there is none."""

    name: str
    detection: Dated | None = None
    appeals: Dated | None = None
    ledger: Dated | None = None
    regulator: Dated | None = None
    announcements: tuple[tuple[int, float], ...] = ()
    left_out: tuple[str, ...] = field(default_factory=tuple)

    def acting(self, which: str, day: int) -> tuple[Any, float]:
        """Return the policy of an institution that acts on a day of the package and its dose."""
        dated: Dated | None = getattr(self, which)
        if dated is None or not dated.in_force(day):
            return None, 0.0
        return dated.policy, dated.dose(day)


PLACES: dict[type, str] = {
    Detection: "detection", Appeals: "appeals", LedgerUse: "ledger", Regulator: "regulator",
}  # fmt: skip


def read_levers(package: Package) -> Levers:
    """Return the levers of a package.

    Raises
    ------
    ConfigError : a detector or a quota of flags that the twin has no law for, or two of one kind
    """
    found: dict[str, Dated] = {}
    left_out: list[str] = []
    for dated in package.policies:
        place = PLACES.get(type(dated.policy))
        if place is None:
            left_out.append(f"{dated.name} (of class {type(dated.policy).__name__})")
        elif place in found:
            raise ConfigError(f"the twin takes one policy of a class; {found[place].name} and {dated.name}")
        else:
            found[place] = dated
    if "detection" in found:
        check_detection(found["detection"])
        left_out += parts_of_detection(found["detection"])
    left_out += parts_of_others(found)
    told = tuple(
        (d.start - d.announcement, d.salience) for d in package.policies if d.announcement is not None
    )
    return Levers(package.name, announcements=told, left_out=tuple(left_out), **found)


def check_detection(dated: Dated) -> None:
    """Raise `ConfigError` for what would make the answer of the twin mean something else."""
    if dated.policy.detector != "burst_rules":  # type: ignore[attr-defined]
        raise ConfigError(
            f"the twin knows the law of burst_rules only; got {dated.name}.detector={dated.policy.detector}"  # type: ignore[attr-defined]
        )
    if dated.policy.flags_per_1000_week is not None:  # type: ignore[attr-defined]
        raise ConfigError(
            f"the twin takes {dated.name}.threshold; set {dated.name}.flags_per_1000_week to null"
        )


def parts_of_detection(dated: Dated) -> list[str]:
    """Name the parts of detection that are left out."""
    policy: Any = dated.policy
    parts = {
        f"{dated.name}.discipline (cases are reviewed at random)":
            policy.reviewers_per_100k_shops is not None and policy.discipline != "random",
        f"{dated.name}.ladder.skip_intensity": policy.mode == "reviewed" and policy.ladder.skip_intensity > 0,
    }  # fmt: skip
    return [text for text, used in parts.items() if used]


def parts_of_others(found: dict[str, Dated]) -> list[str]:
    """Name the parts of appeals, raids and ledgers that are left out."""
    parts: dict[str, bool] = {}
    if "appeals" in found:
        appeals: Any = found["appeals"].policy
        parts["limited staff for appeals"] = appeals.staff_per_100k_shops is not None
    if "regulator" in found:
        regulator: Any = found["regulator"].policy
        parts["the closing of raided organisers, their fines"] = regulator.raids_per_year > 0
    if "ledger" in found:
        ledger: Any = found["ledger"].policy
        parts["bans of workers"] = ledger.workers == "ban"
    return [text for text, used in parts.items() if used]
