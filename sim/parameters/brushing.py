"""Merchants' decision to brush."""

from __future__ import annotations

from dataclasses import dataclass

from sim.parameters.declare import parameter


@dataclass
class BrushingParameters:
    """Why and how a merchant brushes."""

    opportunist_share: float = parameter(
        0.2081, "share", 0, 1, "assumption", "merchants who would brush at all"
    )
    moral_cost: float = parameter(
        0.03331, "share of value", 0, 10, "assumption", "median moral cost of an opportunist"
    )
    moral_cost_sd: float = parameter(1.0, "log", 0, 3, "assumption", "log-normal spread of moral cost")
    decision_days: int = parameter(7, "days", 1, 365, "assumption", "days between two reconsiderations")
    campaign_days_low: int = parameter(30, "days", 1, 365, "assumption", "shortest campaign")
    campaign_days_high: int = parameter(90, "days", 1, 365, "assumption", "longest campaign")
    levels: list[int] = parameter([1, 2, 5, 10, 20, 50], "orders/day", 1, 10_000, "assumption", "intensities")
    choice_scale: float = parameter(3.882, "RMB/day", 0.1, 100, "assumption", "logit scale: to brush or not")
    level_scale: float = parameter(3.882, "RMB/day", 0.1, 100, "assumption", "logit scale: how much")
    value_ratio: float = parameter(
        0.713, "share", 0.1, 1, "xu_2015_value", "value of a brushed order to the shop's mean genuine one"
    )
    parcel_cost: float = parameter(2, "RMB", 0, 6, "press_parcel", "price of an empty parcel")
    campaign_cost: float = parameter(2, "RMB/day", 0, 100, "assumption", "own work in a campaign")
    rating: float = parameter(
        0.1475, "sd of quality", 0, 3.3, "assumption", "rating that a brushed order leaves, above the mean"
    )
    learning: float = parameter(
        0.1,
        "share",
        0,
        1,
        "assumption",
        "weight of a merchant's own last campaign in its belief about the gain",
    )
    learning_half_life: float = parameter(
        180,
        "days",
        1,
        3650,
        "assumption",
        "a merchant's belief about the gain returns to what the rule promises",
    )
    fine_scale: float = parameter(1000, "RMB", 1, 1e6, "assumption", "fines below this weigh as they are")
    fine_concavity: float = parameter(
        0.75, "-", 0.05, 1, "nagin_2013", "exponent of the weight on larger fines (certainty over severity)"
    )
    discount_rate: float = parameter(0.15, "1/year", 0, 2, "assumption", "merchants' discount rate")
    shop_value_days: float = parameter(365, "days", 0, 3650, "assumption", "profit that a shop is worth")
