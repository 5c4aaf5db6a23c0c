"""The page that a sensitivity leaves, in Markdown, and the sentences that the terminal prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.files.whole import write_bytes
from experiments.language import uncertainty as texts
from experiments.language.words import humanise
from experiments.searches.calibration.write_up import markdown

if TYPE_CHECKING:
    from experiments.searches.sensitivity.findings import Sensitivity

SHOWN = 3
"""Parameters named in a sentence."""

CLEAR = 0.05
"""Total index from which a parameter is worth naming."""

RELATIVE = 0.1
"""Share of the largest effect from which another one is."""


def write_up(file: Path, found: Sensitivity) -> None:
    """Write the page."""
    parts = ["# Sensitivity", *paragraphs(found), "## All numbers", meaning(found), markdown(table(found))]
    write_bytes(file, ("\n\n".join(parts) + "\n").encode())


def paragraphs(found: Sensitivity) -> list[str]:
    """Return the page's text before its table."""
    explored, rule = found.explored, found.choice and found.choice.rule
    noise = found.effects.drop_duplicates(["what", "package", "outcome"])
    levels = noise[noise["what"] == "level"]["noise_share"]
    parts = [texts.noise_sentence(float(levels.median()), explored.replications, len(explored.points))]
    parts += ["## The choice", choice_text(found)] if rule else []
    return [*parts, "## Outcomes", bullets(outcome_sentences(found, "level"))] + (
        ["## Differences from the baseline", bullets(outcome_sentences(found, "difference"))]
        if len(explored.packages) > 1
        else []
    )


def choice_text(found: Sensitivity) -> str:
    """Say which package is best, how often, and what would change that."""
    choice = found.choice
    assert choice is not None
    rule, share = choice.rule, float(pd.Series(choice.holds.ravel()).mean())
    lines = [texts.rule_text(rule.outcome, rule.sign, rule.limits)]
    if found.tornado.empty:
        return f"{lines[0]} There are too few points to say what would change the choice."
    middle = float(found.tornado["middle"].iloc[0])
    lines.append(texts.choice_sentence(choice.chosen, share, middle, rule))
    own = found.effects[found.effects["what"] == "margin"]
    lines.append(texts.margin_sentence(choice.chosen, movers(found, own) if len(own) else []))
    flips = bullets([texts.flip_sentence(row) for _, row in found.tornado.iterrows()])
    return " ".join(lines) + "\n\n" + flips + "\n\n" + markdown(ranking_table(found.ranking))


def ranking_table(ranking: pd.DataFrame) -> pd.DataFrame:
    """Return how often each package is best by the means of points, in percent."""
    return pd.DataFrame(
        {
            "package": ranking["package"].map(humanise),
            "best at, % of points": (100 * ranking["best_share"]).round(1),
        }
    )


def outcome_sentences(found: Sensitivity, what: str) -> list[str]:
    """Return a sentence for each outcome and package."""
    own = found.effects[found.effects["what"] == what]
    return [
        texts.most_moving(str(package), str(outcome), movers(found, rows))
        for (outcome, package), rows in own.groupby(["outcome", "package"], sort=False)
    ]


def movers(found: Sensitivity, rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the parameters that clearly move a quantity, by how much, with the measure as text."""
    explored = found.explored
    names = {one.path: name for one, name in zip(explored.dimensions, explored.phrases, strict=True)}
    if "total" in rows:
        clear = rows[(rows["total_low"] > 0) & (rows["total"] > CLEAR)].sort_values("total", ascending=False)
        return [
            (names[str(r["parameter"])], f"{100 * min(float(r['total']), 1):.0f}\u202f%")
            for r in clear.head(SHOWN).to_dict("records")
        ]
    outcome = texts.told(str(rows["outcome"].iloc[0]))
    known = rows["size"].notna().all()
    size, low = ("size", "size_low") if known else ("mu_star", "mu_star")
    clear = rows[(rows[low] > 0) & (rows[size] > RELATIVE * rows[size].max())].sort_values(
        size, ascending=False
    )
    return [(names[r["parameter"]], texts.amount(r[size], outcome)) for _, r in clear.head(SHOWN).iterrows()]


def table(found: Sensitivity) -> pd.DataFrame:
    """Return the rows of effects as the page shows them."""
    return found.effects.sort_values(["what", "outcome", "package"], kind="stable")


def meaning(found: Sensitivity) -> str:
    """Say what the columns of the table are."""
    if found.explored.kind == "morris":
        return (
            "Per whole range of a parameter: `mu` the mean elementary effect, `mu_star` that of its size, "
            "`sigma` its standard deviation, luck included; `size` the root mean square effect without luck, "
            "with a 95 % bootstrap interval over trajectories; `noise` the standard deviation that luck "
            "gives one effect. `noise_share` is the share of the variance between points that is luck."
        )
    return (
        "`first` is the share of the variance that a parameter explains alone, `total` the share that "
        "involves it, with 95 % bootstrap intervals over base points; products of different replications "
        "keep luck out. `noise_share` is the share of the variance between points' means that is luck."
    )


def bullets(sentences: list[str]) -> str:
    """Return sentences as a list."""
    return "\n".join(f"- {sentence}" for sentence in sentences)
