"""Campaigns of brushing, shop by shop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.parameters import BrushingParameters
from sim.state.units import NEVER, never
from sim.state.ways import Ways

BY_DAY = "until", "start", "served_until", "last_served_until", "last_brushed_day"
BY_NUMBER = "organiser", "last_organiser", "previous_organiser"
OF_A_CAMPAIGN = (
    "level", "expected_gain", "sales_before", "quote", "cover", "resolve", "feared", "ordered", "served",
    "struck",
)  # fmt: skip
"""What says something of a campaign, and nothing without."""


@dataclass
class Campaigns:
    """What each shop's merchant has others order there, arrays (n_shops,).

    ``way`` is an index into the ``ways`` to brush and ``level`` its orders a day, 0 where there is no
    campaign; it runs from day ``start`` to ``until``. ``expected_gain`` are the genuine orders a day that it
    was begun for, ``sales_before`` those before it. ``organiser`` is the place in the trade (−1: none),
    ``quote`` the cut that it asked, a share of value, ``cover`` the camouflage bought, in [0, 1]. ``resolve``
    is the draw with which the merchant decided to brush over the probability to, uniform in (0, 1), and
    ``feared`` the hazard that it perceived then (`Merchants.risk`). ``ordered`` and ``served`` are the orders
    wanted and carried out since, ``struck`` says that it was sanctioned and reconsiders. Who served the shop
    until when, and who before, is what a seized ledger has: ``last_organiser`` ``served_until``,
    ``previous_organiser`` ``last_served_until``.
    """

    parameters: BrushingParameters
    ways: Ways
    way: np.ndarray
    level: np.ndarray
    until: np.ndarray
    start: np.ndarray
    expected_gain: np.ndarray
    sales_before: np.ndarray
    organiser: np.ndarray
    quote: np.ndarray
    cover: np.ndarray
    resolve: np.ndarray
    feared: np.ndarray
    ordered: np.ndarray
    served: np.ndarray
    struck: np.ndarray
    served_until: np.ndarray
    last_organiser: np.ndarray
    previous_organiser: np.ndarray
    last_served_until: np.ndarray
    last_brushed_day: np.ndarray


def make_campaigns(n_shops: int, ways: Ways, parameters: BrushingParameters) -> Campaigns:
    """Return the records of shops for which nobody ever brushed."""
    return Campaigns(
        parameters=parameters,
        ways=ways,
        way=np.zeros(n_shops, dtype=np.int32),
        level=np.zeros(n_shops, dtype=np.int32),
        expected_gain=np.zeros(n_shops),
        sales_before=np.zeros(n_shops),
        quote=np.zeros(n_shops),
        cover=np.zeros(n_shops),
        resolve=np.zeros(n_shops),
        feared=np.zeros(n_shops),
        ordered=np.zeros(n_shops, dtype=np.int32),
        served=np.zeros(n_shops, dtype=np.int32),
        struck=np.zeros(n_shops, dtype=bool),
        **{name: never(n_shops) for name in BY_DAY},
        **{name: np.full(n_shops, -1, dtype=np.int32) for name in BY_NUMBER},
    )


def stop_campaigns(campaigns: Campaigns, slots: np.ndarray) -> None:
    """End the campaigns of ``slots`` at once."""
    campaigns.level[slots] = 0
    campaigns.until[slots] = NEVER


def clear_campaigns(campaigns: Campaigns, slots: np.ndarray) -> None:
    """Forget what earlier shops in ``slots`` bought, and of whom."""
    for name in BY_DAY:
        getattr(campaigns, name)[slots] = NEVER
    for name in BY_NUMBER:
        getattr(campaigns, name)[slots] = -1
    for name in OF_A_CAMPAIGN:
        getattr(campaigns, name)[slots] = 0
