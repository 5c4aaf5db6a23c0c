"""Going on with what a search command left: it is asked again as it was, by the words in the folder.

Searches keep nothing else between two calls: the same words into the same folder find what has run.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.commands.cli import parser
from experiments.commands.studies import in_full
from experiments.studies.continuation import claim_of
from experiments.studies.store import CLAIM
from sim.parameters import ConfigError

CLAIMED = {"levers": "search", "choices": "stress", "targets": "calibrate", "hypotheses": "theory"}
"""Commands by a key that only the claims of their folders have."""

VALIDATED = "evaluations"
"""A folder of runs that a validation leaves too, which claims no folder."""

OF_THE_CALL = ("command", "output")
"""What is no word of a search: it is said beside, and may be another one next time."""


def words_of(options: argparse.Namespace) -> dict[str, Any]:
    """Return what a command was asked for, paths in full: enough to ask for it again."""
    said = {name: value for name, value in vars(options).items() if name not in OF_THE_CALL}
    if options.command == "calibrate":
        said["overrides"] = with_whole_paths(said["overrides"])
    said["configs"] = str(Path(said["configs"]).resolve()) if said["configs"] else None
    if "detector" in said:
        said["detector"] = [in_full(word) for word in said["detector"]]
    return {"command": options.command, "options": said}


def with_whole_paths(words: Sequence[str]) -> list[str]:
    """Return words, those that name a file of targets with the whole path of the file."""
    from experiments.searches.calibration.own_targets import TARGETS_WORD as BEGINNING

    return [
        f"{BEGINNING}{Path(word.removeprefix(BEGINNING)).resolve()}" if word.startswith(BEGINNING) else word
        for word in words
    ]


def asked_in(folder: Path) -> argparse.Namespace | None:
    """Return the options that a search command was given in a folder; None if it holds none of theirs.

    Raises
    ------
    ConfigError : it holds one that does not say what was asked for; the message says what goes on with it
    """
    if not (folder / CLAIM).exists() and (folder / VALIDATED).is_dir():
        raise ConfigError(
            f"{folder} holds a validation; the same `antibrush validate … --output {folder}` goes on with it"
        )
    claim = claim_of(folder)
    command = next((name for key, name in CLAIMED.items() if key in claim), None)
    if command is None:
        return None
    words = claim.get("words")
    if not isinstance(words, dict) or words.get("command") != command:
        raise ConfigError(
            f"{folder / CLAIM} does not say which words were asked (Python did, or an older version); "
            f"the same `antibrush {command} … --output {folder}` goes on with it"
        )
    options = parser().parse_args([command])  # options that the folder does not know of have their defaults
    for name, value in words["options"].items():
        if hasattr(options, name):
            setattr(options, name, value)
    options.output = str(folder)
    return options
