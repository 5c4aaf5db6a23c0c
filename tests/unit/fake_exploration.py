"""Write folders of explorations with invented outcomes, whose answers are known."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.settings.dimensions import UNCERTAINTY, Dimension
from experiments.studies.designs import design

PRICE = Dimension("adaptation.camouflage_price", UNCERTAINTY, 2.0, 15.0, logarithmic=True)
COST = Dimension("brushing.moral_cost", UNCERTAINTY, 0.0, 0.4)
PEER = Dimension("beliefs.peer", UNCERTAINTY, 0.02, 0.1)
DEMAND = Dimension("demand.mode", UNCERTAINTY, values=("agents", "cohorts"))
SPACE = (PRICE, COST, PEER, DEMAND)

PACKAGES = ("status_quo_2015", "threshold_only", "threshold_and_fine")
OUTCOMES = (
    "brushed_share",
    "innocent_hits_per_1000_shop_years",
    "honest_sales_rmb",
    "enforcement_cost_rmb",
)

Truth = Callable[[str, np.ndarray], dict[str, np.ndarray]]


def invented(package: str, u: np.ndarray) -> dict[str, np.ndarray]:
    """Return outcomes at points (n, d): the fine is better unless camouflage is cheap; peers do nothing."""
    brushed = {
        "status_quo_2015": 0.06 + 0.01 * u[:, 1],
        "threshold_only": 0.030 + 0.01 * u[:, 1],
        "threshold_and_fine": 0.045 - 0.04 * u[:, 0] + 0.01 * u[:, 1],
    }[package]
    harsh = PACKAGES.index(package)
    return {
        "brushed_share": brushed,
        "innocent_hits_per_1000_shop_years": 10.0 * harsh + 20 * harsh * (u[:, 3] > 0.5),
        "honest_sales_rmb": 5e7 - 1e8 * brushed - 1e6 * harsh,
        "enforcement_cost_rmb": 1e5 * harsh * (1 + u[:, 2]),
    }


def write_fake_exploration(
    folder: Path,
    kind: str = "lhs",
    n: int = 64,
    replications: int = 3,
    noise: float = 0.05,
    packages: tuple[str, ...] = PACKAGES,
) -> Path:
    """Write a folder; ``noise`` is the standard deviation of a run as a share of an outcome's spread."""
    points = design(kind, SPACE, n, 1)
    units = np.column_stack([one.unit(points[one.path].tolist()) for one in SPACE])
    runs = pd.concat(
        [runs_of(name, points, units, replications, noise) for name in packages], ignore_index=True
    )
    folder.mkdir(parents=True, exist_ok=True)
    points.reset_index().to_csv(folder / "points.csv", index=False)
    runs.to_parquet(folder / "runs.parquet", index=False)
    (folder / "study.json").write_text(json.dumps(described(kind, packages, replications, len(points))))
    return folder


def described(kind: str, packages: tuple[str, ...], replications: int, points: int) -> dict[str, Any]:
    """Return what a folder says of itself."""
    return {
        "name": "fake", "title": "Invented", "question": "", "baseline": packages[0],
        "run_keys": f"{kind}{points}", "replications": replications,
        "arms": [{"label": name} for name in packages], "days": 90, "warmup": 30,
        "exploration": {"design": kind, "points": points, "dimensions": [asdict(one) for one in SPACE]},
    }  # fmt: skip


def runs_of(
    package: str, points: pd.DataFrame, units: np.ndarray, replications: int, noise: float
) -> pd.DataFrame:
    """Return the runs of a package: luck of a replication is shared by packages, as seeds are."""
    truth, parts = invented(package, units), []
    for replication in range(replications):
        shared, own = np.random.default_rng(replication), np.random.default_rng([replication, len(package)])
        table = points.reset_index().assign(
            package=package, replication=replication, seed=replication, run_key="", status="ok"
        )
        for name, values in truth.items():
            spread = noise * {"brushed_share": 0.03, "innocent_hits_per_1000_shop_years": 20}.get(name, 1e5)
            luck = shared.normal(0, spread, len(points)) + own.normal(0, spread, len(points)) / 2
            table[name] = values + luck
        parts.append(table)
    return pd.concat(parts, ignore_index=True)
