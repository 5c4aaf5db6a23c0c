"""Runs and studies: what uses the world and the policies; nobody imports it."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.home import HOME, VERSION

if TYPE_CHECKING:
    from experiments.detectors.check import check_detector
    from experiments.detectors.labelled_data.export import export
    from experiments.files.whole import read_table
    from experiments.runs.run import run
    from experiments.settings.config import load_config
    from experiments.studies.compare import compare
    from experiments.studies.design import load_study

__all__ = [
    "__version__",
    "check_detector",
    "compare",
    "export",
    "load_config",
    "load_study",
    "read_table",
    "run",
]

__version__ = VERSION

_HOMES = {
    "load_config": "settings.config",
    "load_study": "studies.design",
    "run": "runs.run",
    "read_table": "files.whole",
    "compare": "studies.compare",
    "check_detector": "detectors.check",
    "export": "detectors.labelled_data.export",
}


def check_neighbours() -> None:
    """Raise `ImportError`, naming the file, where another module has the name of a package of ours."""
    for name in ("sim", "policies"):
        there = sys.modules.get(name)
        file = there.__file__ if there else getattr(importlib.util.find_spec(name), "origin", None)
        found = Path(file).resolve() if file else None
        if found != HOME / name / "__init__.py":
            raise ImportError(
                f"{found or 'nothing'} is imported as {name!r}, in the way of antibrush's {HOME / name}; "
                "rename it, or start Python in another folder"
            )


def __getattr__(name: str) -> Any:
    """Import the public functions on first use, so that the command line answers at once."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    check_neighbours()
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
