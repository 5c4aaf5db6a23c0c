"""What sanctioned shops would sell if they were not sanctioned, all else as it is."""

from __future__ import annotations

import numpy as np
from numba import njit

from sim.kernels.choice import quadrature_rate


@njit(cache=True, error_model="numpy")
def counterfactual_attention(
    shop, own_score, order, score, seen, burst, direct, own_direct, place_weights, direct_share, out
):
    """Fill the attention of a category's shops (n,), by slot, if ``shop`` stood at ``own_score``.

    ``order`` (n,) lists the category's slots, best first; the other arrays have shape (S,): scores,
    whether shops are shown, bursts, weights in direct attention (``own_direct``: were it open).
    ``place_weights`` (n,) are position^−η.
    """
    first = shop // order.size * order.size
    place = 0
    for s in order:
        place += s != shop and seen[s] and score[s] > own_score
    ranked, direct_total, position = 0.0, 0.0, 0
    for s in order:
        weight = 0.0
        if s == shop:
            weight = place_weights[place] * burst[s]
        elif seen[s]:
            weight = place_weights[position + (position >= place)] * burst[s]
            position += 1
        out[s - first] = weight
        ranked += weight
        direct_total += own_direct[s] if s == shop else direct[s]
    for s in order:
        by_custom = own_direct[s] if s == shop else direct[s]
        by_rank = out[s - first] / ranked
        out[s - first] = (1.0 - direct_share) * by_rank + direct_share * by_custom / direct_total


@njit(cache=True, error_model="numpy")
def tabulate(utility, rate, nodes, out):
    """Fill e^{−t w_j} at t = nodes / rate: shape (n, nodes)."""
    for j in range(utility.size):
        for q in range(nodes.size):
            out[j, q] = np.exp(-nodes[q] / rate * utility[j])


@njit(cache=True, error_model="numpy")
def own_probability(shop, attention, table, rate, own_utility, outside, looks, nodes, weights, phi):
    """Return P of one shop: `sim.kernels.choice.purchase_probabilities` with its own utility changed.

    ``attention`` (n,) is the category's; ``table`` (n, nodes) holds e^{−t w_j} (`tabulate`),
    ``phi`` (nodes,) is room to work in.
    """
    phi[:] = 0.0
    for j in range(attention.size):
        for q in range(phi.size):
            phi[q] += attention[j] * table[j, q]
    total = 0.0
    for q in range(nodes.size):
        t = nodes[q] / rate
        own = np.exp(-t * own_utility)
        unchosen = phi[q] + attention[shop] * (own - table[shop, q])
        total += weights[q] * np.exp(nodes[q] - t * outside) * own * unchosen ** (looks - 1)
    return looks * attention[shop] * own_utility / rate * total


@njit(cache=True, error_model="numpy")
def unsanctioned_orders(
    slots, gain, visits, order, score, seen, burst, direct, own_direct, share, utility, place_weights,
    direct_share, rank_weight, popularity_weight, outside, looks, nodes, weights, out,
):  # fmt: skip
    """Fill the orders a day (n,) that each shop of ``slots`` (n,), ascending, would expect unsanctioned.

    ``gain`` (n,) is how much log1p(displayed sales) would be higher; ``visits`` (C,) are today's;
    ``utility`` (segments, S) belongs to buyers of mean trust; ``place_weights`` (shops of a category,)
    are position^−η; the other arrays have shape (S,). The nodes of the quadrature are placed once a
    category, by its attention as it is (``share``).
    """
    n, n_kinds = place_weights.size, utility.shape[0]
    attention, rate = np.empty(n), np.empty(n_kinds)
    table, phi = np.empty((n_kinds, n, nodes.size)), np.empty(nodes.size)
    category = -1
    for k in range(slots.size):
        s = slots[k]
        first, last = s // n * n, (s // n + 1) * n
        if s // n != category:
            category = s // n
            for kind in range(n_kinds):
                utilities = utility[kind, first:last]
                rate[kind] = quadrature_rate(share[first:last], utilities, outside, looks)
                tabulate(utilities, rate[kind], nodes, table[kind])
        counterfactual_attention(
            s, score[s] + rank_weight * gain[k], order[first:last], score, seen, burst, direct, own_direct,
            place_weights, direct_share, attention,
        )  # fmt: skip
        probability = 0.0
        for kind in range(n_kinds):
            own = utility[kind, s] * np.exp(popularity_weight * gain[k])
            probability += own_probability(
                s - first, attention, table[kind], rate[kind], own, outside, looks, nodes, weights, phi
            )
        out[k] = visits[category] * probability / n_kinds
