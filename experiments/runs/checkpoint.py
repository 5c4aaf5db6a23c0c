"""Checkpoints of one run: the whole market in a file, from which it goes on bit for bit."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from experiments.files.provenance import code_digest, versions
from experiments.files.whole import write_bytes
from experiments.settings.schema import RunConfig
from policies.detectors.names import BROUGHT, bring_detector
from sim.market import Market
from sim.parameters import ConfigError

FILE = "checkpoint.pickle"
MATTERS = ("numpy", "numba", "scipy", "mesa")
"""Packages of which another version could give other numbers."""


@dataclass
class Checkpoint:
    """A run that is under way: what it is, when it began, how far it is."""

    config: RunConfig
    started: datetime
    market: Market


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint in place of the last one, whole or not at all."""
    head = {
        "made_by": made_by(),
        "detectors": [(name, brought.source, brought.digest) for name, brought in BROUGHT.items()],
        "config": checkpoint.config,
        "started": checkpoint.started,
    }
    write_bytes(folder / FILE, pickle.dumps(head, 5) + pickle.dumps(checkpoint.market, 5))


def load_checkpoint(folder: Path) -> Checkpoint:
    """Return the run that was under way in ``folder``.

    A checkpoint is a pickle: reading one runs what its author put into it. Read only your own.

    Raises
    ------
    ConfigError : there is none, it cannot be read, or other code made it: its numbers would not be
        those of the whole run
    """
    file = folder / FILE
    if not file.exists():
        done = "; the run is complete" if (folder / "summary.json").exists() else ""
        raise ConfigError(
            f"{folder} holds no checkpoint{done}; `antibrush run checkpoint_every=30` leaves them"
        )
    try:
        with file.open("rb") as stream:
            head = pickle.load(stream)
            check_maker(file, head["made_by"])
            for detector in head["detectors"]:
                bring_detector(*detector)
            market = pickle.load(stream)
    except (pickle.UnpicklingError, EOFError, KeyError, TypeError, AttributeError, ImportError) as error:
        raise ConfigError(f"{file} cannot be read: {type(error).__name__}; start the run again") from error
    return Checkpoint(head["config"], head["started"], market)


def drop_checkpoint(folder: Path) -> None:
    """Remove the checkpoint of a run that is complete."""
    (folder / FILE).unlink(missing_ok=True)


def made_by() -> dict[str, Any]:
    """Return what the numbers of a run depend on beside its configuration."""
    known = versions()
    return {"code": code_digest()} | {name: known[name] for name in MATTERS}


def check_maker(file: Path, maker: dict[str, Any]) -> None:
    """Raise `ConfigError` unless this very code made a checkpoint."""
    now = made_by()
    other = [name for name in now if maker.get(name) != now[name]]
    if other:
        raise ConfigError(f"{file} was made with another version of {', '.join(other)}; start the run again")
