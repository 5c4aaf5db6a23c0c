"""The command `stress`: responses tried, the best run again on fresh seeds, and what is left of a package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.bands import mean_bands
from experiments.files.provenance import now
from experiments.files.whole import write_json, write_yaml
from experiments.runs.replication import Branch
from experiments.runs.seeds import ADVERSARY_WORD, replication_seed
from experiments.searches.adversary.effects import (
    FIRST,
    LATER,
    NONE,
    PACKAGE,
    STATUS_QUO,
    Stressed,
    best_of,
    effect_table,
    first_days,
)
from experiments.searches.adversary.plan import BRUSHED, StressPlan
from experiments.searches.adversary.response import branch_of
from experiments.searches.adversary.write_up import summary, write_up
from experiments.searches.asking import Asked, Measured, Point, Problem, ask_and_tell
from experiments.searches.record import write_record, write_tables
from experiments.searches.runner import FRESH, SEARCHING, Runner
from experiments.studies.engine import EvaluationError, Progress
from experiments.studies.executors.choose import executor_of
from experiments.studies.executors.pool import check_guard
from experiments.studies.store import claim_folder
from experiments.studies.tasks import Executor

Arm = tuple[str, int, Point]
"""Whose institutions are in force, the number of the response, and what it changes."""


def run_arms(
    plan: StressPlan, runner: Runner, arms: Sequence[Arm], stage: int, replications: int
) -> pd.DataFrame:
    """Return one row a run that is stored, after what is missing has run."""
    seeds = [replication_seed(plan.config.seed, n, ADVERSARY_WORD, stage) for n in range(replications)]
    runner.run(lambda seed: [branch_at(plan, arm, seed) for arm in arms], seeds, len(arms))
    return run_rows(plan, arms, seeds)


def branch_at(plan: StressPlan, arm: Arm, seed: int) -> Branch:
    """Return an arm on a seed: the institutions that it has, and the response that meets them."""
    whose, _, response = arm
    package = plan.config.status_quo if whose == STATUS_QUO else plan.config.package
    return branch_of(plan.config, package, response, seed)


def run_rows(plan: StressPlan, arms: Sequence[Arm], seeds: Sequence[int]) -> pd.DataFrame:
    """Return arm, response, replication, key and outcomes of what is stored."""
    rows, done = [], plan.store.finished()
    for arm in arms:
        for replication, seed in enumerate(seeds):
            key = branch_at(plan, arm, seed).key
            if key in done:
                outcomes = plan.store.row(key)["outcomes"]
                own = {"arm": arm[0], "response": arm[1], "replication": replication, "seed": seed}
                rows.append(own | {"run_key": key, LATER: outcomes[BRUSHED]} | outcomes)
    return pd.DataFrame(rows, columns=None if rows else ["arm", "response", "replication", "run_key"])


def stress(
    plan: StressPlan,
    progress: Progress,
    executor: Executor | None = None,
    words: dict[str, Any] | None = None,
) -> Stressed:
    """Run what is missing of a stress test and write all that it gives; arguments as those of `search`.

    Raises
    ------
    ConfigError : the folder holds something else, or Optuna is missing
    EvaluationError : every trial failed, or every fresh run
    Interrupted : Ctrl-C; the same command goes on
    """
    check_guard()
    place = executor or executor_of(plan.config, plan.store)
    claim_folder(plan.folder, plan.description(), words)
    started = now()
    effort = plan.effort
    total = effort.trials * effort.replications + 2 * (effort.candidates + 1) * effort.fresh
    runner = Runner(plan.config, plan.store, place, progress, total)
    asked = ask_and_tell(problem_of(plan), lambda points: measure(plan, runner, points))
    trials = trial_table(plan, asked)
    if not trials["ok"].any():
        raise EvaluationError(f"every trial failed, the first with {runner.why}")
    responses = {number: plan.changed(asked[number].point) for number in choose(plan, trials)}
    fresh = with_first_days(plan, run_arms(plan, runner, arms_of(responses), FRESH, effort.fresh))
    if fresh.empty:
        raise EvaluationError(f"every fresh run failed, the first with {runner.why}")
    progress(runner.total, runner.total)
    effects = effect_table(fresh, list(responses))
    best = best_of(effects)
    found = Stressed(trials, effects, fresh, paths_of(plan, fresh, best), responses, best)
    save(plan, found)
    write_record(plan.folder, plan.store, tables_of(found), plan.config.seed, started)
    return found


def problem_of(plan: StressPlan) -> Problem:
    """Return the stress test as the loop sees it: the trade wants more."""
    effort = plan.effort
    return Problem(plan.dimensions, (1,), effort.trials, effort.batch, plan.config.seed, plan.first())


def measure(plan: StressPlan, runner: Runner, points: Sequence[Point]) -> list[Measured | None]:
    """Run the package against responses; return what each brings the trade, None where a run failed."""
    arms = [(PACKAGE, number, plan.changed(point)) for number, point in enumerate(points)]
    runs = run_arms(plan, runner, arms, SEARCHING, plan.effort.replications)
    return [gained(plan, runs[runs["response"] == number]) for number in range(len(points))]


def gained(plan: StressPlan, runs: pd.DataFrame) -> Measured | None:
    """Return the mean of the objective over the runs of one response."""
    if len(runs) < plan.effort.replications:
        return None
    mean = float(runs[plan.objective].astype(float).mean())
    return Measured((mean,)) if np.isfinite(mean) else None


def trial_table(plan: StressPlan, asked: Sequence[Asked]) -> pd.DataFrame:
    """Return one row a trial: the response, and what it seemed to bring."""
    rows = []
    for one in asked:
        gain = one.measured.values[0] if one.measured else np.nan
        values = {path: str(v) if isinstance(v, list) else v for path, v in one.point.items()}
        row = {"trial": one.number, "ok": one.measured is not None, "none": not plan.changed(one.point)}
        rows.append(row | values | {plan.objective: gain})
    return pd.DataFrame(rows)


def choose(plan: StressPlan, trials: pd.DataFrame) -> list[int]:
    """Return the trials that seemed to bring the trade most, each response once; no response is none."""
    own = trials[trials["ok"] & ~trials["none"]].drop_duplicates([one.path for one in plan.dimensions])
    order = own.sort_values(plan.objective, ascending=False, kind="stable")
    return [int(one) for one in order["trial"].head(plan.effort.candidates)]


def arms_of(responses: Mapping[int, Point]) -> list[Arm]:
    """Return what is run on fresh seeds: both packages, without a response and with each."""
    everything: dict[int, Point] = {NONE: {}, **responses}
    return [(arm, number, own) for number, own in everything.items() for arm in (STATUS_QUO, PACKAGE)]


def with_first_days(plan: StressPlan, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs with the brushed share of their first days."""
    paths = [plan.store.table(key, "path") for key in runs["run_key"]]
    return runs.assign(**{FIRST: [first_days(path) for path in paths]})


def paths_of(plan: StressPlan, runs: pd.DataFrame, best: int) -> pd.DataFrame:
    """Return mean weekly paths of brushing, %: the status quo, the package, and it with the best response."""
    shown = {(STATUS_QUO, NONE): STATUS_QUO, (PACKAGE, NONE): PACKAGE, (PACKAGE, best): "answered"}
    tables = [
        plan.store.table(key, "path").assign(package=shown[arm, number], run_key=key)
        for arm, number, key in zip(runs["arm"], runs["response"], runs["run_key"], strict=True)
        if (arm, number) in shown
    ]
    table = pd.concat(tables, ignore_index=True)
    table = table[table["day"] >= -0.2 * max(table["day"].max(), 1)]
    return mean_bands(table, 100 * table["brushed_share"], highest=100)


def tables_of(found: Stressed) -> dict[str, pd.DataFrame]:
    """Return the tables of a stress test by the names of their files."""
    return {
        "trials": found.trials,
        "effects": found.effects,
        "fresh_runs": found.runs,
        "paths": found.paths,
    }


def save(plan: StressPlan, found: Stressed) -> None:
    """Write the tables, the page and the best response."""
    write_tables(plan.folder, tables_of(found))
    write_yaml(plan.folder / "best_response.yaml", dict(found.responses.get(found.best, {})))
    write_json(plan.folder / "stress.json", summary(plan, found))
    write_up(plan.folder / "stress.md", plan, found)
