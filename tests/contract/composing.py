"""Composed YAML files and acts by verb, for the contract tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

CONFIGS = Path(__file__).parents[2] / "configs"


def names_in(group: str) -> list[str]:
    """Return the names of the YAML files of a configuration group."""
    return sorted(path.stem for path in (CONFIGS / group).glob("*.yaml"))


def composed(group: str, name: str, *overrides: str) -> dict[str, Any]:
    """Return one composed YAML file as a plain dictionary."""
    chosen = {"package": "threshold_only", "law": "cn_aucl_1993"} | {group: name}
    with initialize_config_dir(str(CONFIGS), version_base=None):
        config = compose(overrides=[f"+{key}={value}" for key, value in chosen.items()] + list(overrides))
    return OmegaConf.to_container(config, resolve=True)[group]  # type: ignore[index, call-overload]


def by_verb(acts: list[Any]) -> dict[str, Any]:
    """Return acts by their verb (the last of each)."""
    return {act.verb: act for act in acts}
