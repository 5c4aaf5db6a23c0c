"""The file of a session of benchmarks, read back as one table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Session:
    """Sessions read together: one row a benchmark, a later one in place of an earlier of the same name."""

    table: pd.DataFrame
    machine: str
    when: str
    commit: str

    def group(self, name: str) -> pd.DataFrame:
        """Return the benchmarks of one group by size and threads, without columns that it does not use."""
        rows = self.table[self.table["group"] == name].sort_values(["shops", "threads"], kind="stable")
        return rows.dropna(axis=1, how="all")


def read(paths: Sequence[Path]) -> Session:
    """Read files of ``--benchmark-json``."""
    files = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    rows = [row_of(benchmark) for file in files for benchmark in file["benchmarks"]]
    table = pd.DataFrame(rows).drop_duplicates("name", keep="last")
    return Session(table, machine_of(files[-1]), files[-1]["datetime"][:10], commit_of(files[-1]))


def row_of(benchmark: dict[str, Any]) -> dict[str, Any]:
    """Return the row of one benchmark: its times in milliseconds and what was written beside them."""
    stats = benchmark["stats"]
    times = {"median_ms": 1e3 * stats["median"], "iqr_ms": 1e3 * stats["iqr"], "rounds": stats["rounds"]}
    return {"name": benchmark["name"], "group": benchmark["group"]} | times | benchmark["extra_info"]


def machine_of(file: dict[str, Any]) -> str:
    """Return processor, cores and Python of a session."""
    machine = file["machine_info"]
    cpu = machine["cpu"]
    name = cpu.get("brand_raw") or machine["processor"] or machine["machine"]
    return f"{name}, {cpu.get('count', '?')} cores, Python {machine['python_version']}"


def commit_of(file: dict[str, Any]) -> str:
    """Return the commit that was measured, with a mark if files differed from it."""
    commit = file["commit_info"]
    return f"{commit['id'][:8]}{' and changes' if commit['dirty'] else ''}" if commit.get("id") else "unknown"
