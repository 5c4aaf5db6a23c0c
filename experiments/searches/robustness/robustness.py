"""The search `robustness`: regret, satisficing and failing worlds of packages over an exploration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.choice import Limit, Rule, mean_scores, scores
from experiments.analysis.regret import kept, regret_rows, regrets, share_interval
from experiments.files.whole import write_table
from experiments.language.outcomes import told
from experiments.searches.explored import Explored
from experiments.searches.robustness.discovery import discover
from experiments.searches.robustness.findings import Failing, Robustness
from experiments.searches.robustness.write_up import write_up
from experiments.settings.rules import OBJECTIVES
from sim.parameters import ConfigError

WORST = 0.75
"""Quantile of a package's own regrets beyond which it fails where there are no limits."""


def robustness(explored: Explored, rule: Rule) -> Robustness:
    """Compare packages over the worlds of an exploration and write what came out below its folder.

    Raises
    ------
    ConfigError : there is one package and no limit, or an extra is not installed
    """
    explored.with_outcomes(rule.outcomes)
    if len(explored.packages) < 2 and not rule.limits:
        raise ConfigError("robustness of a single package needs a limit, as in brushed_share.max=0.03")
    regret = all_regrets(explored, rule) if len(explored.packages) > 1 else pd.DataFrame()
    shares = satisficing(explored, rule.limits) if rule.limits else pd.DataFrame()
    found = Robustness(explored, rule, regret, shares, list(failing(explored, rule)))
    save(found)
    return found


def all_regrets(explored: Explored, rule: Rule) -> pd.DataFrame:
    """Return a row an outcome and package, the rule's outcome first; see `regret_rows`."""
    outcomes = dict.fromkeys([rule.outcome, *(name for name in OBJECTIVES if name in explored.results.runs)])
    tables = []
    for name in outcomes:
        own = Rule(name, told(name).better)
        rows = regret_rows(scores(explored.results.runs, explored.packages, own, explored.points))
        tables.append(rows.assign(outcome=name))
    return pd.concat(tables, ignore_index=True)


def world_regrets(explored: Explored, outcomes: Sequence[str]) -> pd.DataFrame:
    """Return the regret of each package in each world, a row an outcome, package and point."""
    tables = []
    for name in outcomes:
        own = Rule(name, told(name).better)
        means = mean_scores(scores(explored.results.runs, explored.packages, own, explored.points))
        long = regrets(means).rename_axis(index="point").reset_index()
        long = long.melt(id_vars="point", var_name="package", value_name="regret")
        tables.append(long.assign(outcome=name))
    return pd.concat(tables, ignore_index=True)


def satisficing(explored: Explored, limits: Sequence[Limit]) -> pd.DataFrame:
    """Return, by package, the share of worlds in which it keeps all limits, with Wilson's interval."""
    rows = []
    for package in explored.packages:
        own = kept(explored.results.runs, package, limits, explored.points).dropna(subset="kept")
        hits, n = int(own["kept"].sum()), len(own)
        low, high = share_interval(hits, n)
        share, unsure = (hits / n, float(own["unsure"].mean())) if n else (np.nan, np.nan)
        rows.append(
            {
                "package": package,
                "n_worlds": n,
                "share": share,
                "low": low,
                "high": high,
                "unsure_share": unsure,
            }
        )
    return pd.DataFrame(rows)


def failing(explored: Explored, rule: Rule) -> Iterator[Failing]:
    """Yield where each package misses limits or, without any, is in the worst quarter of its own regrets."""
    means = mean_scores(
        scores(explored.results.runs, explored.packages, Rule(rule.outcome, rule.sign), explored.points)
    )
    own = regrets(means) if len(explored.packages) > 1 else pd.DataFrame()
    for package in explored.packages:
        if rule.limits:
            table = kept(explored.results.runs, package, rule.limits, explored.points)["kept"].dropna()
            fails, beyond = table == 0, np.nan
        else:
            beyond = float(own[package].quantile(WORST))
            fails = own[package] > beyond
        worlds = explored.results.points.loc[fails.index]
        yield Failing(package, int(fails.sum()), len(fails), beyond, discover(worlds, fails.to_numpy(bool)))


def box_rows(found: Robustness) -> Iterator[dict[str, Any]]:
    """Yield a row for each side of each box."""
    for one in found.failing:
        for number, box in enumerate(one.boxes, start=1):
            for side in box.sides:
                yield {
                    "package": one.package, "box": number, "parameter": side.name,
                    "from": side.low, "to": side.high, "words": ", ".join(map(str, side.words)),
                    "quasi_p": side.quasi_p, "coverage": box.coverage, "density": box.density,
                    "mass": box.mass, "base": box.base, "held_out_density": box.held_out_density,
                    "n_worlds": one.n,
                }  # fmt: skip


def save(found: Robustness) -> None:
    """Write the tables and the page."""
    outcomes = list(found.regret["outcome"].unique()) if len(found.regret) else []
    tables = {
        "regret": found.regret,
        "regrets": world_regrets(found.explored, outcomes) if outcomes else pd.DataFrame(),
        "satisficing": found.satisficing,
        "boxes": pd.DataFrame(list(box_rows(found))),
    }
    for name, table in tables.items():
        file = found.folder / f"{name}.csv"
        file.unlink(missing_ok=True)
        if len(table):
            write_table(file, table)
    write_up(found.folder / "robustness.md", found)
