"""The command `calibrate`: waves, confirmation, ensemble, and what was learnt, in one folder."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.files.folders import results_folder
from experiments.files.provenance import code_digest, now
from experiments.runs.seeds import CALIBRATION_WORD, replication_seed
from experiments.searches.calibration import identifiability
from experiments.searches.calibration.contradictions import contradictions
from experiments.searches.calibration.emulation import CUTOFF, implausibility
from experiments.searches.calibration.ensemble import (
    CONFIRMING,
    FIRST_CONFIRMING,
    choose,
    confirm,
    scenario_folder,
)
from experiments.searches.calibration.evaluation import measuring_digest, store_of
from experiments.searches.calibration.priors import defaults, values_at
from experiments.searches.calibration.question import DEFAULT, PUBLISHED, Question
from experiments.searches.calibration.results import Calibration
from experiments.searches.calibration.scenarios import write_question, write_scenarios, write_status_quo
from experiments.searches.calibration.waves import (
    Plan,
    calibrate_waves,
    fit_all,
    generator,
    points_of,
    sample_region,
)
from experiments.searches.calibration.write_up import write_up
from experiments.searches.record import write_record, write_tables
from experiments.settings.schema import SCHEMA_VERSION, RunConfig
from experiments.studies.engine import Progress
from experiments.studies.store import claim_folder
from sim.parameters import ConfigError


def plan_of(config: RunConfig, options: Any, question: Question = DEFAULT) -> Plan:
    """Return the plan that a command's options describe, to answer a question.

    Raises
    ------
    ConfigError : fewer than one wave, or too few points to fit a trend to
    """
    least = len(question.priors) + 2
    if options.waves < 1 or options.points < least:
        raise ConfigError(
            f"calibrate needs --waves of at least 1 and --points of at least {least}; "
            f"got {options.waves} and {options.points}"
        )
    name = question.name.removeprefix(f"{PUBLISHED}_")
    usual = results_folder("calibration", name) if question.own else Path("results/calibration")
    folder = Path(options.output or config.out or usual)
    return Plan(config, folder, options.waves, options.points, question=question)


def calibrate(
    plan: Plan, progress: Progress, scenarios: Path | None = None, words: dict[str, Any] | None = None
) -> Calibration:
    """Run what is missing of a calibration and write everything that it gives.

    The ensemble lies in the plan's folder. That of the published targets goes to ``scenarios`` too (default:
    the packaged ones) if it has its full size. Where emulators rule out all the ranges, no candidate is run.
    ``words`` are what a command was asked for, kept in the folder for `resume`.

    Raises
    ------
    ConfigError : the folder holds another calibration
    Interrupted : Ctrl-C; the same command goes on
    """
    claim_folder(plan.folder, description(plan), words)
    started = now()
    runs, waves = calibrate_waves(plan, progress)
    hopeless = any(one.ruled_out for one in contradictions(plan.question, runs, plan.config.seed))
    confirmed, confirming = (pd.DataFrame(),) * 2 if hopeless else confirm(plan, runs, progress)
    found = summarise(plan, runs, (confirmed, confirming), waves)
    tables = tables_of(plan, found, confirming)
    save(plan, found, tables)
    write_scenarios(found.ensemble, plan.folder / "scenario", plan.question)
    if plan.question.own:
        write_status_quo(plan.config, plan.folder / "package", plan.question)
        write_question(plan.question, plan.folder)
    elif found.complete:
        write_scenarios(found.ensemble, scenarios or scenario_folder())
    write_record(plan.folder, store_of(plan.folder), tables, plan.config.seed, started)
    return found


def description(plan: Plan) -> dict[str, Any]:
    """Return what makes this calibration this one; equal for every continuation of it."""
    config, question = plan.config, plan.question
    own = {"setting": question.setting, "members": question.members} if question.own else {}
    return {
        "schema_version": SCHEMA_VERSION,
        "code": [code_digest(), measuring_digest()],
        "world": asdict(config.world),
        "status_quo": config.status_quo,
        "warmup": config.warmup,
        "seed": config.seed,
        "waves": plan.waves,
        "points": plan.points,
        "replications": plan.replications,
        "parameters": [asdict(prior) for prior in question.priors],
        "targets": [[t.key, t.band, t.margin] for t in question.targets],
        **own,
    }


def summarise(
    plan: Plan,
    runs: pd.DataFrame,
    candidates: tuple[pd.DataFrame, pd.DataFrame],
    waves: list[dict[str, float]],
) -> Calibration:
    """Return the ensemble and all that the runs teach about the parameters.

    ``candidates`` are what `confirm` returns.
    """
    question, (confirmed, confirming) = plan.question, candidates
    emulators, known = fit_all(runs, question), points_of(runs, question)
    region, share = sample_region(emulators, generator(plan, 999), known)
    region = region[implausibility(emulators, region) < CUTOFF]
    region = region if len(region) else known
    ensemble, moves = choose(confirmed, question=question), identifiability.slopes(runs, question)
    every = pd.concat([runs, confirming], ignore_index=True)
    return Calibration(
        runs=runs,
        confirmed=confirmed,
        ensemble=ensemble,
        waves=[*waves, {"wave": len(waves) + 1, "points": len(confirmed), "share_of_prior": share}],
        region=region,
        parameters=identifiability.parameter_table(
            defaults(plan.config.world, question.priors), ensemble, region, moves, question
        ),
        slopes=moves,
        correlations=identifiability.correlations(region, names=question.names),
        directions=identifiability.directions(region, names=question.names),
        quality=identifiability.fit_quality(emulators, confirming, question),
        contradictions=[] if len(ensemble) else contradictions(question, every, plan.config.seed),
        wanted=question.members,
    )


def tables_of(plan: Plan, found: Calibration, confirming: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of a calibration by the names of their files."""
    return {
        "points": pd.concat([found.runs, confirming], ignore_index=True),
        "candidates": found.confirmed,
        "ensemble": found.ensemble,
        "parameters": found.parameters,
        "slopes": found.slopes,
        "region": pd.DataFrame(values_at(found.region[:2000], plan.question.priors)),
    }


def save(plan: Plan, found: Calibration, tables: dict[str, pd.DataFrame]) -> None:
    """Write the tables and the page that explains them."""
    write_tables(plan.folder, tables)
    write_up(plan.folder / "calibration.md", plan, found, seeds(plan))


def seeds(plan: Plan) -> dict[str, list[int]]:
    """Return the seeds of the waves and of the confirming runs."""
    first = {"waves": (0, plan.replications), "confirming": (FIRST_CONFIRMING, CONFIRMING)}
    return {
        name: [replication_seed(plan.config.seed, r, CALIBRATION_WORD) for r in range(start, start + n)]
        for name, (start, n) in first.items()
    }
