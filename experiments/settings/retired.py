"""Parameters that were taken away: a configuration that still names one works, and its reader is told."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Sequence

from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf, open_dict

from sim.parameters import RETIRED


class RetiredWarning(UserWarning):
    """A configuration names a parameter that has no effect any more."""


def tell(key: str) -> None:
    """Warn that a parameter has no effect any more."""
    warnings.warn(f"{key} has no effect any more: {RETIRED[key]}", RetiredWarning, stacklevel=2)


def still_known(overrides: Sequence[Override]) -> list[Override]:
    """Return the overrides of what is there; warn of those of what was taken away."""
    for override in overrides:
        if override.key_or_group in RETIRED:
            tell(override.key_or_group)
    return [override for override in overrides if override.key_or_group not in RETIRED]


def without_retired(tree: DictConfig) -> DictConfig:
    """Return a composed tree without what was taken away; warn of that."""
    named = [key for key in RETIRED if OmegaConf.select(tree, key) is not None]
    if not named:
        return tree
    tree = copy.deepcopy(tree)
    for key in named:
        tell(key)
        part, _, name = key.rpartition(".")
        node = OmegaConf.select(tree, part)
        with open_dict(node):
            del node[name]
    return tree
