"""What a search leaves in words: a page, and the same as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.analysis.simultaneous import ENOUGH, ERROR
from experiments.files.whole import write_bytes
from experiments.searches.calibration.write_up import markdown
from experiments.searches.theory.propositions import Proposition
from experiments.searches.theory.trials import GAP, SETTLING
from experiments.searches.theory.verdicts import lead
from experiments.settings.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from experiments.searches.theory.findings import Findings
    from experiments.searches.theory.screening import Plan

SHOWN = ("brushed_share", "brushed_good", "brushed_bad")


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
        "parameters": [prior.path for prior in plan.space],
        "error_each": ERROR / len(found.candidates),
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
        "found": bool(own["found"].any()),
        "explained": bool(own["explained"].any()),
        "sentence": sentence(found, proposition),
        "candidates": own.to_dict("records"),
        "contrasts": contrasts.to_dict("records"),
        "estimates": estimates.drop(columns="proposition").to_dict("records"),
    }


def sentence(found: Findings, proposition: Proposition) -> str:
    """Say in words whether a proposition was found to hold, and how clearly."""
    own = found.of(proposition.key)
    first, confirmed = lead(own), int(own["found"].sum())
    seen = (
        f"{first['text']}, smallest difference {signed(first['mean'])} RMB an arriving buyer, lower bound "
        f"{signed(first['low'])} (n = {first['n']})"
    )
    if not confirmed:
        few = f" Fewer than {ENOUGH} pairs confirm nothing." if first["n"] < ENOUGH else ""
        return f"None found: no bound above zero among {len(own)} candidates. Nearest: {seen}.{few}"
    where = f"Found at {confirmed} of {len(own)} candidates. Clearest: {seen}."
    if not any(hypothesis.mechanism for hypothesis in proposition.hypotheses):
        return where
    explained = int(own["explained"].sum())
    return f"{where} There brushing of good shops falls by more than that of bad ones at {explained} of them."


def signed(value: float) -> str:
    """Write a difference with its sign; an en dash where it is undefined."""
    return "–" if pd.isna(value) else f"{value:+.3g}".replace("-", "−")


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
        "them hold (Bonferroni over all candidates). Differences are in RMB an arriving buyer, within pairs "
        "of one seed and one warm-up. Shares of the space are estimates by emulators and confirm nothing."
    )


def section(plan: Plan, found: Findings, proposition: Proposition, text: str) -> list[str]:
    """Return the part of the page on one proposition."""
    own = found.of(proposition.key)
    first = lead(own)
    estimates = found.estimates[found.estimates["proposition"] == proposition.key]
    judged = found.judged[found.judged["proposition"] == proposition.key]
    names = [prior.path for prior in plan.space]
    columns = ["candidate", "text", "predicted", "predicted_sd", "mean", "low", "n", "found", *names]
    return [
        f"## {proposition.key}. {proposition.claim}",
        text,
        "Candidates, with what screening predicted and what confirmation gave for the smallest difference:",
        markdown(own[columns]),
        "All differences of the candidates; `mechanism` is reported beside and decides nothing:",
        markdown(judged.drop(columns=["proposition", "text"])),
        f"At candidate {first['candidate']}, means over confirming runs (brushed orders of a good and of a "
        "bad shop a day; good is above the median quality):",
        markdown(levels_table(found, proposition, first)),
        "What the emulators estimate: the share of the space in which the smallest difference is above zero, "
        "the share in which that is sure, and the greatest estimate. `decided_by` are first-order indices:",
        markdown(estimates.drop(columns=["proposition", "hypothesis"])),
    ]


def levels_table(found: Findings, proposition: Proposition, candidate: pd.Series) -> pd.DataFrame:
    """Return the mean outcomes of a candidate's confirming runs, level by level."""
    runs = found.runs[found.runs["stage"] == "confirmation"]
    own = runs[(runs["point"] == candidate.name) & (runs["lever"] == proposition.lever.key)]
    return own.groupby("level")[[proposition.outcome, *SHOWN, GAP]].mean().reset_index()
