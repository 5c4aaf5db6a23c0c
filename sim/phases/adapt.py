"""Adapt: the trade learns what gets hit, and organisers offer the camouflage that customers want."""

from __future__ import annotations

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
from sim.trade.experience import gain_experience


def adapt(
    today: Today,
    owners: tuple[Shops, Merchants],
    campaigns: Campaigns,
    traces: Traces,
    beliefs: Beliefs,
    trade: Trade,
) -> None:
    """Let the trade learn which ways to brush are hit, and organisers adapt their camouflage."""
    gain_experience(today, owners[0], campaigns, traces, beliefs, trade.adaptation)
    offer_camouflage(today, owners, campaigns, traces, beliefs, trade)


def offer_camouflage(
    today: Today,
    owners: tuple[Shops, Merchants],
    campaigns: Campaigns,
    traces: Traces,
    beliefs: Beliefs,
    trade: Trade,
) -> None:
    """Let organisers move towards the camouflage that the keenest of today's customers would buy."""
    (shops, merchants), experience, terms = owners, beliefs.experience, trade.adaptation
    dread = fears(beliefs.severity, today.attention.horizon, campaigns.parameters)
    hazard = float(beliefs.parameters.hazard_concavity), experience.relative_hazard(), experience.hides, dread
    keenest = np.full(trade.n, -1.0)
    brushed = kernels.task_columns(today.tasks), kernels.campaign_columns(campaigns)
    columns = kernels.shop_columns(shops), kernels.merchant_columns(merchants)
    terms_of = today.clock.day, float(terms.camouflage_price)
    kernels.find_keenest(terms_of, *brushed, *columns, traces.genuine_30(), hazard, keenest)
    served = keenest >= 0
    trade.camouflage[served] += (keenest[served] - trade.camouflage[served]) / terms.camouflage_days
