"""What a policy sees of one evening: everything that institutions can know, and nothing else.

A policy never sees the truth. It gets arrays of its own, limited to the fields that it declares in
``reads`` (`View`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

WINDOWS = (1, 7, 30)
"""Days over which traces are counted; the first axis of every array in `Counts`."""

NONE = np.zeros(0, dtype=np.int64)
"""No targets."""


class ContractError(ValueError):
    """A policy broke the contract: unknown targets, amounts that are not finite, a peek."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Traces of shops over the last 1, 7 and 30 days, arrays of shape (3, n_shops).

    All are counts, integers of 32 bits (64 once a shop has needed it), but ``turnover``, which is in RMB.
    """

    orders: np.ndarray
    task_like: np.ndarray
    repeats: np.ndarray
    flagged_parcels: np.ndarray
    returns: np.ndarray
    complaints: np.ndarray
    views: np.ndarray
    turnover: np.ndarray


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found out since yesterday; arrays of one length.

    ``kind`` is ``review`` or ``appeal``. ``guilty``: review, the shop was found to brush; appeal,
    the appeal was refused. ``intensity``: brushed orders a day that the reviewer counts, 0 if none.
    ``shop`` is the slot, −1 if the shop has left.
    """

    kind: np.ndarray
    case: np.ndarray
    shop: np.ndarray
    guilty: np.ndarray
    intensity: np.ndarray


@dataclass(frozen=True, slots=True)
class Appeals:
    """Appeals filed since yesterday against sanctions; arrays of one length."""

    case: np.ndarray
    shop: np.ndarray


@dataclass(frozen=True, slots=True)
class Referrals:
    """Shops that another institution shared yesterday."""

    shop: np.ndarray
    case: np.ndarray
    sender: np.ndarray


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Names from seized ledgers that reached the platform today."""

    organiser: np.ndarray
    shop: np.ndarray
    account: np.ndarray
    account_organiser: np.ndarray


@dataclass(frozen=True, slots=True)
class Raids:
    """Raids carried out yesterday, with what the ledger says; one entry for each, real RMB.

    ``gains``: what the organiser ever earned; ``turnover``: brushed turnover that it organised;
    ``seized``: funds seized.
    """

    organiser: np.ndarray
    gains: np.ndarray
    turnover: np.ndarray
    seized: np.ndarray


@dataclass(frozen=True, slots=True)
class Observation:
    """What the institutions can know on one evening; arrays of length n_shops unless said.

    ``day`` counts from the package's start (0). ``luck(purpose, who, k)`` gives uniform draws in
    (0, 1) keyed by run, day, purpose and identity: a policy's only source of chance. ``organisers`` are
    those that an institution knows; ``known``, which no policy sees, has them by institution.
    """

    day: int
    ramp: float
    n_shops: int
    identity: np.ndarray
    category: np.ndarray
    age: np.ndarray
    open: np.ndarray
    demoted: np.ndarray
    rating: np.ndarray
    price: np.ndarray
    displayed_sales: np.ndarray
    traces: Counts
    days_since_case: np.ndarray
    days_since_sanction: np.ndarray
    findings: Findings
    appeals: Appeals
    referrals: Referrals
    ledgers: Ledgers
    raids: Raids
    organisers: np.ndarray
    luck: Callable[..., np.ndarray]
    known: Mapping[str, np.ndarray] | None = None

    def as_seen_by(self, actor: str) -> Observation:
        """Return the evening of one institution, with the organisers that it knows."""
        if self.known is None:
            return self
        return replace(self, organisers=self.known.get(actor, self.known[ANY]), known=None)


ANY = "any"
"""The institution of all actors that have none of their own."""


class View:
    """An observation limited to what a policy declared that it reads, with the policy's own ramp.

    It holds what it shows and nothing else: there is nothing behind it to be found.
    """

    ramp: float
    reader = "the policy"

    def __init__(self, observation: Any, reads: Sequence[str], ramp: float | None = None) -> None:
        shown = vars(observation) if isinstance(observation, View) else FIELDS
        for name in ALWAYS.union(reads).intersection(shown):
            setattr(self, name, getattr(observation, name))
        if ramp is not None:
            self.ramp = ramp

    def __getattr__(self, name: str) -> Any:
        raise ContractError(f"{self.reader} reads {name!r} but does not declare it in `reads`")

    def as_seen_by(self, actor: str) -> View:
        """Return itself: it is one institution's already."""
        return self


ALWAYS = frozenset({"day", "ramp", "n_shops", "luck"})
"""Fields that every policy may read."""


def observation_fields() -> tuple[str, ...]:
    """Return the names of everything that a policy may declare in ``reads``."""
    return tuple(f.name for f in fields(Observation) if f.name != "known")


FIELDS = frozenset(observation_fields())
