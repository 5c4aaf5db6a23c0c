"""What sanctioned shops would sell if they were not sanctioned, all else as it is."""

from __future__ import annotations

import numpy as np

from sim.kernels.compiling import inner, kernel
from sim.kernels.probabilities import quadrature_rate


@inner
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
        place += (s != shop) & seen[s] & (score[s] > own_score)
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
    for i in range(order.size):
        by_custom = own_direct[shop] if first + i == shop else direct[first + i]
        by_rank = out[i] / ranked
        out[i] = (1.0 - direct_share) * by_rank + direct_share * by_custom / direct_total


@inner
def tabulate(utility, outside, nodes, t, table, leaves):
    """Fill e^{−t w_j} and, for leaving, e^{node − t w₀} for each ``t``: (n, nodes) and (nodes,)."""
    for q in range(nodes.size):
        leaves[q] = np.exp(nodes[q] - t[q] * outside)
    for j in range(utility.size):
        for q in range(nodes.size):
            table[j, q] = np.exp(-t[q] * utility[j])


@inner
def mix_tables(attention, table, phi):
    """Fill φ(t) = Σ_j a_j e^{−t w_j} for all columns of ``table`` (n, columns) at once."""
    for column in range(phi.size):
        phi[column] = 0.0
    for j in range(attention.size):
        weight, row = attention[j], table[j]
        for column in range(phi.size):
            phi[column] += weight * row[column]


@inner
def own_probability(attention, own_table, phi, rate, own_utility, looks, t, weights, leaves):
    """Return P of one shop: `sim.kernels.probabilities.purchase_probabilities` with its own utility changed.

    ``attention`` is the shop's; ``own_table``, ``phi``, ``t`` and ``leaves`` (nodes,) are those of the
    kind of buyers (`tabulate`, `mix_tables`).
    """
    total = 0.0
    for q in range(t.size):
        own = np.exp(-t[q] * own_utility)
        unchosen = phi[q] + attention * (own - own_table[q])
        total += weights[q] * leaves[q] * own * unchosen ** (looks - 1)
    return looks * attention * own_utility / rate * total


@kernel
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
    n, n_kinds, m = place_weights.size, utility.shape[0], nodes.size
    t, leaves = np.empty((n_kinds, m)), np.empty((n_kinds, m))
    attention, rate = np.empty(n), np.empty(n_kinds)
    table, phi = np.empty((n, n_kinds * m)), np.empty(n_kinds * m)
    category = -1
    for k in range(slots.size):
        s = slots[k]
        first, last = s // n * n, (s // n + 1) * n
        if s // n != category:
            category = s // n
            for kind in range(n_kinds):
                utilities = utility[kind, first:last]
                rate[kind] = quadrature_rate(share[first:last], utilities, outside, looks)
                for q in range(m):
                    t[kind, q] = nodes[q] / rate[kind]
                columns = table[:, kind * m : (kind + 1) * m]
                tabulate(utilities, outside, nodes, t[kind], columns, leaves[kind])
        counterfactual_attention(
            s, score[s] + rank_weight * gain[k], order[first:last], score, seen, burst, direct, own_direct,
            place_weights, direct_share, attention,
        )  # fmt: skip
        mix_tables(attention, table, phi)
        probability = 0.0
        for kind in range(n_kinds):
            own = utility[kind, s] * np.exp(popularity_weight * gain[k])
            columns = slice(kind * m, (kind + 1) * m)
            probability += own_probability(
                attention[s - first], table[s - first, columns], phi[columns], rate[kind], own, looks,
                t[kind], weights, leaves[kind],
            )  # fmt: skip
        out[k] = visits[category] * probability / n_kinds
