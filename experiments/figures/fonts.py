"""Fonts for whatever people write: those of the system that have the characters which ours has not."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from experiments.language.figure_texts import missing_fonts

OURS = "DejaVu Sans"
"""The font that comes with Matplotlib, in which all figures are set."""

GOOD = ("noto sans cjk", "source han sans", "noto sans", "wenquanyi", "wqy", "pingfang", "hiragino sans",
        "microsoft yahei", "droid sans fallback", "sans")  # fmt: skip
"""What the names of fonts that go well with ours hold, the best first."""

UNLIKE = ("mono", "serif")
"""What the names of fonts hold that look unlike ours: the last choice."""

BLANK = ("last resort", "lastresort", "adobe blank", "emoji")
"""What the names of fonts hold that have boxes, nothing or bitmaps for characters."""

INVISIBLE = ("Cf", "Cc", "Zs", "Zl", "Zp", "Mn")
"""Categories of characters that a font need not have."""


@functools.lru_cache(maxsize=256)
def choose(characters: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the families in which characters can be set, ours first, and those that no font here has."""
    families, left = [OURS], needed(characters) - covered(font_manager.findfont(OURS))
    if not left:
        return tuple(families), left
    for family, path in candidates():
        found = left & covered(path)
        if found and family not in families:
            families.append(family)
            left = left - found
        if not left:
            break
    return tuple(families), left


def needed(characters: Iterable[str]) -> frozenset[str]:
    """Return the characters that leave ink."""
    return frozenset(c for c in characters if unicodedata.category(c) not in INVISIBLE)


def candidates() -> list[tuple[str, str]]:
    """Return family and file of every font of the system, the most fitting first."""
    add_new_fonts()
    upright = [
        entry
        for entry in font_manager.fontManager.ttflist
        if entry.style == "normal" and not any(part in entry.name.lower() for part in BLANK)
    ]
    ranked = sorted((rank(entry.name), heaviness(entry.weight), entry.name, entry.fname) for entry in upright)
    return [(name, path) for _, _, name, path in ranked]


def add_new_fonts() -> None:
    """Tell Matplotlib of fonts that were installed since it last looked, which it does not notice itself."""
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in sorted(set(font_manager.findSystemFonts()) - known):
        try:
            font_manager.fontManager.addfont(path)
        except Exception:  # a broken or exotic file, whatever its reader raises, is no font for us
            continue


def rank(name: str) -> int:
    """Return how well a family goes with ours: the less the better."""
    lower = name.lower()
    place = next((i for i, part in enumerate(GOOD) if part in lower), len(GOOD))
    return place + 100 * any(part in lower for part in UNLIKE)


def heaviness(weight: str | int) -> int:
    """Return how far a font's weight is from regular."""
    return abs(int(font_manager.weight_dict.get(weight, 400) if isinstance(weight, str) else weight) - 400)


@functools.lru_cache(maxsize=512)
def covered(path: str) -> frozenset[str]:
    """Return the characters that a font can draw at any size; none if the file cannot be read."""
    if not Path(path).exists():
        return frozenset()
    try:
        font = FT2Font(path)
        return frozenset(map(chr, font.get_charmap())) if font.scalable else frozenset()
    except Exception:  # as above
        return frozenset()


def sentence(missing: Iterable[str]) -> str:
    """Say which characters no font here has, and what to do about it."""
    shown = sorted(missing)
    return missing_fonts("".join(shown[:12]), len(shown) - 12)
