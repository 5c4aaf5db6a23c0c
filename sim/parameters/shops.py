"""Shops and their owners."""

from __future__ import annotations

from dataclasses import dataclass

from sim.parameters.declare import parameter


@dataclass
class ShopParameters:
    """What shops and their owners are made of."""

    quality_sd: float = parameter(0.2155, "quality", 0, 2, "assumption", "spread of true quality over shops")
    experience_sd: float = parameter(0.4, "quality", 0, 3, "assumption", "spread of one order's experience")
    rating_prior: float = parameter(5, "reviews", 0.1, 1000, "assumption", "weight of the mean in a rating")
    rating_half_life: float = parameter(
        180, "days", 1, 3650, "assumption", "half-life of a review in a rating"
    )
    review_days: int = parameter(
        10, "days", 0, 90, "assumption", "days from a genuine order to its review; brushed ones come at once"
    )
    order_value: float = parameter(136, "RMB", 60, 200, "taobao_2013", "mean value of a genuine order")
    order_value_sd_shops: float = parameter(0.5, "log", 0, 2, "assumption", "spread of prices between shops")
    order_value_sd_within: float = parameter(
        0.85, "log", 0, 2, "assumption", "spread of orders within a shop"
    )
    margin_low: float = parameter(0.10, "share", 0, 1, "assumption", "lowest gross margin")
    margin_high: float = parameter(0.45, "share", 0, 1, "assumption", "highest gross margin")
    margin_mean: float = parameter(0.25, "share", 0, 1, "assumption", "mean gross margin (beta-distributed)")
    commission: float = parameter(
        0.02436, "share", 0, 0.05, "assumption", "platform's share of an order's value"
    )
    fixed_cost: float = parameter(3, "RMB/day", 0, 1000, "assumption", "cost of keeping a shop open")
    deposit: float = parameter(1000, "RMB", 0, 100_000, "assumption", "deposit held by the platform")
    owner_reach: float = parameter(
        0.5,
        "share",
        0,
        1,
        "assumption",
        "of what the owner drew, within reach of creditors (persons; companies: 0)",
    )
    grace_days: int = parameter(
        30, "days", 0, 3650, "assumption", "fines owed or a deposit short for so long: pay in or leave"
    )
    cash_days: float = parameter(
        90, "days", 0, 3650, "assumption", "profit that a merchant keeps in the firm; the rest is drawn"
    )
    leave_rate: float = parameter(
        0.12, "1/year", 0, 1, "xu_2015_exit", "old shops that leave for reasons of their own"
    )
    newcomer_leave: float = parameter(
        2, "-", 0, 20, "assumption", "by how many times more of the newest leave than of the old"
    )
    newcomer_days: float = parameter(
        180, "days", 1, 3650, "assumption", "half-life of what newcomers leave more, by age"
    )
    losing_days: float = parameter(
        90, "days", 1, 3650, "assumption", "days of losses, cash used up, after which a shop leaves"
    )
    growth: float = parameter(
        0.25,
        "1/year",
        0,
        1,
        "alibaba_2015",
        "growth in shops and buyers; a sample of the market is simulated",
    )
    entrant_rate: float = parameter(
        0.30, "1/year", 0, 5, "assumption", "potential entrants a shop slot; they wait for a free one"
    )
    entrant_patience: float = parameter(
        90, "days", 1, 3650, "assumption", "an entrant waits at most this long"
    )
    burst_rate: float = parameter(2, "1/year", 0, 6, "assumption", "genuine bursts of a shop")
    burst_multiple_low: float = parameter(3, "-", 1, 100, "assumption", "smallest burst (log-uniform)")
    burst_multiple_high: float = parameter(20, "-", 1, 100, "assumption", "largest burst")
    burst_days_low: int = parameter(1, "days", 1, 60, "assumption", "shortest burst")
    burst_days_high: int = parameter(10, "days", 1, 60, "assumption", "longest burst")
