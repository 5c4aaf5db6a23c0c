"""Files that appear whole or not at all, and tables read back as they were."""

from __future__ import annotations

import io
import json
import math
import os
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from experiments.files.columns import typed
from sim.parameters import ConfigError


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
