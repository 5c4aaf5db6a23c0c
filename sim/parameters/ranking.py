"""The rule of rank."""

from __future__ import annotations

from dataclasses import dataclass

from sim.parameters.declare import parameter


@dataclass
class RankingParameters:
    """How displayed sales, rating and freshness become positions and attention."""

    sales_weight: float = parameter(
        1.0, "-", 0, 5, "assumption", "weight of log1p(displayed sales) in the score"
    )
    rating_weight: float = parameter(1.0, "-", 0, 5, "assumption", "weight of the rating in the score")
    freshness_weight: float = parameter(0.4033, "-", 0, 10, "assumption", "weight of freshness in the score")
    freshness_days: float = parameter(30, "days", 1, 365, "assumption", "e-folding time of freshness")
    noise: float = parameter(0.3, "score", 0, 3, "assumption", "weekly noise in the score")
    position_exponent: float = parameter(
        0.6592, "-", 0, 3, "position_curve", "attention falls with position to this power (eta)"
    )
    direct_share: float = parameter(
        0.2145, "share", 0, 1, "assumption", "attention by custom, advertising and chance, not by rank"
    )
    following_sd: float = parameter(
        0.3, "log", 0, 2, "assumption", "log-normal spread of shops in direct attention"
    )
    displayed_days: int = parameter(
        30,
        "days",
        0,
        365,
        "taobao_monthly_sales",
        "days whose sales are displayed; 0: sales fade by their half-life",
    )
    displayed_half_life: float = parameter(
        30, "days", 1, 3650, "assumption", "half-life of displayed sales where displayed_days is 0"
    )
    cumulative_sales: bool = parameter(
        False,
        "-",
        None,
        None,
        "assumption",
        "displayed sales are totals (window and half-life then only set horizons)",
    )
