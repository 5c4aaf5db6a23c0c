"""The twin as a control variate: run on the very shops of a replication, it knows part of its luck."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from experiments.settings.schema import RunConfig
from experiments.studies.design import replication_seed
from experiments.twin.levers import read_levers
from experiments.twin.map import Twin
from experiments.twin.outcomes import outcomes
from experiments.twin.population import realised_market
from policies import build_package
from sim.market import Market
from sim.parameters import ConfigError

OUTCOMES = ("brushed_share", "innocent_hits_per_1000_shop_years")


def control_variate(
    config: RunConfig, replications: int, progress: Callable[[int, int], None] | None = None
) -> pd.DataFrame:
    """Return how much of the engine's variance over replications the twin explains, one row an outcome.

    For each replication the twin runs on the traits of the merchants who are there on the first day, with
    its status quo and with the package. Levels are the package's, differences are package less status quo
    within the replication.

    ``saved`` is the squared correlation, ``saved_out_of_sample`` 1 − Σ(errors)²/Σ(errors of the mean)², each
    replication predicted from the others; it is negative where the twin would do harm.
    """
    if replications < 5:
        raise ConfigError(f"--control-variate must be at least 5 replications; got {replications}")
    rows = []
    for replication in range(replications):
        rows.append(paired(config, replication_seed(config.seed, replication)))
        if progress is not None:
            progress(replication + 1, replications)
    runs = pd.DataFrame(rows)
    names = [f"{name}{kind}" for kind in ("", ", difference") for name in OUTCOMES]
    return pd.DataFrame([saving(name, runs) for name in names])


def paired(config: RunConfig, seed: int) -> dict[str, float]:
    """Return the outcomes of engine and twin on one replication, of the package and of its difference."""
    quo, package = (build_package(which) for which in (config.status_quo, config.package))
    market = Market(config.world, quo, seed=seed, threads=1)
    twin = Twin(config.world, read_levers(quo), realised_market(market.shops, market.merchants))
    twin.run(config.warmup)
    market.run(config.warmup)
    row: dict[str, float] = {}
    branch, same = market.branch(), twin.branch()
    engine = market.adopt(package).run(config.days).outcomes()
    engine_before = branch.adopt(build_package(config.status_quo)).run(config.days).outcomes()
    expected = outcomes(twin.adopt(read_levers(package)).run(config.days))
    expected_before = outcomes(same.adopt(read_levers(quo)).run(config.days))
    for name in OUTCOMES:
        for who, after, before in (
            ("engine", engine, engine_before), ("twin", expected, expected_before),
        ):  # fmt: skip
            level, old = number(after[name]), number(before[name])
            row[f"{name}|{who}"], row[f"{name}, difference|{who}"] = level, level - old
    for done in (market, branch):
        done.close()
    return row


def number(value: float | None) -> float:
    """Return a number, NaN for None."""
    return float("nan") if value is None else float(value)


def saving(name: str, runs: pd.DataFrame) -> dict[str, float | int | str]:
    """Return correlation of engine and twin, and the variance that regressing on the twin saves."""
    y, x = runs[f"{name}|engine"].to_numpy(float), runs[f"{name}|twin"].to_numpy(float)
    n = y.size
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return {
            "outcome": name,
            "n": n,
            "correlation": float("nan"),
            "saved": 0.0,
            "saved_out_of_sample": 0.0,
        }
    r = float(np.corrcoef(x, y)[0, 1])
    errors, alone = [], []
    for i in range(n):
        rest = np.arange(n) != i
        slope, constant = np.polyfit(x[rest], y[rest], 1)
        errors.append(y[i] - constant - slope * x[i])
        alone.append(y[i] - y[rest].mean())
    kept = float(np.sum(np.square(errors)) / np.sum(np.square(alone)))
    return {"outcome": name, "n": n, "correlation": r, "saved": r**2, "saved_out_of_sample": 1 - kept}
