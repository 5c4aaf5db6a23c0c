"""The command `report`: figures and page of a folder again."""

from __future__ import annotations

import argparse
from pathlib import Path

from experiments.commands.run import illustrate, tell
from experiments.files.whole import StoreError
from sim.parameters import ConfigError


def report(options: argparse.Namespace) -> int:
    """Write figures and report of a folder again."""
    folder, axes = Path(options.folder), read_axes(options.axes)
    if (folder / "runs.parquet").exists():
        code = write_report(folder, axes)
        print(f"\n{folder / 'report.html'}")
        return code
    if (folder / "summary.json").exists() and not axes:
        return illustrate(folder, "run_figures")
    commands = "`antibrush compare`" if axes else "`antibrush run` or `antibrush compare`"
    raise ConfigError(f"{folder} is not a folder that {commands} left")


def read_axes(words: list[str]) -> dict[str, str]:
    """Read which outcomes the axes of the plane are to show: ``x=…``, ``y=…``."""
    pairs = [word.partition("=")[::2] for word in words]
    for (axis, name), word in zip(pairs, words, strict=True):
        if axis not in ("x", "y") or not name:
            raise ConfigError(f"{word!r} names no axis; write x=OUTCOME or y=OUTCOME")
    return dict(pairs)


def write_report(folder: Path, axes: dict[str, str] | None = None) -> int:
    """Write the report of a study, and say what of it failed."""
    from experiments.pages.report import write_report as build

    try:
        drawn = build(folder, axes)
    except OSError as error:
        raise StoreError(f"cannot write the report: {error.strerror or error}") from error
    return tell(drawn)
