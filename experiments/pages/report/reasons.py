"""Why packages work, whom they deter, how people adapt: what the analysis says, told in sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from experiments.language import explanations
from experiments.studies.answers import (
    CHANNELS,
    DAY_ONE,
    KINDS,
    TOTAL,
    Division,
    changes_between,
    channel_effects,
    divisions,
)
from experiments.studies.results import StudyResults
from experiments.studies.worlds import agreement

NAMES = dict(zip(KINDS, explanations.KINDS, strict=True))
"""What kinds of shops are called, by column."""


def channel_sentences(study: StudyResults) -> list[str]:
    """Say, for each decomposed package, which channels lower brushing and which raise it."""
    if study.nothing_finished():
        return []
    effects = channel_effects(study).set_index(["package", "channel"])
    decomposed = set(effects.index.get_level_values("package"))
    return [package_channels(label, effects.loc[label]) for label in study.order() if label in decomposed]


def package_channels(label: str, effects: Any) -> str:
    """Say what the channels of one package do."""
    parts = [(name, sign_of(effects.loc[name], "sim_"), effects.loc[name]) for name in CHANNELS]
    return explanations.channels_of_package(label, parts, effects.loc[TOTAL], effects.loc[DAY_ONE])


def sign_of(row: Any, kind: str = "") -> int:
    """Return the sign of a change whose interval, of this kind, leaves out 0; else 0."""
    return int(row[f"{kind}low"] > 0) - int(row[f"{kind}high"] < 0)


def risk_sentences(study: StudyResults) -> list[str]:
    """Say under which packages merchants perceive more, or less, risk than there is."""
    return change_sentences(study, ("true_risk", "perceived_risk"), explanations.perceived_risk)


def recall_sentences(study: StudyResults) -> list[str]:
    """Say how the detector's recall moves from the first to the last 90 days under each package."""
    return change_sentences(study, ("recall_first_90", "recall_last_90"), explanations.recall)


def change_sentences(
    study: StudyResults, outcomes: tuple[str, str], say: Callable[[str, Any, int], str]
) -> list[str]:
    """Say of each package how two outcomes of the same runs differ; intervals hold for all packages."""
    changes = changes_between(study, *outcomes)
    return [say(str(row["package"]), row, sign_of(row)) for _, row in changes.iterrows()]


def deterred_sentences(study: StudyResults) -> list[str]:
    """Say of each package among which kind of shop brushing falls, or rises, more."""
    if not set(KINDS) <= set(study.finished):
        return []
    clauses = {label: [more_among(division) for division in own] for label, own in divisions(study).items()}
    told = [explanations.deterred(label, own) for label, own in clauses.items() if own]
    silent = [label for label, own in clauses.items() if not own]
    return told + ([explanations.nobody_deterred_more(silent)] if silent else [])


def more_among(division: Division) -> str:
    """Say of two kinds of shops among which the share that brushes falls, or rises, more."""
    names = NAMES[division.one], NAMES[division.two]
    return explanations.more_among(names, (division.change_one, division.change_two))


def world_sentences(study: StudyResults) -> list[str]:
    """Say in how many calibrated worlds each package leaves less brushing, and hits fewer innocents."""
    if study.worlds.empty:
        return []
    counts = agreement(study.worlds).set_index(["package", "outcome"])
    told = {
        "brushed_share": explanations.brushing_in_worlds,
        "innocent_hits_per_1000_shop_years": explanations.hits_in_worlds,
    }
    return [
        say(label, study.baseline, counts.loc[(label, outcome)])
        for label in study.order()
        for outcome, say in told.items()
        if (label, outcome) in counts.index
    ]
