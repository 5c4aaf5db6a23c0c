"""Buyers as cohorts: choice by the exact law, counts of the law they claim, no fen lost."""

from pathlib import Path

import numpy as np
import pytest
from evenings import attention_of
from numba import njit
from numpy.polynomial.laguerre import laggauss
from scipy import stats

from experiments.detectors.labelled_data.export import export
from experiments.settings.config import load_config
from policies import build_package
from sim.kernels import buy_by_class as kernels
from sim.kernels import buy_by_class_orders
from sim.kernels.probabilities import purchase_probabilities
from sim.market import Market
from sim.parameters import ConfigError
from sim.phases.buy_by_class import PRECISION
from sim.state.attraction import attract, trusting
from sim.state.attraction import purchase_probabilities as exact_law


def cohort_market(*overrides: str, seed: int = 1, threads: int = 1) -> Market:
    """Return a small market whose buyers are cohorts."""
    config = load_config(["market=small", "package=threshold_fine_suit", "demand=cohorts", *overrides])
    return Market(config.world, build_package(config.package), seed, threads)


def a_category(looks: int = 8, n: int = 60) -> tuple[np.ndarray, np.ndarray, float]:
    """Return attention, e^utility and the weight of leaving of a category in which one visit in six buys."""
    luck = np.random.default_rng(looks)
    attention = luck.permutation(np.arange(1, n + 1.0) ** -0.8)
    attention *= 0.95 / attention.sum()
    weights = np.exp(luck.normal(0, 0.6, n))
    return attention, weights, 5.0 * looks * float(attention @ weights)


def expected(
    attention: np.ndarray, weights: np.ndarray, outside: float, looks: int
) -> tuple[np.ndarray, float, float]:
    """Return the kernel's probabilities by shop, their sum, and the surplus of a visit."""
    out, scratch = np.empty(attention.size), np.empty((8, attention.size))
    total, surplus = kernels.expect(attention, weights, outside, looks, *laggauss(8), scratch, out)
    return out, total, surplus


@pytest.mark.parametrize("looks", [1, 2, 8, 30])
def test_orders_follow_the_exact_law(looks: int) -> None:
    attention, weights, outside = a_category(looks)
    out, total, _ = expected(attention, weights, outside, looks)
    assert np.allclose(out, exact_law(attention, weights, outside, looks), rtol=1e-6)
    assert total == pytest.approx(out.sum())


@pytest.mark.parametrize("looks", [1, 8])
def test_the_surplus_is_the_mean_gain_over_leaving(looks: int) -> None:
    """Given the looks, the mean is log(1 + W/w₀); here over consideration sets drawn one by one."""
    attention, weights, outside = a_category(looks)
    luck = np.random.default_rng(5)
    seen = np.append(weights, 0.0)[
        luck.choice(attention.size + 1, p=np.append(attention, 1 - attention.sum()), size=(200_000, looks))
    ]
    gain = np.log1p(seen.sum(axis=1) / outside)
    _, _, surplus = expected(attention, weights, outside, looks)
    assert abs(surplus - gain.mean()) < 4 * stats.sem(gain)
    fine, n = laggauss(96), attention.size
    more = kernels.expect(attention, weights, outside, looks, *fine, np.empty((96, n)), np.empty(n))
    assert surplus == pytest.approx(more[1], rel=1e-6)


@pytest.mark.parametrize("sensitivity", [0.0, 1.0, 4.0])
def test_the_quadrature_has_the_nodes_that_the_scenario_needs(sensitivity: float) -> None:
    market = cohort_market(f"demand.price_sensitivity={sensitivity}").run(20)
    (platform,), attention = market.state.platforms, attention_of(market)
    assert platform.classes is not None
    nodes, weights = platform.classes.quadrature
    demand, n = platform.demand, platform.demand.per_category
    utility, _ = attract(demand, market.state.shops, attention.log_displayed)
    for kind in trusting(utility):
        law = attention.share[:n], kind[:n].copy(), demand.outside, demand.parameters.looks
        out, exact, scratch = np.empty(n), np.empty(n), np.empty((nodes.size, n))
        kernels.expect(*law, nodes, weights, scratch, out)
        purchase_probabilities(*law, *laggauss(64), exact)
        np.testing.assert_allclose(out, exact, rtol=20 * PRECISION)
    assert nodes.size >= (8 if sensitivity == 4 else 3)
    assert nodes.size <= (5 if sensitivity == 0 else 32)


def test_the_exponential_is_one() -> None:
    y = np.concatenate([np.linspace(0, 10, 1001), [50.0, 700.0, 1e6]])
    found = np.array([kernels.decay.py_func(x) for x in y])
    np.testing.assert_allclose(found[y <= 5], np.exp(-y[y <= 5]), rtol=3e-11)
    np.testing.assert_allclose(found[y <= 10], np.exp(-y[y <= 10]), rtol=1e-9)
    assert np.allclose(found[-3:], np.exp(-y[-3:]), atol=1e-24)


@njit
def many_poisson(mean: float, roots: np.ndarray) -> np.ndarray:
    out = np.empty(roots.size, np.int64)
    for i in range(roots.size):
        out[i] = kernels.draw_poisson(mean, roots[i])
    return out


@njit
def many_binomial(n: int, p: float, roots: np.ndarray) -> np.ndarray:
    out = np.empty(roots.size, np.int64)
    for i in range(roots.size):
        out[i] = kernels.draw_binomial(n, p, roots[i])
    return out


def fits(found: np.ndarray, law: stats.rv_discrete) -> bool:
    """Tell whether a sample may come from a law (χ² over deciles, at 1 in 10,000)."""
    edges = np.unique(law.ppf(np.linspace(0.1, 0.9, 9)))
    shares = np.diff(np.concatenate([[0.0], law.cdf(edges), [1.0]]))
    seen = np.bincount(np.searchsorted(edges, found), minlength=shares.size)
    likely = shares > 0
    return stats.chisquare(seen[likely], shares[likely] / shares.sum() * found.size).pvalue > 1e-4


ROOTS = np.random.default_rng(7).integers(0, 2**63, 40_000).astype(np.uint64)


@pytest.mark.parametrize("mean", [0.02, 1.5, 40.0, 80.0, 82.0, 1700.0, 90_000.0])
def test_counts_are_poisson(mean: float) -> None:
    assert fits(many_poisson(mean, ROOTS), stats.poisson(mean))


@pytest.mark.parametrize("mean", [0.1, 10.0, 80.0])
def test_counting_up_ends_where_the_law_does(mean: float) -> None:
    for too_small in (0.0, 1e-9):  # a sum of probabilities that never comes to one
        found = kernels.count_up.py_func(mean, 0, np.exp(-mean) * (1 - too_small), 1 - 2.0**-53)
        assert mean < found < mean + 12 * np.sqrt(mean) + 12


@pytest.mark.parametrize("mean", [0.3, 4.0, 9.9, 10.1])
def test_counts_of_a_category_are_poisson(mean: float) -> None:
    n = ROOTS.size
    counts, roots = np.empty(n, np.int64), np.empty(n, np.uint64)
    total = buy_by_class_orders.draw_counts(
        np.uint64(7), 0, np.arange(n), np.full(n, mean), np.empty((3, n)), counts, roots
    )
    assert total == counts.sum() and fits(counts, stats.poisson(mean))


@pytest.mark.parametrize(("n", "p"), [(1, 0.1), (30, 0.02), (300, 0.9), (1300, 0.4), (700, 0.99)])
def test_counts_are_binomial(n: int, p: float) -> None:
    found = many_binomial(n, p, ROOTS)
    assert found.max() <= n
    assert fits(found, stats.binom(n, p))
    assert not many_binomial(n, 0.0, ROOTS).any()
    assert (many_binomial(n, 1.0, ROOTS) == n).all()


def test_threads_and_branches_change_nothing() -> None:
    one, two = cohort_market(threads=1).run(40), cohort_market(threads=2).run(40)
    assert one.hash() == two.hash()
    branch = two.branch().run(10)
    assert branch.hash() == one.run(10).hash() != two.hash()


def test_every_fen_and_every_order_is_somewhere() -> None:
    market = cohort_market()
    for _ in range(40):
        market.run(1)
        sales, traces = market.today.sales, market.state.traces
        assert market.state.money.total(market.state.merchants, market.state.trade) == 0
        assert (sales.standing <= sales.placed).all() and (sales.complaints <= sales.placed).all()
        assert sales.placed.sum() <= sales.visits.sum()
        task_like, repeats = traces.sums[0, 1], traces.sums[0, 2]
        most = sales.placed + market.today.tasks.count
        assert (task_like <= most).all() and (repeats <= most).all()
    assert market.state.cases.table(0).shape[0] > 0 and traces.brushed_30.sum() > 0


def test_who_works_or_is_banned_stands_for_itself() -> None:
    market = cohort_market("demand.cohort=0").run(5)
    crowd = cohort_market()
    buyers, classes = crowd.state.buyers, crowd.state.platforms[0].classes
    buyers.people = 3 * buyers.n
    buyers.works[:100] = True
    buyers.banned_until[50:100] = 10_000
    crowd.run(1)
    assert classes is not None and market.state.platforms[0].classes is None
    special = np.count_nonzero(buyers.works | (buyers.banned_until > crowd.day))
    assert classes.weight == pytest.approx((buyers.people - special) / (buyers.n - special), rel=0.02)
    assert not classes.ordered[50:100].any() and classes.ordered.any()
    assert crowd.today.sales.placed.sum() > 2 * market.today.sales.placed.sum()


def test_orders_of_cohorts_cannot_be_exported(tmp_path: Path) -> None:
    config = load_config(["market=small", "demand=cohorts", "warmup=30", "days=30"])
    with pytest.raises(ConfigError, match="demand=agents"):
        export(config, tmp_path / "data", 3)
    assert not (tmp_path / "data").exists()
