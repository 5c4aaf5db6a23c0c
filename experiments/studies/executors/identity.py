"""What makes the numbers of one machine belong to those of another: code, Python and libraries."""

from __future__ import annotations

import hashlib
import sys
from functools import lru_cache

from experiments.files.provenance import code_digest, versions
from experiments.home import HOME, VERSION

NUMERIC = ("numpy", "numba", "scipy", "scikit-learn", "pandas")
"""Libraries that numbers, or what carries them, depend on."""

WORDS = {"antibrush": "antibrush", "code": "code of antibrush", "python": "Python"}


def identity() -> dict[str, str]:
    """Return what has to be equal wherever runs of one study are carried out."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    libraries = versions()
    return {
        "antibrush": VERSION,
        "code": f"{code_digest()}+{experiments_digest()}",
        "python": python,
        **{name: libraries[name] for name in NUMERIC},
    }


@lru_cache
def experiments_digest() -> str:
    """Return a digest of the code that makes results of markets."""
    total = hashlib.sha256()
    for part in ("runs", "searches", "settings", "studies"):
        for file in sorted((HOME / "experiments" / part).rglob("*.py")):
            total.update(file.relative_to(HOME).as_posix().encode() + file.read_bytes())
    return total.hexdigest()[:8]


def difference(here: dict[str, str], there: dict[str, str]) -> str:
    """Say in half a sentence how another identity differs from the one here; nothing if it does not."""
    for name, own in here.items():
        other = there.get(name, "unknown")
        if other != own:
            return f"its {WORDS.get(name, name)} is {other}, here it is {own}"
    return ""
