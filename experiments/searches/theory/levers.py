"""The levers that the propositions are about, each pulled on a branch of a warmed-up market."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from policies import build_package
from sim.market import Market
from sim.parameters import ConfigError

Package = dict[str, Any]

EXPECTED_FINE = 500.0
"""RMB of fine that a case brings on average where fines are traded for certainty, if it proves true."""


@dataclass(frozen=True)
class Lever:
    """What is moved, the levels at which, and how; ``pull`` returns a branch of the market it is given."""

    key: str
    noun: str
    meaning: str
    levels: tuple[float, ...]
    pull: Callable[[Market, Package, float], Market]


def price_brushing(trunk: Market, package: Package, multiple: float) -> Market:
    """Return a branch on which everything a brushed order costs in the trade is ``multiple`` of what it was.

    That is the all-in fee, its bounds, and the price of an empty parcel. The organisers' own cut stays:
    what is dearer goes to the workers and the makers of parcels. Commission and moral cost stay too.
    """
    market = trunk.branch().adopt(build_package(package))
    trade, brushing = market.state.parameters.trade, market.state.parameters.brushing
    trade.fee, trade.fee_low, trade.fee_high = (
        multiple * fee for fee in (trade.fee, trade.fee_low, trade.fee_high)
    )
    brushing.parcel_cost *= multiple
    market.state.trade.fee *= multiple
    return market


def act_on_cases(trunk: Market, package: Package, share: float) -> Market:
    """Return a branch on which the platform acts on ``share`` of the cases that its detector opens."""
    changed = copy.deepcopy(package)
    detection_of(changed)["acted_share"] = share
    return trunk.branch().adopt(build_package(changed))


def detection_of(package: Package) -> dict[str, Any]:
    """Return the entry of a package that detects; without one there is no share of cases to act on."""
    for entry in package.values():
        if isinstance(entry, dict) and entry.get("policy") == "detection":
            return entry
    raise ConfigError(f"theory needs a package that detects; {package.get('name', 'package')!r} does not")


def fine_alone(trunk: Market, package: Package, share: float) -> Market:
    """Return a branch on which ``share`` of the cases are acted on, by a fine that keeps the expected one.

    Nothing but the fine follows a case: no other sanction, no closure by chance, no referral. The fine is
    `EXPECTED_FINE` over ``share``. Reviewers are as many as are needed, because a queue would thin out the
    frequent fines and not the rare ones. All else of the package stays.
    """
    changed = copy.deepcopy(package)
    detection = detection_of(changed)
    only = {"steps": ["fine"], "fine_rmb": EXPECTED_FINE / share, "closure_probability": 0}
    detection |= {"acted_share": share, "refer_share": 0, "reviewers_per_100k_shops": None}
    detection["ladder"] = {**detection.get("ladder", {}), **only}
    return trunk.branch().adopt(build_package(changed))


def weigh_sales(trunk: Market, package: Package, weight: float) -> Market:
    """Return a branch on which displayed sales have this weight in the ranking from the first day on."""
    market = trunk.branch().adopt(build_package(package))
    market.state.platforms[0].ranking.sales_weight = weight
    return market


COST = Lever("cost", "cost", "Cost of brushing, multiple of today’s", (0.5, 1, 2, 4), price_brushing)
ACTION = Lever("action", "share", "Share of cases acted on", (0, 0.025, 0.1, 0.3, 1), act_on_cases)
WEIGHT = Lever("weight", "weight", "Weight of sales in the ranking", (0, 0.5, 1, 2, 4), weigh_sales)
CERTAINTY = Lever(
    "certainty", "share", "Share of cases fined, at equal expected fines", (0.025, 0.1, 0.25, 1), fine_alone
)

LEVERS = {lever.key: lever for lever in (COST, ACTION, WEIGHT, CERTAINTY)}
