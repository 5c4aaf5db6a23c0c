"""What a policy sees (`Observation`) and what it may do (the verbs): the only door to the world.

A policy never sees the truth. Each day it gets an `Observation` holding arrays of its own, limited
to the fields that it declares in ``reads``, and answers with a list of `Act`. Where an institution
must find something out, it asks (`review`, `hear`, `try_suit`), and the world draws the finding
from the truth with the sensitivity and specificity that the institution states; the finding is in
the next day's observation. Acts take effect from tomorrow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Protocol

import numpy as np

from sim.kernels.compiling import inner, kernel
from sim.kernels.targets import ascend, span
from sim.kernels.threads import shared
from sim.parameters import ConfigError, check_parameters, check_value, parameter

__all__ = [
    "NONE", "SANCTIONS", "WINDOWS", "Act", "Appeals", "ConfigError", "ContractError", "Counts", "Findings",
    "Ledgers", "Observation", "Package", "Policy", "Raids", "Referrals", "Verb", "View", "case_identity",
    "case_number", "check_act", "check_parameters", "check_value", "inner", "kernel", "parameter", "shared",
]  # fmt: skip

WINDOWS = (1, 7, 30)
"""Days over which traces are counted; the first axis of every array in `Counts`."""

NONE = np.zeros(0, dtype=np.int64)
"""No targets."""


class ContractError(ValueError):
    """A policy broke the contract: unknown targets, amounts that are not finite, a peek."""


class Verb(StrEnum):
    """Everything that an institution can do in this world."""

    SCREEN = "screen"
    FLAG = "flag"
    REVIEW = "review"
    WARN = "warn"
    REMOVE_SALES = "remove_sales"
    DEMOTE = "demote"
    FINE = "fine"
    CLOSE = "close"
    BAN = "ban"
    REINSTATE = "reinstate"
    COMPENSATE = "compensate"
    HEAR = "hear"
    SHARE = "share"
    RAID = "raid"
    SHUT = "shut"
    SUE = "sue"
    TRY_SUIT = "try_suit"
    ANNOUNCE = "announce"
    SET_RANKING = "set_ranking"
    BOUND = "bound"


SANCTIONS = (Verb.WARN, Verb.REMOVE_SALES, Verb.DEMOTE, Verb.FINE, Verb.CLOSE)
"""Verbs that count as a sanction on a shop (a warning counts for strikes, not as a hit)."""


@dataclass(frozen=True, slots=True)
class Act:
    """One verb on any number of targets.

    ``targets`` are shop slots (0 … n_shops − 1) for the verbs on shops, ids of organisers for ``raid``,
    ``shut``, ``sue``, ``try_suit`` and a ``fine`` with ``who="organiser"``, and accounts for
    ``ban``. ``cases`` (same length; empty where none is needed) are numbers made by `case_number`.
    ``amount`` is in RMB (``fine``, ``compensate``, ``sue``, ``try_suit``: one number for each target).
    ``days`` is the length of a demotion or ban, a million at most. ``cost`` is what the act costs the
    institution, in RMB for each target.
    """

    verb: Verb
    targets: np.ndarray = field(default_factory=lambda: NONE)
    cases: np.ndarray = field(default_factory=lambda: NONE)
    amount: np.ndarray = field(default_factory=lambda: np.zeros(0))
    days: int = 0
    cost: float = 0.0
    who: str = "shop"
    reason: str = ""
    terms: dict[str, float] = field(default_factory=dict)
    actor: str = ""
    policy: str = ""


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
    (0, 1) keyed by run, day, purpose and identity: a policy's only source of chance.
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


class View:
    """An observation limited to what a policy declared that it reads, with the policy's own ramp."""

    __slots__ = ("_allowed", "_observation", "ramp")

    def __init__(self, observation: Any, reads: Sequence[str], ramp: float | None = None) -> None:
        self._observation = observation
        self._allowed = ALWAYS.union(reads)
        self.ramp: float = observation.ramp if ramp is None else ramp

    def __getattr__(self, name: str) -> Any:
        if name not in self._allowed:
            raise ContractError(f"the policy reads {name!r} but does not declare it in `reads`")
        return getattr(self._observation, name)


ALWAYS = frozenset({"day", "ramp", "n_shops", "luck"})
"""Fields that every policy may read."""


class Policy(Protocol):
    """One institution: parameters in the constructor, memory born in `reset`."""

    reads: Sequence[str]
    actor: str

    def reset(self) -> None:
        """Forget everything."""

    def act(self, observation: Any) -> list[Act]:
        """Answer one evening's observation with acts."""


class Package(Protocol):
    """What the market asks every evening: dated policies, in order of precedence."""

    name: str

    def reset(self) -> None:
        """Forget everything."""

    def act(self, observation: Observation) -> list[Act]:
        """Return the acts of all policies in force, marked with actor and policy."""


def case_number(day: int, identity: np.ndarray) -> np.ndarray:
    """Return the number of the case opened on ``day`` (of the package) on each shop identity."""
    return (np.int64(day) << np.int64(40)) | np.asarray(identity, dtype=np.int64)


def case_identity(cases: np.ndarray) -> np.ndarray:
    """Return the shop identities that the case numbers ``cases`` were opened on."""
    return np.asarray(cases, dtype=np.int64) & ((np.int64(1) << np.int64(40)) - np.int64(1))


ON_OTHERS = {
    Verb.BAN: "account", Verb.RAID: "organiser", Verb.SHUT: "organiser", Verb.SUE: "organiser",
    Verb.TRY_SUIT: "organiser",
}  # fmt: skip
"""What the targets are of the verbs that are not for shops; a fine is for shops or organisers."""

KNOWN_VERBS = frozenset(Verb)
MOST_DAYS = 1_000_000
NEEDS_CASES = frozenset({Verb.FLAG, Verb.REVIEW, Verb.HEAR, Verb.REINSTATE, Verb.SHARE, *SANCTIONS})
NEEDS_AMOUNT = frozenset({Verb.FINE, Verb.COMPENSATE, Verb.SUE, Verb.TRY_SUIT})
NEEDS_DAYS = frozenset({Verb.DEMOTE, Verb.BAN})
NEEDS_TERMS = {
    Verb.REVIEW: ("sensitivity", "specificity"),
    Verb.HEAR: ("sensitivity", "specificity"),
    Verb.TRY_SUIT: ("odds", "award_ratio", "collectability", "ruin", "publicity"),
    Verb.ANNOUNCE: ("salience",),
    Verb.BOUND: ("waiting", "capacity"),
}


def check_act(act: Any, n_shops: int, name: str) -> None:
    """Raise `ContractError`, naming the policy ``name``, if ``act`` cannot be carried out.

    Parameters
    ----------
    act : what the policy answered
    n_shops : number of shop slots; targets of verbs on shops lie in [0, n_shops)
    name : the policy, for the message
    """
    if not isinstance(act, Act):
        raise ContractError(f"{name} answered {type(act).__name__}; it must answer a list of Act")
    for complaint in _complaints(act, n_shops):
        raise ContractError(f"{name}: {act.verb}: {complaint}")


def _complaints(act: Act, n_shops: int) -> Iterator[str]:
    """Yield what is wrong with ``act``, the most basic fault first."""
    if act.verb not in KNOWN_VERBS:
        yield "unknown verb"
    yield from _target_complaints(act, n_shops)
    yield from _number_complaints(act)
    if act.who == "shop" and act.verb in NEEDS_CASES and act.cases.size != act.targets.size:
        yield f"{act.targets.size} targets but {act.cases.size} cases"
    missing = [term for term in NEEDS_TERMS.get(act.verb, ()) if term not in act.terms]
    if missing:
        yield f"the term {missing[0]!r} is missing"


def _target_complaints(act: Act, n_shops: int) -> Iterator[str]:
    targets, cases = act.targets, act.cases
    if not (_are_numbers(targets) and _are_numbers(cases)):
        yield "targets and cases must be integer arrays of one dimension"
        return
    whom = ON_OTHERS.get(act.verb, "shop")
    if act.who != whom and (act.verb, act.who) != (Verb.FINE, "organiser"):
        yield f"who must be {whom!r}; got {act.who!r}"
    on_shops, (low, high) = act.who == "shop", span(targets)
    if low < 0 or (on_shops and high >= n_shops):
        yield f"a target is not one of the {n_shops} shops" if on_shops else "a target is negative"
    if cases.size not in (0, targets.size):
        yield f"{targets.size} targets but {cases.size} cases"
    named = cases if cases.size else targets
    if not ascend(named) and np.unique(named).size != named.size:  # most come in order, and need no sorting
        yield "a target is named twice"


def _are_numbers(array: Any) -> bool:
    """Tell whether ``array`` is one of whole numbers, of one dimension."""
    return isinstance(array, np.ndarray) and array.ndim == 1 and array.dtype.kind in "iu"


def _number_complaints(act: Act) -> Iterator[str]:
    amount = np.asarray(act.amount)
    if amount.shape != act.targets.shape and (amount.size or act.verb in NEEDS_AMOUNT):
        yield f"{act.targets.size} targets but {amount.size} amounts"
    if amount.size and not (np.isfinite(amount) & (amount >= 0)).all():
        yield "an amount is not a finite number of at least 0"
    if not (math.isfinite(act.cost) and act.cost >= 0):
        yield "the cost is not a finite number of at least 0"
    if act.days < (1 if act.verb in NEEDS_DAYS else 0):
        yield f"days must be at least 1; got {act.days}"
    if act.days > MOST_DAYS:
        yield f"days must be at most {MOST_DAYS}; got {act.days}"
    if not all(math.isfinite(term) for term in act.terms.values()):
        yield "a term is not a finite number"


def observation_fields() -> tuple[str, ...]:
    """Return the names of everything that a policy may declare in ``reads``."""
    return tuple(f.name for f in fields(Observation))
