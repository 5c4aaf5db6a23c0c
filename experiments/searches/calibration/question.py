"""What a calibration is asked: which statistics have to lie in which bands, and what may be tuned."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.searches.calibration.evaluation import Scope
from experiments.searches.calibration.priors import PRIORS, Prior
from experiments.searches.calibration.targets import TARGETS, Target

SIZE = 16
"""Members of an ensemble."""

PUBLISHED = "calibrated"
"""Name of the packaged ensemble: its worlds are ``calibrated_01`` and on."""


@dataclass(frozen=True)
class Question:
    """Targets and priors; ``name`` begins the names of the worlds that answer it."""

    targets: tuple[Target, ...] = TARGETS
    priors: tuple[Prior, ...] = PRIORS
    name: str = PUBLISHED
    setting: tuple[str, ...] = ()
    """Overrides that describe the market itself: they belong to every world."""
    about: str = ""
    members: int = SIZE

    @property
    def own(self) -> bool:
        """Tell whether somebody has asked for a market of their own."""
        return self.name != PUBLISHED

    @property
    def names(self) -> list[str]:
        """Return the parameters that may be tuned."""
        return [prior.path for prior in self.priors]

    @property
    def keys(self) -> list[str]:
        """Return the statistics that have to lie in bands."""
        return [target.key for target in self.targets]

    @property
    def scope(self) -> Scope:
        """Return what has to be measured: the experiment on entrants only at levels that a target names."""
        levels = [int(key.removeprefix("slowness_")) for key in self.keys if key.startswith("slowness_")]
        return Scope(levels=tuple(levels))


DEFAULT = Question()
"""The published targets, and the ranges that the evidence leaves."""
