"""All that is true tonight."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.contract import Census
from sim.parameters import Parameters
from sim.state.beliefs import Beliefs, make_beliefs
from sim.state.buyers import Buyers, make_buyers
from sim.state.campaigns import Campaigns, make_campaigns
from sim.state.cases import Cases
from sim.state.clock import Clock
from sim.state.demand import make_classes, make_demand
from sim.state.detectors import DetectorRecord
from sim.state.entrants import Entrants
from sim.state.events import EventLog
from sim.state.founders import Founders, make_founders
from sim.state.harm import Harm, make_harm
from sim.state.inbox import Inbox
from sim.state.institutions import Institution, make_institutions
from sim.state.mechanisms import SwitchedOff
from sim.state.merchants import Merchants, make_merchants
from sim.state.money import Money
from sim.state.names import Names, make_names
from sim.state.platform import Platform
from sim.state.shops import Shops, make_shops
from sim.state.traces import Traces, make_traces
from sim.state.trade import Trade, make_trade
from sim.state.traits import draw_ages, give_merchant_traits, give_shop_traits
from sim.state.units import never
from sim.state.ways import ways_to_brush


@dataclass
class State:
    """All that is true tonight. It has no verbs: phases and effects act on it."""

    parameters: Parameters
    clock: Clock
    platforms: tuple[Platform, ...]
    institutions: dict[str, Institution]
    shops: Shops
    merchants: Merchants
    campaigns: Campaigns
    buyers: Buyers
    trade: Trade
    founders: Founders
    names: Names
    beliefs: Beliefs
    traces: Traces
    entrants: Entrants
    harm: Harm
    detectors: DetectorRecord
    money: Money = field(default_factory=Money)
    cases: Cases = field(default_factory=Cases)
    events: EventLog = field(default_factory=EventLog)
    inbox: Inbox = field(default_factory=Inbox)
    switched_off: SwitchedOff = field(default_factory=SwitchedOff)

    def census(self) -> Census:
        """Return what there is of each kind of target, names that nobody bears any more among them."""
        return Census(self.shops.n, self.buyers.n, self.names.number)


def make_state(parameters: Parameters, seed: int) -> State:
    """Return a market on its first morning, in which nothing was sold yet."""
    market = parameters.market
    shops = make_shops(market.n_shops, market.shops_per_category, parameters.shops, parameters.ranking)
    merchants = make_merchants(
        shops.identity,
        parameters.beliefs.prior,
        parameters.beliefs.prior * parameters.beliefs.blameless_prior,
    )
    everyone = np.arange(shops.n)
    give_shop_traits(shops, everyone, parameters, seed)
    give_merchant_traits(merchants, everyone, parameters.brushing, seed)
    shops.opened_day[:] = -draw_ages(shops.identity, parameters.shops, seed)
    buyers, trade, ways = (
        make_buyers(parameters, seed),
        make_trade(parameters, seed),
        ways_to_brush(parameters),
    )
    platform = Platform(
        name="platform",
        rule=parameters.ranking,
        demand=make_demand(parameters, buyers.n),
        classes=make_classes(parameters.demand, buyers.n),
    )
    institutions = make_institutions(platform.name)
    return State(
        parameters=parameters,
        clock=Clock(seed),
        platforms=(platform,),
        institutions=institutions,
        shops=shops,
        merchants=merchants,
        campaigns=make_campaigns(shops.n, ways, parameters.brushing),
        buyers=buyers,
        trade=trade,
        founders=make_founders(trade.n, seed, parameters.trade.exit_rate),
        names=make_names(trade, len(institutions), seed),
        beliefs=make_beliefs(parameters, ways, seed),
        traces=make_traces(shops.n, parameters.traces),
        entrants=Entrants(next=shops.n),
        harm=make_harm(shops.n),
        detectors=DetectorRecord(last_above=never(shops.n)),
    )
