"""What the market asks of institutions: policies, and packages of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sim.contract.acts import Act
from sim.contract.observation import Observation


class Policy(Protocol):
    """One institution: parameters in the constructor, memory born in `reset`."""

    reads: Sequence[str]
    actor: str

    def reset(self) -> None:
        """Forget everything."""

    def act(self, observation: Observation) -> list[Act]:
        """Answer one evening's observation with acts."""


class Package(Protocol):
    """What the market asks every evening: dated policies, in order of precedence."""

    name: str

    def reset(self) -> None:
        """Forget everything."""

    def act(self, observation: Observation) -> list[Act]:
        """Return the acts of all policies in force, marked with actor and policy."""
