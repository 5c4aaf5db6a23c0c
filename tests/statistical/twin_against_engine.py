"""How near the engine is to its mean-field twin: the tables of docs/twin.md, measured again.

    PYTHONPATH=. python tests/statistical/twin_against_engine.py             about ten minutes on one core
    PYTHONPATH=. python tests/statistical/twin_against_engine.py --markets 2 --shops 600

Seeds are those of no study, no tuning and no test.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.settings.config import load_config
from experiments.twin import Twin, read_levers
from experiments.twin.outcomes import outcomes
from experiments.twin.population import typical_market
from policies import build_package
from sim.config import World
from sim.market import Market

WARMUP, DAYS, EARLY = 365, 720, 240
PACKAGES = ("no_enforcement", "status_quo_2015", "ten_times_action", "threshold_only")
OUTCOMES = (
    "brushed_share", "perceived_risk", "fee", "camouflage", "innocent_hits_per_1000_shop_years",
    "guilty_hits_per_1000_shop_years", "cases_per_1000_shop_years", "recall", "false_positive_rate",
    "precision",
)  # fmt: skip
SMALLER = {300: 24, 1200: 8}
"""Sizes at which the engine is looked at beside the largest, and how many markets of each."""

SETTINGS = {
    "2,048 + 640 kinds instead of 512 + 96": {"honest": 2048, "opportunists": 640},
    "one day a step instead of seven": {"stride": 1},
    "14 days a step": {"stride": 14},
    "64 + 48 kinds, 14 days a step": {"honest": 64, "opportunists": 48, "stride": 14},
}


def engine_rows(n_shops: int, markets: int, first_seed: int, days: int) -> Iterator[dict[str, object]]:
    """Yield a row for each market and package: outcomes at the end, and at the end of the first days."""
    config = load_config([f"market.n_shops={n_shops}"])
    for seed in range(first_seed, first_seed + markets):
        trunk = Market(config.world, build_package(config.status_quo), seed=seed).run(WARMUP)
        for package in PACKAGES:
            branch = trunk.branch().adopt(build_package(load_config([f"package={package}"]).package))
            row: dict[str, object] = {"n_shops": n_shops, "package": package}
            early = branch.run(EARLY).outcomes()
            row |= {f"early {name}": value for name, value in early.items()}
            yield row | (branch.run(days - EARLY).outcomes() if days > EARLY else early)
            branch.close()
        trunk.close()


def twin_daily(
    world: World, package: str, days: int, honest: int | None = None, opportunists: int | None = None,
    stride: int | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the days of the twin of a world under a package."""
    config = load_config([f"package={package}"])
    kinds = {} if honest is None else {"kinds": typical_market(world, honest, opportunists or honest)}
    steps = {} if stride is None else {"stride": stride}
    twin = Twin(world, read_levers(build_package(config.status_quo)), **kinds, **steps)
    twin.run(WARMUP)
    return twin.adopt(read_levers(build_package(config.package))).run(days)


def spread(values: pd.Series) -> tuple[float, float]:
    """Return mean and standard error."""
    known = values.dropna().astype(float)
    return float(known.mean()), float(known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else np.nan


def against(engine: pd.DataFrame) -> pd.DataFrame:
    """Return twin / engine ± standard error, one row an outcome and one column a package."""
    world, table = World(), {}
    for package in PACKAGES:
        expected = outcomes(twin_daily(world, package, DAYS))
        own = engine[engine["package"] == package]
        table[package] = {}
        for name in OUTCOMES:
            mean, error = spread(own[name])
            text = "–" if expected[name] is None else f"{expected[name]:.4g}"
            table[package][name] = f"{text} / {mean:.4g} ± {error:.2g}"
    return pd.DataFrame(table).rename_axis("outcome").reset_index()


def by_size(engine: pd.DataFrame) -> pd.DataFrame:
    """Return the twin over the engine less one in the first days, by the engine's size."""
    rows = []
    for package, name in [
        ("no_enforcement", "brushed_share"), ("status_quo_2015", "brushed_share"),
        ("threshold_only", "brushed_share"), ("threshold_only", "camouflage"), ("no_enforcement", "fee"),
        ("threshold_only", "innocent_hits_per_1000_shop_years"),
    ]:  # fmt: skip
        row: dict[str, object] = {"outcome": f"{name}, {package}"}
        for n_shops, own in engine[engine["package"] == package].groupby("n_shops"):
            config = load_config([f"market.n_shops={n_shops}"])
            expected = outcomes(twin_daily(config.world, package, EARLY))[name]
            mean, error = spread(own[f"early {name}"])
            row[f"{n_shops:,}"] = f"{expected / mean - 1:+.0%} ± {expected * error / mean**2:.0%}"
        rows.append(row)
    return pd.DataFrame(rows)


def by_setting() -> pd.DataFrame:
    """Return how the twin's own answers change with the number of kinds and the length of a step."""
    asked = (("status_quo_2015", "brushed_share"), ("threshold_only", "innocent_hits_per_1000_shop_years"))
    rows = []
    for text, setting in {"as it is": {}, **SETTINGS}.items():
        row: dict[str, object] = {"setting": text}
        for package, name in asked:
            row[f"{name}, {package}"] = outcomes(twin_daily(World(), package, DAYS, **setting))[name]
        rows.append(row)
    table = pd.DataFrame(rows).set_index("setting")
    return (table / table.iloc[0] - 1).iloc[1:].map("{:+.0%}".format).reset_index()


def main() -> None:
    """Measure and print the three tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shops", type=int, default=4800, help="shops of the largest markets")
    parser.add_argument("--markets", type=int, default=8, help="how many of them")
    options = parser.parse_args()
    largest = pd.DataFrame(engine_rows(options.shops, options.markets, 1011, DAYS))
    print(against(largest).to_string(index=False), end="\n\n")
    smaller = [pd.DataFrame(engine_rows(n, count, 5000, EARLY)) for n, count in SMALLER.items()]
    print(by_size(pd.concat([*smaller, largest])).to_string(index=False), end="\n\n")
    print(by_setting().to_string(index=False))


if __name__ == "__main__":
    main()
