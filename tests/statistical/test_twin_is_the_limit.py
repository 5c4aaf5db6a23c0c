"""The engine comes near the twin as the market grows, up to the bias that docs/twin.md states.

A market of N shops is N/300 markets of 300 with a common trade and common beliefs. What is a mean over
shops has a standard error that follows from the scatter of the small markets: sd(300)·√(300/N)/√n for n
replications. What the limit leaves out (few customers an organiser, luck of the trade) is a bias of the small
market that has to shrink.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from experiments.settings.config import load_config
from experiments.twin import Twin, read_levers
from experiments.twin.demand import tabulate_positions
from experiments.twin.kernels.ranking import STEP, attend
from policies import build_package
from sim.config import World
from sim.market import Market
from sim.ranking import position_weights

pytestmark = pytest.mark.slow


WARMUP, DAYS, LAST = 300, 150, 60
REPLICATIONS = {300: 6, 1200: 3, 4800: 1}
PACKAGES = ("no_enforcement", "threshold_only")

BIAS = {
    ("no_enforcement", "orders"): 0.03,
    ("no_enforcement", "brushed_share"): 0.10,
    ("threshold_only", "orders"): 0.03,
    ("threshold_only", "perceived_risk"): 0.08,
    ("threshold_only", "cases"): 0.08,
    ("threshold_only", "innocents"): 0.08,
}
"""How far the twin may be from the engine's mean in the limit, as a share of it (docs/twin.md)."""

BIASED_IF_SMALL = {("no_enforcement", "brushed_share"), ("threshold_only", "camouflage")}
"""What a small market is biased in: organisers with few customers fluctuate."""


def numbers(daily: pd.DataFrame, n_shops: int) -> dict[str, float]:
    """Return the outcomes that both daily tables hold, a slot or a shop-year."""
    policy = daily[daily["day"] >= 0]
    end = policy.tail(LAST)
    orders = end["standing_orders"] if "standing_orders" in end else end["genuine_orders"] / n_shops
    return {
        "orders": orders.mean(),
        "brushed_share": end["brushed_share"].mean(),
        "perceived_risk": end["perceived_risk"].mean(),
        "camouflage": end["camouflage"].mean(),
        "cases": 365 * policy["cases"].sum() / policy["open_shops"].sum(),
        "innocents": 365 * policy["hits_innocent"].sum() / policy["innocent_shops"].sum(),
    }


def engine_rows(n_shops: int, replications: int) -> Iterator[dict[str, float | str]]:
    """Yield a row for each replication and package."""
    config = load_config([f"market.n_shops={n_shops}"])
    for seed in range(replications):
        market = Market(config.world, build_package(config.status_quo), seed=9000 + seed).run(WARMUP)
        for package in PACKAGES:
            policies = build_package(load_config([f"package={package}"]).package)
            branch = market.branch().adopt(policies).run(DAYS)
            yield {"n": n_shops, "package": package, **numbers(branch.daily(), n_shops)}
            branch.close()
        market.close()


@pytest.fixture(scope="module")
def engine() -> pd.DataFrame:
    return pd.DataFrame([row for n, k in REPLICATIONS.items() for row in engine_rows(n, k)])


@pytest.fixture(scope="module")
def twin() -> pd.DataFrame:
    rows = []
    for n in REPLICATIONS:
        config = load_config([f"market.n_shops={n}"])
        warm = Twin(config.world, read_levers(build_package(config.status_quo)))
        warm.run(WARMUP)
        for package in PACKAGES:
            levers = read_levers(build_package(load_config([f"package={package}"]).package))
            rows.append({"n": n, "package": package, **numbers(warm.branch().adopt(levers).run(DAYS), n)})
    return pd.DataFrame(rows).set_index(["n", "package"])


def error(engine: pd.DataFrame, twin: pd.DataFrame, n: int, package: str, name: str) -> tuple[float, float]:
    """Return the twin's relative error at a size, and the standard error of the engine's mean."""
    runs = engine[engine["package"] == package].set_index("n")[name]
    mean = runs.loc[[n]].mean()
    scatter = runs.loc[[300]].std(ddof=1) / runs.loc[[300]].mean()
    noise = scatter * np.sqrt(300 / n) / np.sqrt(REPLICATIONS[n])
    return twin.loc[(n, package), name] / mean - 1, noise


@pytest.mark.slow
@pytest.mark.parametrize("n", REPLICATIONS)
@pytest.mark.parametrize(("package", "name"), BIAS)
def test_the_engine_is_near_the_twin(
    engine: pd.DataFrame, twin: pd.DataFrame, n: int, package: str, name: str
) -> None:
    if n < 4800 and (package, name) in BIASED_IF_SMALL:
        pytest.skip("a small market is biased here, see the next test")
    off, noise = error(engine, twin, n, package, name)
    assert abs(off) <= BIAS[(package, name)] + 3 * noise


@pytest.mark.slow
@pytest.mark.parametrize(("package", "name"), sorted(BIASED_IF_SMALL))
def test_what_a_small_market_is_biased_in_shrinks_as_it_grows(
    engine: pd.DataFrame, twin: pd.DataFrame, package: str, name: str
) -> None:
    small, large = (abs(error(engine, twin, n, package, name)[0]) for n in (300, 4800))
    assert large < small


@pytest.mark.slow
@pytest.mark.parametrize("n", REPLICATIONS)
def test_levers_have_the_same_sign(engine: pd.DataFrame, twin: pd.DataFrame, n: int) -> None:
    means = engine[engine["n"] == n].groupby("package").mean()
    for table in (means, twin.loc[n]):
        assert (
            table.loc["threshold_only", "brushed_share"] < 0.2 * table.loc["no_enforcement", "brushed_share"]
        )
        assert table.loc["threshold_only", "perceived_risk"] > table.loc["no_enforcement", "perceived_risk"]
        assert table.loc["threshold_only", "orders"] < table.loc["no_enforcement", "orders"]


def test_expected_attention_is_that_of_random_categories() -> None:
    """Score law with two cells; the exact mean over 4,000 categories, to 4 standard errors and the grid's."""
    world = World()
    world.market.shops_per_category = 20
    positions, rng, draws = tabulate_positions(world), np.random.default_rng(7), 4000
    cells, mass = np.array([2.0, 4.0]), np.array([0.7, 0.3])
    kind = rng.choice(2, p=mass, size=(draws, 20))
    scores = cells[kind] + world.ranking.noise * rng.standard_normal((draws, 20))
    places = np.argsort(np.argsort(-scores, axis=1), axis=1)
    weight = position_weights(20, world.ranking.position_exponent)[places]
    attention = np.empty(2)
    attend(cells, mass, world.ranking.noise, 0.0, positions, attention)
    for cell in range(2):
        seen = np.array([w[k == cell].mean() for w, k in zip(weight, kind, strict=True) if (k == cell).any()])
        counts = np.array([(k == cell).sum() for k in kind if (k == cell).any()])
        mean = np.average(seen, weights=counts)
        assert attention[cell] == pytest.approx(mean, abs=4 * seen.std() / np.sqrt(draws) + 2e-3)
    assert np.isclose(STEP, 0.125)
