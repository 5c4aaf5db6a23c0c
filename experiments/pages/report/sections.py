"""The sections of a report below its answer: a heading each with sentences, a figure or a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from experiments.figures import one_factor, trade_off
from experiments.figures.gallery import COMBINATIONS, kinds_of
from experiments.language import captions
from experiments.language.budgets import budget_sentences
from experiments.language.crossed_factors import NOTE
from experiments.language.estimates import brackets, interval
from experiments.language.letters import slug
from experiments.language.outcomes import ADAPTING, BY_COLUMN
from experiments.language.words import heading, sentence_case
from experiments.pages.report import answer, reasons
from experiments.pages.report.factors import effect_table, factor_sentences
from experiments.studies.answers import BRUSHED, DAY_ONE, TOTAL, Block, channel_effects, choices
from experiments.studies.results import StudyResults

ORDER = (
    "trade_off", "harm_axes", COMBINATIONS, "heat_map", "budget", "paths", "channels", "risk", "adaptation",
    "deterred", "harm", "capacity", "worlds",
)  # fmt: skip
"""The sections as the report shows them."""


def sentences_of(study: StudyResults) -> dict[str, Callable[[], list[str]]]:
    """Return, by figure, what makes the sentences that stand above it."""
    return {
        "channels": lambda: reasons.channel_sentences(study),
        "risk": lambda: reasons.risk_sentences(study),
        "deterred": lambda: reasons.deterred_sentences(study),
        "worlds": lambda: reasons.world_sentences(study),
    }


def figure_section(study: StudyResults, stem: str) -> dict[str, Any]:
    """Return the section of a figure: heading, caption, sentences and tables; without the drawing."""
    section = bare_section(study, stem)
    if not stem.startswith(COMBINATIONS):
        return section | {"sentences": sentences_of(study).get(stem, list)()}
    blocks = blocks_at(study, stem)
    told = [(block, factor_sentences(study, block)) for block in blocks]
    several = len(blocks) > 1
    return section | {
        "sentences": [prefixed(b.name, s) if several else s for b, own in told for s in own],
        "tables": [{"name": sentence_case(block.name), **effect_table(study, block)} for block in blocks],
        "note": NOTE,
    }


def bare_section(study: StudyResults, stem: str) -> dict[str, Any]:
    """Return heading and caption of a figure's section, without sentences and tables."""
    if stem == "trade_off":
        caption, title = trade_off.caption(study), trade_off.title(study)
    else:
        caption = captions.CAPTIONS.get(stem, captions.LINE if stem in line_blocks(study) else captions.MAP)
        title = kinds_of(study)[stem].title
    return {"id": stem, "title": title, "caption": caption, "note": "", "sentences": [], "tables": []}


def prefixed(name: str, sentence: str) -> str:
    """Say first of which block a sentence speaks."""
    return f"{sentence_case(name)}: {sentence[:1].lower()}{sentence[1:]}"


def line_blocks(study: StudyResults) -> dict[str, list[Block]]:
    """Return the blocks of one factor by the name of the figure that shows them."""
    return {COMBINATIONS + slug(name): own for name, own in one_factor.groups(study.blocks).items()}


def blocks_at(study: StudyResults, stem: str) -> list[Block]:
    """Return the blocks that a figure shows."""
    lines = line_blocks(study)
    return lines.get(stem) or [block for block in study.blocks if COMBINATIONS + slug(block.name) == stem]


def more_sections(study: StudyResults) -> list[dict[str, Any]]:
    """Return the sections without a figure that have something to say."""
    sections = (adaptation_section(study), budget_section(study))
    return [section for section in sections if section["sentences"] or section["tables"]]


def place(section: dict[str, Any]) -> int:
    """Return where a section stands in the report."""
    name = str(section["id"])
    return ORDER.index(COMBINATIONS if name.startswith(COMBINATIONS) else name)


def adaptation_section(study: StudyResults) -> dict[str, Any]:
    """Tell how detection and effect hold while those who brush adapt."""
    table = adaptation_table(study)
    return {
        "id": "adaptation", "title": captions.ADAPTATION, "caption": captions.ADAPTATION_CAPTION,
        "sentences": reasons.recall_sentences(study), "tables": [table] if table["rows"] else [],
        "note": captions.adaptation_note(captions.EFFECTS[0] in table["heads"]),
    }  # fmt: skip


def adaptation_table(study: StudyResults) -> dict[str, Any]:
    """Return recall and half-life of evasion by package, and effects before and after adaptation."""
    outcomes = [o for o in ADAPTING if study.rows_of(o.column)["mean"].reindex(study.packages).notna().any()]
    effects = channel_effects(study).set_index(["package", "channel"])
    heads = [f"{o.name}, {'%' if o.is_share else o.unit}" for o in outcomes]
    heads += captions.EFFECTS if len(effects) and outcomes else []
    body = [
        {"name": heading(label), "unit": "", "cells": [
            *(level_cell(answer.row_of(study, label, outcome), outcome) for outcome in outcomes),
            *(effect_cell(effects, label, part) for part in (DAY_ONE, TOTAL) if len(effects)),
        ]}
        for label in study.order() if outcomes
    ]  # fmt: skip
    return {"name": "", "heads": heads, "rows": body}


def level_cell(row: Any, outcome: Any) -> dict[str, Any]:
    """Return a level with its interval; a dash where it is undefined."""
    if row is None:
        return {"text": "–", "interval": "", "apart": False}
    return {"text": outcome.text(row["mean"]), "interval": interval(row, outcome), "apart": False}


def effect_cell(effects: pd.DataFrame, label: str, part: str) -> dict[str, Any]:
    """Return the effect of a decomposed package; nothing for others."""
    if (label, part) not in effects.index:
        return {"text": "", "interval": "", "apart": False}
    row: Any = effects.loc[(label, part)]
    change = BY_COLUMN[BRUSHED].change(row["mean"] / 100)
    own = brackets(row["low"], row["high"], 2) if pd.notna(row["low"]) else ""
    return {"text": change, "interval": own, "apart": False}


def budget_section(study: StudyResults) -> dict[str, Any]:
    """Tell what a budget buys, over all arms that could be put into force; only where factors are crossed."""
    sentences = budget_sentences(choices(study)) if study.blocks else []
    caption = captions.BUDGET_CAPTION if sentences else ""
    section = {"id": "budget", "title": captions.BUDGET, "caption": caption}
    return section | {"tables": [], "sentences": sentences, "note": ""}
