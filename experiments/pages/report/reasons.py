"""Why packages work, whom they deter, how people adapt: sentences whose words follow from the numbers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.decomposition import CHANNELS, DAY_ONE, TOTAL
from experiments.analysis.intervals import interval
from experiments.analysis.relative import difference_of_changes, relative_change
from experiments.analysis.simultaneous import ERROR
from experiments.figures import channels
from experiments.figures.deterred import GROUPS
from experiments.figures.style import rows
from experiments.figures.tables import Study
from experiments.language.words import heading, humanise, number
from experiments.pages.report.answer import NARROW, listed

HALVES = tuple(pairwise(list(GROUPS)[1:]))[::2]
"""Kinds of shops that are told apart: new and old, small and large, good and bad."""


def channel_sentences(study: Study) -> list[str]:
    """Say, for each decomposed package, which channels lower brushing and which raise it."""
    parts = rows(channels.prepare(study), "part")
    return [package_channels(own.set_index("channel")) for _, own in parts.groupby("arm", sort=False)]


def package_channels(parts: pd.DataFrame) -> str:
    """Say what the channels of one package do; only what all intervals together tell apart from 0."""
    told = [name for name in CHANNELS if sign_of(parts.loc[name]) != 0]
    unclear = [name for name in CHANNELS if name not in told]
    clauses = [f"{name} {verb(parts.loc[name])} it by {size(parts.loc[name])}" for name in told]
    if unclear:
        clauses.append(
            f"what {listed(unclear)} {'adds' if len(unclear) == 1 else 'add'} cannot be told apart from 0"
        )
    name = heading(str(parts["arm"].iloc[0]))
    return (
        f"{name}: through all channels brushing changes by {points(parts.loc[TOTAL])}; "
        f"{'; '.join(clauses)}. Before anybody evades it changes by {points(parts.loc[DAY_ONE])}."
    )


def sign_of(part: Any) -> int:
    """Return the sign of a part whose simultaneous interval leaves out 0; else 0."""
    return int(part["sim_low"] > 0) - int(part["sim_high"] < 0)


def verb(part: Any) -> str:
    """Return what a channel does to brushing."""
    return "raises" if sign_of(part) > 0 else "lowers"


def size(part: Any) -> str:
    """Write how large a part is, whatever its sign, with its interval."""
    low, high = sorted((abs(part["sim_low"]), abs(part["sim_high"])))
    return f"{number(abs(part['mean']), 2)} [{number(low, 2)},\u00a0{number(high, 2)}]"


def points(part: Any) -> str:
    """Write a change in percentage points with its simultaneous interval, if it has one."""
    plus = "+" if part["mean"] > 0 else ""
    text = f"{plus}{number(part['mean'], 2)} percentage points"
    return text if pd.isna(part["sim_low"]) else f"{text} {brackets(part['sim_low'], part['sim_high'], 2)}"


def brackets(low: float, high: float, digits: int) -> str:
    """Write an interval of changes."""
    low_text, high_text = (("+" if end > 0 else "") + number(end, digits) for end in (low, high))
    return f"[{low_text},\u00a0{high_text}]"


def risk_sentences(study: Study) -> list[str]:
    """Say under which packages merchants perceive more, or less, risk than there is."""
    return change_sentences(study, "true_risk", "perceived_risk", said_of_risk)


def said_of_risk(label: str, true: float, perceived: float, sign: int, change: str) -> str:
    """Say how perceived risk compares with the true one under a package, both in % per 30 days."""
    levels = f"{percent(perceived)} against {percent(true)} per 30 days ({change})"
    if sign == 0:
        return f"Under {label} perceived and true risk cannot be told apart: {levels}."
    return f"Under {label} merchants perceive {'more' if sign > 0 else 'less'} risk than there is: {levels}."


def recall_sentences(study: Study) -> list[str]:
    """Say how the detector's recall moves from the first to the last 90 days under each package."""
    return change_sentences(study, "recall_first_90", "recall_last_90", said_of_recall)


def said_of_recall(label: str, first: float, last: float, sign: int, change: str) -> str:
    """Say how recall moves under one package."""
    levels = f"{percent(first, 1)} in the first 90 days, {percent(last, 1)} in the last 90 ({change})"
    if sign == 0:
        return f"Under {label} the detector's recall cannot be told to move: {levels}."
    return f"Under {label} the detector's recall {'rises' if sign > 0 else 'falls'}: {levels}."


def percent(share: float, digits: int = 2) -> str:
    """Write a share in percent."""
    return f"{number(100 * share, digits)}{NARROW}%"


Say = Callable[[str, float, float, int, str], str]


def change_sentences(study: Study, before: str, after: str, say: Say) -> list[str]:
    """Say of each package how two outcomes of the same runs differ; intervals hold for all packages."""
    if not {before, after} <= set(study.finished):
        return []
    pairs = {
        label: study.finished.loc[study.finished["package"] == label, [before, after]].astype(float).dropna()
        for label in study.order()
    }
    pairs = {label: own for label, own in pairs.items() if len(own) > 1}
    told = []
    for label, own in pairs.items():
        mean, low, high = interval((own[after] - own[before]).to_numpy(float), ERROR / len(pairs))
        change = (
            f"{'+' if mean > 0 else ''}{number(100 * mean, 2)} percentage points "
            f"{brackets(100 * low, 100 * high, 2)}"
        )
        sign = int(low > 0) - int(high < 0)
        told.append(say(humanise(label), own[before].mean(), own[after].mean(), sign, change))
    return told


def deterred_sentences(study: Study) -> list[str]:
    """Say of each package among which kind of shop brushing falls, or rises, more."""
    if not set(GROUPS) <= set(study.finished):
        return []
    labels = [label for label in study.order() if label != study.baseline]
    error = ERROR / max(len(labels) * len(HALVES), 1)
    clauses = {label: package_deterred(study, label, error) for label in labels}
    told = [f"{heading(label)}: {'; '.join(own)}." for label, own in clauses.items() if own]
    silent = [humanise(label) for label, own in clauses.items() if not own]
    if silent:
        told.append(
            f"Under {listed(silent)} no kind of shop can be told apart from its opposite: neither new from "
            "old, nor small from large, nor good from bad."
        )
    return told


def package_deterred(study: Study, label: str, error: float) -> list[str]:
    """Say of one package which two kinds of shops change apart."""
    told = []
    for one, two in HALVES:
        pairs = paired(study, label, one), paired(study, label, two)
        _, low, high = difference_of_changes(*pairs, error)
        if low > 0 or high < 0:
            told.append(more_among((GROUPS[one], GROUPS[two]), [relative_change(*pair)[1] for pair in pairs]))
    return told


def more_among(names: tuple[str, str], changes: list[float]) -> str:
    """Say of two kinds of shops among which the share that brushes falls, or rises, more."""
    (low, first), (high, second) = sorted(zip(changes, names, strict=True))
    if high <= 0:
        return (
            f"brushing falls more among {first} than among {second} shops ({signed(low)} against "
            f"{signed(high)})"
        )
    if low >= 0:
        return (
            f"brushing rises more among {second} than among {first} shops ({signed(high)} "
            f"against {signed(low)})"
        )
    return f"brushing falls among {first} and rises among {second} shops ({signed(low)} and {signed(high)})"


def signed(change: float) -> str:
    """Write a relative change in percent with its sign."""
    return f"{'+' if change > 0 else ''}{percent(change, 0)}"


def paired(study: Study, label: str, outcome: str) -> tuple[np.ndarray, np.ndarray]:
    """Return an outcome of a package and of the baseline, in the replications that both finished."""
    done = study.finished
    own, base = (
        done[done["package"] == name].set_index("replication")[outcome].astype(float)
        for name in (label, study.baseline)
    )
    both = own.index.intersection(base.index)
    return own.loc[both].to_numpy(float), base.loc[both].to_numpy(float)
