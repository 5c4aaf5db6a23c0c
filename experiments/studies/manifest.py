"""The manifest of a finished study: what its tables hold, so that two folders can be told apart or not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from experiments.files.shards import sha, table_digest
from experiments.files.whole import read_json, write_json
from experiments.settings.schema import SCHEMA_VERSION

MANIFEST = "manifest.json"


def write_manifest(folder: Path, tables: Mapping[str, pd.DataFrame], parts: Mapping[str, Any]) -> None:
    """Write what the tables of a study hold: rows, type of each column, and a digest of its values.

    Digests depend on keys and values alone: two studies of the same runs have the same, however often one of
    them was interrupted. ``parts`` says the same of what the runs themselves left (`Store.seal`).
    """
    described = {name: describe(table) for name, table in tables.items()}
    digests = [f"{name}{one['digest']}" for name, one in described.items()]
    content = {
        "schema_version": SCHEMA_VERSION,
        "digest": sha("".join([*digests, parts["digest"]]).encode()),
        "tables": described,
        "parts": dict(parts),
    }
    write_json(folder / MANIFEST, content)


def describe(table: pd.DataFrame) -> dict[str, Any]:
    """Return how many rows a table has, the types of its columns, and a digest of them by run key."""
    key = "run_key"
    ordered = table.sort_values(key, kind="stable", ignore_index=True) if key in table else table
    arrow = pa.Table.from_pandas(ordered, preserve_index=False)
    columns = {name: str(column.type) for name, column in zip(arrow.column_names, arrow.columns, strict=True)}
    return {"rows": len(table), "columns": columns, "digest": table_digest(arrow)}


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a finished study."""
    content: dict[str, Any] = read_json(folder / MANIFEST)
    return content
