"""Parameters of the world, a file a part: default, unit, range, source."""

from sim.parameters.appeals import AppealParameters
from sim.parameters.beliefs import BeliefParameters
from sim.parameters.brushing import BrushingParameters
from sim.parameters.declare import (
    ConfigError,
    check_parameters,
    check_value,
    interval,
    kinds_of,
    list_parameters,
    normalised,
    numeric,
    own_value,
    parameter,
    whole_number,
)
from sim.parameters.demand import DemandParameters
from sim.parameters.findings import FindingParameters
from sim.parameters.market import MarketParameters
from sim.parameters.parameters import Parameters, check_world
from sim.parameters.ranking import RankingParameters
from sim.parameters.shops import ShopParameters
from sim.parameters.traces import TraceParameters
from sim.parameters.trade import AdaptationParameters, TradeParameters

__all__ = [
    "AdaptationParameters",
    "AppealParameters",
    "BeliefParameters",
    "BrushingParameters",
    "ConfigError",
    "DemandParameters",
    "FindingParameters",
    "MarketParameters",
    "Parameters",
    "RankingParameters",
    "ShopParameters",
    "TraceParameters",
    "TradeParameters",
    "check_parameters",
    "check_value",
    "check_world",
    "interval",
    "kinds_of",
    "list_parameters",
    "normalised",
    "numeric",
    "own_value",
    "parameter",
    "whole_number",
]
