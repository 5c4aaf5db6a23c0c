"""E8. Where brushing is dearer there is not more of it: fees, parcels, commission, moral cost, each ±30 %.

Cost and price of a world differ from its first day, so an arm is a run of its own with the same seed.
"""

from dataclasses import fields
from functools import cache

import pytest
from arms import Place, brushed, compared, configured, opened, places

pytestmark = pytest.mark.slow

PLACES = places(2)
DAYS = 180

COSTS = {
    "fee": ("trade.fee", "trade.fee_low", "trade.fee_high"),
    "parcels": ("brushing.parcel_cost",),
    "commission": ("shops.commission",),
    "moral_cost": ("brushing.moral_cost",),
}


def scaled(world: str, name: str, factor: float) -> str:
    """Return the override that multiplies a parameter of a world, as far as its range goes."""
    part, key = name.split(".")
    own = getattr(configured(world).world, part)
    metadata = next(item.metadata for item in fields(own) if item.name == key)
    value = min(max(factor * getattr(own, key), metadata["low"]), metadata["high"])
    return f"{name}={value!r}"


@cache
def left(place: Place, cost: str, factor: float) -> float:
    market = opened(place, *(scaled(place.world, name, factor) for name in COSTS[cost]))
    return brushed(market.run(DAYS))


@pytest.mark.parametrize("cost", COSTS)
def test_dearer_brushing_is_not_more(cost: str) -> None:
    change = compared(PLACES, lambda place: left(place, cost, 0.7), lambda place: left(place, cost, 1.3))
    assert change.could_show(), change
    assert change.not_above(), change
