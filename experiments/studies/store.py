"""How a study lies on disk: whose folder it is, and its finished runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from experiments.files.folders import prepare_folder
from experiments.files.whole import plain, read_json, read_table, write_json, write_table
from sim.parameters import ConfigError


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
