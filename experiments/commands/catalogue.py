"""Lists of what can be chosen and set, as they are printed."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from typing import Any

from rich.table import Table

from experiments.commands.terminal import console
from experiments.settings.catalogue import COLUMNS, KINDS, SEARCHED, all_parameters, files
from experiments.settings.catalogue import OTHERS as UNFILED
from sim.parameters import ConfigError


def emulators() -> Iterator[tuple[str, str]]:
    """Yield name and title of each emulator that comes with the package."""
    from experiments.searches.emulator.stored import read_emulator, shipped

    for name, file in shipped().items():
        yield name, str(read_emulator(file).about["title"])


OTHERS = UNFILED | {"emulators": emulators}


def print_catalogue(kind: str = "") -> int:
    """Print what can be chosen, with one line each."""
    groups = KINDS | SEARCHED
    kinds = [*groups, *OTHERS]
    chosen = [name for name in kinds if not kind or name.startswith(kind.lower().rstrip("s"))]
    if not chosen and not (chosen := [name for name in OTHERS if kind == "policy" and name == "policies"]):
        raise ConfigError(f"nothing is called {kind!r}; there are {', '.join(kinds)}")
    for name in chosen:
        entries = list(OTHERS[name]() if name in OTHERS else files(groups[name]))
        width = max((len(label) for label, _ in entries), default=0)
        print(f"{name}" + ("" if name in OTHERS else f"  ({groups[name]}=NAME)"))
        for label, line in entries:
            print(f"  {label:{width}}  {line}")
    return 0


def print_parameters(part: str = "", form: str = "table") -> int:
    """Print every parameter whose name contains ``part``."""
    rows = [row for row in all_parameters() if part in row["parameter"]]
    if not rows:
        raise ConfigError(f"no parameter's name contains {part!r}")
    if form == "csv":
        writer = csv.DictWriter(sys.stdout, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return 0
    table = Table()
    for column in COLUMNS:
        table.add_column(column, overflow="fold", no_wrap=column == "parameter")
    for row in rows:
        table.add_row(*(shown(row[column]) for column in COLUMNS))
    console().print(table)
    return 0


def shown(value: Any) -> str:
    """Write a value as YAML would."""
    return "null" if value is None else str(value)
