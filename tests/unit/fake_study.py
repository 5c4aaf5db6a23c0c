"""Write study and run folders with invented numbers, for the tests of figures and report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

BASELINE = "status_quo_2015"
LEVELS = {
    "no_enforcement": (0.051, 0.0),
    BASELINE: (0.048, 2.4),
    "threshold_only": (0.026, 94.0),
    "threshold_and_fine": (0.021, 97.0),
    "threshold_fine_suit": (0.0095, 61.0),
}
THRESHOLDS, FINES = (0.3, 0.5, 0.7), (10000, 100000)
ROWS_PATH, COLUMNS_PATH = "detection.threshold", "regulator.fine_rmb"
AGES = ["< 90 days", "90 days – 1 year", "1 – 3 years", "> 3 years"]
SIZES = ["0 – 10 orders", "11 – 50 orders", "51 – 200 orders", "> 200 orders"]


def write_fake_study(
    folder: Path,
    replications: int = 10,
    grid: bool = True,
    failed: int = 2,
    started: bool = True,
    **info: Any,
) -> Path:
    """Write a study folder of invented numbers; ``failed`` runs fail (-1: all of them)."""
    folder.mkdir(parents=True, exist_ok=True)
    arms = study_arms(grid)
    runs = fake_runs(arms, replications if started else 0)
    runs.loc[runs.index[-failed:] if failed > 0 else runs.index[: len(runs) * -failed], "status"] = "failed"
    outcomes = [name for name in runs if name in OUTCOMES]
    runs.loc[runs["status"] == "failed", outcomes] = np.nan
    good = runs[runs["status"] == "ok"]
    runs.to_parquet(folder / "runs.parquet")
    fake_comparison(good, outcomes).to_csv(folder / "comparison.csv", index=False)
    fake_pairing(good, outcomes).to_csv(folder / "pairing.csv", index=False)
    fake_paths(good).to_parquet(folder / "paths.parquet")
    fake_harm(good).to_parquet(folder / "harm.parquet")
    write_json(folder / "study.json", study_json(arms, grid, replications) | info)
    write_json(folder / "failures.json", failures(runs))
    write_json(folder / "provenance.json", PROVENANCE)
    return folder


PROVENANCE = {
    "version": "0.1.0", "commit": "0123456789abcdef", "dirty": False, "seed": 1,
    "command": "antibrush compare experiment=fake",
    "python": "3.11.9", "packages": {"numpy": "2.4.6", "mesa": "3.3.1"},
}  # fmt: skip


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file."""
    path.write_text(json.dumps(content, indent=1))


def study_arms(grid: bool) -> list[dict[str, Any]]:
    """Return five packages and, if asked for, the arms of the grid."""
    arms = [{"label": label, "package": package(label), "factors": {}} for label in LEVELS]
    for threshold in THRESHOLDS if grid else ():
        for fine in FINES:
            label = f"threshold_and_fine threshold={threshold} fine_rmb={fine}"
            factors = {ROWS_PATH: threshold, COLUMNS_PATH: fine}
            arms.append({"label": label, "package": package("threshold_and_fine"), "factors": factors})
    return arms


def package(name: str) -> dict[str, Any]:
    """Return a package with dated policies."""
    dated: dict[str, Any] = {"name": name}
    if name != "no_enforcement":
        dated["detection"] = {"policy": "detection", "start": 0, "end": None, "announcement": None}
    if "fine" in name:
        dated["regulator"] = {"policy": "regulator", "start": 90, "end": None, "announcement": 60}
    if "suit" in name:
        dated["civil_suits"] = {"policy": "civil_suits", "start": 180, "end": 540, "announcement": None}
    return dated


def study_json(arms: list[dict[str, Any]], grid: bool, replications: int) -> dict[str, Any]:
    """Return what a study says about itself."""
    axes = {
        "rows": {"path": ROWS_PATH, "values": list(THRESHOLDS)},
        "columns": {"path": COLUMNS_PATH, "values": list(FINES)},
    }
    return {
        "name": "fake", "title": "Invented numbers, for tests only", "baseline": BASELINE, "arms": arms,
        "question": "How much brushing remains, how many innocent shops are hit, and what does it cost?",
        "grid": axes if grid else None, "replications": replications, "days": 720, "warmup": 365,
        "scenario": "default", "market": {"n_shops": 2000, "shops_per_category": 100, "buyers_per_shop": 29},
    }  # fmt: skip


OUTCOMES = [
    "brushed_share",
    "brushed_turnover_share",
    "brushing_shop_share",
    "innocent_hits_per_1000_shop_years",
    "honest_hits_per_1000_shop_years",
    "innocent_days_lost_per_1000_shop_years",
    "innocent_sales_lost_rmb",
    "overturned_share",
    "precision",
    "recall",
    "false_positive_rate",
    "consumer_surplus_per_buyer_rmb",
    "honest_sales_rmb",
    "mean_quality_bought",
    "platform_revenue_rmb",
    "organiser_profit_rmb",
    "fines_rmb",
    "damages_rmb",
    "enforcement_cost_rmb",
    "capacity_bound_day_share",
]


def fake_runs(arms: list[dict[str, Any]], replications: int) -> pd.DataFrame:
    """Return one row a run, paired by replication."""
    columns = ["run_key", "scenario", "package", "replication", "seed", "status", *OUTCOMES]
    rows = [fake_run(arm, r) for r in range(replications) for arm in arms]
    return pd.DataFrame(rows, columns=None if rows else columns)


def fake_run(arm: dict[str, Any], replication: int) -> dict[str, Any]:
    """Invent one run; luck is shared by the arms of a replication."""
    luck = np.random.default_rng(replication).normal(size=2)
    own = np.random.default_rng([replication, sum(map(ord, arm["label"]))]).normal(size=2)
    brushed, hits = LEVELS.get(arm["label"], (0.0, 0.0))
    factors: dict[str, Any] = {}
    if arm["factors"]:
        threshold, fine = arm["factors"][ROWS_PATH], arm["factors"][COLUMNS_PATH]
        brushed, hits = 0.014 + 0.016 * threshold - 0.002 * np.log10(fine / 1e4), 160 * (1 - threshold) ** 1.5
        factors = {f"factor.{ROWS_PATH}": threshold, f"factor.{COLUMNS_PATH}": fine}
    brushed *= 1 + 0.06 * luck[0] + 0.02 * own[0]
    hits *= max(1 + 0.08 * luck[1] + 0.05 * own[1], 0.2)
    return {
        "run_key": f"{arm['label']}-{replication}", "scenario": "default", "package": arm["label"],
        "replication": replication, "seed": 1000 + replication, "status": "ok", **factors,
        **outcomes(brushed, hits, arm["label"]),
    }  # fmt: skip


def outcomes(brushed: float, hits: float, label: str) -> dict[str, float]:
    """Invent all outcomes from the two main ones."""
    active = label != "no_enforcement"
    values = [
        brushed, 0.8 * brushed, 3.2 * brushed, hits, 0.9 * hits, 29 * hits, 52000 * hits,
        0.3 if active else np.nan,
        0.55 if active else np.nan, 0.66, 0.026, 41.2 - 60 * brushed,
        1.6e8 * (1 - brushed) - 2e5 * hits, 0.31 - brushed, 9.1e6 * (1 + brushed),
        4.1e7 * brushed, 3.0e6 * ("fine" in label), 8.0e5 * ("suit" in label), 2.0e6 * active + 1e4 * hits,
        0.37 if label == BASELINE else 0.0,
    ]  # fmt: skip
    return dict(zip(OUTCOMES, values, strict=True))


def fake_comparison(runs: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Compare packages by pairs, as a study does."""
    columns = [
        "package",
        "baseline",
        "outcome",
        "n",
        "mean",
        "low",
        "high",
        "difference",
        "diff_low",
        "diff_high",
        "sim_low",
        "sim_high",
    ]
    rows = []
    for name in names:
        wide = runs.pivot(index="replication", columns="package", values=name).astype(float)
        for label in wide:
            mean, low, high, n = interval(wide[label].dropna())
            against = wide[BASELINE] if BASELINE in wide and label != BASELINE else pd.Series(dtype=float)
            paired = (wide[label] - against).dropna()
            together = interval(paired, 0.05 / max(wide.shape[1] - 1, 1))[1:3]
            rows.append([label, BASELINE, name, n, mean, low, high, *interval(paired)[:3], *together])
    return pd.DataFrame(rows, columns=columns)


def fake_pairing(runs: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Say what pairing saves, as a study does."""
    rows = []
    for name in names:
        wide = runs.pivot(index="replication", columns="package", values=name).astype(float)
        for label in wide.columns.drop(BASELINE, errors="ignore"):
            pairs = wide[[label, BASELINE]].dropna()
            apart = pairs.var(ddof=1).sum()
            saved = 1 - (pairs[label] - pairs[BASELINE]).var(ddof=1) / apart if apart > 0 else np.nan
            rows.append([label, BASELINE, name, len(pairs), saved])
    return pd.DataFrame(rows, columns=["package", "baseline", "outcome", "n", "saved"])


def interval(values: pd.Series, error: float = 0.05) -> tuple[float, float, float, int]:
    """Return mean, 95 % interval (or another one) and n."""
    n = len(values)
    mean = float(values.mean()) if n else float("nan")
    half = float(stats.t.ppf(1 - error / 2, n - 1) * values.std(ddof=1) / n**0.5) if n > 1 else float("nan")
    return mean, mean - half, mean + half, n


def fake_paths(runs: pd.DataFrame) -> pd.DataFrame:
    """Invent weekly paths that leave the status quo on day 0."""
    days = np.arange(-364, 720, 7)
    tables = []
    for run in runs.itertuples():
        noise = np.random.default_rng([run.replication, 7]).normal(size=len(days)) * 0.0018
        start = LEVELS[BASELINE][0] + 0.09 * np.exp(-(days + 364) / 60)
        drift = (run.brushed_share - LEVELS[BASELINE][0]) * (1 - np.exp(-np.maximum(days, 0) / 150))
        tables.append(pd.DataFrame({
            "run_key": run.run_key, "package": run.package, "replication": run.replication, "day": days,
            "brushed_share": np.maximum(start + drift + noise, 0), "perceived_risk": 0.02,
            "fee": 0.08, "capacity_bound": 0.0,
        }))  # fmt: skip
    return pd.concat(tables) if tables else pd.DataFrame()


def fake_harm(runs: pd.DataFrame) -> pd.DataFrame:
    """Invent harm by age and size: young and large shops are hit more often."""
    rows = []
    for run in runs.itertuples():
        luck = np.random.default_rng([run.replication, 9])
        for i, age in enumerate(AGES):
            for j, size in enumerate(SIZES):
                years = (120, 480, 900, 1500)[i] * (1.2, 0.8, 0.4, 0.02)[j]
                hits = luck.poisson(
                    run.innocent_hits_per_1000_shop_years / 1000 * years * (3 - i) / 1.2 * (0.4 + j)
                )
                rows.append(
                    [
                        run.run_key,
                        run.package,
                        run.replication,
                        age,
                        size,
                        years,
                        hits,
                        29 * hits,
                        52000.0 * hits,
                    ]
                )
    names = [
        "run_key",
        "package",
        "replication",
        "age_band",
        "size_band",
        "innocent_shop_years",
        "hits",
        "days_lost",
        "sales_lost_rmb",
    ]
    return pd.DataFrame(rows, columns=names)


def failures(runs: pd.DataFrame) -> list[dict[str, Any]]:
    """List the failed runs."""
    failed = runs[runs["status"] == "failed"] if len(runs) else runs
    return [
        {"run_key": r.run_key, "package": r.package, "replication": r.replication, "stage": "policy",
         "error": "ValueError: invented failure <of a test>"}
        for r in failed.itertuples()
    ]  # fmt: skip


def write_fake_run(folder: Path, days: int = 360, warmup: int = 90) -> Path:
    """Write a run folder of invented numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    day = np.arange(-warmup, days)
    luck = np.random.default_rng(3)
    effect = 1 - np.exp(-np.maximum(day, 0) / 120)
    daily = pd.DataFrame({
        "day": day, "brushed_share": 0.048 - 0.03 * effect + luck.normal(size=len(day)) * 0.003,
        "organisers_open": np.maximum(24 - np.floor(12 * effect), 1), "fee": 0.08 + 0.03 * effect,
        "cases": luck.poisson(6, len(day)), "hits_innocent": luck.poisson(0.4, len(day)) * (day >= 0),
        "hits_guilty": luck.poisson(3.0, len(day)) * (day >= 0),
    })  # fmt: skip
    verbs = [("raid", 60), ("raid", 200), ("try_suit", 150), ("try_suit", 152), ("try_suit", 290),
             ("announce", 0),
             ("announce", 200), ("demote", 5)]  # fmt: skip
    daily.to_parquet(folder / "daily.parquet")
    pd.DataFrame(verbs, columns=["verb", "day"]).assign(actor="court").to_parquet(folder / "events.parquet")
    write_json(folder / "summary.json", {})
    return folder
