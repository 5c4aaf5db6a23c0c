"""The sections of a report below its answer: a heading each with sentences, a figure or a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from experiments.analysis.decomposition import DAY_ONE, TOTAL
from experiments.analysis.equal_budget import COST, equal_budget
from experiments.analysis.factor_effects import BRUSHED, Block
from experiments.figures import channels, one_factor, trade_off
from experiments.figures.gallery import COMBINATIONS, kinds_of
from experiments.figures.style import rows
from experiments.figures.tables import Study, column
from experiments.language.letters import slug
from experiments.language.outcomes import ADAPTING, BY_COLUMN
from experiments.language.words import heading, humanise, sentence_case
from experiments.pages.report import answer, reasons
from experiments.pages.report.budget import budget_sentences
from experiments.pages.report.factors import effect_table, factor_sentences
from experiments.studies.worlds import agreement

CAPTIONS = {
    "harm_axes": "The same packages against three prices: innocent shops hit, the sales that they lose, "
    "and the working hours of reviewers.",
    "paths": "Fake orders as a share of paid orders, week by week. Policies take months to act in full.",
    "heat_map": "Two levers at once. Colour is the level; grey, hatched cells cannot be told apart from "
    "the outlined one.",
    "channels": "The change of brushing under a package, split over the channels through which it works.",
    "risk": "What merchants fear beside what happens to those who brush, and how well fake orders "
    "are hidden.",
    "deterred": "Relative changes, so that kinds of shops compare that brush more or less to begin with.",
    "harm": "Who pays for wrong sanctions: innocent shops hit, by age and size, with counts.",
    "capacity": "Days on which cases waited because all reviewers were busy.",
    "worlds": "The same packages in every calibrated world: parameters that reproduce the "
    "published facts as well.",
}
ORDER = (
    "trade_off", "harm_axes", COMBINATIONS, "heat_map", "budget", "paths", "channels", "risk", "adaptation",
    "deterred", "harm", "capacity", "worlds",
)  # fmt: skip
"""The sections as the report shows them."""

MAP = "All combinations of the factors. Grey, hatched: cannot be told apart from the baseline."
EFFECTS = ["Effect before adaptation", "Effect after it"]
EFFECTS_NOTE = (
    "What each level changes against the first one of its factor, averaged over any other factors; brackets: "
    "95\u00a0% intervals for all levels of the block together. The numbers of all combinations are in "
    "comparison.csv."
)
LINE = "One factor, a line for each block of the design."


def sentences_of(study: Study) -> dict[str, Callable[[], list[str]]]:
    """Return, by figure, what makes the sentences that stand above it."""
    return {
        "channels": lambda: reasons.channel_sentences(study),
        "risk": lambda: reasons.risk_sentences(study),
        "deterred": lambda: reasons.deterred_sentences(study),
        "worlds": lambda: world_sentences(study),
    }


def figure_section(study: Study, stem: str) -> dict[str, Any]:
    """Return the section of a figure: heading, caption, sentences and tables; without the drawing."""
    section = bare_section(study, stem)
    if not stem.startswith(COMBINATIONS):
        return section | {"sentences": sentences_of(study).get(stem, list)()}
    blocks, runs = blocks_at(study, stem), study.burdened
    told = [(block, factor_sentences(block, runs)) for block in blocks]
    several = len(blocks) > 1
    return section | {
        "sentences": [prefixed(b.name, s) if several else s for b, own in told for s in own],
        "tables": [{"name": sentence_case(block.name), **effect_table(block, runs)} for block in blocks],
        "note": EFFECTS_NOTE,
    }


def bare_section(study: Study, stem: str) -> dict[str, Any]:
    """Return heading and caption of a figure's section, without sentences and tables."""
    if stem == "trade_off":
        caption, title = trade_off.caption(study), trade_off.title(study)
    else:
        caption = CAPTIONS.get(stem, LINE if stem in line_blocks(study) else MAP)
        title = kinds_of(study)[stem].title
    return {"id": stem, "title": title, "caption": caption, "note": "", "sentences": [], "tables": []}


def prefixed(name: str, sentence: str) -> str:
    """Say first of which block a sentence speaks."""
    return f"{sentence_case(name)}: {sentence[:1].lower()}{sentence[1:]}"


def line_blocks(study: Study) -> dict[str, list[Block]]:
    """Return the blocks of one factor by the name of the figure that shows them."""
    return {COMBINATIONS + slug(name): own for name, own in one_factor.groups(study.blocks).items()}


def blocks_at(study: Study, stem: str) -> list[Block]:
    """Return the blocks that a figure shows."""
    lines = line_blocks(study)
    return lines.get(stem) or [block for block in study.blocks if COMBINATIONS + slug(block.name) == stem]


def more_sections(study: Study) -> list[dict[str, Any]]:
    """Return the sections without a figure that have something to say."""
    sections = (adaptation_section(study), budget_section(study))
    return [section for section in sections if section["sentences"] or section["tables"]]


def place(section: dict[str, Any]) -> int:
    """Return where a section stands in the report."""
    name = str(section["id"])
    return ORDER.index(COMBINATIONS if name.startswith(COMBINATIONS) else name)


def adaptation_section(study: Study) -> dict[str, Any]:
    """Tell how detection and effect hold while those who brush adapt."""
    table = adaptation_table(study)
    effects = (
        " Effects, in percentage points of paid orders: with no evasion and with all channels at work, "
        "against the same package with all channels mute."
        if EFFECTS[0] in table["heads"]
        else ""
    )
    return {
        "id": "adaptation", "title": "Before and after adaptation",
        "caption": "How well detection keeps up with those who learn to hide.",
        "sentences": reasons.recall_sentences(study), "tables": [table] if table["rows"] else [],
        "note": f"Brackets: 95\u00a0% intervals, each alone.{effects}",
    }  # fmt: skip


def adaptation_table(study: Study) -> dict[str, Any]:
    """Return recall and half-life of evasion by package, and effects before and after adaptation."""
    outcomes = [o for o in ADAPTING if study.rows_of(o.column)["mean"].reindex(study.packages).notna().any()]
    parts = rows(channels.prepare(study), "part")
    effects = parts.set_index(["arm", "channel"]) if len(parts) else parts
    heads = [f"{o.name}, {'%' if o.is_share else o.unit}" for o in outcomes]
    heads += EFFECTS if len(parts) and outcomes else []
    body = [
        {"name": heading(label), "unit": "", "cells": [
            *(level_cell(answer.row_of(study, label, outcome), outcome) for outcome in outcomes),
            *(effect_cell(effects, label, part) for part in (DAY_ONE, TOTAL) if len(parts)),
        ]}
        for label in study.order() if outcomes
    ]  # fmt: skip
    return {"name": "", "heads": heads, "rows": body}


def level_cell(row: Any, outcome: Any) -> dict[str, Any]:
    """Return a level with its interval; a dash where it is undefined."""
    if row is None:
        return {"text": "–", "interval": "", "apart": False}
    return {"text": outcome.text(row["mean"]), "interval": answer.interval(row, outcome), "apart": False}


def effect_cell(effects: pd.DataFrame, label: str, part: str) -> dict[str, Any]:
    """Return the effect of a decomposed package; nothing for others."""
    if (label, part) not in effects.index:
        return {"text": "", "interval": "", "apart": False}
    row: Any = effects.loc[(label, part)]
    change, interval = BY_COLUMN[BRUSHED].change(row["mean"] / 100), ""
    if pd.notna(row["low"]):
        interval = reasons.brackets(row["low"], row["high"], 2)
    return {"text": change, "interval": interval, "apart": False}


def budget_section(study: Study) -> dict[str, Any]:
    """Tell what a budget buys, over all arms that could be put into force; only where factors are crossed."""
    section = {
        "id": "budget",
        "title": "What a budget buys",
        "caption": "",
        "tables": [],
        "sentences": [],
        "note": "",
    }
    if not study.blocks:
        return section
    table = study.comparison[column(study.comparison, "package").isin(study.factual)]
    if table.empty or not study.rows_of(COST)["high"].get(study.baseline, 0) > 0:
        return section
    return section | {
        "sentences": budget_sentences(equal_budget(table, study.finished)),
        "caption": "Budgets are multiples of what the baseline costs in the simulated market over all "
        "policy days (reviews, hearings, raids and suits). Only packages whose cost is surely within the "
        "budget count: the upper end of its interval. Unit costs are assumptions, so each budget is asked "
        "at three levels of them.",
    }


def world_sentences(study: Study) -> list[str]:
    """Say in how many calibrated worlds each package leaves less brushing, and hits fewer innocents."""
    if study.worlds.empty:
        return []
    counts = agreement(study.worlds).set_index(["package", "outcome"])
    baseline = humanise(study.baseline)
    return [
        world_sentence(heading(label), baseline, outcome, counts.loc[(label, outcome)])
        for label in study.order()
        for outcome in ("brushed_share", "innocent_hits_per_1000_shop_years")
        if (label, outcome) in counts.index
    ]


def world_sentence(label: str, baseline: str, outcome: str, count: Any) -> str:
    """Say in how many worlds a package has less, as much for all that can be told, or more."""
    verb, noun, less = (
        ("leaves", "brushing", "less") if outcome == "brushed_share" else ("hits", "innocent shops", "fewer")
    )
    words = {"less": less, "more": "more"}
    first, second = ("more", "less") if count["more"] > count["less"] else ("less", "more")
    return (
        f"{label} {verb} {words[first]} {noun} than {baseline} in {count[first]} of {count['worlds']} "
        f"calibrated worlds, cannot be told apart in {count['alike']}, and {verb} {words[second]} in "
        f"{count[second]}."
    )
