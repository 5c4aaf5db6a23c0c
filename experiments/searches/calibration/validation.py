"""Validate: whether the targets are met on seeds that nothing was ever tuned on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.analysis.intervals import interval
from experiments.files.folders import results_folder
from experiments.files.provenance import code_digest
from experiments.files.whole import write_json, write_table
from experiments.runs.seeds import VALIDATION_WORD
from experiments.searches.calibration.ensemble import scenario_folder
from experiments.searches.calibration.evaluation import (
    FULL,
    TUNING,
    Evaluation,
    measure_all,
    measuring_digest,
    statistics_of,
)
from experiments.searches.calibration.targets import CHECKS, DENSITIES, TARGETS, Target
from experiments.settings.config import load_config
from experiments.settings.schema import RunConfig, digest
from experiments.studies.engine import Progress
from sim.parameters import ConfigError

QUICK_REPLICATIONS = 4
REPLICATIONS = 20


def find_worlds(which: str, overrides: Sequence[str], configs: str | None = None) -> dict[str, RunConfig]:
    """Return worlds by name: ``default`` is what the overrides give, else calibrated ones under them.

    Raises
    ------
    ConfigError : ``which`` is none of all, default or a positive number; no world is calibrated
    """
    if which == "default":
        return {"default": load_config(overrides, configs)}
    names = calibrated_worlds(which, "default")
    return {name: load_config([f"scenario={name}", *overrides], configs) for name in names}


def calibrated_worlds(which: str, other: str = "none") -> list[str]:
    """Return the names of all calibrated worlds or the first so many; ``other`` may be asked for too.

    Raises
    ------
    ConfigError : ``which`` is neither all nor a positive number; no world is calibrated
    """
    if which != "all" and not (which.isdigit() and int(which) > 0):
        raise ConfigError(f"--worlds must be all, {other} or a number of at least 1; got {which}")
    names = sorted(file.stem for file in scenario_folder().glob("calibrated_*.yaml"))
    if not names:
        raise ConfigError("there is no calibrated world; `antibrush calibrate` makes them")
    return names if which == "all" else names[: int(which)]


def default_folder(worlds: dict[str, RunConfig], replications: int, quick: bool) -> Path:
    """Return the folder of a validation that names none; the same for the same question."""
    known = [[name, asdict(config.world), config.seed] for name, config in worlds.items()]
    name = digest([code_digest(), measuring_digest(), known, replications, quick])
    return results_folder("validation", name[:8])


def validate(
    worlds: dict[str, RunConfig], replications: int, quick: bool, folder: Path, progress: Progress
) -> pd.DataFrame:
    """Measure ``replications`` markets of each world and return one row a world and statistic.

    ``quick`` measures the targets only. Tables are written to ``folder``, where a later call finds the
    evaluations that have ended.

    Raises
    ------
    EvaluationError : one failed; the message says why
    """
    if replications < 1:
        raise ConfigError(f"--replications must be at least 1; got {replications}")
    scope = TUNING if quick else FULL
    jobs = [
        Evaluation(replace(config, threads=1), r, VALIDATION_WORD, scope, name)
        for name, config in worlds.items()
        for r in range(replications)
    ]
    store = measure_all(jobs, folder, progress)
    places = [{"world": job.label, "replication": job.replication, "seed": job.seed} for job in jobs]
    runs = pd.DataFrame([place | statistics_of(store, job) for place, job in zip(places, jobs, strict=True)])
    table = pd.concat([judge(runs[runs["world"] == name], name) for name in worlds], ignore_index=True)
    write_table(folder / "runs.csv", runs)
    write_table(folder / "validation.csv", table)
    write_json(folder / "validation.json", {"met": met(table), "rows": table.to_dict("records")})
    return table


def judge(runs: pd.DataFrame, world: str) -> pd.DataFrame:
    """Return mean, interval and verdict of every statistic that ``runs`` (one row a replication) has."""
    rows = [
        judge_one(runs, target, kind) for kind, targets in KINDS for target in targets if target.key in runs
    ]
    for key, (meaning, source) in DENSITIES.items():
        if key in runs:
            rows.append(
                judge_one(runs, Target(key, "", meaning, -np.inf, np.inf), "density") | {"band": source}
            )
    table = pd.DataFrame(rows)
    table.insert(0, "world", world)
    return table


KINDS: Sequence[tuple[str, tuple[Target, ...]]] = (("target", TARGETS), ("check", CHECKS))


def judge_one(runs: pd.DataFrame, target: Target, kind: str) -> dict[str, object]:
    """Return the row of one statistic."""
    values = pd.to_numeric(runs[target.key]).to_numpy(float)
    mean, low, high = interval(values)
    return {
        "kind": kind,
        "number": target.number,
        "statistic": target.key,
        "meaning": target.meaning,
        "band": target.band,
        "n": int(np.isfinite(values).sum()),
        "mean": mean,
        "low": low,
        "high": high,
        "verdict": verdict(target, mean, low, high) if kind != "density" else "",
    }


def verdict(target: Target, mean: float, low: float, high: float) -> str:
    """Say whether the mean lies in the band, and whether the interval reaches over an edge."""
    if not np.isfinite(mean) or not target.inside(mean):
        return "OUTSIDE"
    sure = np.isfinite([low, high]).all() and target.inside(low) and target.inside(high)
    return "inside" if sure else "inside, interval reaches over"


def met(table: pd.DataFrame) -> bool:
    """Tell whether every target's mean lies in its band, in every world."""
    targets = table[table["kind"] == "target"]
    return bool((targets["verdict"] != "OUTSIDE").all()) and len(targets) > 0
