"""E1. Sanctions drawn without regard to conduct change brushing through fear by no more than noise.

What hits the blameless as well is no reason to abstain (Png 1986). Carrying sanctions out, prices and evasion
are switched off, so that only what merchants believe is left.
"""

from functools import cache

import pytest
from arms import FEAR_ALONE, Place, arm, brushed, compared, places, trunk

from policies import Package, build_package

pytestmark = pytest.mark.slow

PLACES = places(2)


def lottery(a_year: float) -> Package:
    """Return a package under which every shop is demoted so often a year, whatever it did."""
    ladder = {"steps": ["remove_sales+demote"], "closure_probability": 0.05}
    audit = {
        "policy": "detection", "detector": "random_audit", "threshold": 1 - a_year / 365,
        "cooldown_days": 0, "mode": "automatic", "acted_share": 1, "ladder": ladder,
    }  # fmt: skip
    return build_package({"name": "lottery", "detection": audit})


@cache
def by_fear_alone(place: Place, a_year: float) -> float:
    package = lottery(a_year) if a_year else "no_enforcement"
    return brushed(arm(trunk(place), package, mute=FEAR_ALONE))


@pytest.mark.parametrize("a_year", [1, 4])
def test_a_lottery_deters_nothing(a_year: float) -> None:
    change = compared(
        PLACES, lambda place: by_fear_alone(place, 0), lambda place: by_fear_alone(place, a_year)
    )
    assert change.could_show(), change
    assert change.alike(), change


def test_the_lottery_is_one() -> None:
    market = arm(trunk(PLACES[0]), lottery(4), days=120, mute=FEAR_ALONE)
    table = market.daily().query("day >= 0")
    hits, shops = table["hits_honest"].sum(), table["honest_shops"].sum() / 365
    assert 3.5 < hits / shops < 4.5, "four sanctions a shop and year, of the honest too"
