"""Organisers' offers: whom a merchant meets, what each asks, and the cover that is worth its price."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import uint64

from sim.chance import bits, unit
from sim.compiling import inner, kernel
from sim.kernels.groups import columns, numbers

OFFERS = 3
"""A merchant compares so many: of its last organiser, or of one more that it meets, and of two it meets."""

MET, SIGN = 3, 10
"""Draws: of the first organiser met, and of the sign of the quote of organiser 0."""


class OfferColumns(NamedTuple):
    """Organisers today, arrays (organisers,): whether each is open, how well known, and its cut."""

    is_open: np.ndarray
    size: np.ndarray
    cut: np.ndarray


class QuoteTerms(NamedTuple):
    """How far quotes lie above and below the cut, and their bounds, shares of value."""

    spread: float
    low: float
    high: float


offer_columns = columns(OfferColumns)
quote_terms = numbers(QuoteTerms, spread="quote_spread", low="cut_low", high="cut_high")


@inner
def price_of(camouflage, full_price):
    """Return what ``camouflage`` c adds to an order's price, RMB: k·(c + c²)/2, k being ``full_price``."""
    return full_price * (camouflage + camouflage**2) / 2


@inner
def wanted_cover(saved, price):
    """Return the camouflage, in [0, 1], that costs least with ``price`` and loss.

    Camouflage x costs price·(x + x²)/2 RMB a day and takes ``saved``·x off the expected loss; the sum is
    least where price·(1 + 2x)/2 = saved.
    """
    if price <= 0.0:
        return 1.0 if saved > 0.0 else 0.0
    return min(max(saved / price - 0.5, 0.0), 1.0)


@inner
def on_sale(wanted, least, most):
    """Return the camouflage that an organiser sells to who wants so much of it; of one or of an array."""
    return np.minimum(np.maximum(wanted, least), most)


@inner
def fill_shares(organisers, customers, exponent, out):
    """Fill cumulative shares (organisers,) of open ones: size × (``customers`` + 1) to the ``exponent``."""
    total, reached = 0.0, 0.0
    for o in range(out.size):
        out[o] = organisers.is_open[o] * organisers.size[o] * (customers[o] + 1.0) ** exponent
        total += out[o]
    for o in range(out.size):
        reached += out[o] / total
        out[o] = reached


@inner
def pick(shares, luck):
    """Return the first place whose cumulative share exceeds ``luck``, at most the last."""
    place = 0
    while place < shares.size - 1 and shares[place] <= luck:
        place += 1
    return place


@kernel
def shares_of(day, until, organiser, organisers):
    """Return cumulative shares of organisers (organisers,) among whom merchants meet; one at least is open.

    They are in proportion to size and customers; ``until`` and ``organiser`` (S,) are those of campaigns.
    """
    organisers = OfferColumns(*organisers)
    customers, shares = np.zeros(organisers.size.size, np.int64), np.empty(organisers.size.size)
    for s in range(until.size):
        if until[s] > day and organiser[s] >= 0:
            customers[organiser[s]] += 1
    fill_shares(organisers, customers, 1.0, shares)
    return shares


@kernel
def meet(key, who, last, shares, organisers, terms, out):
    """Fill whom merchants meet: organisers (n, 3), sign of each quote (0: below, 1: above), and quotes.

    ``who`` (n,) are identities, ``last`` (n,) the organisers that they had last, −1 for none.
    """
    organisers, terms, (places, signs, quotes) = OfferColumns(*organisers), QuoteTerms(*terms), out
    for i in range(who.size):
        has_one = last[i] >= 0 and organisers.is_open[max(last[i], 0)]
        for j in range(OFFERS):
            if j == 0 and has_one:
                by = last[i]
            else:  # the one more is the third draw
                draw = MET + (j - 1 if j > 0 else OFFERS - 1)
                by = pick(shares, unit(bits(key, uint64(who[i]), uint64(draw))))
            above = unit(bits(key, uint64(who[i]), uint64(SIGN + by))) < 0.5
            asked = organisers.cut[by] * (1.0 + terms.spread * (1.0 if above else -1.0))
            places[i, j], signs[i, j] = by, above
            quotes[i, j] = min(max(asked, terms.low), terms.high)
