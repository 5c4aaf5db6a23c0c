"""What sanctioned shops would sell if they were not sanctioned, all else as it is."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, error_model="numpy")
def counterfactual_attention(
    shop, own_score, order, score, seen, burst, direct, own_direct, place_weights, direct_share, out
):
    """Fill the attention of a category's shops (n,), in ``order``, if ``shop`` stood at ``own_score``.

    ``order`` (n,) lists the category's slots, best first; the other arrays have shape (S,): scores,
    whether shops are shown, bursts, weights in direct attention (``own_direct``: were it open).
    ``place_weights`` (n,) are position^−η. Returns the place of ``shop`` in ``order``.
    """
    place, at = 0, 0
    for s in order:
        place += s != shop and seen[s] and score[s] > own_score
    ranked, direct_total, position = 0.0, 0.0, 0
    for i in range(order.size):
        s = order[i]
        if s == shop:
            at = i
            out[i] = place_weights[place] * burst[s]
            direct_total += own_direct[s]
        else:
            out[i] = 0.0
            if seen[s]:
                out[i] = place_weights[position + (position >= place)] * burst[s]
                position += 1
            direct_total += direct[s]
        ranked += out[i]
    for i in range(order.size):
        own = own_direct[order[i]] if i == at else direct[order[i]]
        out[i] = (1.0 - direct_share) * out[i] / ranked + direct_share * own / direct_total
    return at


@njit(cache=True, error_model="numpy")
def own_probability(at, attention, utility, own_utility, outside, looks, nodes, weights):
    """Return P of the shop at place ``at``: `sim.kernels.choice.purchase_probabilities` for one shop.

    ``attention`` and ``utility`` have shape (n,); the shop's own utility is ``own_utility``.
    """
    rate = outside + looks * attention[at] * own_utility
    for j in range(attention.size):
        if j != at:
            rate += looks * attention[j] * utility[j]
    total = 0.0
    for q in range(nodes.size):
        t = nodes[q] / rate
        own = np.exp(-t * own_utility)
        phi = attention[at] * own
        for j in range(attention.size):
            if j != at:
                phi += attention[j] * np.exp(-t * utility[j])
        total += weights[q] * np.exp(nodes[q] - t * outside) * own * phi ** (looks - 1)
    return looks * attention[at] * own_utility / rate * total


@njit(cache=True, error_model="numpy")
def unsanctioned_orders(
    slots, gain, visits, order, score, seen, burst, direct, own_direct, utility, place_weights,
    direct_share, rank_weight, popularity_weight, outside, looks, nodes, weights, out,
):  # fmt: skip
    """Fill the orders a day (n,) that each shop of ``slots`` (n,) would expect unsanctioned.

    ``gain`` (n,) is how much log1p(displayed sales) would be higher; ``visits`` (C,) are today's;
    ``utility`` (segments, S) belongs to buyers of full trust; ``place_weights`` (shops of a category,)
    are position^−η; the other arrays have shape (S,).
    """
    n = place_weights.size
    attention, others = np.empty(n), np.empty(n)
    for k in range(slots.size):
        s = slots[k]
        places = order[s // n * n : (s // n + 1) * n]
        at = counterfactual_attention(
            s, score[s] + rank_weight * gain[k], places, score, seen, burst, direct, own_direct,
            place_weights, direct_share, attention,
        )  # fmt: skip
        probability = 0.0
        for kind in range(utility.shape[0]):
            for i in range(n):
                others[i] = utility[kind, places[i]]
            own = others[at] * np.exp(popularity_weight * gain[k])
            probability += own_probability(at, attention, others, own, outside, looks, nodes, weights)
        out[k] = visits[s // n] * probability / utility.shape[0]
