"""Texts letter by letter: how broad they are, and what they are called as files."""

from __future__ import annotations

import hashlib
import re
import unicodedata

NAME = re.compile(r"[a-z][a-z0-9_]*")
"""What names of packages look like; figures show them in words, and other labels as they are written."""


def slug(text: str) -> str:
    """Return a name for a file: letters, digits and underscores; letters of other scripts by their digest."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    lost = not plain or any(c.isalnum() and not c.isascii() for c in text)
    return f"{plain}_{hashlib.sha256(text.encode()).hexdigest()[:8]}".lstrip("_") if lost else plain


def breadth(text: str) -> int:
    """Return how many columns a text takes: two for a Chinese character, none for a mark over another."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )
