"""What a package has to keep to, in signs or in words: read, and said back."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from experiments.language.outcomes import BY_COLUMN, Outcome
from sim.parameters import ConfigError

SIGNS = re.compile(r"\s*(?P<name>[^<>=]+?)\s*(?P<sign><=|>=|≤|≥|<|>)\s*(?P<number>[^<>=]*)")
WORDS = re.compile(
    r"\s*at (?P<sign>most|least)\s+(?P<number>[-+.\d,]+(?:e[-+]?\d+)?\s*%?)\s+(?P<name>.+)", re.I
)
NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(%?)", re.I)
MOST = frozenset({"<=", "≤", "<", "most"})

ALSO = {
    "wrongful hits per 1,000 shop-years": "innocent_hits_per_1000_shop_years",
    "innocent hits per 1,000 shop-years": "innocent_hits_per_1000_shop_years",
    "innocent hits": "innocent_hits_per_1000_shop_years",
    "brushing": "brushed_share",
}
"""What people call some outcomes."""


@dataclass(frozen=True)
class Constraint:
    """A limit on an outcome, in its own unit: at most (``most``), or at least."""

    outcome: str
    most: bool
    limit: float

    def excess(self, value: float) -> float:
        """Return by how much a value misses the limit; 0 or less if it keeps to it."""
        return value - self.limit if self.most else self.limit - value

    def bound(self, low: float, high: float) -> float:
        """Return the end of an interval that has to keep to the limit."""
        return high if self.most else low

    @property
    def text(self) -> str:
        """Say it in words, in the unit that readers see."""
        told = told_of(self.outcome)
        value = told.scale * self.limit
        return f"{told.name.lower()} of at {'most' if self.most else 'least'} {value:,g} {told.unit}"


def is_constraint(word: str) -> bool:
    """Tell whether a word of the command line is a constraint, and no override."""
    return bool(re.match(r"\s*[^=<>]*(<|>|≤|≥)", word) or WORDS.match(word))


def read_constraints(words: Iterable[str]) -> tuple[Constraint, ...]:
    """Read constraints; a later one on the same side of the same outcome takes the place of an earlier one.

    ``NAME<=NUMBER`` and ``NAME>=NUMBER``, or ``at most NUMBER NAME`` and ``at least NUMBER NAME``; the name
    is an outcome's column or what a report calls it. A number may be followed by %.

    Raises
    ------
    ConfigError : what is read is none, names no outcome, or two limits leave nothing between them
    """
    found: dict[tuple[str, bool], Constraint] = {}
    for one in map(read_constraint, words):
        found.pop((one.outcome, one.most), None)
        found[one.outcome, one.most] = one
    for (outcome, most), one in found.items():
        least = found.get((outcome, False))
        if most and least is not None and least.limit > one.limit:
            raise ConfigError(f"{outcome}: nothing is at least {least.limit:g} and at most {one.limit:g}")
    return tuple(found.values())


def read_constraint(text: str) -> Constraint:
    """Read one constraint; see `read_constraints`."""
    found = WORDS.fullmatch(str(text)) or SIGNS.fullmatch(str(text))
    number = NUMBER.fullmatch(found["number"].replace(",", "").strip()) if found else None
    if not found or not number:
        raise ConfigError(
            f"cannot read the constraint {text!r}; write OUTCOME<=NUMBER, OUTCOME>=NUMBER, or in words, "
            "e.g. 'at most 2 innocent_hits_per_1000_shop_years'"
        )
    limit = float(number[1]) / (100 if number[2] else 1)
    return Constraint(outcome_of(found["name"]), found["sign"].lower() in MOST, limit)


def outcome_of(name: str) -> str:
    """Return the column of an outcome that is called by any of its names.

    Raises
    ------
    ConfigError : there is none; the message suggests one
    """
    known = ALSO | {told.name.lower(): column for column, told in BY_COLUMN.items()}
    known |= {column: column for column in BY_COLUMN}
    wanted = " ".join(name.lower().split()).removeprefix("of ")
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.4)
        hint = f"did you mean {known[near[0]]}?" if near else "`antibrush list outcomes` has them all"
        raise ConfigError(f"there is no outcome {name.strip()!r}; {hint}")
    return known[wanted]


def told_of(outcome: str) -> Outcome:
    """Return how readers see an outcome."""
    return BY_COLUMN[outcome]
