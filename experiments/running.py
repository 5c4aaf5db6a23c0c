"""One run: simulate it, look at it, save it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.config import load_config
from experiments.provenance import cores, now, provenance
from experiments.settings import SCHEMA_VERSION, RunConfig, run_key
from experiments.store import prepare_folder, write_json, write_table, write_yaml
from policies import build_package
from sim.market import Market
from sim.parameters import ConfigError


@dataclass
class RunResult:
    """What one run gives: tables as DataFrames, outcomes in ``summary``."""

    config: RunConfig
    daily: pd.DataFrame
    events: pd.DataFrame
    cases: pd.DataFrame
    harm: pd.DataFrame
    summary: dict[str, Any]
    started: datetime


def run(config: RunConfig | Sequence[str] = (), progress: Callable[[int], None] | None = None) -> RunResult:
    """Simulate one run; nothing is written.

    Parameters
    ----------
    config : what `load_config` returns, or overrides for it
    progress : called after every simulated day, with the days done of the warm-up or of the policy
    """
    if not isinstance(config, RunConfig):
        config = load_config(config)
    config.check()
    started = now()
    market = simulate(config, progress)
    result = RunResult(
        config,
        market.daily(),
        market.events(),
        market.case_table(),
        market.harm.table(),
        summary(config, market),
        started,
    )
    market.close()
    return result


def simulate(config: RunConfig, progress: Callable[[int], None] | None = None) -> Market:
    """Return the market after its warm-up and the days of policy."""
    package = build_package(config.package)
    market = Market(
        config.world, build_package(config.status_quo), seed=config.seed, threads=config.threads or cores()
    )
    market.run(config.warmup, progress=progress)
    market.adopt(package)
    market.run(config.days, progress=progress)
    return market


def summary(config: RunConfig, market: Market) -> dict[str, Any]:
    """Return the outcomes of a run with what identifies it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "run_key": run_key(config, config.package, config.seed),
        "scenario": config.scenario,
        "package": config.package_name,
        "seed": config.seed,
        "warmup": config.warmup,
        "days": config.days,
        "hash": market.hash(),
        "outcomes": market.outcomes(),
    }


def run_folder(config: RunConfig) -> Path:
    """Return the folder of a run: ``out``, or one named after package and identity."""
    key = run_key(config, config.package, config.seed)
    return Path(config.out) if config.out else Path("results") / f"run-{config.package_name}-{key[:8]}"


def claim(folder: Path) -> None:
    """Make the folder, or raise `ConfigError` if it holds a study or cannot be written to."""
    if (folder / "study.json").exists():
        raise ConfigError(f"{folder} holds a study; choose another folder with out=…")
    prepare_folder(folder)


def save_run(result: RunResult, folder: Path, command: str | None = None) -> None:
    """Write the tables of a run, its configuration and its provenance; the summary comes last."""
    for old in ("summary.json", "failure.json"):
        (folder / old).unlink(missing_ok=True)
    write_table(folder / "daily.parquet", result.daily)
    write_table(folder / "events.parquet", result.events)
    write_table(folder / "cases.parquet", result.cases)
    write_table(folder / "harm.parquet", result.harm)
    write_yaml(folder / "config.yaml", result.config.tree())
    seed, digest = result.config.seed, result.summary["hash"]
    write_json(folder / "provenance.json", provenance(seed, result.started, command, hash=digest))
    write_json(folder / "summary.json", result.summary)


def tiny(config: RunConfig) -> RunConfig:
    """Return the same run in the smallest market that compiles every kernel."""
    size = config.world.market.shops_per_category
    market = replace(config.world.market, n_shops=min(2 * size, config.world.market.n_shops))
    world = replace(config.world, market=market)
    return replace(config, world=world, warmup=3, days=3, threads=config.threads or 1)
