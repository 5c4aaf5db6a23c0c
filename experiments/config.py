"""Load configurations: Hydra composes them, the schema checks them, plain objects come out."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException, MissingConfigException
from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, OmegaConfBaseException

from experiments.overrides import assign, chooses_file, first_line, has_key, parse, unknown_key, wrong_value
from experiments.settings import RunConfig, Settings, check_horizon, world_of
from sim.parameters import ConfigError

if TYPE_CHECKING:
    from experiments.design import Study


@dataclass
class Composer:
    """Composes configurations within one initialised Hydra; files are read once a choice."""

    searchpath: tuple[str, ...] = ()
    _composed: dict[tuple[str, ...], tuple[DictConfig, dict[str, str]]] = field(default_factory=dict)

    def settings(self, overrides: Sequence[Override]) -> tuple[Settings, dict[str, str]]:
        """Return the checked settings, and the files chosen, under overrides in their order."""
        tree, choices = self._tree(tuple(text(o) for o in overrides if chooses_file(o)))
        tree = typed(tree)
        for override in overrides:
            if not chooses_file(override):
                assign(tree, override)
        settings = to_settings(tree)
        check_horizon(settings)
        return settings, choices

    def applies(self, override: Override, overrides: Sequence[Override]) -> bool:
        """Tell whether a key exists in what ``overrides`` choose."""
        tree, _ = self._tree(tuple(text(o) for o in overrides if chooses_file(o)))
        return override.is_add() or has_key(typed(tree), override.key_or_group)

    def _tree(self, files: tuple[str, ...]) -> tuple[DictConfig, dict[str, str]]:
        if files not in self._composed:
            self._composed[files] = self._compose(list(files))
        return self._composed[files]

    def _compose(self, files: list[str]) -> tuple[DictConfig, dict[str, str]]:
        if self.searchpath:
            files = [*files, f"hydra.searchpath=[{','.join(self.searchpath)}]"]
        with one_line_errors():
            whole = compose("config", overrides=files, return_hydra_config=True)
        choices = {k: str(v) for k, v in whole.hydra.runtime.choices.items() if not k.startswith("hydra/")}
        with open_dict(whole):
            del whole["hydra"]
        return whole, choices


@contextmanager
def composer(configs: str | Path | None = None) -> Iterator[Composer]:
    """Initialise Hydra on the packaged ``configs`` and, beside them, a folder of the user's."""
    if configs is not None:
        check_own_files(Path(configs))
    before = GlobalHydra.instance().hydra
    GlobalHydra.instance().clear()
    try:
        with initialize_config_module("configs", version_base="1.3"):
            yield Composer((f"file://{Path(configs).resolve()}",) if configs else ())
    finally:
        GlobalHydra.instance().hydra = before


def check_own_files(folder: Path) -> None:
    """Raise `ConfigError` unless ``folder`` is there and shadows none of the packaged files."""
    if not folder.is_dir():
        raise ConfigError(f"--configs {folder}: no such folder")
    for file in sorted(folder.rglob("*.yaml")):
        name = file.relative_to(folder).as_posix()
        if resources.files("configs").joinpath(name).is_file():
            raise ConfigError(f"--configs {folder}: {name} is a packaged file; give yours another name")


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn what Hydra, YAML and OmegaConf raise into a `ConfigError` of one line."""
    try:
        yield
    except MissingConfigException as error:
        raise _missing(error) from None
    except yaml.MarkedYAMLError as error:
        raise _broken(error) from None
    except (HydraException, OmegaConfBaseException, yaml.YAMLError, ValueError) as error:
        cause = error.__cause__
        if isinstance(cause, yaml.MarkedYAMLError):
            raise _broken(cause) from None
        raise ConfigError(first_line(cause or error)) from None


def _missing(error: MissingConfigException) -> ConfigError:
    missing = str(error.missing_cfg_file or "")
    group, _, name = missing.rpartition("/")
    options = sorted(error.options or ())
    near = difflib.get_close_matches(name, options, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(options) or 'none'}"
    return ConfigError(f"{group or 'configuration'} has no {name!r}; {hint}")


def _broken(error: yaml.MarkedYAMLError) -> ConfigError:
    mark = error.problem_mark or error.context_mark
    where = f"{mark.name}, line {mark.line + 1}" if mark else "a configuration file"
    return ConfigError(f"broken YAML in {where.replace('file://', '')}: {error.problem or error.context}")


def text(override: Override) -> str:
    """Return an override as it was written."""
    return str(override.input_line)


def typed(tree: DictConfig) -> DictConfig:
    """Merge a composed tree into the schema; unknown keys of files are errors."""
    schema = OmegaConf.structured(Settings)
    try:
        merged = OmegaConf.merge(schema, tree)
    except (ConfigKeyError, ConfigAttributeError) as error:
        key = str(error.full_key or error.key)
        parent, _, name = key.rpartition(".")
        node = OmegaConf.select(schema, parent) if parent else schema
        raise unknown_key(key, parent, name, node) from None
    except OmegaConfBaseException as error:
        key = str(error.full_key or error.key)
        raise wrong_value(key, OmegaConf.select(tree, key), error) from None
    assert isinstance(merged, DictConfig)
    return merged


def to_settings(tree: DictConfig) -> Settings:
    """Resolve references between keys and return a plain dataclass."""
    with one_line_errors():
        settings = OmegaConf.to_object(tree)
    assert isinstance(settings, Settings)
    return settings


def run_config(settings: Settings, choices: dict[str, str]) -> RunConfig:
    """Return the run that checked settings describe."""
    config = RunConfig(
        world=world_of(settings),
        package=settings.package,
        status_quo=settings.status_quo,
        warmup=settings.warmup,
        days=settings.days,
        seed=settings.seed,
        threads=settings.threads,
        replications=settings.replications,
        workers=settings.workers,
        time_limit=settings.time_limit,
        checkpoint_every=settings.checkpoint_every,
        out=settings.out,
        scenario=choices.get("scenario", "default"),
        choices=choices,
    )
    config.check()
    return config


def load_config(overrides: Sequence[str] = (), configs: str | Path | None = None) -> RunConfig:
    """Compose one run from ``configs`` and overrides such as ``market=small``, and check all of it.

    Parameters
    ----------
    overrides : Hydra overrides, as on the command line
    configs : a folder of your own, laid out like ``configs/``, with files of other names

    Raises
    ------
    ConfigError
        for a wrong name, type, unit or range: one line, with a suggestion where there is one
    """
    with composer(configs) as hydra:
        return run_config(*hydra.settings(parse(overrides)))


def load_study(overrides: Sequence[str] = (), configs: str | Path | None = None) -> Study:
    """Compose a study (see `experiments.design.Study`) and check every arm of it."""
    from experiments.design import design

    return design(overrides, configs)
