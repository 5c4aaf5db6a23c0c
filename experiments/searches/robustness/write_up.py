"""The page that `robustness` leaves, in Markdown, and its sentences."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.files.whole import write_bytes
from experiments.language import uncertainty as texts
from experiments.language.outcomes import told
from experiments.language.words import humanise
from experiments.searches.calibration.write_up import markdown

if TYPE_CHECKING:
    from experiments.searches.robustness.discovery import Box, Side
    from experiments.searches.robustness.findings import Failing, Robustness


def write_up(file: Path, found: Robustness) -> None:
    """Write the page."""
    parts = ["# Robustness", texts.worlds_sentence(len(found.explored.points), found.explored.replications)]
    parts += (
        ["## Regret", bullets(regret_sentences(found)), regret_tables(found)] if len(found.regret) else []
    )
    parts += ["## Limits", bullets(limit_sentences(found))] if len(found.satisficing) else []
    parts += ["## Where packages fail", bullets(failing_sentences(found)), texts.BOXES_NOTE]
    write_bytes(file, ("\n\n".join(parts) + "\n").encode())


def bullets(sentences: list[str]) -> str:
    """Return sentences as a list."""
    return "\n".join(f"- {sentence}" for sentence in sentences)


def regret_sentences(found: Robustness) -> list[str]:
    """Return a sentence a package on its regret in the rule's outcome."""
    if found.regret.empty:
        return []
    own = found.regret[found.regret["outcome"] == found.rule.outcome].sort_values("mean")
    return [texts.regret_sentence(row, found.rule.outcome) for _, row in own.iterrows()]


def regret_tables(found: Robustness) -> str:
    """Return the regrets of every outcome in readers' units."""
    parts = [
        f"Regret in {texts.named(name)}, {texts.unit_of_change(told(name))}:\n\n"
        f"{markdown(in_units(rows, name))}"
        for name, rows in ((str(key), own) for key, own in found.regret.groupby("outcome", sort=False))
    ]
    return "\n\n".join([*parts, texts.REGRET_NOTE])


def in_units(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the columns that readers see."""
    scale = told(name).scale
    shown = {"mean": "mean", "low": "low", "high": "high", "held_out": "held out", "median": "median",
             "p95": "95 %", "largest": "largest"}  # fmt: skip
    table = pd.DataFrame({"package": rows["package"].map(humanise)})
    for column, heading in shown.items():
        table[heading] = (scale * rows[column]).astype(float)
    return table.assign(**{"best in, %": 100 * rows["best_share"]})


def limit_sentences(found: Robustness) -> list[str]:
    """Return the limits, and a sentence a package on the worlds in which it keeps them."""
    if found.satisficing.empty:
        return []
    return [texts.limits_sentence(found.rule.limits)] + [
        texts.satisficing_sentence(row)
        for _, row in found.satisficing.sort_values("share", ascending=False).iterrows()
    ]


def failing_sentences(found: Robustness) -> list[str]:
    """Return a sentence for each box of each package, or one that there is none."""
    return [sentence for one in found.failing for sentence in sentences_of(found, one)]


def sentences_of(found: Robustness, one: Failing) -> list[str]:
    """Return the sentences of one package."""
    limits, outcome = found.rule.limits, found.rule.outcome
    failing = texts.FAILS_LIMITS if limits else texts.fails_regret(one.beyond, outcome)
    if not one.boxes:
        return [texts.no_box(one.package, failing, one.hits, one.n)]
    return [texts.box_sentence(one.package, failing, conditions(found, box), vars(box)) for box in one.boxes]


def conditions(found: Robustness, box: Box) -> list[str]:
    """Return the restrictions of a box as readers see them."""
    places = {one.path: i for i, one in enumerate(found.explored.dimensions)}
    return [condition(found, side, places[side.name]) for side in box.sides]


def condition(found: Robustness, side: Side, place: int) -> str:
    """Write one restriction."""
    explored = found.explored
    name = explored.phrases[place]
    if side.words:
        return texts.word_condition(name, [str(word) for word in side.words])
    low, high = ("" if end is None else explored.text(place, end) for end in (side.low, side.high))
    return texts.condition(name, low, high)
