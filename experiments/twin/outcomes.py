"""What a run of the twin comes to, in the words of the engine's outcomes."""

from __future__ import annotations

import pandas as pd

from sim.metrics import WINDOW, half_life, mean, ratio

MEANS = (
    "brushed_share", "brushing_shop_share", "perceived_risk", "fee", "camouflage", "true_risk",
    "top_tenth_share",
)  # fmt: skip
"""Outcomes that are means over the last `WINDOW` days."""

RATES = {
    "innocent_hits_per_1000_shop_years": ("hits_innocent", "innocent_shops"),
    "honest_hits_per_1000_shop_years": ("hits_honest", "honest_shops"),
    "guilty_hits_per_1000_shop_years": ("hits_guilty", "open_shops"),
    "cases_per_1000_shop_years": ("cases", "open_shops"),
}
"""Outcomes that are events of the policy period over shop-years of it."""

SHARES = {
    "recall": ("busy_above", "busy_shops"),
    "false_positive_rate": ("innocent_above", "innocent_shops"),
    "precision": ("guilty_cases", "cases"),
}
"""Outcomes that are shares of sums over the policy period."""


def outcomes(daily: pd.DataFrame) -> dict[str, float | None]:
    """Return outcomes of the days of policy, as `sim.metrics.outcomes` defines them; None if undefined."""
    policy = daily[daily["day"] >= 0]
    found: dict[str, float | None] = {name: mean(policy[name].tail(WINDOW)) for name in MEANS}
    for name, (events, shops) in RATES.items():
        found[name] = ratio(365_000 * policy[events].sum(), policy[shops].sum())
    for name, (part, whole) in SHARES.items():
        found[name] = ratio(policy[part].sum(), policy[whole].sum()) if policy["cases"].any() else None
    found["effect_half_life_days"] = half_life(daily)
    return found
