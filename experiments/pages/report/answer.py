"""The study's answer: which rows of the comparison are told, and what they say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from experiments.language import comparisons, studies
from experiments.language.comparisons import BRUSHED, HITS
from experiments.language.estimates import direction
from experiments.language.outcomes import BY_COLUMN, Outcome
from experiments.language.words import heading, humanise
from experiments.studies.answers import frontier
from experiments.studies.results import StudyResults

BOUND = BY_COLUMN["capacity_bound_day_share"]


@dataclass(frozen=True)
class Finding:
    """One package's part of the answer."""

    package: str
    sentences: list[str]


def findings(study: StudyResults) -> list[Finding]:
    """Say for each package what it does to brushing and to innocent shops, against the baseline."""
    others = [label for label in study.order() if label != study.baseline]
    told = [Finding(heading(study.baseline), baseline_sentences(study))]
    told += [Finding(heading(label), package_sentences(study, label)) for label in others]
    return [finding for finding in told if finding.sentences]


def baseline_sentences(study: StudyResults) -> list[str]:
    """State the levels of the baseline."""
    brushed, hits = (row_of(study, study.baseline, outcome) for outcome in (BRUSHED, HITS))
    return [] if brushed is None or hits is None else [comparisons.levels_of_baseline(brushed, hits)]


def package_sentences(study: StudyResults, label: str) -> list[str]:
    """Compare one package with the baseline, if both finished."""
    told = []
    for outcome, say in ((BRUSHED, comparisons.brushing_compared), (HITS, comparisons.hits_compared)):
        row, base = row_of(study, label, outcome), row_of(study, study.baseline, outcome)
        told += [] if row is None else [say(row, base, study.baseline)]
    return told


def row_of(study: StudyResults, label: str, outcome: Outcome) -> Any:
    """Return the comparison's row of one package on one outcome; None where it has no value."""
    rows = study.rows_of(outcome.column)
    if label not in rows.index or not math.isfinite(float(rows["mean"][label])):
        return None
    return rows.loc[label]


def summary(study: StudyResults) -> list[str]:
    """Return the sentences about all packages together: frontier and capacity."""
    return [sentence for sentence in (frontier_sentence(study), capacity_sentence(study)) if sentence]


def frontier_sentence(study: StudyResults) -> str:
    """Name the packages that no other beats on both axes, from those with the fewest hits on."""
    hits, brushed = (study.rows_of(outcome.column)["mean"] for outcome in (HITS, BRUSHED))
    packages = [label for label in study.factual if label in study.order()]
    known = (hits.notna() & brushed.notna()).reindex(packages, fill_value=False)
    if known.sum() < 2:
        return ""
    best = frontier(study, (HITS.column, HITS.better), (BRUSHED.column, BRUSHED.better))
    front = [str(label) for label in hits.reindex(packages).sort_values(kind="stable").index if label in best]
    doubtful = [label for label in front if label != study.baseline and unclear(study, label)]
    return comparisons.frontier([humanise(label) for label in front], doubtful, study.baseline)


def unclear(study: StudyResults, label: str) -> bool:
    """Tell whether a package is on neither count unlike the baseline."""
    return not any(direction(study.rows_of(outcome.column).loc[label]) for outcome in (BRUSHED, HITS))


def capacity_sentence(study: StudyResults) -> str:
    """Say on how many days review capacity bound."""
    rows = study.rows_of(BOUND.column)
    shares = {label: float(rows["mean"][label]) for label in study.order() if label in rows.index}
    return comparisons.capacity(shares) if shares else ""


def reliability(study: StudyResults) -> str:
    """Say how many runs stand behind the answer."""
    return studies.reliability(len(study.finished), *study.replications())
