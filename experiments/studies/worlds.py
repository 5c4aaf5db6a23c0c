"""Does it hold elsewhere? The packages of a study in every calibrated world, and how often signs agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pandas as pd

from experiments.files.whole import write_table
from experiments.settings.config_files import Configs, folders_of
from experiments.studies.compare import compare
from experiments.studies.design import Study, load_study
from experiments.studies.results import StudyResults
from sim.parameters import ConfigError

OUTCOMES = (
    "brushed_share",
    "innocent_hits_per_1000_shop_years",
    "innocent_sales_lost_rmb",
    "consumer_surplus_per_buyer_rmb",
)
"""What is followed from world to world."""


def folder_of_worlds(which: str) -> Path | None:
    """Return the folder that is named instead of worlds that come with the model, if it holds any."""
    named = which not in ("", "all", "none", "default")
    return Path(which).resolve() if named and scenarios(Path(which)) else None


def scenarios(folder: Path) -> list[Path]:
    """Return the files of the worlds in a folder."""
    return sorted((folder / "scenario").glob("*.yaml"))


def worlds_in(folder: Path) -> list[str]:
    """Return the names of the worlds in a folder, in order."""
    return [file.stem for file in scenarios(folder)]


def with_worlds(configs: Configs, which: str) -> tuple[Path, ...]:
    """Return folders of configurations, with that of the worlds if one is named."""
    folder = folder_of_worlds(which)
    return (*folders_of(configs), *([folder] if folder else []))


ProgressOf = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]


def studies_of_worlds(
    overrides: Sequence[str], worlds: Sequence[str], folder: Path, configs: Configs = None
) -> dict[str, Study]:
    """Return the study of the named packages alone, in each world, below ``folder``.

    Raises
    ------
    ConfigError : the overrides choose a scenario themselves
    """
    if any(text.lstrip("+~").startswith("scenario=") for text in overrides):
        raise ConfigError("--worlds goes through the calibrated scenarios; leave scenario= out")
    own = ["grid=null", "crossed=null", "decomposed=[]"]
    studies = {world: load_study([*overrides, f"scenario={world}", *own], configs) for world in worlds}
    return {
        world: replace(study, config=replace(study.config, out=str(folder / "worlds" / world)))
        for world, study in studies.items()
    }


def compare_worlds(studies: Mapping[str, Study], folder: Path, progress: ProgressOf) -> pd.DataFrame:
    """Run the studies of all worlds, what is there excepted, and write ``worlds.csv`` into ``folder``.

    Parameters
    ----------
    studies : by world
    folder : of the study in its own world
    progress : gives a context in which runs of a world are counted

    Returns
    -------
    One row a world, package and outcome: paired difference from the baseline with its interval, which
    holds for all packages of a world together, and ``sign``: 1 or -1 where it leaves out zero, else 0.
    """
    tables = []
    for world, study in studies.items():
        with progress(world) as bar:
            tables.append(signs(compare(study, progress=bar), world))
    table = pd.concat(tables, ignore_index=True)
    write_table(folder / "worlds.csv", table)
    return table


def signs(tables: StudyResults, world: str) -> pd.DataFrame:
    """Return the comparison of one world with the signs of its differences."""
    rows = tables.comparison
    rows = rows[rows["outcome"].isin(OUTCOMES) & (rows["package"] != rows["baseline"])]
    sign = (rows["sim_low"] > 0).astype(int) - (rows["sim_high"] < 0).astype(int)
    columns = ["package", "outcome", "n", "difference", "sim_low", "sim_high"]
    return rows[columns].assign(world=world, sign=sign)[["world", *columns, "sign"]]


def agreement(table: pd.DataFrame) -> pd.DataFrame:
    """Return, for each package and outcome, in how many worlds it has less, more, or neither for certain."""
    kinds = table.assign(
        **{name: table["sign"] == sign for name, sign in (("less", -1), ("alike", 0), ("more", 1))}
    )
    counts = kinds.groupby(["package", "outcome"], sort=False)[["less", "alike", "more"]].sum()
    return counts.assign(worlds=table.groupby(["package", "outcome"], sort=False).size()).reset_index()
