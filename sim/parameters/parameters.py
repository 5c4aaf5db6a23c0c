"""All parameters of the world: default, unit, range, source (ids of ``docs/evidence.csv``)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from sim.parameters.appeals import AppealParameters
from sim.parameters.beliefs import BeliefParameters
from sim.parameters.brushing import BrushingParameters
from sim.parameters.declare import ConfigError, check_parameters
from sim.parameters.demand import DemandParameters
from sim.parameters.findings import FindingParameters
from sim.parameters.market import MarketParameters
from sim.parameters.ranking import RankingParameters
from sim.parameters.shops import ShopParameters
from sim.parameters.traces import TraceParameters
from sim.parameters.trade import AdaptationParameters, TradeParameters


@dataclass
class Parameters:
    """All that is true of a market before any policy: one scenario."""

    market: MarketParameters = field(default_factory=MarketParameters)
    demand: DemandParameters = field(default_factory=DemandParameters)
    ranking: RankingParameters = field(default_factory=RankingParameters)
    shops: ShopParameters = field(default_factory=ShopParameters)
    brushing: BrushingParameters = field(default_factory=BrushingParameters)
    beliefs: BeliefParameters = field(default_factory=BeliefParameters)
    trade: TradeParameters = field(default_factory=TradeParameters)
    adaptation: AdaptationParameters = field(default_factory=AdaptationParameters)
    traces: TraceParameters = field(default_factory=TraceParameters)
    appeals: AppealParameters = field(default_factory=AppealParameters)
    findings: FindingParameters = field(default_factory=FindingParameters)


def check_world(world: Parameters) -> None:
    """Raise `ConfigError` for a value out of range or for values that contradict each other."""
    for part in fields(world):
        check_parameters(getattr(world, part.name), part.name)
    market, shops, trade = world.market, world.shops, world.trade
    if market.n_shops % market.shops_per_category:
        raise ConfigError(
            f"market.shops_per_category must divide n_shops; got {market.shops_per_category} "
            f"and {market.n_shops}"
        )
    ordered = [
        ("shops.margin", shops.margin_low, shops.margin_mean, shops.margin_high),
        ("shops.burst_multiple", shops.burst_multiple_low, shops.burst_multiple_high),
        ("shops.burst_days", shops.burst_days_low, shops.burst_days_high),
        ("brushing.campaign_days", world.brushing.campaign_days_low, world.brushing.campaign_days_high),
        ("trade.fee", trade.fee_low, trade.fee, trade.fee_high),
    ]
    for name, *values in ordered:
        if values != sorted(values):
            raise ConfigError(f"{name}: low, mean and high must not decrease; got {values}")
    if not world.brushing.levels or world.brushing.levels != sorted(set(world.brushing.levels)):
        raise ConfigError(f"brushing.levels must increase; got {world.brushing.levels}")
