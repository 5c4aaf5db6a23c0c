"""E2. With a means of evasion, or a cheaper one, there is never less brushing than without it, beyond noise.

Camouflage can be had at the scenario's price, for nothing, or not at all. These are different worlds, so an
arm has a warm-up of its own, with the same seed.
"""

from functools import cache

import pytest
from arms import Place, arm, brushed, compared, places, trunk

pytestmark = pytest.mark.slow

PLACES = places(3)
DAYS = 240

CAMOUFLAGE = {
    "impossible": ("adaptation.hidden_share=0",),
    "priced": (),
    "free": ("adaptation.camouflage_price=0",),
}


@cache
def left(place: Place, package: str, camouflage: str) -> float:
    return brushed(arm(trunk(place, *CAMOUFLAGE[camouflage]), package, DAYS))


@pytest.mark.parametrize("package", ["ten_times_action", "status_quo_2015"])
@pytest.mark.parametrize(
    ("worse", "better"), [("impossible", "priced"), ("impossible", "free"), ("priced", "free")]
)
def test_evasion_never_helps_the_enforcer(worse: str, better: str, package: str) -> None:
    change = compared(
        PLACES, lambda place: left(place, package, worse), lambda place: left(place, package, better)
    )
    assert change.could_show(), change
    assert change.not_below(), change
