"""Cohorts and agents show shops, detectors and policies the same market: moments and distributions.

Both live in the same world with the same shops; what is compared are the shops' columns that institutions
see, on one evening. The margin for a mean is 5 % of a standard deviation over shops. Distributions differ at
most by 0.03 in the sense of Kolmogorov and Smirnov: the two samples are of 6,000 shops each, for which equal
laws stay below 0.025 in 95 % of cases.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.settings.config import load_config
from policies import build_package
from policies.detectors import BurstRules, features
from sim.market import Market

pytestmark = pytest.mark.slow


N_SHOPS, WARMUP, DAYS = 6000, 90, 45
MARGIN, DISTANCE, SPREAD = 0.05, 0.03, 0.10
RARE = ["feature 2", "feature 4"]
"""Excess of task-like orders and of repeats over the market's share."""

COUNTS = ("orders", "views", "task_like", "repeats", "flagged_parcels", "returns", "complaints", "turnover")


def lived(package: str, cohort: int) -> Market:
    """Return a market some weeks under a package; a cohort of 2 keeps 100,000 of 174,000 accounts."""
    config = load_config([f"market.n_shops={N_SHOPS}", f"package={package}", f"demand.cohort={cohort}"])
    market = Market(config.world, build_package(config.status_quo), seed=11, threads=1).run(WARMUP)
    return market.adopt(build_package(config.package)).run(DAYS)


def seen(market: Market) -> pd.DataFrame:
    """Return what institutions see of each shop this evening, and what detectors make of it."""
    view = market.observe()
    counts = {
        f"{name}, {days} days": getattr(view.traces, name)[window]
        for name in COUNTS
        for window, days in ((1, 7), (2, 30))
    }  # fmt: skip
    shown = {"rating": view.rating, "displayed sales": np.log1p(view.displayed_sales)}
    made = {f"feature {i}": column for i, column in enumerate(features(view).T)}
    return pd.DataFrame({**counts, **shown, **made, "risk": BurstRules().score(view)})


@pytest.fixture(scope="module", params=["no_enforcement", "threshold_only"])
def pair(request: pytest.FixtureRequest) -> tuple[Market, Market]:
    return lived(request.param, 0), lived(request.param, 2)


def test_shops_look_the_same(pair: tuple[Market, Market]) -> None:
    one, other = map(seen, pair)
    scale = one.std(ddof=0).replace(0.0, 1.0)
    table = pd.DataFrame(
        {
            "mean": (other.mean() - one.mean()) / scale,
            "spread": other.std(ddof=0) / scale - 1,
            "distance": [stats.ks_2samp(one[name], other[name], method="asymp").statistic for name in one],
        }
    )
    print(table.round(4).to_string())
    assert table["mean"].abs().max() < MARGIN
    # Most shops have neither: they lie at minus the share of the market, which few workers move for all.
    table = table.drop(RARE)
    assert table["distance"].max() < DISTANCE
    # Sums of orders of single large campaigns scatter; what is made of them by detectors must not.
    made = table[table.index.str.startswith("feature") | table.index.isin(["risk", "rating"])]
    assert made["spread"].abs().max() < SPREAD


def test_buyers_trust_as_much(pair: tuple[Market, Market]) -> None:
    one, other = pair
    trust = [market.state.buyers.sales_mistrust * market.state.buyers.sales_scale for market in pair]
    assert stats.ks_2samp(*trust, method="asymp").statistic < 0.01
    assert abs(trust[1].mean() - trust[0].mean()) < MARGIN * trust[0].std()
    visits = [market.daily()["visits"].tail(30).mean() for market in (one, other)]
    assert visits[1] == pytest.approx(visits[0], rel=0.005)


def test_outcomes_are_the_same(pair: tuple[Market, Market]) -> None:
    one, other = (market.daily().tail(DAYS).mean() for market in pair)
    for name in ("genuine_orders", "returned_orders", "genuine_turnover_rmb"):
        assert other[name] == pytest.approx(one[name], rel=0.01)
    quality, spread = "mean_quality_bought", pair[0].state.parameters.shops.quality_sd
    assert other[quality] == pytest.approx(
        one[quality], abs=MARGIN * spread
    )  # quality has no zero of its own
    assert other["consumer_surplus_rmb"] == pytest.approx(one["consumer_surplus_rmb"], rel=0.01)
