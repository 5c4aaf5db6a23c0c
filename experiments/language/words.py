"""Names and numbers as a reader of a figure or report sees them."""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable, Sequence

from experiments.language.letters import NAME, breadth

LEVERS = frozenset(
    [
        "threshold",
        "fine",
        "suit",
        "raid",
        "raids",
        "ledger",
        "ledgers",
        "ladder",
        "appeals",
        "review",
        "closure",
        "ban",
        "warning",
        "demotion",
    ]
)

PATHS = {
    "detection.threshold": "Threshold (risk, 0 to 1)",
    "detection.flags_per_1000_week": "Flags per 1,000 shops and week",
    "detection.acted_share": "Share of cases acted on",
    "regulator.fine_rmb": "Fine per shop, RMB",
}
UNITS = {"rmb": "RMB", "days": "days", "share": "share", "rate": "per day"}


PLAIN = re.compile(r"[a-z][a-z0-9_ ,.'-]*")
"""Labels that read as words of a sentence."""

MARGIN = 30
"""Columns of letters after which a label is broken in the margin of a figure."""


def humanise(label: str) -> str:
    """Write the name of a package in words: ``threshold_fine_suit`` is "threshold, fine and suit".

    A label of one's own stays as it is.
    """
    if not NAME.fullmatch(label):
        return label
    words = label.replace("_", " ").strip().split(" ")
    if len(words) > 1 and "and" not in words and set(words) <= LEVERS:
        return f"{', '.join(words[:-1])} and {words[-1]}"
    return " ".join(words)


def heading(label: str) -> str:
    """Write the label of a package at the head of a line: plain words begin with an upper-case letter."""
    return sentence_case(humanise(label)) if PLAIN.fullmatch(label) else label


def sentence_case(text: str) -> str:
    """Return ``text`` with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def humanise_path(path: str) -> str:
    """Write the path of a parameter in words, with its unit: ``regulator.fine_rmb`` is "Fine …, RMB"."""
    if path in PATHS:
        return PATHS[path]
    words = path.replace(".", ": ").split("_")
    unit = UNITS.get(words[-1])
    named = " ".join(words[:-1]) + f", {unit}" if unit and len(words) > 1 else " ".join(words)
    return sentence_case(named)


def number(value: float, digits: int = 1) -> str:
    """Write a number with thousands separators and a true minus sign; an en dash where undefined."""
    if value is None or not math.isfinite(value):
        return "–"
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def rate(value: float) -> str:
    """Write a rate with as many digits as it deserves."""
    return number(value, 0 if abs(value) >= 100 else 1 if abs(value) >= 1 else 2)


def level(value: float | str) -> str:
    """Write one value of a swept parameter."""
    try:
        return number(float(value), 0) if abs(float(value)) >= 1000 else f"{float(value):g}"
    except ValueError:
        return str(value)


def name_of_level(value: float | str) -> str:
    """Write the level of a factor as its design names it: 2015 is a year as well as a number."""
    return value if isinstance(value, str) else f"{value:.10g}"


def broadest(texts: Iterable[str]) -> int:
    """Return the columns of the broadest line of all texts, 0 without any."""
    return max((breadth(line) for text in texts for line in text.split("\n")), default=0)


def wrapped(text: str, columns: int) -> list[str]:
    """Break a text into lines of so many columns, at spaces, and within words that have too many."""
    if breadth(text) == len(text):
        return textwrap.wrap(text, columns)
    lines, line = [], ""
    for part in _breakable(text, columns):
        if line and breadth(line + part) > columns:
            lines.append(line.rstrip())
            line = ""
        line += part if line or not part.isspace() else ""
    return [*lines, line.rstrip()] if line.strip() else lines


def _breakable(text: str, columns: int) -> list[str]:
    """Split a text where a line may end: at spaces, beside wide characters, in words that are too long."""
    words = re.findall(r"\s+|\S+", text)
    whole = [breadth(word) == len(word) <= columns for word in words]
    return [part for word, kept in zip(words, whole, strict=True) for part in ([word] if kept else word)]


def folded(label: str, columns: int = MARGIN) -> str:
    """Break a label into lines of so many columns; one that fits stays exactly as it is."""
    return label if breadth(label) <= columns else "\n".join(wrapped(label, max(columns, 4)))


def most_lines(texts: Iterable[str]) -> int:
    """Return how many lines the text with the most of them has, at least one."""
    return max((text.count("\n") + 1 for text in texts), default=1)


def plural(count: int, noun: str) -> str:
    """Write a count with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does; names that hold commas are set apart by semicolons."""
    if len(names) < 2:
        return "".join(names)
    comma = ";" if any("," in name for name in names) else ","
    return f"{f'{comma} '.join(names[:-1])}{comma if comma == ';' else ''} and {names[-1]}"


def quoted(name: str, marks: str = ",") -> str:
    """Return a name in quotes where it holds one of some marks."""
    return f"“{name}”" if set(name) & set(marks) else name
