"""What it takes to find something out, and how often it is right."""

from __future__ import annotations

from dataclasses import dataclass

from sim.parameters.declare import parameter


@dataclass
class FindingParameters:
    """Accuracy and cost of a review and a hearing of ordinary effort; institutions choose the effort only."""

    review_sensitivity: float = parameter(
        0.9, "probability", 0, 1, "review_correct", "a review finds a brusher"
    )
    review_specificity: float = parameter(
        0.9, "probability", 0, 1, "review_correct", "a review clears an innocent"
    )
    review_cost: float = parameter(30, "RMB", 0, 10_000, "unit_costs", "cost of one review")
    hearing_innocent_wins: float = parameter(
        0.9, "probability", 0, 1, "review_correct", "an innocent shop wins its appeal"
    )
    hearing_guilty_refused: float = parameter(
        0.9, "probability", 0, 1, "review_correct", "a guilty one is refused"
    )
    hearing_cost: float = parameter(60, "RMB", 0, 10_000, "unit_costs", "cost of hearing one appeal")
