"""Perceived risk and perceived severity."""

from __future__ import annotations

from dataclasses import dataclass

from sim.parameters.declare import parameter


@dataclass
class BeliefParameters:
    """How perceived risk moves; it is not the true risk."""

    prior: float = parameter(
        0.003602, "per 30 days", 0, 1, "assumption", "perceived risk at reference intensity"
    )
    own: float = parameter(0.3, "share", 0, 1, "deterrence_learning", "weight of an own sanction")
    peer: float = parameter(0.05, "share", 0, 1, "deterrence_learning", "step after a neighbour's sanction")
    announcement: float = parameter(0.01, "share", 0, 1, "deterrence_learning", "step at a published list")
    neighbours: int = parameter(
        10, "merchants", 0, 100, "assumption", "neighbours whose sanctions one hears of"
    )
    half_life: float = parameter(45, "days", 1, 3650, "assumption", "decay towards the prior")
    memory_half_life: float = parameter(
        180, "days", 1, 3650, "assumption", "memory of what sanctions brought and how common they are"
    )
    reference_rate: float = parameter(
        0.002,
        "1/shop-year",
        1e-6,
        1,
        "assumption",
        "sanctions in the market at which the prior keeps its full size; with none it fades to zero",
    )
    severity_prior_rate: float = parameter(
        0.01,
        "1/shop",
        1e-6,
        10,
        "assumption",
        "weight of prior beliefs about sanctions for brushing, in such a shop",
    )
    demotion_prior: float = parameter(
        30, "days", 0, 365, "demotion_days", "demotion expected of a sanction for brushing"
    )
    fine_prior: float = parameter(
        500, "RMB", 0, 1e7, "assumption", "fine expected of a sanction for brushing"
    )
    closure_prior: float = parameter(
        0.05, "probability", 0, 1, "assumption", "closure expected of a sanction for brushing"
    )
    blameless_prior: float = parameter(
        0.1,
        "share",
        0,
        10,
        "assumption",
        "hazard that hits also who does not brush, at first, over the prior",
    )
    guilty_prior: float = parameter(
        0.75, "share", 0, 1, "assumption", "the sanctioned that are believed guilty before any is heard of"
    )
    brushers_prior: float = parameter(
        0.17, "share", 0, 1, "prevalence_2013", "shops that are believed to brush at first"
    )
    doubt: float = parameter(
        2,
        "standard errors",
        0,
        10,
        "assumption",
        "excess of guilty among the sanctioned that is put down to chance",
    )
    hazard_concavity: float = parameter(
        1.5,
        "-",
        0,
        10,
        "assumption",
        "hazard = risk x this x n / (n + own orders + 1), n brushed orders a day",
    )
