"""The ensemble: parameter sets, far from each other, that all meet the targets on fresh runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.files.whole import read_table, write_bytes, write_table
from experiments.searches.calibration.emulation import chance_inside
from experiments.searches.calibration.priors import (
    DECIDING,
    NAMES,
    PRIORS,
    sets_of,
    units_of,
    values_at,
    with_followers,
)
from experiments.searches.calibration.targets import TARGETS
from experiments.searches.calibration.waves import (
    Plan,
    fit_all,
    generator,
    points_of,
    run_points,
    sample_region,
    spread,
)
from experiments.settings.config_files import PACKAGED
from experiments.studies.engine import Progress

SIZE = 16
DECIDING_WEIGHT = 3.0
"""Parameters that decide how policies work count so many times as much where members are spread out."""

CONFIRMING = 6
"""Replications on which a candidate is confirmed: seeds of the calibration that no wave used."""

FIRST_CONFIRMING = 1000
CANDIDATES = 24
STAGES = 3


def confirm(plan: Plan, runs: pd.DataFrame, progress: Progress) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Confirm candidates until the ensemble is large enough or `STAGES` rounds are over.

    Returns
    -------
    confirmed : one row a candidate with parameters, means, ``met`` and ``distance`` to the centres
    confirming : every confirming run
    """
    confirming = confirmed = pd.DataFrame()
    for stage in range(1, STAGES + 1):
        file = plan.folder / f"candidates-{stage}.csv"
        if not file.exists():
            unit = candidates(plan, pd.concat([runs, confirming], ignore_index=True), stage)
            write_table(file, pd.DataFrame(values_at(unit)))
        values = sets_of(read_table(file))
        name = f"candidates {stage}"
        fresh = run_points(plan, values, name, FIRST_CONFIRMING, CONFIRMING, progress)
        confirming = pd.concat([confirming, fresh], ignore_index=True)
        confirmed = judge_candidates(confirming)
        if int(confirmed["met"].sum()) >= SIZE:
            break
    return confirmed, confirming


def candidates(plan: Plan, runs: pd.DataFrame, stage: int) -> np.ndarray:
    """Return spread-out points that probably lie inside all bands by a margin, as all ``runs`` so far say."""
    emulators = fit_all(runs)
    region, _ = sample_region(emulators, generator(plan, 100 + stage), points_of(runs))
    chance = chance_inside(emulators, region)
    best = np.argsort(-chance)[: max(4 * CANDIDATES, int((chance > 0.8).sum()))]
    return spread(region[best] * weights(), CANDIDATES) / weights()


def judge_candidates(confirming: pd.DataFrame) -> pd.DataFrame:
    """Return one row a candidate: parameters, mean statistics, whether all targets are met by a margin."""
    keys = [target.key for target in TARGETS]
    table = confirming.groupby(["stage", "point"], sort=False)[[*NAMES, *keys]].mean().reset_index()
    means = table[keys].to_numpy(float)
    table["met"] = [all(t.inside(x, 1.0) for t, x in zip(TARGETS, row, strict=True)) for row in means]
    table["distance"] = [max(t.distance(x) for t, x in zip(TARGETS, row, strict=True)) for row in means]
    return table


def choose(confirmed: pd.DataFrame, size: int = SIZE) -> pd.DataFrame:
    """Return up to ``size`` candidates that met all targets: the most central, then far from each other.

    The first is the nomination for the defaults: its largest distance from the centre of a band, in
    half bands, or from the middle of a range that decides how policies work, in half ranges, is the
    smallest. The others span above all those ranges.
    """
    good = confirmed[confirmed["met"]]
    if good.empty:
        return good
    aside = np.abs(np.array([units_of(row) for row in sets_of(good)])[:, DECIDING] - 0.5).max(axis=1) * 2
    central = np.argsort(np.maximum(good["distance"].to_numpy(float), aside), kind="stable")
    good = good.iloc[central].reset_index(drop=True)
    unit = np.array([units_of(row) for row in sets_of(good)]) * weights()
    rest = spread(unit[1:], size - 1, unit[:1]) if len(good) > 1 else unit[:0]
    order = [0, *(int(np.argmin(np.abs(unit - point).sum(axis=1))) for point in rest)]
    return good.loc[order].reset_index(drop=True)


def weights() -> np.ndarray:
    """Return what each parameter counts in the distance between members of the ensemble (n_parameters,)."""
    return np.array([DECIDING_WEIGHT if prior.decides else 1.0 for prior in PRIORS])


def scenario_folder() -> Path:
    """Return the folder of the packaged scenarios."""
    return PACKAGED / "scenario"


def write_scenarios(ensemble: pd.DataFrame, folder: Path) -> list[Path]:
    """Write one scenario a member, ``calibrated_01.yaml`` and on, in place of those of an earlier call."""
    for old in folder.glob("calibrated_*.yaml"):
        old.unlink()
    files = []
    for i, row in enumerate(ensemble.to_dict("records"), start=1):
        file = folder / f"calibrated_{i:02d}.yaml"
        write_bytes(file, scenario_text(row, i, len(ensemble)).encode())
        files.append(file)
    return files


def scenario_text(row: dict[Any, Any], number: int, size: int) -> str:
    """Return the YAML of one member."""
    means = ", ".join(f"{t.number} {row[t.key]:.3g}" for t in TARGETS)
    first = " The most central one." if number == 1 else ""
    lines = [
        "# @package _global_",
        f"# Calibrated world {number} of {size}: meets all targets; written by `antibrush calibrate`.{first}",
        f"# {means}",
    ]
    full = with_followers({name: row[name] for name in NAMES})
    for part in dict.fromkeys(name.split(".")[0] for name in full):
        lines.append(f"{part}:")
        own = {name: value for name, value in full.items() if name.startswith(f"{part}.")}
        lines += [f"  {name.split('.')[1]}: {value:g}" for name, value in own.items()]
    return "\n".join(lines) + "\n"
