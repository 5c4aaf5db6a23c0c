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
    Scope,
    measure_all,
    measuring_digest,
    statistics_of,
)
from experiments.searches.calibration.own_targets import read_question
from experiments.searches.calibration.question import Question
from experiments.searches.calibration.scenarios import FILE
from experiments.searches.calibration.targets import CHECKS, DENSITIES, TARGETS, Target
from experiments.settings.config import load_config
from experiments.settings.schema import RunConfig, digest
from experiments.studies.engine import Progress
from experiments.studies.worlds import folder_of_worlds, with_worlds, worlds_in
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
    folders = with_worlds(configs, which)
    return {name: load_config([f"scenario={name}", *overrides], folders) for name in names}


def targets_of(which: str) -> tuple[Target, ...] | None:
    """Return the targets that the worlds in a folder were made for; None for the packaged worlds."""
    folder = folder_of_worlds(which)
    file = folder / FILE if folder else None
    return read_question(file).targets if file and file.is_file() else None


def calibrated_worlds(which: str, other: str = "none") -> list[str]:
    """Return the names of all calibrated worlds or the first so many; ``other`` may be asked for too.

    ``which`` may be a folder that `calibrate` left: then they are those that lie there.

    Raises
    ------
    ConfigError : ``which`` is neither all, nor a positive number, nor a folder of worlds; none is calibrated
    """
    folder = folder_of_worlds(which)
    if folder:
        return worlds_in(folder)
    if which != "all" and not (which.isdigit() and int(which) > 0):
        raise ConfigError(
            f"--worlds must be all, {other}, a number of at least 1 or a folder with scenario/*.yaml, as "
            f"`calibrate` leaves it; got {which}"
        )
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
    worlds: dict[str, RunConfig],
    replications: int,
    quick: bool,
    folder: Path,
    progress: Progress,
    targets: tuple[Target, ...] | None = None,
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
    scope = scope_of(quick, targets)
    jobs = [
        Evaluation(replace(config, threads=1), r, VALIDATION_WORD, scope, name)
        for name, config in worlds.items()
        for r in range(replications)
    ]
    store = measure_all(jobs, folder, progress)
    places = [{"world": job.label, "replication": job.replication, "seed": job.seed} for job in jobs]
    runs = pd.DataFrame([place | statistics_of(store, job) for place, job in zip(places, jobs, strict=True)])
    table = pd.concat(
        [judge(runs[runs["world"] == name], name, targets) for name in worlds], ignore_index=True
    )
    write_table(folder / "runs.csv", runs)
    write_table(folder / "validation.csv", table)
    write_json(folder / "validation.json", {"met": met(table), "rows": table.to_dict("records")})
    return table


def scope_of(quick: bool, targets: tuple[Target, ...] | None) -> Scope:
    """Return what has to be measured; of targets of one's own, what they name."""
    return Question(targets).scope if targets else TUNING if quick else FULL


def judge(runs: pd.DataFrame, world: str, own: tuple[Target, ...] | None = None) -> pd.DataFrame:
    """Return mean, interval and verdict of every statistic that ``runs`` (one row a replication) has.

    With ``own`` targets, the published ones and the checks on published cases are left out.
    """
    kinds = [("target", own)] if own else list(KINDS)
    rows = [
        judge_one(runs, target, kind) for kind, targets in kinds for target in targets if target.key in runs
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
