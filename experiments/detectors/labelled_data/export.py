"""Simulate one run, look at it as the platform does, and save what was seen beside the truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from experiments.detectors.labelled_data.dictionary import TABLES, schema
from experiments.detectors.labelled_data.evenings import (
    accounts_of_day,
    cases_of_run,
    last_day,
    orders_of_day,
    shops_of_day,
)
from experiments.detectors.labelled_data.splits import GAP, Split, make_splits
from experiments.files.folders import results_folder
from experiments.files.provenance import now, provenance
from experiments.files.whole import write_bytes, write_json, write_table, write_yaml
from experiments.home import VERSION
from experiments.runs.run import claim
from experiments.settings.schema import RunConfig, detector_digests, run_key
from policies import build_package
from sim.market import Market
from sim.parameters import ConfigError, whole_number

WEEK = 7
MONTH = 30
"""Days over which the orders of accounts are counted."""

Progress = Callable[[int, int], None]


def export(
    config: RunConfig,
    folder: str | Path,
    days_of_orders: int = 60,
    progress: Progress | None = None,
    command: str | None = None,
) -> dict[str, pd.DataFrame]:
    """Simulate one run and write labelled data of its policy days; return the tables by file name.

    Parameters
    ----------
    config : what `load_config` returns; the run is the one that ``antibrush run`` simulates
    folder : where the files go
    days_of_orders : days of which every order is written: a third at the end of each split
    progress : called after every simulated day with the days done and in all
    """
    config = config.checked()
    days_of_orders = whole_number(days_of_orders, "days_of_orders", 0)
    if config.warmup < MONTH:
        raise ConfigError(f"export needs a warmup of at least {MONTH}")
    if config.world.demand.cohort:
        raise ConfigError("export needs demand=agents: genuine orders of cohorts belong to no account")
    diary, home, started = Diary(make_splits(config.days), days_of_orders), Path(folder), now()
    if (home / "summary.json").exists():
        raise ConfigError(f"{home} holds a single run; choose another folder with --output")
    claim(home)
    market = simulate(config, diary, progress)
    tables = diary.tables(market)
    facts: dict[str, Any] = {"run_key": run_key(config, config.package, config.seed), "hash": market.hash()}
    save(home, config, tables, data_card(config, diary.splits, tables, facts))
    facts |= {"detectors": detector_digests(config.status_quo, config.package)}
    write_json(home / "provenance.json", provenance(config.seed, started, command, **facts))
    return tables


def save(home: Path, config: RunConfig, tables: Mapping[str, pd.DataFrame], card: str) -> None:
    """Write everything that depends on the run alone: the same run, the same bytes."""
    for file, table in tables.items():
        write_table(home / file, table)
    write_json(home / "schema.json", schema(tables))
    write_yaml(home / "config.yaml", config.tree())
    write_bytes(home / "README.md", card.encode())


def export_folder(config: RunConfig) -> Path:
    """Return the folder of an export that names none."""
    key = run_key(config, config.package, config.seed)
    return Path(config.out) if config.out else results_folder("export", config.package_name, key[:8])


@dataclass
class Diary:
    """What is written down of the policy days while they pass; looking changes nothing."""

    splits: list[Split]
    days_of_orders: int
    shops: list[pd.DataFrame] = field(default_factory=list)
    orders: list[pd.DataFrame] = field(default_factory=list)
    accounts: list[pd.DataFrame] = field(default_factory=list)
    month: list[pd.DataFrame] = field(default_factory=list)

    def look(self, market: Market) -> None:
        """Write down the day that has just ended."""
        day, third = last_day(market), self.days_of_orders // len(self.splits)
        if day % WEEK == WEEK - 1:
            self.shops.append(shops_of_day(market, self.splits))
        today = orders_of_day(market)
        self.month = [*self.month, today][-MONTH:]
        for split in self.splits:
            if day in split.ends_within(third):
                self.orders.append(today.assign(split=split.name))
            if day == split.last:
                orders = pd.concat(self.month, ignore_index=True)
                self.accounts.append(accounts_of_day(market, orders, split.name))

    def tables(self, market: Market) -> dict[str, pd.DataFrame]:
        """Return the tables by file name, columns in the order of the schema."""
        none = [orders_of_day(market).head(0).assign(split="")]
        found = {
            "orders.parquet": pd.concat(self.orders or none, ignore_index=True),
            "shops.parquet": pd.concat(self.shops, ignore_index=True),
            "accounts.parquet": pd.concat(self.accounts, ignore_index=True),
            "cases.parquet": cases_of_run(market, self.splits),
        }
        return {file: found[file][list(columns)] for file, columns in TABLES.items()}


def simulate(config: RunConfig, diary: Diary, progress: Progress | None = None) -> Market:
    """Return the market after the run that ``antibrush run`` simulates, written into ``diary``."""
    package, total = build_package(config.package), config.warmup + config.days
    market = Market(config.world, build_package(config.status_quo), seed=config.seed, threads=config.threads)
    for done in range(1, total + 1):
        market.run(1)
        if done > config.warmup:
            diary.look(market)
        if done == config.warmup:
            market.adopt(package)
        if progress is not None:
            progress(done, total)
    return market


def data_card(
    config: RunConfig, splits: list[Split], tables: Mapping[str, pd.DataFrame], facts: Mapping[str, Any]
) -> str:
    """Return the data card: what the data are, how they were made, whom a detector may hit."""
    template = resources.files("experiments.detectors.labelled_data") / "card.md.j2"
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    shops = tables["shops.parquet"]
    return (
        environment.from_string(template.read_text(encoding="utf-8")).render(
            config=config,
            version=VERSION,
            splits=splits,
            gap=GAP,
            rows={file: len(table) for file, table in tables.items()},
            brushing=float((shops["truth_brushed_30"] > 0).mean()),
            innocent=float(shops["truth_innocent"].mean()),
            in_burst=float(shops.loc[shops["truth_innocent"], "truth_in_burst"].mean()),
            **facts,
        )
        + "\n"
    )
