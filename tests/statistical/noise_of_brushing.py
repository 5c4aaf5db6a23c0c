"""Where the noise of brushing comes from: how long is measured, how seeds differ, how few shops brush most.

    PYTHONPATH=. python tests/statistical/noise_of_brushing.py results/headline-1a2b3c4d

The folder is that of a study; the shops are those of two markets of the base size (half a minute).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from experiments import load_config, read_table
from experiments.analysis.intervals import half_width
from experiments.files.whole import read_json
from policies import build_package
from sim import Market

LASTS, SEEDS, DAYS = (90, 180, 360, 540), (1, 2), 720


def half_width_over(folder: Path, last: int) -> float:
    """Return the half width of brushing's paired interval over the last days, in points."""
    paths, baseline = read_table(folder / "paths.parquet"), read_json(folder / "study.json")["baseline"]
    end = paths[paths["day"] >= paths["day"].max() + 7 - last]
    wide = end.groupby(["replication", "package"])["brushed_share"].mean().unstack()
    pairs = 100 * wide.drop(columns=baseline).sub(wide[baseline], axis=0)
    return float(half_width(pairs.std(), len(pairs)).mean())


def levels_between_seeds(folder: Path) -> pd.DataFrame:
    """Return, by package, how brushing differs between seeds, points, and what it is of the baseline's."""
    runs, baseline = read_table(folder / "runs.parquet"), read_json(folder / "study.json")["baseline"]
    wide = runs.pivot(index="replication", columns="package", values="brushed_share")
    left = wide.div(wide[baseline], axis=0)
    return pd.DataFrame({"sd, points": 100 * wide.std(), "left": left.mean(), "sd of left": left.std()})


def brushed_in_a_month(seed: int) -> list[np.ndarray]:
    """Return the brushed orders of a month by slot under the status quo and without enforcement."""
    config = load_config()
    trunk = Market(config.world, build_package(config.status_quo), seed=seed).run(config.warmup)
    branches = [trunk.branch().adopt(build_package(config.status_quo)), trunk.branch().adopt(None)]
    return [branch.run(DAYS).state.traces.brushed_30.astype(float) for branch in branches]


if __name__ == "__main__":
    for last in LASTS:
        print(f"last {last} days: half width {half_width_over(Path(sys.argv[1]), last):.2f} points")
    print(levels_between_seeds(Path(sys.argv[1])).round(2).to_string())
    for seed in SEEDS:
        own, free = brushed_in_a_month(seed)
        equal, most = own.sum() ** 2 / np.square(own).sum(), own.max() / own.sum()
        both = int(((own > 0) & (free > 0)).sum())
        print(f"seed {seed}: {(own > 0).sum()} shops, as noisy as {equal:.0f}; the largest makes {most:.0%}")
        print(f"  {both} of them brush without enforcement too")
