"""What becomes of organisers that are raided and sued, or shut, against what cases report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from policies import Dated, Package, build_package
from sim.contract import Act, Raid
from sim.effects.organisers import close, is_reached
from sim.market import Market
from sim.state.units import FEN

RAID_DAYS = 575
"""Days after the raid: the fine comes after 98, the judgment after 241 + 329."""

WEEKS = 13


class RaidOnce:
    """Raid one organiser on the first day, and no other."""

    actor = "regulator"
    reads: Sequence[str] = ()

    def __init__(self, organiser: int) -> None:
        self.organiser = organiser

    def reset(self) -> None:
        """Forget nothing."""

    def act(self, observation: Any) -> list[Act]:
        """Raid."""
        return [Raid(np.array([self.organiser]))] if observation.day == 0 else []


def raid_one(trunk: Market, law: dict[str, Any]) -> dict[str, float]:
    """Raid the organiser that gained most, on a branch; fine it by ``law``, sue it for certain; return C5.

    The suit is won and the award collected, as in the case of Shatui; the award is the default share
    of the claim. Gains are brokerage and membership fees up to the raid. The case ended in a judgment, so
    the ratio is that of runs that do; it is undefined where the founder has left the trade and is not found.
    """
    market = trunk.branch()
    trade, founders = market.state.trade, market.state.founders
    place = int(np.argmax(np.where(trade.is_open, founders.gains[trade.founder], -1)))
    row = int(trade.founder[place])
    names, gains = market.state.names, max(founders.gains[row] / FEN * trade.weight, 1e-9)
    target = int(names.number[names.current[place]])
    entries = {
        "regulator": {"policy": "regulator", "raids_per_year": 0, "law": law},
        "civil_suits": {"policy": "civil_suits", "who": "every", "odds": 1, "collectability": 1},
    }
    institutions = build_package(entries).policies
    market.adopt(Package("raid_once", [Dated(RaidOnce(target)), *institutions])).run(RAID_DAYS)
    events = market.events()
    own = events[(events["target_kind"] == "organiser") & (events["target"] == target)]
    taken = own[own["day"] >= 0].groupby("verb")["amount_rmb"].sum()
    judged = is_reached(market.state, place, row)
    sanctions = float(taken.get("fine", 0.0) + taken.get("try_suit", 0.0))
    return {
        "sanctions_of_gains": sanctions / gains if judged else np.nan,
        "ahead": float(sanctions < gains),
        "judged": float(judged),
        "sanctions_of_gains_all": sanctions / gains,
        "seizure_of_gains": float(taken.get("raid", 0.0)) / gains,
        "gains_rmb": gains,
    }


def shut_one(trunk: Market) -> dict[str, float]:
    """Shut the organiser with most customers on a branch and compare with the twin; return C8."""
    market, twin = trunk.branch(), trunk.branch()
    campaigns, shops, trade = market.state.campaigns, market.state.shops, market.state.trade
    active = (campaigns.until > market.day) & shops.open & (campaigns.organiser >= 0)
    customers = np.bincount(campaigns.organiser[active], minlength=trade.n)
    place = int(np.argmax(np.where(trade.is_open, customers, -1)))
    slots = np.flatnonzero(active & (campaigns.organiser == place))
    who, moved = shops.identity[slots].copy(), np.zeros(slots.size, dtype=bool)
    close(market.state, place)
    for day in range(7 * WEEKS):
        market.run(1)
        twin.run(1)
        if day < 14:
            elsewhere = (market.today.tasks.count > 0) & (market.today.tasks.organiser != place)
            moved |= elsewhere[slots] & (shops.identity[slots] == who)
    ratio = weekly_orders(market) / np.maximum(weekly_orders(twin), 1)
    return {
        "moved_14": float(moved.mean()) if moved.size else np.nan,
        "volume_after_13_weeks": float(ratio[-2:].mean()),
    }


def weekly_orders(market: Market) -> np.ndarray:
    """Return the brushed orders of each of the last weeks."""
    orders = np.array([row["brushed_orders"] for row in market.rows[-7 * WEEKS :]])
    return orders.reshape(WEEKS, 7).sum(axis=1)
