"""One-line errors for words that must be one of a few."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from sim.contract import ConfigError


def check_choice(value: str, choices: Iterable[str], name: str) -> None:
    """Raise `ConfigError` unless ``value`` is one of ``choices``."""
    choices = list(choices)
    if value not in choices:
        raise ConfigError(f"{name} must be one of {', '.join(choices)}; got {value!r}")


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean …?`` for the known word nearest to ``word``, or nothing."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""
