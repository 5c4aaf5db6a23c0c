"""How a study lies on disk: whose folder it is, and its finished results."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa

from experiments.files.folders import prepare_folder
from experiments.files.shards import (
    PART,
    START,
    VOLATILE,
    Record,
    Shard,
    read_part,
    record_of,
    sha,
    write_part,
    write_shard,
)
from experiments.files.whole import plain, read_json, read_table, write_json
from experiments.runs.results import Result
from sim.parameters import ConfigError

LOOSE = 1000
"""Runs in files of their own from which on they are put together."""

LARGE = 20_000
"""Runs beyond which a shard is put together with no other."""

AGAIN = 5
"""How often what another process has just put elsewhere is looked for again."""

ABANDONED = 3600.0
"""Seconds after which what is only being written has been left by a process that died."""

OLD = ".json"
"""How the name of a run's row ends in folders of older versions, each table a file beside it."""

Found = TypeVar("Found")


class Store:
    """Finished results of a study, below a folder of the study's.

    Each result is saved at once, in a file of its own that appears whole or not at all; now and then they
    are put together in shards. What is put together is written before anything is removed, so that a process
    that dies at any point loses nothing, and what is there twice counts once. Any number of processes may
    save, put together and read at the same time.
    """

    def __init__(self, folder: Path, name: str = "parts") -> None:
        self.folder, self.place = folder, folder / name
        self.shards: dict[str, Shard] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Travel to other processes without what has been read."""
        return {"folder": self.folder, "place": self.place, "shards": {}}

    def save(self, result: Result) -> None:
        """Save one result, whole or not at all.

        Raises
        ------
        StoreError : it cannot be written
        """
        write_part(self.place, record_of(result.key, result.row, result.tables))

    def finished(self) -> set[str]:
        """Return the keys of complete results."""
        return self.again(lambda: {*self.loose()}.union(*(shard.places for shard in self.found_shards())))

    def row(self, key: str) -> dict[str, Any]:
        """Return the row of one complete result."""
        return self.again(lambda: self.row_of(key))

    def table(self, key: str, name: str) -> pd.DataFrame:
        """Return a table of one complete result."""
        return self.again(lambda: self.record(key).tables[name].to_pandas())

    def rows(self, keys: Collection[str]) -> dict[str, dict[str, Any]]:
        """Return the rows of those of ``keys`` that are complete, in the order of ``keys``."""
        done = self.finished()
        rows = {key: self.row(key) for key in keys if key in done}
        self.forget()
        return rows

    def stacked(self, keys: Sequence[str], name: str) -> tuple[pd.DataFrame, np.ndarray]:
        """Return the tables ``name`` of complete results, one below the other, and how many rows each has."""
        tables = self.again(lambda: [self.arrow(key, name) for key in keys])
        self.forget()
        whole = pa.concat_tables(tables, promote_options="permissive") if tables else pa.table({})
        return whole.to_pandas(), np.array([len(table) for table in tables], dtype=int)

    def forget(self) -> None:
        """Give back the memory of what has been read."""
        for shard in self.shards.values():
            shard.forget()

    # What lies where

    def loose(self) -> dict[str, bool]:
        """Return the runs in files of their own, by key; true of those that an older version wrote."""
        names = names_in(self.place)
        old = {name[: -len(OLD)]: True for name in names if name.endswith(OLD)}
        return old | {name[: -len(PART)]: False for name in names if name.endswith(PART)}

    def found_shards(self) -> list[Shard]:
        """Return the shards that are there now, in the order of their names."""
        names = [name for name in names_in(self.place) if name.startswith(START)]
        self.shards = {name: self.shards.get(name) or Shard(self.place / name) for name in names}
        return list(self.shards.values())

    def shard_of(self, key: str) -> Shard | None:
        """Return a shard with a run, of those that were there at the last look; None if there is none."""
        return next((shard for shard in self.shards.values() if key in shard.places), None)

    def row_of(self, key: str) -> dict[str, Any]:
        """Return the row of one complete result, as things lay at the last look."""
        shard = self.shard_of(key)
        text = shard.cell(key, "row") if shard else self.record(key).row
        row: dict[str, Any] = json.loads(text, object_hook=with_shared_names)
        return row

    def arrow(self, key: str, name: str) -> pa.Table:
        """Return a table of one complete result, as things lay at the last look."""
        shard = self.shard_of(key)
        return shard.table(key, name) if shard else self.record(key).tables[name]

    def record(self, key: str) -> Record:
        """Return all that is stored of one complete result, as things lay at the last look."""
        shard = self.shard_of(key)
        if shard:
            return shard.record(key)
        return read_part(self.place, key) if (self.place / f"{key}{PART}").exists() else self.old_record(key)

    def old_record(self, key: str) -> Record:
        """Return what an older version stored of a result."""
        row = read_json(self.place / f"{key}{OLD}")
        files = sorted(self.place.glob(f"{key}.*.parquet"))
        tables = {file.name[len(key) + 1 : -len(".parquet")]: read_table(file) for file in files}
        return record_of(key, row, {name: table for name, table in tables.items() if name != "part"})

    def again(self, look: Callable[[], Found]) -> Found:
        """Look for something; where another process has just put it elsewhere, look again."""
        for _ in range(AGAIN):
            try:
                return look()
            except FileNotFoundError:
                self.found_shards()
        return look()

    # Putting together

    def tidy(self) -> None:
        """Put results in files of their own together, if there are many; the study goes on meanwhile.

        Raises
        ------
        StoreError : it cannot be written; what was complete is kept
        """
        loose = self.loose()
        if len(loose) >= LOOSE:
            self.put_together(loose, [])

    def seal(self) -> dict[str, Any]:
        """Put everything together and return what says what is there: runs, digest, and that of each table.

        The digest counts keys, rows without their timing, and tables, in the order of the keys: it does not
        depend on who ran what when, nor on how often somebody had to begin again.

        Raises
        ------
        StoreError : it cannot be written; what was complete is kept
        """
        loose, small = self.loose(), [one for one in self.found_shards() if len(one.places) < LARGE]
        while loose or len(small) > 1:
            chosen = small_enough(small, len(loose))
            self.put_together(loose, chosen)
            rest = [one for one in small if one not in chosen]
            loose, small = {}, rest if len(rest) > 1 else []
        self.sweep()
        return self.contents()

    def put_together(self, loose: Collection[str], shards: Sequence[Shard]) -> None:
        """Write runs of files and shards into a new shard, then remove the former; each key once."""
        read = [(shard, own) for shard in shards if (own := records_of(shard))]
        parts = {key: record for key in loose if (record := self.loose_record(key))}
        records = parts | {record.key: record for _, own in read for record in own}
        if records:
            write_shard(self.place, records.values())
        for key in parts:
            self.remove_loose(key)
        for shard, _ in read:
            remove_shard(shard)
        self.found_shards()

    def sweep(self) -> None:
        """Remove what processes were writing when they were killed; not what another may be writing now."""
        last = time.time() - ABANDONED
        for entry in os.scandir(self.place) if self.place.exists() else ():
            if not (entry.name.startswith(f".{START}") or (entry.name[0] == "." and PART in entry.name)):
                continue
            with contextlib.suppress(FileNotFoundError):  # its writer has ended meanwhile
                if entry.stat().st_mtime < last:
                    if entry.is_dir():
                        shutil.rmtree(entry.path, ignore_errors=True)
                    else:
                        os.unlink(entry.path)

    def loose_record(self, key: str) -> Record | None:
        """Return what a run's own file holds; None where another process has removed it meanwhile."""
        try:
            new = (self.place / f"{key}{PART}").exists()
            return read_part(self.place, key) if new else self.old_record(key)
        except FileNotFoundError:
            return None

    def remove_loose(self, key: str) -> None:
        """Remove a run's own files, the one that says that it is complete first."""
        (self.place / f"{key}{PART}").unlink(missing_ok=True)
        if (self.place / f"{key}{OLD}").exists():
            (self.place / f"{key}{OLD}").unlink(missing_ok=True)
            for file in self.place.glob(f"{key}.*.parquet"):
                file.unlink(missing_ok=True)

    def adopt(self, other: Store, keys: Collection[str], source: str) -> int:
        """Copy those of ``keys`` that another store has, and return how many; they say their source."""
        there = other.again(lambda: other.finished() & set(keys))
        if there:
            records = other.again(lambda: [replace(other.record(key), source=source) for key in there])
            write_shard(self.place, records)
        return len(there)

    def contents(self) -> dict[str, Any]:
        """Return the number of runs, digests of all and of each table, and where runs were copied from."""
        digests: dict[str, dict[str, str]] = {}
        sources: Counter[str] = Counter()
        for shard in self.found_shards():
            columns = shard.file("rows").select(["key", "digests", "source"]).to_pydict().values()
            new = [(k, json.loads(d), s) for k, d, s in zip(*columns, strict=True) if k not in digests]
            digests |= {key: own for key, own, _ in new}
            sources.update(source for *_, source in new if source)
        names = sorted({name for own in digests.values() for name in own})
        ordered = sorted(digests.items())
        of_tables = {
            name or "rows": sha("".join(f"{key}{own.get(name, '')}" for key, own in ordered).encode())
            for name in names
        }
        return {
            "runs": len(digests),
            "digest": sha("".join(of_tables.values()).encode()),
            "without": VOLATILE,
            "tables": of_tables,
            "copied_from": dict(sorted(sources.items())),
        }


def names_in(folder: Path) -> list[str]:
    """Return the names in a folder, sorted, without those of what is only being written."""
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except FileNotFoundError:
        return []


def with_shared_names(content: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping whose keys are one object for all rows: a hundred thousand rows have the same."""
    return {sys.intern(name): value for name, value in content.items()}


def small_enough(shards: Sequence[Shard], more: int) -> list[Shard]:
    """Return the smallest shards, as many as fit into one of `LARGE` beside ``more`` runs; two at least."""
    chosen: list[Shard] = []
    for shard in sorted(shards, key=lambda one: len(one.places)):
        more += len(shard.places)
        if more > LARGE and len(chosen) > 1:
            break
        chosen.append(shard)
    return chosen


def records_of(shard: Shard) -> list[Record]:
    """Return all runs of a shard; none if another process has just put it together with others."""
    try:
        return [shard.record(key) for key in shard.places]
    except FileNotFoundError:
        return []


def remove_shard(shard: Shard) -> None:
    """Remove a shard; it goes as it came, by one rename."""
    hidden = shard.folder.with_name(f".{shard.folder.name}")
    try:
        shard.folder.rename(hidden)
    except FileNotFoundError:
        return  # another process was faster
    shutil.rmtree(hidden, ignore_errors=True)


CLAIM = "study.json"
"""Says whose folder it is: the description of the study, and the words that asked for it, if any did."""


def claim_folder(folder: Path, description: dict[str, Any], words: dict[str, Any] | None = None) -> None:
    """Claim a folder for a study, or raise `ConfigError` if it holds something else.

    ``words`` say how the study was asked for; they do not make it another one, and those of a folder that is
    claimed already stay.
    """
    claim = folder / CLAIM
    if claim.exists():
        refuse_other_study(folder, description)
    elif (folder / "summary.json").exists():
        raise ConfigError(f"{folder} holds a single run; choose another folder with out=…")
    prepare_folder(folder)
    if not claim.exists():
        write_claim(folder, description, words)


def write_claim(folder: Path, description: dict[str, Any], words: dict[str, Any] | None = None) -> None:
    """Let a folder be that of a study from now on, in one step."""
    write_json(folder / CLAIM, description | ({} if words is None else {"words": words}))


def refuse_other_study(folder: Path, description: dict[str, Any]) -> None:
    """Raise `ConfigError` unless ``folder`` holds the study that ``description`` describes."""
    try:
        there = read_json(folder / CLAIM)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{folder / CLAIM} cannot be read: {error}") from None
    here = plain(description)
    if isinstance(there, dict):
        there.pop("words", None)
    if there != here:
        changed = [key for key in here if not isinstance(there, dict) or there.get(key) != here[key]]
        raise ConfigError(
            f"{folder} holds another study (it differs in {', '.join(changed) or 'its keys'}); "
            "choose another folder with out=…"
        )
