"""What organisers learn from their customers: the camouflage that these want, and the cut that pays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiling import kernel
from sim.kernels.decide import MerchantColumns, days_on_record, exposure, fear_a_day
from sim.kernels.groups import columns, numbers
from sim.kernels.offers import wanted_cover


class TaskColumns(NamedTuple):
    """Brushed orders of today by shop, arrays (S,): number and organiser."""

    number: np.ndarray
    organiser: np.ndarray


class WayColumns(NamedTuple):
    """The way to brush of each shop (S,), and the mean orders a day of each way (ways,)."""

    way: np.ndarray
    mean_level: np.ndarray


class ShopColumns(NamedTuple):
    """Shops, arrays (S,): whose, and since when."""

    owner: np.ndarray
    opened_day: np.ndarray


class Threat(NamedTuple):
    """What merchants know of hazards: the day, concavity, what is learnt of ways (ways,), and fears.

    ``hides`` is what full camouflage hides of the hazard, ``full_price`` what it scales with, RMB.
    """

    day: int
    concavity: float
    learnt: np.ndarray
    hides: float
    full_price: float
    fears: tuple


class CutTerms(NamedTuple):
    """How cuts move: half-life in days, weight against chance in callers, speed a day, and bounds."""

    half_life: float
    prior: float
    speed: float
    low: float
    high: float


task_columns = columns(TaskColumns, number="count")
way_columns = columns(WayColumns, mean_level="ways.mean_level")
shop_columns = columns(ShopColumns)
cut_terms = numbers(
    CutTerms,
    half_life="quote_half_life",
    prior="quote_prior",
    speed="cut_adjustment",
    low="cut_low",
    high="cut_high",
)


@kernel
def ask_customers(tasks, ways, shops, merchants, sold, threat, keenest):
    """Fill the camouflage that the keenest of today's customers of each organiser wants (organisers,).

    It is −1 before, and stays so for who has no customers; ``sold`` (S,) are genuine orders in 30 days.
    """
    tasks, ways, shops = TaskColumns(*tasks), WayColumns(*ways), ShopColumns(*shops)
    merchants, threat = MerchantColumns(*merchants), Threat(*threat)
    for s in range(sold.size):
        if tasks.number[s] == 0:
            continue
        way, by, m = ways.way[s], tasks.organiser[s], shops.owner[s]
        rate, orders = sold[s] / days_on_record(threat.day, shops.opened_day[s]), ways.mean_level[way]
        loss = fear_a_day(m, merchants, threat.fears)
        hazard = exposure(threat.concavity, orders, rate) * threat.learnt[way] * loss
        wanted = wanted_cover(threat.hides * hazard, orders * threat.full_price)
        keenest[by] = max(keenest[by], wanted)


@kernel
def offer_camouflage(keenest, days, camouflage):
    """Move each organiser's ``camouflage`` (organisers,) towards what its keenest customer wants.

    It moves 1/``days`` of the way; an organiser without customers, −1, stays as it is.
    """
    for o in range(camouflage.size):
        if keenest[o] >= 0.0:
            camouflage[o] += (keenest[o] - camouflage[o]) / days


@kernel
def move_cuts(asked, terms, callers, earned, cut):
    """Let what came of quotes above and below it move each organiser's ``cut`` (organisers,).

    ``asked`` (2, 2, organisers) are the day's callers and what they will bring, RMB a day, by sign of the
    quote; ``callers`` and ``earned`` (2, organisers) remember them.
    """
    terms = CutTerms(*terms)
    keep, prior = 0.5 ** (1.0 / terms.half_life), terms.prior
    for o in range(cut.size):
        for sign in range(2):
            callers[sign, o] = callers[sign, o] * keep + asked[0, sign, o]
            earned[sign, o] = earned[sign, o] * keep + asked[1, sign, o]
        mean = (earned[1, o] + earned[0, o]) / max(callers[1, o] + callers[0, o], 1e-9)
        above = (earned[1, o] + prior * mean) / (callers[1, o] + prior)
        below = (earned[0, o] + prior * mean) / (callers[0, o] + prior)
        slope = (above - below) / max(above + below, 1e-9)
        cut[o] = min(max(cut[o] * (1.0 + terms.speed * slope), terms.low), terms.high)
