"""Arms that a study does not write out: crossed factors, grids, and packages with channels muted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any

from experiments.analysis.factor_effects import DECOMPOSED, GRID
from experiments.settings.labels import check_blocks, label_of
from experiments.settings.overrides import write_override
from sim.parameters import ConfigError
from sim.state.mechanisms import Mechanism, check_mechanisms


def crossed_arms(crossed: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Expand blocks of crossed factors into arms, the last factor fastest.

    ``crossed`` maps a block's name to ``package`` and ``factors``: {factor: {level: [overrides]}}.
    Overrides are those of the package, or ``law=NAME``.
    """
    blocks = {label_of(block, "crossed"): entry for block, entry in (crossed or {}).items()}
    check_blocks(blocks)
    return [arm for block, entry in blocks.items() for arm in _block(block, entry)]


def _block(block: str, entry: Any) -> Iterator[dict[str, Any]]:
    try:
        package, factors = entry["package"], entry["factors"]
        levels = [[(str(level), list(own)) for level, own in levels.items()] for levels in factors.values()]
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"crossed.{block} needs package and factors: {{factor: {{level: [overrides]}}}}; see {error}"
        ) from None
    if block in (GRID, DECOMPOSED):
        raise ConfigError(f"crossed: {block!r} is taken; give the block another name")
    for text in [*factors, *(level for own in factors.values() for level in own)]:
        label_of(text, f"crossed.{block}")
    for cell in product(*levels):
        chosen = dict(zip(map(str, factors), (level for level, _ in cell), strict=True))
        overrides = [str(override) for _, own in cell for override in own]
        laws = [override.removeprefix("law=") for override in overrides if override.startswith("law=")]
        yield {
            "label": f"{block}: {', '.join(f'{name} {level}' for name, level in chosen.items())}",
            "package": package,
            "overrides": [override for override in overrides if not override.startswith("law=")],
            "factors": chosen,
            "block": block,
            "mute": [],
        } | ({"law": laws[-1]} if laws else {})


def grid_arms(grid: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Expand a grid of two parameters of one package into arms."""
    if not grid:
        return []
    try:
        package, rows, columns = grid["package"], grid["rows"], grid["columns"]
        cells = [(r, c) for r in rows["values"] for c in columns["values"]]
        paths = rows["path"], columns["path"]
    except (KeyError, TypeError) as error:
        raise ConfigError(f"grid needs package, rows and columns (path, values each); see {error}") from None
    return [
        {
            "label": f"{package} {_short(paths[0])}={row} {_short(paths[1])}={column}",
            "package": package,
            "overrides": [write_override(paths[0], row), write_override(paths[1], column)],
            "factors": {paths[0]: row, paths[1]: column},
            "block": GRID,
            "mute": [],
        }
        for row, column in cells
    ]


def _short(path: str) -> str:
    return path.rsplit(".", 1)[-1]


def decomposed_arms(wanted: Sequence[dict[str, Any]], labels: Sequence[str]) -> list[dict[str, Any]]:
    """Return the arms ``labels`` once more for every set of channels that can be mute, but the empty one."""
    by_label = {str(arm["label"]): arm for arm in wanted}
    missing = [str(label) for label in labels if str(label) not in by_label]
    if missing:
        raise ConfigError(f"decomposed: {missing[0]!r} is none of the arms: {', '.join(by_label)}")
    return [
        {
            **by_label[str(label)],
            "label": f"{label} without {', '.join(mute)}",
            "factors": {"package": str(label), "mute": "+".join(mute)},
            "block": DECOMPOSED,
            "mute": list(mute),
        }
        for label in labels
        for mute in subsets()
        if mute
    ]


def subsets() -> Iterator[tuple[str, ...]]:
    """Yield every set of channels, the empty one first."""
    names = [channel.value for channel in Mechanism]
    for size in range(len(names) + 1):
        yield from combinations(names, size)


def mute_of(arm: dict[str, Any]) -> tuple[str, ...]:
    """Return the channels that an arm mutes, in the order in which they are listed."""
    chosen = set(check_mechanisms(arm["mute"]))
    return tuple(channel.value for channel in Mechanism if channel.value in chosen)
