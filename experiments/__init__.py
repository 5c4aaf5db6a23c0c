"""Runs and studies: what uses the world and the policies; nobody imports it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.comparing import compare
    from experiments.config import load_config, load_study
    from experiments.detector_check import check_detector
    from experiments.labelled_data.exporting import export
    from experiments.running import run

__all__ = ["__version__", "check_detector", "compare", "export", "load_config", "load_study", "run"]

__version__ = "0.1.0"

_HOMES = {
    "load_config": "config",
    "load_study": "config",
    "run": "running",
    "compare": "comparing",
    "check_detector": "detector_check",
    "export": "labelled_data.exporting",
}


def __getattr__(name: str) -> Any:
    """Import the public functions on first use, so that the command line answers at once."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
