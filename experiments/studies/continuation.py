"""Going on with a study that lies in a folder: what it was asked for, and a larger one that contains it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from experiments.files.whole import read_json
from experiments.settings.overrides import parse, write_override
from experiments.studies.design import Study, load_study
from experiments.studies.exploration import Exploration, load_exploration
from experiments.studies.store import CLAIM, refuse_other_study, write_claim
from experiments.studies.worlds import folder_of_worlds, studies_of_worlds, with_worlds, worlds_in
from sim.parameters import ConfigError

MORE = re.compile(r"replications=\+(\d+)")
"""How replications are added to those that are there."""

MORE_POINTS = re.compile(r"points=\+(\d+)")
"""How points are added to those that are there."""


@dataclass(frozen=True)
class Words:
    """What a study was asked for on the command line, paths in full: enough to ask for it again."""

    overrides: tuple[str, ...]
    configs: str | None = None
    worlds: str = "none"
    detectors: tuple[str, ...] = ()
    """Detectors that were brought, as NAME=FILE."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """Return the folders of configurations, with that of the worlds if one is named."""
        return with_worlds(self.configs, self.worlds)

    def study(self) -> Study:
        """Return the study that these words describe today, in the first world of a folder that they name."""
        folder = folder_of_worlds(self.worlds)
        home = [f"scenario={worlds_in(folder)[0]}"] if folder else []
        return load_study([*home, *self.overrides], self.folders)

    def exploration(self) -> Exploration:
        """Return the exploration that these words describe today."""
        return load_exploration(self.overrides, self.folders)

    def studies_of(self, worlds: Sequence[str], folder: Path) -> dict[str, Study]:
        """Return the study's packages in other worlds, by world, below a folder."""
        return studies_of_worlds(self.overrides, worlds, folder, self.folders) if worlds else {}

    def followed_by(self, more: Sequence[str]) -> Words:
        """Return these words with later ones; a later word for a key takes the place of an earlier one."""
        set_anew = {override.key_or_group for override in parse(more)}
        kept = [word for word in self.overrides if parse([word])[0].key_or_group not in set_anew]
        return replace(self, overrides=(*kept, *more))


def read_words(folder: Path) -> Words:
    """Return what the study in a folder was asked for.

    Raises
    ------
    ConfigError : there is no study, or it does not say
    """
    try:
        claim = read_json(folder / CLAIM)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{folder} holds no study that can be read: {error}") from None
    found = claim.get("words") if isinstance(claim, dict) else None
    if not isinstance(found, dict):
        raise ConfigError(
            f"{folder / CLAIM} does not say which words made the study (Python did, or an older version); "
            "what made it goes on with it"
        )
    if "command" in found:
        raise ConfigError(
            f"{folder} holds what `antibrush {found['command']}` asked for, which is made no larger; ask for "
            "more in another folder"
        )
    lists = {name: tuple(found.get(name) or ()) for name in ("overrides", "detectors")}
    return Words(**lists, configs=found.get("configs"), worlds=found.get("worlds", "none"))


def expand(folder: Path, words: Words, more: Sequence[str], worlds: Sequence[str] = ()) -> Words:
    """Make the study in a folder a larger one, and return what that is asked for.

    Nothing is run. What has ended belongs to the larger study too, by its key; the folder's claim changes in
    one step, so that whatever happens it holds either study whole.

    Parameters
    ----------
    more : words such as ``replications=+20``, ``more_arms=[all_cases]`` or a new level of a factor
    worlds : in which the study's packages are compared too

    Raises
    ------
    ConfigError : the words are wrong, add nothing, or make runs of the folder no part of the study
    """
    before = words.study()
    if before.stopping:
        raise ConfigError(
            "a study with until= has planned all its looks, and more runs or packages would break what its "
            "intervals promise; start another one with a larger max_replications"
        )
    larger = words.followed_by([counted(word, before.replications) for word in more])
    after = larger.study()
    refuse_other_study(folder, before.description())
    check_contains(before, after)
    old, new = words.studies_of(worlds, folder), larger.studies_of(worlds, folder)
    for world in worlds:
        below = Path(str(new[world].config.out))
        if (below / CLAIM).exists():
            reclaim(below, old[world], new[world])
    reclaim(folder, before, after, asdict(larger))
    return larger


def reclaim(
    folder: Path,
    before: Study | Exploration,
    after: Study | Exploration,
    words: dict[str, Any] | None = None,
) -> None:
    """Let a folder be that of a larger study; it may be already, if an earlier attempt was cut short."""
    try:
        refuse_other_study(folder, after.description())
    except ConfigError:
        refuse_other_study(folder, before.description())
    write_claim(folder, after.description(), words)


def expand_exploration(folder: Path, words: Words, more: Sequence[str]) -> Words:
    """Make the exploration in a folder a larger one, and return what that is asked for; see `expand`.

    Parameters
    ----------
    more : words such as ``replications=+2``, ``points=+64``, new values of a dimension, or a file of points

    Raises
    ------
    ConfigError : as `expand`
    """
    before = words.exploration()
    larger = words.followed_by([with_points(counted(word, before.base.replications), words) for word in more])
    after = larger.exploration()
    refuse_other_study(folder, before.description())
    check_contains(before, after)
    reclaim(folder, before, after, asdict(larger))
    return larger


def counted(word: str, there: int) -> str:
    """Return ``replications=+N`` as the number that this makes with those that are there."""
    added = MORE.fullmatch(word.strip())
    return f"replications={there + int(added[1])}" if added else word


def with_points(word: str, words: Words) -> str:
    """Return ``points=+N`` as the word that adds a block of points to those that were added before."""
    added = MORE_POINTS.fullmatch(word.strip())
    if not added:
        return word
    before = [own for own in parse(words.overrides) if own.key_or_group == "more_points"]
    there: list[Any] = list(before[-1].value()) if before else []  # type: ignore[arg-type]
    return write_override("more_points", [*there, int(added[1])])


def check_contains(before: Study | Exploration, after: Study | Exploration) -> None:
    """Raise `ConfigError` unless the second study has all runs of the first, and more."""
    runs, more = (set(study.run_keys()) for study in (before, after))
    lost = len(runs - more)
    if lost:
        raise ConfigError(
            f"{lost} of the {len(runs)} runs of this study would not belong to the one that you ask for: "
            "replications, points, arms and levels can be added; for another world, package or horizon start "
            "another"
        )
    if runs == more:
        raise ConfigError("these words add no run to the study; write e.g. replications=+10")


def is_exploration(folder: Path) -> bool:
    """Tell whether a folder holds an exploration."""
    return "exploration" in claim_of(folder)


def claim_of(folder: Path) -> dict[str, Any]:
    """Return the claim of a folder; empty if there is none that can be read."""
    try:
        claim = read_json(folder / CLAIM)
    except (OSError, ValueError):
        return {}
    return claim if isinstance(claim, dict) else {}
