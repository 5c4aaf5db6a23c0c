"""Runs that another study has already: they are copied, not run again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from experiments.files.folders import results_folder
from experiments.files.provenance import code_digest
from experiments.files.whole import read_json
from experiments.studies.store import CLAIM, Store
from sim.parameters import ConfigError

NONE = "none"
"""What ``share=`` says if nothing is to be copied."""


def copy_equal_runs(store: Store, keys: Collection[str], share: str | None) -> int:
    """Copy runs of other studies that have the keys of missing ones, and return how many.

    Parameters
    ----------
    share : a folder, of a study or of folders of studies; ``none`` copies nothing. By default a study in
        ``results/`` looks at the folders beside it, and one that lies elsewhere at none.

    Raises
    ------
    ConfigError : ``share`` is no folder
    StoreError : a copy cannot be written
    """
    missing, copied = set(keys) - store.finished(), 0
    for folder in studies_in(store.folder, share):
        if not missing:
            break
        if is_of_this_code(folder):
            copied += store.adopt(Store(folder), missing, folder.name)
            missing -= store.finished()
    return copied


def studies_in(own: Path, share: str | None) -> Iterator[Path]:
    """Yield the folders to look at, in the order of their names."""
    if share == NONE or (share is None and own.resolve().parent != results_folder("x").resolve().parent):
        return
    place = own.resolve().parent if share is None else Path(share)
    if not place.is_dir():
        raise ConfigError(f"share: {place} is no folder; share={NONE} copies no runs")
    for folder in (place, *sorted(place.iterdir())):
        if (folder / CLAIM).is_file() and folder.resolve() != own.resolve():
            yield folder


def is_of_this_code(folder: Path) -> bool:
    """Tell whether a study was made by this very code of world and policies: keys do not say."""
    try:
        claim = read_json(folder / CLAIM)
    except (OSError, ValueError):
        return False
    return isinstance(claim, dict) and claim.get("code") == code_digest()
