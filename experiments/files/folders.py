"""Folders of results: their names, and whether they can be written to."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path

from sim.parameters import ConfigError

RESERVED = frozenset('<>:"/\\|?*')
"""Printable characters that a file's name cannot hold, here or on Windows."""

DEVICES = frozenset(
    ("CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10)))
)
"""What Windows takes for a device, with whatever ending."""

LONGEST = 120
"""Bytes of a name that become part of a file's."""


def prepare_folder(folder: Path) -> None:
    """Make the folder and prove that it can be written to, or raise `ConfigError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
    except OSError as error:
        raise ConfigError(f"cannot write to {folder}: {error.strerror or error}") from None
    except ValueError as error:  # a name that no file can have, say with a zero byte
        raise ConfigError(f"cannot write to {str(folder)!r}: {error}") from None


def results_folder(*words: str) -> Path:
    """Return a folder below ``results/`` that is named after words, whatever they say."""
    return Path("results") / "-".join(map(file_word, words))


def file_word(text: str) -> str:
    """Return a text as part of a file's name, on every system.

    What separates folders, what Windows reserves and what cannot be printed becomes a dash; dots, blanks and
    dashes at the ends go; what is very long is cut; of nothing, ``unnamed`` is made.
    """
    text = unicodedata.normalize("NFC", text)
    kept = "".join(letter if letter.isprintable() and letter not in RESERVED else "-" for letter in text)
    word = kept.strip(" .-").encode()[:LONGEST].decode(errors="ignore").rstrip(" .-")
    return f"_{word}" if word.partition(".")[0].upper() in DEVICES else word or "unnamed"
