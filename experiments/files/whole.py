"""Files that appear whole or not at all, and the folder of a study."""

from __future__ import annotations

import io
import json
import math
import os
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from experiments.files.columns import typed
from sim.parameters import ConfigError

RESERVED = frozenset('<>:"/\\|?*')
"""Printable characters that a file's name cannot hold, here or on Windows."""

DEVICES = frozenset(
    ("CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10)))
)
"""What Windows takes for a device, with whatever ending."""

LONGEST = 120
"""Bytes of a name that become part of a file's."""


class StoreError(OSError):
    """A result could not be written; the message says which and why."""


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: temporary file, fsync, rename."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror or error}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        Path(temporary).unlink(missing_ok=True)


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as Parquet or, by its name, as CSV."""
    if path.suffix == ".csv":
        write_bytes(path, table.to_csv(index=False, lineterminator="\n").encode())
        return
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    write_bytes(path, buffer.getvalue())


def read_table(path: Path) -> pd.DataFrame:
    """Read a table that `write_table` wrote, each column in the type that it had; a missing file is empty.

    Raises
    ------
    ConfigError : the file is no such table
    """
    if not path.exists() or path.stat().st_size == 0:
        return pd.DataFrame()
    try:
        content = io.BytesIO(path.read_bytes())  # readers of their own cannot open every name
        if path.suffix == ".parquet":
            return pd.read_parquet(content)
        return typed(path.stem, pd.read_csv(content, dtype=object, keep_default_na=False))
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
    except (ValueError, OSError) as error:  # what pandas and pyarrow raise for other files
        raise ConfigError(f"{path} cannot be read: {' '.join(str(error).split())}") from None


def write_json(path: Path, content: Any) -> None:
    """Write JSON that every reader understands: NaN becomes null."""
    text = json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False)
    write_bytes(path, encoded(text + "\n"))


def write_yaml(path: Path, content: Any) -> None:
    """Write a configuration as YAML, keys in their own order."""
    write_bytes(path, encoded(yaml.safe_dump(plain(content), sort_keys=False, allow_unicode=True)))


def encoded(text: str) -> bytes:
    r"""Encode a text; bytes of a file's name that are no text become ``\udc..``, as JSON and YAML read it."""
    return text.encode(errors="backslashreplace")


def plain(content: Any) -> Any:
    """Turn numpy's numbers into Python's and undefined numbers into None, all the way down."""
    if isinstance(content, dict):
        return {str(key): plain(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [plain(value) for value in content]
    if hasattr(content, "item"):
        content = content.item()
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content


def read_json(path: Path) -> Any:
    """Read JSON."""
    return json.loads(path.read_text(encoding="utf-8"))


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


def claim_folder(folder: Path, description: dict[str, Any]) -> None:
    """Claim a folder for a study, or raise `ConfigError` if it holds something else."""
    claim = folder / "study.json"
    if claim.exists():
        refuse_other_study(folder, description)
    elif (folder / "summary.json").exists():
        raise ConfigError(f"{folder} holds a single run; choose another folder with out=…")
    prepare_folder(folder)
    if not claim.exists():
        write_json(claim, description)


def refuse_other_study(folder: Path, description: dict[str, Any]) -> None:
    """Raise `ConfigError` unless ``folder`` holds the study that ``description`` describes."""
    try:
        there = read_json(folder / "study.json")
    except (OSError, ValueError) as error:
        raise ConfigError(f"{folder / 'study.json'} cannot be read: {error}") from None
    here = plain(description)
    if there != here:
        changed = [key for key in here if not isinstance(there, dict) or there.get(key) != here[key]]
        raise ConfigError(
            f"{folder} holds another study (it differs in {', '.join(changed) or 'its keys'}); "
            "choose another folder with out=…"
        )


class Parts:
    """Finished runs of a study, each in files of its own below ``parts/``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "parts"

    def save(self, key: str, row: dict[str, Any], path: pd.DataFrame, harm: pd.DataFrame) -> None:
        """Save one run; its row comes last and says that the run is complete."""
        write_table(self.folder / f"{key}.path.parquet", path)
        write_table(self.folder / f"{key}.harm.parquet", harm)
        write_json(self.folder / f"{key}.json", row)

    def finished(self) -> set[str]:
        """Return the keys of complete runs."""
        return {file.stem for file in self.folder.glob("*.json") if not file.name.startswith(".")}

    def row(self, key: str) -> dict[str, Any]:
        """Return the row of one complete run."""
        row: dict[str, Any] = read_json(self.folder / f"{key}.json")
        return row

    def table(self, key: str, name: str) -> pd.DataFrame:
        """Return a table (``path`` or ``harm``) of one complete run."""
        return read_table(self.folder / f"{key}.{name}.parquet")
