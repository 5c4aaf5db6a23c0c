"""Load configurations: Hydra composes them, the schema checks them, plain objects come out."""

from __future__ import annotations

import difflib
import pickle
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from hydra import compose, version
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException, MissingConfigException
from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, OmegaConfBaseException

from experiments.settings.config_files import (
    Configs,
    broken_yaml,
    check_folder,
    check_references,
    folders_of,
    open_hydra,
    says,
)
from experiments.settings.overrides import (
    assign,
    chooses_file,
    first_line,
    has_key,
    parse,
    unknown_key,
    wrong_value,
)
from experiments.settings.retired import drop_idle, is_former, is_idle
from experiments.settings.schema import RunConfig, Settings, check_horizon, world_of
from experiments.settings.shapes import check_shape
from sim.parameters import ConfigError

KEY = re.compile(r"(?:unknown key )?([a-z_]\w*(?:\.\w+)*)")
"""The dotted key that an error about a value begins with."""


@dataclass
class Composer:
    """Composes configurations within one initialised Hydra; files are read once a choice."""

    folders: tuple[Path, ...] = ()
    _composed: dict[tuple[str, ...], tuple[DictConfig, dict[str, str]]] = field(default_factory=dict)
    _typed: dict[tuple[str, ...], bytes] = field(default_factory=dict)
    """Trees that were merged into the schema: merging one takes 25 times as long as reading it again."""

    def settings(self, overrides: Sequence[Override]) -> tuple[Settings, dict[str, str]]:
        """Return the checked settings, and the files chosen, under overrides in their order."""
        files = tuple(text(o) for o in overrides if chooses_file(o))
        _, choices = self._tree(files)
        with self.naming_files(choices, overrides):
            tree = self._typed_tree(files)
            for override in overrides:
                if not chooses_file(override) and not is_idle(override.key_or_group):
                    assign(tree, override)
            check_references(OmegaConf.to_container(tree, resolve=False), "")
            settings = to_settings(tree)
            check_horizon(settings)
        return settings, choices

    @contextmanager
    def naming_files(self, choices: Mapping[str, str], overrides: Sequence[Override] = ()) -> Iterator[None]:
        """Add to an error about a key the file of the user's that sets it, unless an override does."""
        try:
            yield
        except ConfigError as error:
            found = KEY.match(str(error))
            key = found[1] if found else ""
            overridden = any(override.key_or_group == key for override in overrides)
            file = None if overridden or not key else self._file_of(key, choices)
            if file is None or str(file) in str(error):
                raise
            raise ConfigError(f"{error} ({file})") from None

    def _file_of(self, key: str, choices: Mapping[str, str]) -> Path | None:
        """Return the chosen file of the user's that says something about a key."""
        for group, name in reversed(list(choices.items())):
            folder, _, place = group.partition("@")
            for own in self.folders:
                file = own / folder / f"{name}.yaml"
                if file.is_file() and says(file, place or folder.replace("/", "."), key):
                    return file
        return None

    def applies(self, override: Override, overrides: Sequence[Override]) -> bool:
        """Tell whether a key exists in what ``overrides`` choose."""
        own = self._typed_tree(tuple(text(o) for o in overrides if chooses_file(o)))
        key = override.key_or_group
        return override.is_add() or has_key(own, key) or is_former(own, key)

    def _tree(self, files: tuple[str, ...]) -> tuple[DictConfig, dict[str, str]]:
        if files not in self._composed:
            self._composed[files] = self._compose(list(files))
        return self._composed[files]

    def _typed_tree(self, files: tuple[str, ...]) -> DictConfig:
        """Return the tree of the schema that some files make, one of its own for every caller."""
        if files not in self._typed:
            self._typed[files] = pickle.dumps(typed(self._tree(files)[0]))
        tree: DictConfig = pickle.loads(self._typed[files])
        return tree

    def _compose(self, files: list[str]) -> tuple[DictConfig, dict[str, str]]:
        with one_line_errors():
            whole = compose("config", overrides=files, return_hydra_config=True)
        choices = {k: str(v) for k, v in whole.hydra.runtime.choices.items() if not k.startswith("hydra/")}
        with open_dict(whole):
            del whole["hydra"]
            drop_idle(whole)
        return whole, choices


@contextmanager
def composer(configs: Configs = None) -> Iterator[Composer]:
    """Initialise Hydra on the packaged ``configs`` and, beside them, one or more folders of the user's."""
    folders = folders_of(configs)
    for folder in folders:
        check_folder(folder)
    before = GlobalHydra.instance().hydra
    GlobalHydra.instance().clear()
    version.setbase("1.3")
    try:
        open_hydra(folders)
        yield Composer(folders)
    finally:
        GlobalHydra.instance().hydra = before


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn what Hydra, YAML and OmegaConf raise into a `ConfigError` of one line."""
    try:
        yield
    except MissingConfigException as error:
        raise _missing(error) from None
    except yaml.MarkedYAMLError as error:
        raise broken_yaml(error) from None
    except ConfigError:
        raise
    except (HydraException, OmegaConfBaseException, yaml.YAMLError, ValueError) as error:
        cause = error.__cause__
        if isinstance(cause, yaml.MarkedYAMLError):
            raise broken_yaml(cause) from None
        raise ConfigError(first_line(cause or error)) from None


def _missing(error: MissingConfigException) -> ConfigError:
    missing = str(error.missing_cfg_file or "")
    group, _, name = missing.rpartition("/")
    options = sorted(error.options or ())
    near = difflib.get_close_matches(name, options, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(options) or 'none'}"
    return ConfigError(f"{group or 'configuration'} has no {name!r}; {hint}")


def text(override: Override) -> str:
    """Return an override as it was written."""
    return str(override.input_line)


def typed(tree: DictConfig) -> DictConfig:
    """Merge a composed tree into the schema; unknown keys of files are errors."""
    check_shape(OmegaConf.to_container(tree, resolve=False), Settings, "")
    schema = OmegaConf.structured(Settings)
    try:
        merged = OmegaConf.merge(schema, tree)
    except (ConfigKeyError, ConfigAttributeError) as error:
        key = str(error.full_key or error.key)
        parent, _, name = key.rpartition(".")
        node = OmegaConf.select(schema, parent) if parent else schema
        raise unknown_key(key, parent, name, node) from None
    except OmegaConfBaseException as error:
        key = str(error.full_key or error.key or lost_key(tree))
        value = OmegaConf.select(tree, key, throw_on_resolution_failure=False)
        raise wrong_value(key, value, error) from None
    assert isinstance(merged, DictConfig)
    return merged


def to_settings(tree: DictConfig) -> Settings:
    """Resolve references between keys and return a plain dataclass."""
    try:
        check_shape(OmegaConf.to_container(tree, resolve=True), Settings, "")
        settings = OmegaConf.to_object(tree)
    except OmegaConfBaseException as error:
        key = error.full_key or lost_key(tree)
        raise ConfigError(f"{key}: {first_line(error)}") from None
    assert isinstance(settings, Settings)
    return settings


def lost_key(tree: DictConfig) -> str:
    """Return the first key at the top that refers to what is not there."""
    for key in tree:
        try:
            tree[key]
        except OmegaConfBaseException:
            return str(key)
    return "configuration"


def run_config(settings: Settings, choices: dict[str, str]) -> RunConfig:
    """Return the run that checked settings describe."""
    return RunConfig(
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
        executor=settings.executor,
        out=settings.out,
        share=settings.share,
        scenario=choices.get("scenario", "default"),
        choices=choices,
    ).checked()


def configured(hydra: Composer, overrides: Sequence[Override]) -> RunConfig:
    """Return the run that overrides describe, checked."""
    settings, choices = hydra.settings(overrides)
    with hydra.naming_files(choices, overrides):
        return run_config(settings, choices)


def load_config(overrides: Sequence[str] = (), configs: Configs = None) -> RunConfig:
    """Compose one run from ``configs`` and overrides such as ``market=small``, and check all of it.

    Parameters
    ----------
    overrides : Hydra overrides, as on the command line
    configs : a folder of your own or several, laid out like ``configs/``, with files of other names

    Raises
    ------
    ConfigError
        for a wrong name, type, unit or range: one line, with a suggestion where there is one
    """
    with composer(configs) as hydra:
        return configured(hydra, parse(overrides))
