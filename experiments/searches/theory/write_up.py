"""What a search leaves in words: a page, and the same as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.analysis.simultaneous import ENOUGH, ERROR
from experiments.files.whole import write_bytes
from experiments.searches.calibration.write_up import markdown
from experiments.searches.theory.measures import MEASURES, in_units, units_text
from experiments.searches.theory.propositions import Proposition
from experiments.searches.theory.trials import BRUSHED, GAP, SETTLING
from experiments.searches.theory.verdicts import counted, lead
from experiments.settings.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from experiments.searches.theory.findings import Findings
    from experiments.searches.theory.screening import Plan

LARGEST = ("largest", "largest_sd")
"""Columns of estimates that are differences."""

SHOWN = (BRUSHED, "brushed_good", "brushed_bad", GAP)


def summary(plan: Plan, found: Findings) -> dict[str, Any]:
    """Return what a search found, with the sentence that says it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "effort": effort(plan, found),
        "propositions": [proposition_summary(plan, found, one) for one in plan.propositions],
    }


def effort(plan: Plan, found: Findings) -> dict[str, Any]:
    """Return how hard was searched."""
    config, stages = plan.config, found.runs.groupby("stage")
    arms = stages.size().to_dict()
    screened = found.runs[found.runs["stage"] == "screening"]
    return {
        "points": plan.points,
        "replications": plan.replications,
        "points_left_out": plan.points - int(screened["point"].nunique()),
        "candidates": len(found.candidates),
        "confirm": plan.confirm,
        "shops": config.world.market.n_shops,
        "warmup": config.warmup,
        "days": config.days,
        "measured_days": config.days - int(config.days * SETTLING),
        "screening_branches": int(arms.get("screening", 0)),
        "confirming_branches": int(arms.get("confirmation", 0)),
        "market_days": plan.market_days,
        "parameters": [prior.path for prior in plan.space],
        "error_each": ERROR / len(found.candidates),
        "units": units_text(proposition.outcome for proposition in plan.propositions),
    }


def proposition_summary(plan: Plan, found: Findings, proposition: Proposition) -> dict[str, Any]:
    """Return the verdict on one proposition."""
    own = found.of(proposition.key)
    contrasts = found.judged[found.judged["proposition"] == proposition.key]
    estimates = found.estimates[found.estimates["proposition"] == proposition.key]
    return {
        "proposition": proposition.key,
        "claim": proposition.claim,
        "outcome": proposition.outcome,
        "unit": MEASURES[proposition.outcome].unit,
        "scale": MEASURES[proposition.outcome].scale,
        "found": bool(own["found"].any()),
        "explained": bool(own["explained"].any()),
        "sentence": sentence(found, proposition),
        "remark": proposition.remark,
        "candidates": own.to_dict("records"),
        "contrasts": contrasts.to_dict("records"),
        "estimates": estimates.drop(columns="proposition").to_dict("records"),
    }


def sentence(found: Findings, proposition: Proposition) -> str:
    """Say in words whether a proposition was found to hold, and how clearly, in its outcome's unit."""
    own, measure = found.of(proposition.key), MEASURES[proposition.outcome]
    first, confirmed = lead(own), int(own["found"].sum())
    seen = (
        f"{first['text']}, smallest difference {measure.signed(first['mean'])} {measure.unit}, lower bound "
        f"{measure.signed(first['low'])} (n = {first['n']})"
    )
    if not confirmed:
        few = f" Fewer than {ENOUGH} pairs confirm nothing." if first["n"] < ENOUGH else ""
        return f"None found: no bound above zero among {counted(len(own))}. Nearest: {seen}.{few}"
    where = f"Found at {confirmed} of {counted(len(own))}. Clearest: {seen}."
    if not any(hypothesis.mechanism for hypothesis in proposition.hypotheses):
        return where
    explained = int(own["explained"].sum())
    return f"{where} There brushing of good shops falls by more than that of bad ones at {explained} of them."


def write_up(file: Path, plan: Plan, found: Findings, content: dict[str, Any]) -> None:
    """Write the page."""
    parts = ["# Theory checks", effort_text(content["effort"])]
    for proposition, one in zip(plan.propositions, content["propositions"], strict=True):
        parts += section(plan, found, proposition, one["sentence"])
    write_bytes(file, ("\n\n".join(parts) + "\n").encode())


def effort_text(hard: dict[str, Any]) -> str:
    """Say how hard was searched, and what an interval means."""
    out = hard["points_left_out"]
    left = f" Left out, because a trial failed: {out} of the points." if out else ""
    return (
        f"Screened: {hard['points']} points × {hard['replications']} replications, in a market of "
        f"{hard['shops']:,} shops, {hard['warmup']} days of warm-up and {hard['days']} of policy, of which "
        f"the last {hard['measured_days']} are measured; {hard['screening_branches']:,} branches.{left} "
        f"Confirmed: {hard['candidates']} candidates × {hard['confirm']} replications on other seeds; "
        f"{hard['confirming_branches']:,} branches. Searched: {', '.join(hard['parameters'])}; all else as "
        "in the configuration.\n\nA proposition counts as found only where a candidate passes on the "
        "confirming seeds: every difference that it claims has a lower bound above zero. Bounds are "
        f"one-sided, with an error of {hard['error_each']:.2g} each, so that in 95 % of searches all of "
        "them hold (Bonferroni over all candidates). Differences are within pairs of one seed and one "
        f"warm-up, in {hard['units']}. Shares of the space are estimates by emulators and confirm nothing."
    )


def section(plan: Plan, found: Findings, proposition: Proposition, text: str) -> list[str]:
    """Return the part of the page on one proposition."""
    own, outcome = found.of(proposition.key), proposition.outcome
    first, unit = lead(own), MEASURES[outcome].unit
    estimates = found.estimates[found.estimates["proposition"] == proposition.key]
    judged = found.judged[found.judged["proposition"] == proposition.key]
    names = [prior.path for prior in plan.space]
    columns = ["candidate", "text", "predicted", "predicted_sd", "mean", "low", "n", "found", *names]
    return [
        f"## {proposition.key}. {proposition.claim}",
        f"{text} {proposition.remark}".rstrip(),
        "Candidates, with what screening predicted and what confirmation gave for the smallest difference, "
        f"in {unit}:",
        markdown(in_units(own[columns], outcome, ("predicted", "predicted_sd", "mean", "low"))),
        "All differences of the candidates; `mechanism` is reported beside and decides nothing:",
        markdown(contrasts_table(judged)),
        f"At candidate {first['candidate']}, means over confirming runs (brushed share in percent; brushed "
        "orders of a good and of a bad shop a day; good is above the median quality):",
        markdown(levels_table(found, proposition, first)),
        "Share of the screened points at which the claim held, luck included (`held`), and what the "
        "emulators estimate: the share of the space in which the smallest difference is above zero, the "
        f"share in which that is sure, and the greatest estimate, in {unit}. `decided_by` are "
        "first-order indices:",
        markdown(in_units(estimates.drop(columns=["proposition", "hypothesis"]), outcome, LARGEST)),
    ]


def contrasts_table(judged: pd.DataFrame) -> pd.DataFrame:
    """Return the differences of some candidates, each in the unit of its outcome."""
    each = [MEASURES[outcome] for outcome in judged["outcome"]]
    scale = [measure.scale for measure in each]
    table = judged.assign(mean=judged["mean"] * scale, low=judged["low"] * scale)
    return table.assign(unit=[measure.unit for measure in each]).drop(
        columns=["proposition", "text", "outcome"]
    )


def levels_table(found: Findings, proposition: Proposition, candidate: pd.Series) -> pd.DataFrame:
    """Return the mean outcomes of a candidate's confirming runs, level by level."""
    runs = found.runs[found.runs["stage"] == "confirmation"]
    own = runs[(runs["point"] == candidate.name) & (runs["lever"] == proposition.lever.key)]
    columns = list(dict.fromkeys([proposition.outcome, *SHOWN]))
    means = own.groupby("level")[columns].mean().reset_index()
    return in_units(means, BRUSHED, [BRUSHED])
