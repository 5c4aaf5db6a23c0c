"""Shards: the rows and tables of many runs in a few Parquet files, and those of one run in a single file.

A shard is a folder that appears by one rename, and is never changed afterwards: ``rows.parquet`` has a row
for each run (its key, its row as JSON, where its tables stand), beside it lie the tables, those of one schema
one below the other.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.files.whole import StoreError, plain, write_bytes

START = "shard-"
"""How the names of shards begin."""

PART = ".part.parquet"
"""How the name of a file ends that holds one run."""

ROW = ""
"""What the row of a run is called among its tables."""

VOLATILE = "timing"
"""The entry of a row that differs each time, and that no digest counts."""


@dataclass(frozen=True)
class Record:
    """One run as it is stored: its row as JSON, its tables, the digests of both, and whence it was copied."""

    key: str
    row: str
    tables: Mapping[str, pa.Table]
    digests: Mapping[str, str]
    source: str = ""


def record_of(key: str, row: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> Record:
    """Return a run's record."""
    content = plain(dict(row))
    arrow = {name: pa.Table.from_pandas(table, preserve_index=False) for name, table in tables.items()}
    steady = json_text({name: value for name, value in content.items() if name != VOLATILE})
    digests = {ROW: sha(steady.encode())} | {name: table_digest(table) for name, table in arrow.items()}
    return Record(key, json_text(content), arrow, digests)


def json_text(content: Any) -> str:
    """Write plain data as JSON on one line."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def sha(content: bytes) -> str:
    """Return the SHA-256 of bytes, 32 hexadecimal digits of it."""
    return hashlib.sha256(content).hexdigest()[:32]


def table_digest(table: pa.Table) -> str:
    """Return a digest of names, types and values of a table's columns, which is the same on every machine."""
    total = hashlib.sha256()
    for name, column in zip(table.column_names, table.columns, strict=True):
        total.update(f"{name}\0{column.type}\0{len(column)}\0".encode())
        if column.null_count == 0 and (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
            total.update(column.to_numpy().tobytes())
        else:
            total.update(repr(column.to_pylist()).encode())
    return total.hexdigest()[:32]


def write_part(place: Path, record: Record) -> None:
    """Write one run into a file of its own, whole or not at all."""
    names = [ROW, *record.tables]
    content = [record.row.encode(), *map(ipc_bytes, record.tables.values())]
    digests = [record.digests[name] for name in names]
    write_bytes(
        place / f"{record.key}{PART}",
        parquet_bytes(pa.table({"name": names, "content": content, "digest": digests})),
    )


def read_part(place: Path, key: str) -> Record:
    """Read the file of one run."""
    names, content, digests = parquet(place / f"{key}{PART}").to_pydict().values()
    inner = dict(zip(names, content, strict=True))
    row = inner.pop(ROW).decode()
    tables = {name: pa.ipc.open_stream(stream).read_all() for name, stream in inner.items()}
    return Record(key, row, tables, dict(zip(names, digests, strict=True)))


def ipc_bytes(table: pa.Table) -> bytes:
    """Return a table as a stream of Arrow's."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def parquet_bytes(table: pa.Table) -> bytes:
    """Return a table as the content of a Parquet file."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def parquet(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Read a Parquet file; Arrow cannot open every name by itself."""
    return pq.read_table(pa.BufferReader(path.read_bytes()), columns=columns)


def write_shard(place: Path, records: Iterable[Record]) -> Path:
    """Write runs into a new shard, sorted by key; it appears whole or not at all.

    Raises
    ------
    StoreError : it cannot be written; nothing of it is left
    """
    ordered = sorted(records, key=lambda record: record.key)
    target = place / f"{START}{uuid.uuid4().hex[:16]}"
    try:
        place.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{START}", dir=place))
    except OSError as error:
        raise StoreError(f"cannot write {target}: {error.strerror or error}") from error
    try:
        for name, table in content_of(ordered).items():
            write_bytes(folder / f"{name}.parquet", parquet_bytes(table))
        os.chmod(folder, 0o755)
        os.rename(folder, target)
        sync_folder(place)
    except OSError as error:
        raise (
            error if isinstance(error, StoreError) else StoreError(f"cannot write {target}: {error}")
        ) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return target


def sync_folder(folder: Path) -> None:
    """Let the names in a folder be on the disk before anything that they replace is removed."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def content_of(records: Sequence[Record]) -> dict[str, pa.Table]:
    """Return the files of a shard by name: ``rows``, and those of one table and schema each."""
    slices: dict[str, list[pa.Table]] = {}
    files: dict[tuple[str, bytes], str] = {}
    filled: dict[str, int] = {}
    places = []
    for record in records:
        own: dict[str, Any] = {}
        for name, table in record.tables.items():
            kind = (name, table.schema.serialize().to_pybytes())
            file = files.setdefault(kind, f"{name}.{sum(other == name for other, _ in files)}")
            start = filled.get(file, 0)
            slices.setdefault(file, []).append(table)
            filled[file] = start + len(table)
            own[name] = [file, start, len(table)]
        places.append(json_text(own))
    rows = {
        "key": [record.key for record in records],
        "row": [record.row for record in records],
        "tables": places,
        "digests": [json_text(dict(record.digests)) for record in records],
        "source": [record.source for record in records],
    }
    stacked = {file: pa.concat_tables(own).combine_chunks() for file, own in slices.items()}
    return {
        "rows": pa.table({name: pa.array(column, pa.string()) for name, column in rows.items()}),
        **stacked,
    }


@dataclass
class Shard:
    """A shard as it lies on disk; what has been read of it is kept until `forget`."""

    folder: Path
    read: dict[str, pa.Table] = field(default_factory=dict)

    @cached_property
    def places(self) -> dict[str, int]:
        """The number of each run's row, by key."""
        keys = parquet(self.folder / "rows.parquet", ["key"])["key"].to_pylist()
        return {key: place for place, key in enumerate(keys)}

    def file(self, name: str) -> pa.Table:
        """Return one of its files."""
        if name not in self.read:
            self.read[name] = parquet(self.folder / f"{name}.parquet")
        return self.read[name]

    def forget(self) -> None:
        """Give back the memory of what has been read."""
        self.read.clear()

    def cell(self, key: str, column: str) -> str:
        """Return a cell of a run's row."""
        return str(self.file("rows")[column][self.places[key]].as_py())

    def table(self, key: str, name: str) -> pa.Table:
        """Return a table of a run.

        Raises
        ------
        KeyError : the run has no such table
        """
        file, start, rows = json.loads(self.cell(key, "tables"))[name]
        return self.file(file).slice(start, rows)

    def record(self, key: str) -> Record:
        """Return all that is stored of a run."""
        tables = {
            name: self.file(file).slice(start, rows)
            for name, (file, start, rows) in json.loads(self.cell(key, "tables")).items()
        }
        digests = json.loads(self.cell(key, "digests"))
        return Record(key, self.cell(key, "row"), tables, digests, self.cell(key, "source"))
