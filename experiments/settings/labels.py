"""Labels of a study, checked before anything is simulated: everything that is made later shows them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from experiments.language.letters import NAME, breadth, slug
from sim.parameters import ConfigError

LONGEST = 60
"""Columns that a label may take; a Chinese character takes two."""

UNPRINTABLE = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of characters that no page can show."""

JOINERS = "\u200c\u200d"
"""Characters without ink that some scripts, and some pictures, need."""


def label_of(written: Any, what: str) -> str:
    """Return what somebody wrote as a label; YAML reads some words as something else.

    Raises
    ------
    ConfigError : it is no text and no number, is empty or too long, or has characters that cannot be shown
    """
    if isinstance(written, bool) or not isinstance(written, (str, int, float)):
        raise ConfigError(f"{what}: the label {written!r} is no text; write it in quotes")
    label = str(written)
    strange = [c for c in label if unicodedata.category(c) in UNPRINTABLE and c not in JOINERS]
    if not breadth(label.strip()):
        raise ConfigError(f"{what}: a label is empty")
    if strange:
        raise ConfigError(f"{what}: the label {label!a} holds {strange[0]!a}, which cannot be shown")
    if breadth(label) > LONGEST:
        raise ConfigError(f"{what}: the label {label[:30]!r}… is longer than {LONGEST} columns")
    return label


def check_unlike(labels: Sequence[str], what: str) -> None:
    """Raise `ConfigError` where two labels are, or look, the same."""
    twice = [label for label, n in Counter(labels).items() if n > 1]
    if twice:
        raise ConfigError(f"{what}: the label {twice[0]!r} is used twice")
    seen: dict[str, str] = {}
    for label in labels:
        same = seen.setdefault(look(label), label)
        if same != label:
            raise ConfigError(f"{what}: the labels {same!r} and {label!r} look the same")


def look(label: str) -> str:
    """Return what a reader tells a label by: without joiners, doubled spaces and a name's underscores."""
    shown = label.replace("_", " ") if NAME.fullmatch(label) else label
    bare = "".join(c for c in unicodedata.normalize("NFC", shown) if c not in JOINERS)
    return " ".join(bare.split())


def check_blocks(blocks: Iterable[str]) -> None:
    """Raise `ConfigError` where the figures of two blocks of crossed factors would have one name."""
    seen: dict[str, str] = {}
    for block in blocks:
        same = seen.setdefault(slug(block), block)
        if same != block:
            raise ConfigError(f"crossed: {same!r} and {block!r} would share a figure; rename one")
