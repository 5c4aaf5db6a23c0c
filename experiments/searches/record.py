"""What a search leaves when it has ended: runs in shards, a manifest, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pandas as pd

from experiments.files.provenance import provenance
from experiments.files.whole import write_json, write_table
from experiments.studies.manifest import write_manifest
from experiments.studies.store import Store
from experiments.studies.tables import of_one_type


def write_record(
    folder: Path, store: Store, tables: Mapping[str, pd.DataFrame], seed: int, started: datetime
) -> None:
    """Put the runs of a finished search together, and write what its tables hold and how it was made.

    Raises
    ------
    StoreError : it cannot be written; what was complete is kept
    """
    parts = store.seal()
    write_manifest(folder, {name: in_types(table) for name, table in tables.items()}, parts)
    write_json(folder / "provenance.json", provenance(seed, started))


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as CSV, by the names of their files."""
    for name, table in tables.items():
        write_table(folder / f"{name}.csv", table)


def in_types(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose columns have one type each: levels of a dimension may be words and numbers."""
    mixed = {name: of_one_type(column) for name, column in table.items() if column.dtype == object}
    return table.assign(**{str(name): column for name, column in mixed.items()})
