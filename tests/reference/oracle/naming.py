"""Founders, the names that they bear, and which institutions know them (2, 7.8 Organisers)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.chance import Stream

if TYPE_CHECKING:
    from oracle.model import AgentMarket
    from oracle.organiser import Organiser

NUMBERS = {"platform": 0, "regulator": 1, "court": 2, "any": 3}
"""Institutions; all that are not listed are the last (2, Names)."""


def number_of(actor: str) -> int:
    """Return the number of an institution (2, Names)."""
    return NUMBERS.get(actor, NUMBERS["any"])


@dataclass(eq=False)
class Founder:
    """Who runs an organiser, or ran one; money in fen (2, Founders)."""

    identity: int
    gains: int = 0
    turnover: int = 0
    paid: int = 0
    barred: bool = False
    gone: bool = False

    @property
    def owed(self) -> int:
        """What can still be taken: never more than was ever earned (7.8, Collecting)."""
        return max(self.gains - self.paid, 0)

    @property
    def luck(self) -> int:
        """What the law's draws about the founder are keyed by (4)."""
        return -2 - self.identity


@dataclass(eq=False)
class Name:
    """A public name: whose it is, where, and who knows it, by number of the institution (2, Names)."""

    number: int
    founder: Founder
    organiser: Organiser
    known: set[int] = field(default_factory=set)

    @property
    def is_current(self) -> bool:
        """Whether somebody is open under this name (7.8)."""
        return self.organiser.is_open and self.organiser.name is self


class Register:
    """All names that anybody ever bore, by number, in the order in which they were taken (2, Names)."""

    def __init__(self) -> None:
        self.names: dict[int, Name] = {}

    def enter(self, market: AgentMarket, organiser: Organiser, count: int) -> Name:
        """Enter the ``count``-th name of a place, which its founder bears from now on (2, Names)."""
        number = market.luck.bits(Stream.NAMES, 0, organiser.founder.identity, count) >> 20
        self.names[number] = Name(number, organiser.founder, organiser)
        return self.names[number]


def is_reached(market: AgentMarket, name: Name) -> bool:
    """Tell whether fines and suits reach the founder who bore a name (7.8)."""
    if name.organiser.founder is name.founder:
        return True
    return market.luck.one(Stream.FINDING, 0, name.founder.luck, 20) < market.world.trade.founder_found
