"""A package: dated policies that act for their institutions, in a stated order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from policies.external import asked
from sim.contract import (
    Act,
    Announce,
    Census,
    ConfigError,
    ContractError,
    Observation,
    Policy,
    View,
    check_act,
)


@dataclass
class Dated:
    """One policy with the days of the package on which it is in force.

    ``start`` is its first day, ``end`` the first day without it (None: never ends), ``ramp`` the days
    until its full dose, ``announcement`` the days before ``start`` on which it is made known (None:
    not at all), with ``salience``.
    """

    policy: Policy
    name: str = ""
    start: int = 0
    end: int | None = None
    ramp: int = 0
    announcement: int | None = None
    salience: float = 1.0

    def __post_init__(self) -> None:
        self.name = self.name or type(self.policy).__name__
        if self.start < 0 or self.ramp < 0 or self.salience < 0:
            raise ConfigError(f"{self.name}: start, ramp and salience must be at least 0")
        if self.end is not None and self.end <= self.start:
            raise ConfigError(f"{self.name}.end must be after start {self.start}; got {self.end}")
        if self.announcement is not None and not 0 <= self.announcement <= self.start:
            raise ConfigError(
                f"{self.name}.announcement must be in [0, {self.start}], days before start; "
                f"got {self.announcement}"
            )

    def in_force(self, day: int) -> bool:
        """Tell whether the policy acts on ``day``."""
        return self.start <= day and (self.end is None or day < self.end)

    def dose(self, day: int) -> float:
        """Return the ramp on ``day``, in (0, 1]."""
        return min(1.0, (day - self.start + 1) / self.ramp) if self.ramp else 1.0

    def overlaps(self, other: Dated) -> bool:
        """Tell whether both are the same institution's policy of one class, in force on a common day."""
        same = type(self.policy) is type(other.policy) and self.policy.actor == other.policy.actor
        return same and self._starts_before_end_of(other) and other._starts_before_end_of(self)

    def _starts_before_end_of(self, other: Dated) -> bool:
        return other.end is None or self.start < other.end


@dataclass
class Package:
    """Dated policies; the market asks it every evening.

    Policies act in the order of ``policies``. Two of one class and institution may overlap only if
    both are named in ``precedence``: on common days the one named first acts, the other rests.
    """

    name: str
    policies: Sequence[Dated] = ()
    precedence: Sequence[str] = field(default_factory=tuple)

    def __post_init__(self) -> None:
        names = [dated.name for dated in self.policies]
        for name in [*names, *self.precedence]:
            if names.count(name) != 1:
                raise ConfigError(f"package {self.name}: there must be exactly one policy named {name!r}")
        for one, other in combinations(self.policies, 2):
            if one.overlaps(other) and not {one.name, other.name} <= set(self.precedence):
                raise ConfigError(
                    f"package {self.name}: {one.name} and {other.name} overlap; change their dates "
                    "or name both in precedence"
                )
        self.reset()

    @property
    def reads(self) -> tuple[str, ...]:
        """All that its policies read."""
        return tuple(sorted({name for dated in self.policies for name in dated.policy.reads}))

    def reset(self) -> None:
        """Let every policy forget."""
        for dated in self.policies:
            asked(dated.name, dated.policy.reset)

    def act(self, observation: Observation) -> list[Act]:
        """Return announcements that fall due and the acts of the policies in force."""
        day = observation.day
        acts = [announce(dated) for dated in self.policies if announced_on(dated) == day]
        for dated in self._acting(day):
            acts += list(act_as(dated, observation))
        return acts

    def _acting(self, day: int) -> list[Dated]:
        """Return the policies in force that no policy of higher precedence silences."""
        force = [dated for dated in self.policies if dated.in_force(day)]
        if not self.precedence:  # then none overlap
            return force
        return [one for one in force if not any(self._silences(other, one) for other in force)]

    def _silences(self, other: Dated, one: Dated) -> bool:
        if other is one or not other.overlaps(one):
            return False
        order = list(self.precedence)
        return order.index(other.name) < order.index(one.name)


def announced_on(dated: Dated) -> int | None:
    """Return the day on which a policy is made known."""
    return None if dated.announcement is None else dated.start - dated.announcement


def announce(dated: Dated) -> Act:
    """Make a policy known before it starts."""
    actor = dated.policy.actor
    return Announce(float(dated.salience), reason="announced", actor=actor, policy=dated.name)


def act_as(dated: Dated, observation: Observation) -> Iterator[Act]:
    """Yield the checked acts of one policy, marked with actor and policy."""
    view = View(observation.as_seen_by(dated.policy.actor), dated.policy.reads, dated.dose(observation.day))
    acts = asked(dated.name, dated.policy.act, view)
    if not isinstance(acts, list):
        raise ContractError(f"{dated.name} answered {type(acts).__name__}; it must answer a list of acts")
    census = Census(observation.n_shops)
    for act in acts:
        check_act(act, census, dated.name)
        yield replace(act, actor=dated.policy.actor, policy=dated.name)
