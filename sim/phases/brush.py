"""Brush: organisers match the orders that merchants buy to the accounts of workers."""

from __future__ import annotations

import numpy as np

from sim.chance import Stream
from sim.kernels import brush as kernels
from sim.kernels.offers import price_of
from sim.state.buyers import Buyers
from sim.state.campaigns import Campaigns
from sim.state.shops import Shops
from sim.state.today import Tasks, Today
from sim.state.trade import Trade
from sim.trade.business import employ


def brush(today: Today, shops: Shops, campaigns: Campaigns, trade: Trade, buyers: Buyers) -> Tasks:
    """Return today's brushed orders; merchants whose organiser has gone turn to another one first.

    An organiser that cannot carry out everything serves all its customers in proportion.
    """
    clock, n, adaptation = today.clock, shops.n, trade.adaptation
    slots, orders, queue = line_up(today, shops, campaigns, trade)
    cover = float(adaptation.hidden_share) * campaigns.cover
    customers, wanted, ends, *demand = kernels.take_places(
        queue.argsort(), slots, orders, campaigns.organiser, cover, trade.n
    )
    number, demanded, covered = demand
    capacity = employ(clock, trade, (number, demanded, covered), buyers)
    count, value = np.zeros(n, dtype=np.int32), np.zeros(n, dtype=np.int64)
    shop, account, hidden = kernels.carry_out(
        clock.key(Stream.TASKS),
        clock.day,
        (customers, wanted, ends, demanded),
        capacity,
        kernels.workforce_of(trade),
        (shops.price, float(campaigns.parameters.value_ratio), float(adaptation.hidden_share)),
        kernels.ledger_of(campaigns),
        (count, value),
    )
    price = price_of.py_func(campaigns.cover, adaptation.camouflage_price)
    terms = campaigns.organiser.copy(), campaigns.quote.copy(), cover, price
    return Tasks(shop, account, count, value, *terms, hidden, campaigns.parameters.parcel_cost)


def line_up(
    today: Today, shops: Shops, campaigns: Campaigns, trade: Trade
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place the displaced; return the slots that want orders today, how many, and the keys of their queue."""
    exponent, offers, clock = float(trade.parameters.survivor_exponent), today.offers, today.clock
    organisers = trade.is_open, trade.reopen_day, offers.size, offers.cut, offers.least, offers.most
    columns = kernels.shop_columns(shops), kernels.campaign_columns(campaigns)
    key, gradual = clock.key(Stream.DECIDE), campaigns.ways.start
    return kernels.line_up(key, clock.day, exponent, gradual, organisers, *columns)
