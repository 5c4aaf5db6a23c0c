"""Perceived risks, merchant by merchant."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.compiling import inner
from sim.kernels.decide import days_on_record, exposure
from sim.kernels.groups import columns
from sim.kernels.threads import shared


class Lessons(NamedTuple):
    """What a day teaches everybody.

    ``own`` is the weight of an own sanction. What others went through leaves the share ``keep`` of the belief
    in what brushing adds and ``keep_blameless`` of that in what hits the blameless; one neighbour's sanction
    adds ``peer`` and ``peer_blameless`` to them, published lists ``announced`` to the first. Both then
    ``fade`` towards their priors. ``trusted`` is how far sanctions are held to follow brushing.
    """

    own: float
    keep: float
    keep_blameless: float
    peer: float
    peer_blameless: float
    announced: float
    prior: float
    blameless_prior: float
    fade: float
    trusted: float


class ShopColumns(NamedTuple):
    """Shops, arrays (S,): whose, since when, brushed orders today, genuine ones in 30 days."""

    owner: np.ndarray
    opened_day: np.ndarray
    brushed: np.ndarray
    sold: np.ndarray


class CampaignColumns(NamedTuple):
    """Way to brush and camouflage of each shop (S,), and the orders a day of each way (ways,)."""

    way: np.ndarray
    cover: np.ndarray
    level: np.ndarray


campaign_columns = columns(CampaignColumns, level="ways.level")


@inner
def fruit_of_brushing(risk, blameless_risk, exposed):
    """Return the share of an own sanction that somebody guilty, who was so ``exposed``, blames on brushing.

    Were it another one than that of the hazards that are believed, learning would move right beliefs. It
    counts as far as sanctions are held to follow brushing (`Lessons.trusted`).
    """
    added, anyway = (risk + 1e-9) * exposed, blameless_risk + 1e-10
    return added / (anyway + added)


@shared
def move_risks(first, last, lessons, hazard, shops, campaigns, heard, minds):
    """Let a day's sanctions, and its being spared of them, move what merchants believe of their hazards.

    ``hazard`` is the day, its concavity and the share of it that full camouflage hides. ``heard`` are who was
    sanctioned, who is guilty, and of how many neighbours' sanctions each hears, (S,); the last is empty if
    there were none. ``minds`` are the risks that brushing is believed to add and the ones that hit also the
    blameless, a row for each merchant.
    """
    lessons, shops, campaigns = Lessons(*lessons), ShopColumns(*shops), CampaignColumns(*campaigns)
    (day, concavity, hides), (sanctioned, guilty, told) = hazard, heard
    risk, blameless_risk = minds
    for s in range(first, last):
        m, peers, added, anyway, exposed = shops.owner[s], 0, 0.0, 0.0, 0.0
        brushed, struck_guilty = shops.brushed[s] > 0, sanctioned[s] and guilty[s]
        if brushed or struck_guilty:
            own_orders = shops.sold[s] / days_on_record(day, shops.opened_day[s])
            exposed = exposure(concavity, campaigns.level[campaigns.way[s]], own_orders)
            exposed *= 1.0 - hides * campaigns.cover[s]
        if sanctioned[s]:
            added = 0.0
            if struck_guilty:
                added = lessons.trusted * fruit_of_brushing(risk[m], blameless_risk[m], exposed)
            anyway = 1.0 - added
        if not brushed:
            exposed = 0.0
        if told.size > 0:
            peers = told[s]
        seen = risk[m] * (1.0 - lessons.own * exposed / 30) * lessons.keep
        seen += lessons.own * added + lessons.peer * peers + lessons.announced
        blameless = blameless_risk[m] * (1.0 - lessons.own / 30) * lessons.keep_blameless
        blameless += lessons.own * anyway + lessons.peer_blameless * peers
        risk[m] = lessons.prior + (seen - lessons.prior) * lessons.fade
        prior = lessons.blameless_prior
        blameless_risk[m] = prior + (blameless - prior) * lessons.fade
