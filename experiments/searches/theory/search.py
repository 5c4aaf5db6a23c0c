"""The command `theory`: screening, emulators, confirmation, and what was found, in one folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.files.provenance import code_digest, now
from experiments.files.whole import read_table, write_json, write_table
from experiments.searches.record import write_record, write_tables
from experiments.searches.theory.confirmation import choose, confirm
from experiments.searches.theory.estimates import Surface, estimate_rows, fit_surface, map_rows
from experiments.searches.theory.findings import Findings
from experiments.searches.theory.levers import detection_of
from experiments.searches.theory.propositions import PROPOSITIONS, Proposition
from experiments.searches.theory.screening import Plan, screen
from experiments.searches.theory.space import SPACE, without
from experiments.searches.theory.trials import measuring_digest
from experiments.searches.theory.verdicts import judge, lead, named, verdicts
from experiments.searches.theory.write_up import summary, write_up
from experiments.settings.config import load_config
from experiments.settings.overrides import parse
from experiments.settings.schema import SCHEMA_VERSION
from experiments.studies.engine import Progress
from experiments.studies.executors.choose import executor_of
from experiments.studies.store import claim_folder
from experiments.studies.tasks import Executor
from sim.parameters import ConfigError

DAYS = 270
"""Days of policy, unless an override says otherwise; the first third is not measured."""


def plan_of(overrides: Sequence[str], configs: str | None, options: Any) -> Plan:
    """Return the search that a command's words describe; a parameter that they set is not searched.

    Raises
    ------
    ConfigError : a number is too small, nothing is left to search, or the package does not detect
    """
    config = load_config([f"days={DAYS}", *overrides], configs)
    space = without(SPACE, (override.key_or_group for override in parse(overrides)))
    least = {"points": len(space) + 2, "replications": 2, "candidates": 1, "confirm": 2}
    for name, low in least.items():
        if getattr(options, name) < low:
            raise ConfigError(f"theory needs --{name} of at least {low}; got {getattr(options, name)}")
    if not space or config.days < 3:
        raise ConfigError("theory needs a parameter to search (--help says which) and days of at least 3")
    detection_of(config.package)
    folder = Path(options.output or config.out or "results/theory")
    numbers = (options.points, options.replications, options.candidates, options.confirm)
    return Plan(config, folder, space, *numbers, propositions=wanted(options.only))


def wanted(keys: Sequence[str]) -> tuple[Proposition, ...]:
    """Return the propositions of these keys, all without any.

    Raises
    ------
    ConfigError : there is none of that key
    """
    known = {proposition.key: proposition for proposition in PROPOSITIONS}
    for key in keys:
        if key not in known:
            raise ConfigError(f"there is no proposition {key!r}; there are {', '.join(known)}")
    return tuple(known[key] for key in known if key in keys or not keys)


def search(
    plan: Plan, progress: Progress, executor: Executor | None = None, words: dict[str, Any] | None = None
) -> Findings:
    """Run what is missing of a search and write all that it gives.

    Parameters
    ----------
    progress : called with the trials done and those of the whole search
    executor : what carries trials out; by default processes of this machine
    words : what a command was asked for, kept in the folder for `resume`

    Raises
    ------
    ConfigError : the folder holds another search
    EvaluationError : every trial of the screening failed
    Interrupted : Ctrl-C; the same command goes on
    """
    claim_folder(plan.folder, description(plan), words)
    started, place = now(), executor or executor_of(plan.config, plan.store)
    first = plan.screening_trials
    total = first + len(plan.propositions) * plan.candidates * plan.confirm
    design, screened = screen(plan, place, lambda done, _: progress(done, total))
    surfaces = [fit_surface(plan, proposition, design, screened) for proposition in plan.propositions]
    candidates = chosen(plan, surfaces, design)
    confirmed = confirm(plan, candidates, place, lambda done, _: progress(first + done, total))
    progress(total, total)
    found = conclude(plan, surfaces, design, pd.concat([screened, confirmed], ignore_index=True), candidates)
    save(plan, found)
    write_record(plan.folder, plan.store, tables_of(found), plan.config.seed, started)
    return found


def chosen(plan: Plan, surfaces: Sequence[Surface], design: pd.DataFrame) -> pd.DataFrame:
    """Return the candidates; they are written before they are run, and read back ever after."""
    file = plan.folder / "candidates.csv"
    if not file.exists():
        write_table(file, pd.concat([choose(plan, s, design) for s in surfaces], ignore_index=True))
    return read_table(file)


def description(plan: Plan) -> dict[str, Any]:
    """Return what makes this search this one; equal for every continuation of it."""
    config = plan.config
    return {
        "schema_version": SCHEMA_VERSION,
        "code": [code_digest(), measuring_digest()],
        "world": asdict(config.world),
        "status_quo": config.status_quo,
        "package": config.package,
        "warmup": config.warmup,
        "days": config.days,
        "seed": config.seed,
        "points": plan.points,
        "replications": plan.replications,
        "candidates": plan.candidates,
        "confirm": plan.confirm,
        "space": [asdict(prior) for prior in plan.space],
        "hypotheses": {p.key: [h.text for h in p.hypotheses] for p in plan.propositions},
    }


def conclude(
    plan: Plan,
    surfaces: Sequence[Surface],
    design: pd.DataFrame,
    runs: pd.DataFrame,
    candidates: pd.DataFrame,
) -> Findings:
    """Judge the candidates, and say where else the propositions are estimated to hold."""
    judged = judge(candidates, runs[runs["stage"] == "confirmation"])
    found = verdicts(judged, candidates)
    leads = {key: lead(found[found["proposition"] == key]) for key in named(found)}
    maps = [row for s in surfaces for row in map_rows(plan, s, int(leads[s.proposition.key]["hypothesis"]))]
    screened = runs[runs["stage"] == "screening"]
    estimates = [row for surface in surfaces for row in estimate_rows(plan, surface, screened)]
    return Findings(design, runs, pd.DataFrame(estimates), pd.DataFrame(maps), judged, found)


def tables_of(found: Findings) -> dict[str, pd.DataFrame]:
    """Return the tables of a search by the names of their files."""
    return {
        "design": found.design,
        "runs": found.runs,
        "estimates": found.estimates,
        "maps": found.maps,
        "contrasts": found.judged,
        "verdicts": found.candidates,
    }


def save(plan: Plan, found: Findings) -> None:
    """Write the tables, the summary and the page."""
    write_tables(plan.folder, tables_of(found))
    content = summary(plan, found)
    write_json(plan.folder / "theory.json", content)
    write_up(plan.folder / "theory.md", plan, found, content)
