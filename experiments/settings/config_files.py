"""Files of configurations: where they lie, and what a file must be before Hydra composes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import yaml
from hydra._internal.core_plugins.file_config_source import FileConfigSource
from hydra._internal.hydra import Hydra
from hydra._internal.utils import create_config_search_path
from hydra.core.config_search_path import SearchPathQuery
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigResult
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from omegaconf.grammar.gen.OmegaConfGrammarParser import OmegaConfGrammarParser
from omegaconf.grammar_parser import parse

from experiments.home import HOME
from experiments.settings.overrides import first_line
from experiments.settings.shapes import check_shape, kind_at
from sim.parameters import ConfigError

PACKAGED = HOME / "configs"
"""The folder that belongs to this very package, whatever else is called ``configs`` where Python looks."""


class ConfigFolder(FileConfigSource):
    """A folder of configuration files, for Hydra; its path may hold any character."""

    def __init__(self, provider: str, path: str) -> None:
        super().__init__(provider, path)
        self.path = unquote(self.path, errors="surrogateescape")

    @staticmethod
    def scheme() -> str:
        """Return how the addresses of such folders begin."""
        return "antibrush"

    @classmethod
    def address(cls, folder: Path) -> str:
        """Return the address of a folder, in characters that no grammar minds."""
        return f"{cls.scheme()}://{quote(str(folder.resolve()), errors='surrogateescape')}"

    def is_config(self, config_path: str) -> bool:
        """Tell whether there is such a file, and within the folder."""
        inside = not config_path.startswith("/") and ".." not in config_path.split("/")
        return inside and super().is_config(config_path)

    def load_config(self, config_path: str) -> ConfigResult:
        """Return what a file holds, checked."""
        file = Path(self.path) / self._normalize_file_name(config_path)
        content, package = read_file(file)
        check_file(file, content, root_of(package, config_path))
        return ConfigResult(self.provider, str(self.path), content, {"package": package})


Configs = str | Path | Sequence[str | Path] | None
"""A folder of the user's that is laid out like ``configs/``, several of them, or none."""


def folders_of(configs: Configs) -> tuple[Path, ...]:
    """Return the folders that are named."""
    if configs is None:
        return ()
    return (Path(configs),) if isinstance(configs, (str, Path)) else tuple(map(Path, configs))


def open_hydra(folders: Sequence[Path]) -> None:
    """Initialise Hydra on the packaged files and, after them, those of folders, one before the other."""
    Plugins.instance().register(ConfigFolder)
    search_path = create_config_search_path(ConfigFolder.address(PACKAGED))
    for number, folder in reversed(list(enumerate(folders))):
        anchor = SearchPathQuery("main", None)
        search_path.append(f"own{number or ''}", ConfigFolder.address(folder), anchor=anchor)
    Hydra.create_main_hydra2("antibrush", search_path)


def check_folder(folder: Path) -> None:
    """Raise `ConfigError` unless ``folder`` is there and shadows none of the packaged files."""
    if not folder.is_dir():
        raise ConfigError(f"--configs {folder}: no such folder")
    for packaged in sorted(PACKAGED.rglob("*.yaml")):
        name = packaged.relative_to(PACKAGED)
        if (folder / name).is_file() and folder.resolve() != PACKAGED:
            raise ConfigError(
                f"--configs {folder}: {name.as_posix()} is a packaged file; give yours another name"
            )


def read_file(file: Path) -> tuple[Any, str | None]:
    """Return what a YAML file holds, and the package that its head names.

    Raises
    ------
    ConfigError : it is empty, no UTF-8, no YAML, or holds what no configuration can
    """
    try:
        with file.open(encoding="utf-8") as stream:
            head = FileConfigSource._get_header_dict(stream.read())
            stream.seek(0)
            check_top(file, yaml.compose(stream, Loader=yaml.SafeLoader))
            stream.seek(0)
            return OmegaConf.load(stream), head["package"]
    except ConfigError:
        raise
    except yaml.MarkedYAMLError as error:
        raise broken_yaml(error) from None
    except (OSError, OmegaConfBaseException, yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"{file} cannot be read: {first_line(error)}") from None


def check_top(file: Path, node: yaml.Node | None) -> None:
    """Raise `ConfigError` unless a YAML file holds a mapping."""
    if node is None:
        raise ConfigError(f"{file} is empty")
    if not isinstance(node, yaml.MappingNode):
        got = "a list" if isinstance(node, yaml.SequenceNode) else repr(node.value)
        raise ConfigError(f"{file} must be a mapping (key: value); got {got}")


def broken_yaml(error: yaml.MarkedYAMLError) -> ConfigError:
    """Return an error that says where a YAML file is broken."""
    mark = error.problem_mark or error.context_mark
    where = f"{mark.name}, line {mark.line + 1}" if mark else "a configuration file"
    return ConfigError(f"broken YAML in {where.replace('file://', '')}: {error.problem or error.context}")


def root_of(package: str | None, config_path: str) -> str:
    """Return the dotted key below which Hydra puts what a file holds."""
    group = config_path.rpartition("/")[0].replace("/", ".")
    return "" if package == "_global_" else group if package in (None, "_group_") else str(package)


def says(file: Path, place: str, key: str) -> bool:
    """Tell whether a file, chosen for a place, says something at a dotted key."""
    content, package = read_file(file)
    root = "" if package == "_global_" else place
    if root and not f"{key}.".startswith(f"{root}."):
        return False
    node = OmegaConf.to_container(content, resolve=False)
    for name in filter(None, key[len(root) :].split(".")):
        if not isinstance(node, dict) or name not in map(str, node):
            return False
        node = {str(inner): value for inner, value in node.items()}[name]
    return True


def check_file(file: Path, content: Any, root: str) -> None:
    """Raise `ConfigError`, which names file and key, for what Hydra or the schema cannot take."""
    try:
        plain = OmegaConf.to_container(content, resolve=False)
        assert isinstance(plain, dict)
        if not re.fullmatch(r"[\w.]*", root):
            raise ConfigError(f"# @package must be followed by a key or _global_; got {root}")
        if "hydra" in (root.split(".")[0], *([] if root else plain)):
            raise ConfigError("hydra: a configuration says nothing about Hydra itself")
        check_defaults(plain.pop("defaults", []))
        check_references(plain, root)
        kind = kind_at(root)
        if kind is not None:
            check_shape(plain, kind, root)
    except ConfigError as error:
        raise ConfigError(f"{error} ({file})") from None


def check_defaults(defaults: Any) -> None:
    """Raise `ConfigError` unless this is a list of files to compose: texts, or mappings of one key."""
    check_shape(defaults, list[str | dict[str, str | list[str] | None]], "defaults")
    for item in defaults:
        names = list(item) if isinstance(item, dict) else [item]
        if len(names) != 1 or not isinstance(names[0], str):
            raise ConfigError(f"defaults: each entry is a text, or has one key, GROUP: NAME; got {item}")
    check_references(defaults, "defaults")


def check_references(value: Any, where: str) -> None:
    """Raise `ConfigError` for a text that calls something: ``${days}`` refers, ``${oc.env:HOME}`` calls."""
    for key, text in texts_of(value, where):
        if "${" in text and calls(text):
            raise ConfigError(
                f"{key}: {text} calls a resolver; a configuration may refer to keys (${{days}}) only"
            )


def texts_of(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Yield key and text of every text within a plain value, keys of mappings included."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield where, str(key)
            yield from texts_of(item, f"{where}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from texts_of(item, f"{where}[{number}]")


def calls(text: str) -> bool:
    """Tell whether a text holds a call of a resolver, also one that OmegaConf cannot read."""
    try:
        nodes = [parse(text)]
    except OmegaConfBaseException:
        return True
    while nodes:
        node = nodes.pop()
        if isinstance(node, OmegaConfGrammarParser.InterpolationResolverContext):
            return True
        nodes += list(getattr(node, "children", None) or [])
    return False
