"""One run: simulate it, look at it, save it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.files.folders import prepare_folder, results_folder
from experiments.files.provenance import now, provenance
from experiments.files.whole import write_json, write_table, write_yaml
from experiments.runs.checkpoint import Checkpoint, drop_checkpoint, save_checkpoint
from experiments.settings.config import load_config
from experiments.settings.schema import SCHEMA_VERSION, RunConfig, detector_digests, run_key
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
    config, started = config.checked(), now()
    return finish(config, begin(config), started, progress)


def finish(
    config: RunConfig,
    market: Market,
    started: datetime,
    progress: Callable[[int], None] | None = None,
    folder: Path | None = None,
) -> RunResult:
    """Bring a market to the end of its run and return what the run gives.

    With ``folder`` and ``config.checkpoint_every``, the market is saved there every so many days.
    """

    def day_done(done: int) -> None:
        if progress is not None:
            progress(done)
        if folder is not None and config.checkpoint_every and market.day % config.checkpoint_every == 0:
            save_checkpoint(folder, Checkpoint(config, started, market))

    advance(config, market, day_done)
    return RunResult(
        config,
        market.daily(),
        market.events(),
        market.case_table(),
        market.state.harm.table(),
        summary(config, market),
        started,
    )


def simulate(config: RunConfig, progress: Callable[[int], None] | None = None) -> Market:
    """Return the market after its warm-up and the days of policy."""
    return advance(config, begin(config), progress)


def begin(config: RunConfig) -> Market:
    """Return the market of a run on its first morning."""
    status_quo = build_package(config.status_quo)
    return Market(config.world, status_quo, seed=config.seed, threads=config.threads)


def advance(config: RunConfig, market: Market, progress: Callable[[int], None] | None = None) -> Market:
    """Live through what is left of a run: of the warm-up, then of the days of policy."""
    if market.day <= config.warmup:
        market.run(config.warmup - market.day, progress=progress)
        market.adopt(build_package(config.package))
    return market.run(config.warmup + config.days - market.day, progress=progress)


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
    return Path(config.out) if config.out else results_folder("run", config.package_name, key[:8])


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
    config = result.config
    more = {
        "hash": result.summary["hash"],
        "detectors": detector_digests(config.status_quo, config.package),
    }
    write_json(folder / "provenance.json", provenance(config.seed, result.started, command, **more))
    write_json(folder / "summary.json", result.summary)
    drop_checkpoint(folder)


def tiny(config: RunConfig) -> RunConfig:
    """Return the same run in the smallest market that compiles every kernel."""
    size = config.world.market.shops_per_category
    market = replace(config.world.market, n_shops=min(2 * size, config.world.market.n_shops))
    world = replace(config.world, market=market)
    return replace(config, world=world, warmup=3, days=3, threads=config.threads or 1)
