"""Adapt: organisers buy camouflage against the customers they lose, the trade learns what gets hit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.kernels import adapt as kernels
from sim.state.beliefs import Beliefs
from sim.state.campaigns import Campaigns
from sim.state.fears import fears
from sim.state.merchants import Merchants
from sim.state.shops import Shops
from sim.state.today import Today
from sim.state.traces import Traces
from sim.state.trade import Trade

RECENT = 30
"""A sanction on a merchant that brushed in the last so many days counts against its way of brushing."""


@dataclass(frozen=True)
class Customers:
    """Those that brush today, added up.

    ``exposure`` (n_ways,) is the hazard that merchants ascribe to each way at first, over the reference
    hazard, summed over those that brush in it. The rows of ``by_organiser`` (3, n_organisers) are the
    customers of each organiser, their orders, and what one sanction on each would cost, RMB. ``blatant`` is
    the number of all, each counted by what camouflage does not hide.
    """

    exposure: np.ndarray
    by_organiser: np.ndarray
    blatant: float


def adapt(
    today: Today,
    owners: tuple[Shops, Merchants],
    campaigns: Campaigns,
    traces: Traces,
    beliefs: Beliefs,
    trade: Trade,
) -> None:
    """Let the trade learn which ways to brush are hit, and organisers buy camouflage."""
    customers = meet_customers(today, owners, campaigns, traces, beliefs, trade.n)
    teach(today, campaigns, beliefs, trade, customers)


def meet_customers(
    today: Today,
    owners: tuple[Shops, Merchants],
    campaigns: Campaigns,
    traces: Traces,
    beliefs: Beliefs,
    n_organisers: int,
) -> Customers:
    """Return who brushes today."""
    shops, merchants = owners
    exposed, sums = np.zeros(campaigns.ways.n), np.zeros((3, n_organisers))
    dread = fears(beliefs.severity, today.attention.horizon, campaigns.parameters)
    hazard = float(beliefs.parameters.hazard_concavity), dread
    brushed = kernels.task_columns(today.tasks), kernels.campaign_columns(campaigns)
    columns = kernels.shop_columns(shops), kernels.merchant_columns(merchants)
    blatant = kernels.meet_customers(
        today.clock.day, *brushed, *columns, traces.genuine_30(), hazard, (exposed, sums)
    )
    return Customers(exposed, sums, blatant)


def teach(today: Today, campaigns: Campaigns, beliefs: Beliefs, trade: Trade, customers: Customers) -> None:
    """Let a day's sanctions on brushing merchants teach the trade."""
    experience, terms = beliefs.experience, trade.adaptation
    hits = kernels.remember(
        today.clock.day - RECENT,
        0.5 ** (1 / terms.memory_half_life),
        today.tally.sanctioned,
        campaigns.last_brushed_day,
        campaigns.way,
        customers.exposure,
        experience.sanctions,
        experience.exposure,
    )
    keep = 0.5 ** (1 / terms.lost_half_life)
    experience.lost = experience.lost * keep + hits
    experience.blatant = experience.blatant * keep + customers.blatant
    kernels.buy_camouflage(
        experience.hazard,
        customers.by_organiser,
        float(terms.hidden_share),
        float(terms.camouflage_price),
        float(terms.camouflage_days),
        trade.camouflage,
    )
