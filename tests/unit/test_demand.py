"""Buyers choose by the law that the theory states."""

import numpy as np
import pytest
from scipy import integrate, stats

from sim.kernels import buy, count_losses, positions, probabilities
from sim.state.attraction import NODES, WEIGHTS, attract, attraction, purchase_probabilities

K = 8


def orders_of(attention, utility, outside, n_buyers, seed=1, looks=K):
    """Let ``n_buyers`` each visit one category of shops once; return orders by shop."""
    n = attention.size
    cumulative = np.cumsum(attention)
    guide = np.zeros(n, dtype=np.int32)
    positions.build_guide(cumulative, n, guide)
    counts, visits = np.zeros(4, dtype=np.int64), np.zeros((4, 1), dtype=np.int32)
    chunk = -(-n_buyers // 4)
    zeros = np.zeros(n_buyers, dtype=np.float32)
    buyer, shop, value = (np.empty(4 * chunk, dtype=np.int32) for _ in range(3))
    number, advantage = np.empty(4 * chunk, dtype=np.int8), np.empty(4 * chunk, dtype=np.float32)
    table = np.tile(utility, (12, 1))
    best = table.max(axis=1)[:, None]
    tables = tuple(np.tile(half, 2) for half in (cumulative, guide, np.arange(n, dtype=np.int32)))
    who = zeros + 1, zeros.astype(np.int8), zeros, 1.0, zeros, 1.0, np.full(n_buyers, -1, dtype=np.int32)
    leaves = outside / (outside + looks * best)
    shelves = table, best, leaves, *tables, np.full(n, 100.0), np.ones(1024)
    keys, law = (np.uint64(seed), np.uint64(seed + 1000)), (0, 1.0, 4, looks, outside, 0.0)
    out = visits, counts, (buyer, shop, number, value, advantage)
    buy.place_orders(4, keys, law, who, shelves, (chunk, chunk), out)
    assert visits.sum() == n_buyers
    parts = [slice(p * chunk, p * chunk + c) for p, c in enumerate(counts)]
    return np.concatenate([shop[p] for p in parts]), np.concatenate([advantage[p] for p in parts])


CASES = {
    "even": (np.full(10, 0.1), np.ones(10), 40.0),
    "steep": (1 / np.arange(1, 21) / (1 / np.arange(1, 21)).sum(), np.exp(np.linspace(1, -1, 20)), 30.0),
    "one shop": (np.ones(1), np.array([2.0]), 10.0),
    "often buys": (np.full(5, 0.2), np.array([1.0, 2.0, 3.0, 4.0, 5.0]), 2.0),
    "nobody in half of the looks": (np.full(5, 0.1), np.linspace(1, 3, 5), 20.0),
}


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name][0].sum() > 1 - 1e-9])
def test_the_kernel_follows_the_exact_choice_probabilities(name):
    attention, utility, outside = CASES[name]
    n = 400_000
    shop, _ = orders_of(attention, utility, outside, n)
    expected = purchase_probabilities(attention, utility, outside, K) * n
    observed = np.bincount(shop, minlength=attention.size)
    table = np.append(observed, n - observed.sum()), np.append(expected, n - expected.sum())
    assert stats.chisquare(*table).pvalue > 1e-4


@pytest.mark.parametrize("name", CASES)
def test_quadrature_agrees_with_adaptive_integration(name):
    attention, utility, outside = CASES[name]

    def integrand(t, i):
        phi = 1 - attention.sum() + (attention * np.exp(-t * utility)).sum()
        return K * attention[i] * utility[i] * np.exp(-t * (outside + utility[i])) * phi ** (K - 1)

    exact = [integrate.quad(integrand, 0, np.inf, args=(i,))[0] for i in range(attention.size)]
    assert purchase_probabilities(attention, utility, outside, K) == pytest.approx(exact, rel=1e-6)


def test_a_buyer_s_advantage_over_leaving_has_the_law_of_the_logit():
    # With one shop and one look, u₁ + g₁ − u₀ − g₀ given a purchase is a logistic cut off at zero.
    utility, outside = np.array([3.0]), 5.0
    _, advantage = orders_of(np.ones(1), utility, outside, 200_000, looks=1)
    shift = np.log(utility[0] / outside)
    below = stats.logistic.cdf(0, loc=shift)

    def cdf(x):
        return (stats.logistic.cdf(x, loc=shift) - below) / (1 - below)

    assert stats.kstest(advantage, cdf).pvalue > 1e-4


def test_nobody_orders_what_nobody_sees():
    shop, _ = orders_of(np.zeros(3), np.ones(3), 10.0, 1000)
    assert shop.size == 0


def test_a_better_shop_never_loses_from_being_better():
    attention = np.full(4, 0.25)
    worse = purchase_probabilities(attention, np.array([1.0, 1, 1, 1]), 10.0, K)
    better = purchase_probabilities(attention, np.array([1.5, 1, 1, 1]), 10.0, K)
    assert better[0] > worse[0] and np.all(better[1:] < worse[1:])


@pytest.mark.parametrize("shop", [0, 7, 19])
def test_the_law_for_one_shop_equals_the_law_for_all(shop):
    attention, utility, outside = CASES["steep"]
    rate = probabilities.quadrature_rate(attention, utility, outside, K)
    t, table, phi, leaves = NODES / rate, np.empty((20, NODES.size)), np.empty(NODES.size), NODES * 0
    count_losses.tabulate(utility, outside, NODES, t, table, leaves)
    count_losses.mix_tables(attention, table, phi)
    rivals = count_losses.Rivals(rate, t, phi, table[shop], leaves)
    same = count_losses.own_probability(attention[shop], utility[shop], K, WEIGHTS, rivals)
    assert same == pytest.approx(purchase_probabilities(attention, utility, outside, K)[shop], rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_the_guide_finds_what_a_search_finds(seed):
    rng = np.random.default_rng(seed)
    n = 50
    cumulative = np.cumsum(rng.pareto(1.0, (3, n)) * (rng.random((3, n)) < 0.7), axis=1)
    cumulative /= cumulative[:, -1:]
    guide = np.empty(3 * n, dtype=np.int32)
    positions.build_guide(cumulative.ravel(), n, guide)
    for c in range(3):
        for x in np.append(rng.random(200), cumulative[c, :-1][cumulative[c, :-1] < 1]):
            guess = positions.guess_of(guide, c * n, n, x)
            found = positions.find(cumulative.ravel(), c * n, n, guess, x)
            assert found == min(np.searchsorted(cumulative[c], x, side="right"), n - 1)


@pytest.mark.parametrize("change", [1.0, 1.5])
def test_attraction_as_compiled_is_attraction_as_written(small_market, change):
    small_market.run(30)
    shops, demand = small_market.state.shops, small_market.state.platforms[0].demand
    attract(demand, shops, np.log1p(shops.displayed))
    shops.price[5] *= 2  # what a price makes of utility is kept, but not for longer than the price
    demand.parameters.price_sensitivity *= change
    utility, best = attract(demand, shops, np.log1p(shops.displayed))
    written = attraction(shops, demand.parameters)
    np.testing.assert_allclose(utility, written, rtol=1e-12)
    assert np.array_equal(best, utility.reshape(len(written), best.shape[1], -1).max(axis=2))
    assert utility.std() > 0
