"""What sanctioned shops would sell if they were not sanctioned, all else as it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiling import inner, kernel
from sim.kernels.probabilities import quadrature_rate


class Competition(NamedTuple):
    """Shops as buyers find them, arrays (S,): slots by rank, score, whether shown, burst, attention.

    ``direct`` is the weight in direct attention, ``own_direct`` what it were if the shop was open;
    ``utility`` (segments, S) belongs to buyers of mean trust.
    """

    order: np.ndarray
    score: np.ndarray
    seen: np.ndarray
    burst: np.ndarray
    direct: np.ndarray
    own_direct: np.ndarray
    share: np.ndarray
    utility: np.ndarray


class SearchLaw(NamedTuple):
    """Weights of positions, position^−η (shops of a category,), and the share of direct attention.

    Weights of displayed sales in the score and in utility, e^utility of leaving, looks a visit, and nodes and
    weights of the quadrature.
    """

    place_weights: np.ndarray
    direct_share: float
    rank_weight: float
    popularity_weight: float
    outside: float
    looks: int
    nodes: np.ndarray
    weights: np.ndarray


class Rivals(NamedTuple):
    """What a shop stands against for one kind of buyers: rate, and by node (nodes,) t, φ, own, leaving."""

    rate: float
    t: np.ndarray
    phi: np.ndarray
    own: np.ndarray
    leaves: np.ndarray


@inner
def counterfactual_attention(shop, own_score, order, shops, law, out):
    """Fill the attention of a category's shops (n,), by slot, if ``shop`` stood at ``own_score``.

    ``order`` (n,) lists the category's slots, best first.
    """
    _, score, seen, burst, direct, own_direct, _, _ = shops
    place_weights, direct_share = law.place_weights, law.direct_share
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
def own_probability(attention, own_utility, looks, weights, rivals):
    """Return P of one shop: `sim.kernels.probabilities.purchase_probabilities` with its own utility changed.

    ``attention`` is the shop's, ``weights`` those of the quadrature, ``rivals`` as in `Rivals`.
    """
    (rate, t, phi, own_table, leaves), total = rivals, 0.0
    for q in range(t.size):
        own = np.exp(-t[q] * own_utility)
        unchosen = phi[q] + attention * (own - own_table[q])
        total += weights[q] * leaves[q] * own * unchosen ** (looks - 1)
    return looks * attention * own_utility / rate * total


@kernel
def unsanctioned_orders(slots, gain, visits, shops, law, out):
    """Fill the orders a day (n,) that each shop of ``slots`` (n,), ascending, would expect unsanctioned.

    ``gain`` (n,) is how much log1p(displayed sales) would be higher; ``visits`` (C,) are today's. The nodes
    of the quadrature are placed once a category, by its attention as it is (``share``).
    """
    shops, law = Competition(*shops), SearchLaw(*law)
    n, n_kinds, m = law.place_weights.size, shops.utility.shape[0], law.nodes.size
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
                utilities = shops.utility[kind, first:last]
                rate[kind] = quadrature_rate(shops.share[first:last], utilities, law.outside, law.looks)
                for q in range(m):
                    t[kind, q] = law.nodes[q] / rate[kind]
                columns = table[:, kind * m : (kind + 1) * m]
                tabulate(utilities, law.outside, law.nodes, t[kind], columns, leaves[kind])
        own_score = shops.score[s] + law.rank_weight * gain[k]
        counterfactual_attention(s, own_score, shops.order[first:last], shops, law, attention)
        mix_tables(attention, table, phi)
        probability = 0.0
        for kind in range(n_kinds):
            own = shops.utility[kind, s] * np.exp(law.popularity_weight * gain[k])
            columns, a = slice(kind * m, (kind + 1) * m), attention[s - first]
            rivals = rate[kind], t[kind], phi[columns], table[s - first, columns], leaves[kind]
            probability += own_probability(a, own, law.looks, law.weights, rivals)
        out[k] = visits[category] * probability / n_kinds
