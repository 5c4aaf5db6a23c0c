"""Brush: organisers match the orders that merchants buy to the accounts of workers."""

from __future__ import annotations

import numpy as np

from sim.chance import Stream
from sim.kernels import brush as kernels
from sim.state.buyers import Buyers
from sim.state.campaigns import Campaigns
from sim.state.shops import Shops
from sim.state.today import Tasks, Today
from sim.state.trade import Trade
from sim.trade.business import employ


def brush(today: Today, shops: Shops, campaigns: Campaigns, trade: Trade, buyers: Buyers) -> Tasks:
    """Return today's brushed orders; merchants without an open organiser choose one first.

    Those whose campaigns begin choose anew. An organiser that cannot carry out everything serves all its
    customers in proportion.
    """
    clock, exponent = today.clock, float(trade.parameters.survivor_exponent)
    columns = kernels.shop_columns(shops), kernels.campaign_columns(campaigns)
    gradual, places = campaigns.ways.start, kernels.organiser_columns(trade)
    slots, orders, queue = kernels.line_up(
        clock.key(Stream.DECIDE), clock.day, exponent, today.started, gradual, places, *columns
    )
    customers, wanted, ends, number, demanded = kernels.take_places(
        queue.argsort(), slots, orders, campaigns.organiser, trade.n
    )
    capacity = employ(clock, trade, number, demanded, buyers)
    count, value = np.zeros(shops.n, dtype=np.int32), np.zeros(shops.n, dtype=np.int64)
    cover, camouflage_price = terms = np.empty((2, shops.n))
    goods = shops.price, float(campaigns.parameters.value_ratio)
    organisers = kernels.workforce_of(trade), kernels.camouflage_of(today.offers)
    lined_up, ledger = (customers, wanted, ends, demanded), kernels.ledger_of(campaigns)
    shop, account, covered = kernels.carry_out(
        clock.key(Stream.TASKS),
        clock.day,
        lined_up,
        capacity,
        organisers,
        goods,
        ledger,
        (count, value, terms),
    )
    by, parcel_cost = campaigns.organiser.copy(), campaigns.parameters.parcel_cost
    return Tasks(shop, account, count, value, by, cover, camouflage_price, covered, parcel_cost)
