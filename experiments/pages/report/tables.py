"""The tables of the report: all outcomes of all packages, and what pairing saved."""

from __future__ import annotations

from typing import Any

import pandas as pd

from experiments.language import captions
from experiments.language.estimates import (
    change_brackets,
    change_interval,
    difference,
    direction,
    interval,
    same_everywhere,
)
from experiments.language.outcomes import ADAPTING, OUTCOMES, Outcome, fitting
from experiments.language.words import heading, number, plural, rate
from experiments.pages.report.answer import row_of
from experiments.studies.answers import savings
from experiments.studies.results import StudyResults, column

UNDEFINED = {"mean": "–", "interval": captions.UNDEFINED, "apart": False}
PACKAGES_A_TABLE = 5


def outcome_tables(study: StudyResults) -> list[dict[str, Any]]:
    """Return the outcomes of all packages, a few packages a table; the baseline leads each."""
    others = [label for label in study.order() if label != study.baseline]
    step = PACKAGES_A_TABLE - 1
    chunks = [others[i : i + step] for i in range(0, len(others), step)] or [[]]
    return [outcome_table(study, [study.baseline, *chunk]) for chunk in chunks]


def outcome_table(study: StudyResults, labels: list[str]) -> dict[str, Any]:
    """Return one table: a row an outcome, a cell a package."""
    outcomes = [in_fitting_unit(study, outcome) for outcome in known_outcomes(study)]
    return {
        "heads": [heading(label) for label in labels],
        "rows": [
            {
                "name": outcome.name,
                "unit": outcome.unit,
                "cells": [cell(study, label, outcome) for label in labels],
            }
            for outcome in outcomes
        ],
    }


def in_fitting_unit(study: StudyResults, outcome: Outcome) -> Outcome:
    """Return the outcome in thousand RMB where millions would show only zeros."""
    means = study.rows_of(outcome.column)["mean"]
    return fitting(outcome, means[means.index.isin(study.packages)].abs().max())


def known_outcomes(study: StudyResults) -> list[Outcome]:
    """Return the outcomes that the study measured."""
    measured = set(study.comparison["outcome"]) if "outcome" in study.comparison else set()
    return [outcome for outcome in OUTCOMES if outcome.column in measured or not measured]


def defined_outcomes(study: StudyResults) -> list[Outcome]:
    """Return the outcomes whose meaning the report has to tell."""
    measured = set(column(study.comparison, "outcome"))
    return known_outcomes(study) + [outcome for outcome in ADAPTING if outcome.column in measured]


def cell(study: StudyResults, label: str, outcome: Outcome) -> dict[str, Any]:
    """Return what one cell says: the mean, its interval, and the paired difference from the baseline."""
    row = row_of(study, label, outcome)
    if row is None:
        return (
            dict.fromkeys(("change", "change_interval", "alone"), "")
            | UNDEFINED
            | said_n(study, label, outcome)
        )
    compared = label != study.baseline and bool(difference(row, outcome))
    same = compared and same_everywhere(row)
    bracketed = compared and not same
    return {
        "mean": outcome.text(row["mean"]),
        "interval": interval_or_bound(outcome, row),
        "change": "0" if same else outcome.change(row["difference"]) if compared else "",
        "change_interval": change_interval(row, outcome) if bracketed else "",
        "alone": change_brackets(row, outcome, "diff") if bracketed else "",
        "apart": bracketed and direction(row) != 0,
    } | said_n(study, label, outcome)


def said_n(study: StudyResults, label: str, outcome: Outcome) -> dict[str, str]:
    """Say in how many runs an outcome is defined, and in how many pairs, where that is not all of them."""
    own, base = (replications(study, name) for name in (label, study.baseline))
    n, n_pairs = (count(table, label, outcome) for table in (study.comparison, study.pairing))
    said = [] if n is None or n == len(own) else [f"{n:,} of {plural(len(own), 'run')}"]
    if n and n_pairs is not None and n_pairs < len(own & base):
        said.append(plural(n_pairs, "pair"))
    return {"n": ", ".join(said)}


def replications(study: StudyResults, label: str) -> set[int]:
    """Return the replications that a package finished."""
    return set(study.finished.loc[study.finished["package"] == label, "replication"])


def count(table: pd.DataFrame, label: str, outcome: Outcome) -> int | None:
    """Return the ``n`` of a package and outcome in a table; None if it has no such row."""
    rows = table[(column(table, "package") == label) & (column(table, "outcome") == outcome.column)]
    return int(rows["n"].iloc[0]) if len(rows) else None


def interval_or_bound(outcome: Outcome, row: Any) -> str:
    """Return the interval of a mean; where nothing was seen, its upper bound or that it never was."""
    if row["mean"] != 0:
        return interval(row, outcome)
    bound = rate(outcome.scale * row["high"])
    return captions.none_seen_below(bound) if row["high"] > 0 else captions.NONE_SEEN


def pairing_rows(study: StudyResults) -> list[dict[str, str]]:
    """Return, for each outcome, the share of variance that pairing saved: median, least and most."""
    spans = savings(study)
    return [
        {"name": outcome.name}
        | {str(name): number(100 * float(spans[name][outcome.column]), 0) for name in spans}
        for outcome in known_outcomes(study)
        if outcome.column in spans.index
    ]
