"""Adapt: the trade learns what gets hit, and organisers what their customers want and pay for."""

from __future__ import annotations

import numpy as np

from sim.kernels import pricing
from sim.kernels.decide import merchant_columns
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
    """Let the trade learn which ways to brush are hit, and organisers what camouflage is wanted."""
    sold = traces.genuine_30()
    gain_experience(today, owners[0], campaigns, sold, beliefs, trade.adaptation)
    learn_of_customers(today, owners, campaigns, sold, beliefs, trade)


def learn_of_customers(
    today: Today,
    owners: tuple[Shops, Merchants],
    campaigns: Campaigns,
    sold: np.ndarray,
    beliefs: Beliefs,
    trade: Trade,
) -> None:
    """Move the camouflage that organisers deliver towards what the keenest of today's customers wants."""
    (shops, merchants), experience, terms = owners, beliefs.experience, trade.adaptation
    reach, horizon = shops.parameters.owner_reach, today.attention.horizon
    threat = (
        today.clock.day,
        float(beliefs.parameters.hazard_concavity),
        experience.relative_hazard(),
        float(experience.hides),
        float(terms.camouflage_price),
        fears(beliefs.severity, horizon, campaigns.parameters, reach),
    )
    keenest = np.full(trade.n, -1.0)
    brushed = pricing.task_columns(today.tasks), pricing.way_columns(campaigns)
    columns = pricing.shop_columns(shops), merchant_columns(merchants)
    pricing.ask_customers(*brushed, *columns, sold, threat, keenest)
    pricing.offer_camouflage(keenest, float(terms.camouflage_days), trade.camouflage)


def set_cuts(today: Today, trade: Trade) -> None:
    """Let organisers move their cuts by what came of their quotes, unless prices are fixed."""
    if not trade.fixed_prices:
        terms = pricing.cut_terms(trade.parameters)
        pricing.move_cuts(today.asked, terms, trade.callers, trade.earned, trade.cut)
