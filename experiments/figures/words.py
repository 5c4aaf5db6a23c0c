"""Names and numbers as a reader of a figure or report sees them."""

from __future__ import annotations

import math
import re

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


def humanise(label: str) -> str:
    """Write the label of a package in words: ``threshold_fine_suit`` is "threshold, fine and suit"."""
    words = label.replace("_", " ").strip().split(" ")
    if len(words) > 1 and "and" not in words and set(words) <= LEVERS:
        return f"{', '.join(words[:-1])} and {words[-1]}"
    return " ".join(words)


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


def slug(text: str) -> str:
    """Return a name for a file: letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def plural(count: int, noun: str) -> str:
    """Write a count with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
