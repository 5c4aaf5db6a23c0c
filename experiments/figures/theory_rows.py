"""The rows behind the figure of one proposition: candidates, brushing by quality, map, screened points."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.figures import style
from experiments.files.whole import read_table
from experiments.language import search_texts as texts
from experiments.searches.calibration.priors import Prior
from experiments.searches.theory.levels import held_in_screening, level_differences, level_means
from experiments.searches.theory.measures import MEASURES
from experiments.searches.theory.propositions import Hypothesis, Proposition
from experiments.searches.theory.verdicts import hypothesis_of, lead
from experiments.studies.results import read_json

GROUPS = ("brushed_good", "brushed_bad")
PANELS = 3
"""Candidates shown at most."""


def prepare(folder: Path, proposition: Proposition) -> pd.DataFrame:
    """Return the rows of a figure: levels at candidates, brushing by quality, map, screened points."""
    found, runs = read_table(folder / "verdicts.csv"), read_table(folder / "runs.csv")
    own = found[found["proposition"] == proposition.key] if len(found) else found
    if own.empty or not (runs["stage"] == "confirmation").any():
        return style.note_table(texts.NO_CANDIDATE)
    first = lead(own)
    space = {row["path"]: Prior(**row) for row in read_json(folder / "study.json", {})["space"]}
    cells = read_table(folder / "maps.csv")
    cells = cells[cells["proposition"] == proposition.key]
    axes = [space[str(cells[name].iloc[0])] for name in ("x_name", "y_name")]
    order = pd.concat([own.loc[[first.name]], own.drop(index=first.name)]).head(PANELS)
    table = pd.concat(
        [
            title_row(proposition, own),
            *(level_rows(proposition, runs, candidate) for _, candidate in order.sort_index().iterrows()),
            group_rows(proposition, runs, first),
            cells[["x", "y", "share"]].assign(kind="cell"),
            point_rows(read_table(folder / "design.csv"), runs, hypothesis_of(first), axes),
            *(candidate_row(candidate, axes) for _, candidate in own.iterrows()),
            *(axis_rows(side, prior) for side, prior in zip(("x_axis", "y_axis"), axes, strict=True)),
        ],
        ignore_index=True,
    )
    return style.with_footnote(
        table.assign(text=table["text"].fillna("")), footnote(proposition, runs, order, own)
    )


def title_row(proposition: Proposition, own: pd.DataFrame) -> pd.DataFrame:
    """Return the row with the question, the verdict, and the names of lever and outcome."""
    found, n = int(own["found"].sum()), len(own)
    verdict, measure = texts.verdict(found, n), MEASURES[proposition.outcome]
    return pd.DataFrame(
        [
            {
                "kind": "title",
                "text": proposition.question,
                "verdict": verdict,
                "outcome": measure.name,
                "unit": measure.short,
                "lever": proposition.lever.meaning,
            }
        ]
    )


def level_rows(proposition: Proposition, runs: pd.DataFrame, candidate: pd.Series) -> pd.DataFrame:
    """Return, level by level, the outcome less that at the reference, within pairs."""
    names = {"kind": "level", "text": candidate["text"], "candidate": candidate["candidate"]}
    rows = [
        {**names, "order": i, **pick(own, "level", "mean", "low", "high"), "found": bool(candidate["found"])}
        | pick(own, "reference", "claimed")
        for i, own in enumerate(level_differences(proposition, runs, candidate))
    ]
    return pd.DataFrame(rows)


def pick(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return some entries of a row, in this order."""
    return {name: row[name] for name in names}


def group_rows(proposition: Proposition, runs: pd.DataFrame, candidate: pd.Series) -> pd.DataFrame:
    """Return brushed orders of good and bad shops, level by level."""
    rows = [
        {"kind": "group", "text": name, "candidate": candidate["candidate"], "order": i}
        | pick(own, "level", "mean", "low", "high")
        for name in GROUPS
        for i, own in enumerate(level_means(proposition, runs, candidate, name))
    ]
    return pd.DataFrame(rows)


def point_rows(
    design: pd.DataFrame, runs: pd.DataFrame, hypothesis: Hypothesis, axes: list[Prior]
) -> pd.DataFrame:
    """Return the screened points on the map, with whether the hypothesis held there, luck included."""
    holds = held_in_screening(runs, hypothesis)
    at = design.set_index("point").loc[holds.index]
    x, y = (axis.unit(at[axis.path].to_numpy(float)) for axis in axes)
    return pd.DataFrame({"kind": "point", "x": x, "y": y, "holds": holds.to_numpy(bool)})


def candidate_row(candidate: pd.Series, axes: list[Prior]) -> pd.DataFrame:
    """Return where a candidate lies on the map."""
    x, y = (float(axis.unit(np.array(candidate[axis.path]))) for axis in axes)
    return pd.DataFrame(
        [
            {
                "kind": "candidate",
                "candidate": candidate["candidate"],
                "x": x,
                "y": y,
                "found": bool(candidate["found"]),
            }
        ]
    )


def axis_rows(side: str, prior: Prior) -> pd.DataFrame:
    """Return the name of a map's axis and what its ticks say."""
    places = np.array([0, 0.5, 1])
    return pd.DataFrame({"kind": side, "text": prior.path, "x": places, "mean": prior.value(places)})


def footnote(proposition: Proposition, runs: pd.DataFrame, order: pd.DataFrame, own: pd.DataFrame) -> str:
    """Say what the marks mean."""
    points = runs[runs["stage"] == "screening"]["point"].nunique()
    first, unit = order.iloc[0]["candidate"], MEASURES[proposition.outcome].unit
    return texts.theory_note(int(order["n"].min()), first, (PANELS, len(own)), points, unit)
