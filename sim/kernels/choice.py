"""Buyers arrive, look at K shops, and take the best or leave: the demand kernel.

The law is that of K looks with replacement by attention, one independent Gumbel taste for each, and
an outside option. It is simulated from the best taste outwards. A Gumbel taste g is −log E with E
exponential, so the buyer takes the look with the smallest E/w if that is below E₀/w₀. Sorted, the K
exponentials are E₍ⱼ₎ = E₍ⱼ₋₁₎ + eⱼ/(K − j + 1) with eⱼ exponential (Rényi 1953), and what is looked at is
independent of that order. Only ratios to E₀ matter: with Sⱼ = E₀ + e₁ + … + eⱼ, which is Gamma(j + 1)
and independent of its own parts' shares, Qⱼ = Sⱼ/E₀ obeys Q₀ = 1, Qⱼ₊₁ = Qⱼ·u^(−1/(j + 1)) with u
uniform. So the j-th best taste has the ratio E₍ⱼ₎/E₀ = Σᵢ (Qᵢ − Qᵢ₋₁)/(K − i + 1), the first of them costs
one division, the second one square root, and a visit whose best taste cannot reach even the most
attractive shop of the category costs one draw.
"""

from __future__ import annotations

import numpy as np
from numba import njit, prange, uint64

from sim.chance import bits, mix, unit

VISITS = 32
"""Visits are numbered within (buyer, day); a buyer makes fewer than this many a day."""


@njit(inline="always")
def draw(root, k):
    """Return the 64 bits of draw ``k`` under a visit's ``root``."""
    return mix(uint64(root) + uint64(k) * uint64(0xD1B54A32D192ED03))


@njit(inline="always")
def root_of_inverse(u: float, n: int) -> float:
    """Return u^(−1/n)."""
    if n == 2:
        return 1.0 / np.sqrt(u)
    if n == 4:
        return 1.0 / np.sqrt(np.sqrt(u))
    return u ** (-1.0 / n)


@njit(inline="always")
def find(cumulative: np.ndarray, guide: np.ndarray, start: int, n: int, x: float) -> int:
    """Return the first i in 0 … n − 1 with cumulative[start + i] > x (n − 1 if none)."""
    i = guide[start + int(x * n)]
    while i < n - 1 and cumulative[start + i] <= x:
        i += 1
    return i


@njit(cache=True)
def build_guide(cumulative: np.ndarray, per_category: int, out: np.ndarray) -> None:
    """Fill where `find` starts (n_shops,): for x in [g/n, (g + 1)/n), no answer lies before out[g]."""
    n = per_category
    for start in range(0, cumulative.size, n):
        i = 0
        for g in range(n):
            while i < n - 1 and cumulative[start + i] <= g / n:
                i += 1
            out[start + g] = i


@njit(cache=True, parallel=True, error_model="numpy")
def place_orders(
    arrival_key, visit_key, season, direct_share, outside, looks, day, per_category,
    visit_rate, segment, sales_mistrust, sales_scale, platform_mistrust, platform_scale, banned_until,
    trust_levels, utility, best_utility, rank_cumulative, rank_guide, rank_shop,
    direct_cumulative, direct_guide, direct_shop, order_value,
    value_multiples, chunk, capacity, visits, counts, buyer, shop, number, value, advantage,
):  # fmt: skip
    """Fill the orders of one day, chunk by chunk of buyers, each into its own stretch of the output.

    Shapes: ``visit_rate`` and the other buyers' arrays (B,); ``utility`` (G, S), e^utility of every
    shop for every class of buyers; ``best_utility`` (G, C); ``rank_cumulative``, ``rank_shop``,
    ``direct_cumulative``, ``direct_shop`` and the guides (S,), category by category, cumulative
    shares up to 1 (or 0 where nobody can be seen); ``visits`` (chunks, C); ``counts`` (chunks,), −1
    where ``capacity`` was too small; the five outputs (chunks·capacity,).
    """
    n_buyers, n_shops = visit_rate.size, order_value.size
    n_categories = n_shops // per_category
    # A visit whose first uniform is not above this leaves, whatever it would have looked at.
    leaves = outside / (outside + looks * best_utility)
    for part in prange(counts.size):
        at = part * capacity
        found, full = 0, False
        for b in range(part * chunk, min((part + 1) * chunk, n_buyers)):
            mistrust = platform_mistrust[b] * platform_scale
            rate = visit_rate[b] * season * (1.0 - mistrust)
            n_visits = int(rate + unit(bits(arrival_key, uint64(b), uint64(0))))
            if n_visits == 0 or banned_until[b] > day:
                continue
            trust = 1.0 - sales_mistrust[b] * sales_scale
            kind = segment[b] * trust_levels + int(trust * (trust_levels - 1) + 0.5)
            for visit in range(min(n_visits, VISITS - 1)):
                root = mix(uint64(visit_key) + uint64(b * VISITS + visit) * uint64(0x9E3779B97F4A7C15))
                c = int(((root >> uint64(32)) * uint64(n_categories)) >> uint64(32))
                visits[part, c] += 1
                u = unit(draw(root, 0))
                if u <= leaves[kind, c]:
                    continue
                total = 1.0 / u
                ratio = (total - 1.0) / looks
                limit = 1.0 / outside
                top = best_utility[kind, c]
                first, chosen = c * per_category, -1
                for j in range(looks):
                    x = unit(draw(root, 4 + 2 * j))
                    s = -1
                    if x < direct_share:
                        if direct_cumulative[first + per_category - 1] > 0.0:
                            x /= direct_share
                            s = direct_shop[
                                first + find(direct_cumulative, direct_guide, first, per_category, x)
                            ]
                    elif rank_cumulative[first + per_category - 1] > 0.0:
                        x = (x - direct_share) / (1.0 - direct_share)
                        s = rank_shop[first + find(rank_cumulative, rank_guide, first, per_category, x)]
                    if s >= 0 and ratio < limit * utility[kind, s]:
                        limit, chosen = ratio / utility[kind, s], s
                    if j == looks - 1:
                        break
                    before = total
                    total *= root_of_inverse(unit(draw(root, 5 + 2 * j)), j + 2)
                    ratio += (total - before) / (looks - j - 1)
                    if ratio >= limit * top:
                        break
                if chosen < 0:
                    continue
                if found == capacity:
                    full = True
                    break
                multiple = value_multiples[draw(root, 100) >> uint64(54)]
                buyer[at + found] = b
                shop[at + found] = chosen
                number[at + found] = visit
                value[at + found] = max(1, int(order_value[chosen] * multiple * 100.0 + 0.5))
                advantage[at + found] = -np.log(limit * outside)
                found += 1
            if full:
                break
        counts[part] = -1 if full else found


@njit(cache=True)
def gather_orders(counts, capacity, buyer, shop, number, value, advantage):
    """Return the orders of all chunks (the first ``counts[p]`` of each stretch) as five whole arrays."""
    n = counts.sum()
    whole = (
        np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int8), np.empty(n, np.int64),
        np.empty(n, np.float32),
    )  # fmt: skip
    to = 0
    for part in range(counts.size):
        for i in range(part * capacity, part * capacity + counts[part]):
            whole[0][to], whole[1][to], whole[2][to] = buyer[i], shop[i], number[i]
            whole[3][to], whole[4][to] = value[i], advantage[i]
            to += 1
    return whole


@njit(inline="always")
def quadrature_rate(attention: np.ndarray, utility: np.ndarray, outside: float, looks: int) -> float:
    """Return the rate c for which t = s/c makes the integrand of P_i nearly e^{−s}."""
    rate = outside
    for j in range(attention.size):
        rate += looks * attention[j] * utility[j]
    return rate


@njit(cache=True, error_model="numpy")
def purchase_probabilities(attention, utility, outside, looks, nodes, weights, out):
    """Fill P_i = K a_i w_i ∫₀^∞ e^{−t(w₀ + w_i)} φ(t)^{K−1} dt, φ(t) = Σ_j a_j e^{−t w_j} + 1 − Σ_j a_j.

    ``attention``, ``utility`` and ``out`` have shape (n,); ``nodes`` and ``weights`` are of
    Gauss–Laguerre quadrature. Attention that sums to less than one belongs to looks that find
    nobody. Returns the probability that the visit ends in an order.
    """
    n = attention.size
    out[:] = 0.0
    missing = 1.0 - attention.sum()
    rate = quadrature_rate(attention, utility, outside, looks)
    for q in range(nodes.size):
        t = nodes[q] / rate
        phi = missing
        for j in range(n):
            phi += attention[j] * np.exp(-t * utility[j])
        factor = looks * weights[q] / rate * np.exp(nodes[q] - t * outside) * phi ** (looks - 1)
        for i in range(n):
            out[i] += factor * attention[i] * utility[i] * np.exp(-t * utility[i])
    return out.sum()
