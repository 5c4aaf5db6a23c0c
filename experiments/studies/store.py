"""How a study lies on disk: whose folder it is, and its finished results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from experiments.files.folders import prepare_folder
from experiments.files.whole import plain, read_json, read_table, write_json, write_table
from experiments.runs.results import Result
from sim.parameters import ConfigError


class Store:
    """Finished results of a study, each in files of its own below a folder of the study's."""

    def __init__(self, folder: Path, name: str = "parts") -> None:
        self.folder, self.place = folder, folder / name

    def save(self, result: Result) -> None:
        """Save one result; its row comes last and says that the result is complete."""
        for name, table in result.tables.items():
            write_table(self.place / f"{result.key}.{name}.parquet", table)
        write_json(self.place / f"{result.key}.json", result.row)

    def finished(self) -> set[str]:
        """Return the keys of complete results."""
        return {file.stem for file in self.place.glob("*.json") if not file.name.startswith(".")}

    def row(self, key: str) -> dict[str, Any]:
        """Return the row of one complete result."""
        row: dict[str, Any] = read_json(self.place / f"{key}.json")
        return row

    def table(self, key: str, name: str) -> pd.DataFrame:
        """Return a table of one complete result."""
        return read_table(self.place / f"{key}.{name}.parquet")


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
