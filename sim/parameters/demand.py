"""Buyers' side: how they arrive, look and choose."""

from __future__ import annotations

from dataclasses import dataclass

from sim.parameters.declare import parameter


@dataclass
class DemandParameters:
    """How buyers arrive, look and choose."""

    cohort: int = parameter(
        0, "accounts", 0, 100, "assumption", "0: every buyer is simulated; n: counted by class, 1 in n kept"
    )
    orders_per_buyer: float = parameter(
        49, "1/year", 20, 80, "taobao_2013", "genuine orders of a mean buyer in an ordinary year"
    )
    purchase_probability: float = parameter(
        0.17, "1/visit", 0.01, 0.5, "taobao_2017", "visits that end in an order (8 views at 2.25 %)"
    )
    looks: int = parameter(8, "shops", 1, 40, "taobao_2017", "shops looked at in a visit, with repeats (K)")
    quality_weight: float = parameter(1.0, "-", 0, 5, "assumption", "weight of the rating in utility")
    sales_weight: float = parameter(
        0.06001, "per log1p(sales)", 0, 0.5, "cai_2009", "weight of displayed sales in utility at full trust"
    )
    price_sensitivity: float = parameter(
        0.8, "per log RMB", 0, 4, "assumption", "weight of log price in utility, middle segment of buyers"
    )
    price_sensitivity_spread: float = parameter(
        0.4, "per log RMB", 0, 2, "assumption", "outer segments of buyers differ by this much"
    )
    visit_rate_sd: float = parameter(0.5, "log", 0, 1.5, "assumption", "log-normal spread of visit rates")
    trust_loss: float = parameter(
        0.15, "share", 0, 1, "assumption", "trust in displayed sales lost in a bad surprise"
    )
    trust_half_life: float = parameter(90, "days", 1, 3650, "assumption", "time restores trust in sales")
    platform_trust_loss: float = parameter(
        0.02, "share", 0, 1, "assumption", "visit rate lost in a bad surprise"
    )
    platform_trust_half_life: float = parameter(60, "days", 1, 3650, "assumption", "time restores visits")
    surprise: float = parameter(
        0.6, "quality", 0, 5, "assumption", "shortfall of experience against promise that disappoints"
    )
    return_rate: float = parameter(
        0.02, "share", 0, 0.5, "assumption", "orders returned without a bad surprise"
    )
    surprise_return_rate: float = parameter(0.15, "share", 0, 1, "assumption", "orders returned after one")
    complaint_rate: float = parameter(
        0.25, "share", 0, 1, "assumption", "bad surprises that are complained of"
    )
    season_amplitude: float = parameter(
        0.0, "share", 0, 0.9, "assumption", "yearly swing of the visit rate (cosine, peak on day 0 of a year)"
    )
    festival_days: list[int] = parameter([], "day of year", 0, 364, "assumption", "shopping festivals")
    festival_multiple: float = parameter(4.0, "-", 1, 10, "assumption", "visit rate on a festival day")
