"""The command `search`: trials, candidates, fresh runs of these, and what was found, in one folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from experiments.files.provenance import now
from experiments.files.whole import write_json, write_yaml
from experiments.searches.asking import Asked, Measured, Point, Problem, ask_and_tell
from experiments.searches.packages.candidates import choose
from experiments.searches.packages.estimates import BASE, Findings, conclude, name_of
from experiments.searches.packages.levers import package_at
from experiments.searches.packages.plan import SearchPlan
from experiments.searches.packages.trials import branches_of, run_rows, seeds_of
from experiments.searches.packages.write_up import summary, write_up
from experiments.searches.record import write_record, write_tables
from experiments.searches.runner import FRESH, SEARCHING, Runner
from experiments.settings.schema import digest
from experiments.studies.engine import EvaluationError, Progress
from experiments.studies.executors.choose import executor_of
from experiments.studies.executors.pool import check_guard
from experiments.studies.store import claim_folder
from experiments.studies.tasks import Executor


def run_packages(
    plan: SearchPlan, runner: Runner, packages: Mapping[int, dict[str, Any]], stage: int, replications: int
) -> pd.DataFrame:
    """Return the runs (`run_rows`) of packages on the seeds of a stage, after what is missing has run."""
    seeds = seeds_of(plan.config, stage, replications)
    runner.run(branches_of(plan.config, list(packages.values())), seeds, len(packages))
    return run_rows(plan.store, plan.config, packages, seeds)


def search(
    plan: SearchPlan,
    progress: Progress,
    executor: Executor | None = None,
    words: dict[str, Any] | None = None,
) -> Findings:
    """Run what is missing of a search and write all that it gives.

    Parameters
    ----------
    progress : called with the runs done and those of the whole search
    executor : what carries runs out; by default processes of this machine
    words : what a command was asked for, kept in the folder for `resume`

    Raises
    ------
    ConfigError : the folder holds another search, or Optuna is missing
    EvaluationError : every trial failed, or every fresh run
    Interrupted : Ctrl-C; the same command goes on
    """
    check_guard()
    place = executor or executor_of(plan.config, plan.store)
    claim_folder(plan.folder, plan.description(), words)
    started = now()
    effort = plan.effort
    total = effort.trials * effort.replications + (effort.candidates + 1) * effort.fresh
    runner = Runner(plan.config, plan.store, place, progress, total)
    asked = ask_and_tell(problem_of(plan), lambda points: measure(plan, runner, points))
    trials = trial_table(plan, asked)
    if not trials["ok"].any():
        raise EvaluationError(f"every trial failed, the first with {runner.why}")
    packages = chosen_packages(plan, asked, choose(plan, trials[~trials["is_base"]]))
    fresh = run_packages(plan, runner, packages, FRESH, effort.fresh)
    if fresh.empty:
        raise EvaluationError(f"every fresh run failed, the first with {runner.why}")
    progress(runner.total, runner.total)
    found = conclude(plan, trials, packages, fresh)
    save(plan, found)
    write_record(plan.folder, plan.store, tables_of(found), plan.config.seed, started)
    return found


def problem_of(plan: SearchPlan) -> Problem:
    """Return the search as the loop sees it."""
    effort = plan.effort
    return Problem(plan.dimensions, plan.senses, effort.trials, effort.batch, plan.config.seed, plan.first())


def measure(plan: SearchPlan, runner: Runner, points: Sequence[Point]) -> list[Measured | None]:
    """Run the packages at points and return the mean outcomes of each; None where a run failed."""
    packages = {number: package_at(plan.config.package, point) for number, point in enumerate(points)}
    runs = run_packages(plan, runner, packages, SEARCHING, plan.effort.replications)
    return [measured(plan, runs[runs["package"] == number]) for number in packages]


def measured(plan: SearchPlan, runs: pd.DataFrame) -> Measured | None:
    """Return what the runs of one package come to; None where one is missing or an outcome is undefined.

    Outcomes that are looked at beside the objectives are told in the constraints only.
    """
    if len(runs) < plan.effort.replications:
        return None
    means = runs[list(plan.measured)].mean()
    if not np.isfinite(means.to_numpy(float)).all():
        return None
    excess = [one.excess(float(means[one.outcome])) for one in plan.constraints]
    return Measured(tuple(float(means[name]) for name in plan.objectives), tuple(excess))


def trial_table(plan: SearchPlan, asked: Sequence[Asked]) -> pd.DataFrame:
    """Return one row a trial: its levers, and the means of its runs in the search."""
    seeds = seeds_of(plan.config, SEARCHING, plan.effort.replications)
    packages = {one.number: package_at(plan.config.package, one.point) for one in asked}
    runs = run_rows(plan.store, plan.config, packages, seeds)
    first: dict[str, int] = {}
    rows = []
    for one in asked:
        own = runs[runs["package"] == one.number]
        ok = one.measured is not None
        excess = [scaled_excess(plan, place, one.measured) for place in range(len(plan.constraints))]
        twin = first.setdefault(digest(packages[one.number]), one.number)
        means = {name: float(own[name].mean()) if ok else np.nan for name in plan.measured}
        row = {"trial": one.number, "ok": ok, "twin": twin, "excess": max(excess, default=0.0)}
        row["is_base"] = packages[one.number] == plan.config.package
        rows.append(row | one.point | means)
    return pd.DataFrame(rows)


def scaled_excess(plan: SearchPlan, place: int, measured: Measured | None) -> float:
    """Return by how much of its limit a trial misses a constraint, so that constraints compare."""
    limit = abs(plan.constraints[place].limit)
    return measured.excess[place] / (limit or 1.0) if measured else np.nan


def chosen_packages(
    plan: SearchPlan, asked: Sequence[Asked], numbers: Sequence[int]
) -> dict[int, dict[str, Any]]:
    """Return the packages that are run again by their trial, the base package first."""
    own = {number: package_at(plan.config.package, asked[number].point) for number in numbers}
    return {BASE: plan.config.package} | own


def tables_of(found: Findings) -> dict[str, pd.DataFrame]:
    """Return the tables of a search by the names of their files."""
    return {
        "trials": found.trials,
        "candidates": found.candidates,
        "estimates": found.estimates,
        "fresh_runs": found.runs,
    }


def save(plan: SearchPlan, found: Findings) -> None:
    """Write the tables, the page and, if there is one, the package that was looked for."""
    write_tables(plan.folder, tables_of(found))
    write_packages(plan, found)
    content = summary(plan, found) | {"effort": asdict(plan.effort)}
    write_json(plan.folder / "search.json", content)
    write_up(plan.folder / "search.md", plan, found)


def write_packages(plan: SearchPlan, found: Findings) -> None:
    """Write the candidates as packages that other commands can choose by ``--configs FOLDER/configs``."""
    named = {name_of(number): package for number, package in found.packages.items() if number != BASE}
    if found.cheapest is not None:
        named["cheapest_feasible"] = found.packages[found.cheapest]
    for name, package in named.items():
        write_yaml(plan.folder / "configs" / "package" / f"{name}.yaml", package | {"name": name})
