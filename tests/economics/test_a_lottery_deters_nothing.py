"""E1. Sanctions drawn without regard to conduct change brushing through fear by no more than noise.

What hits the blameless as well is no reason to abstain (Png 1986). Carrying sanctions out, prices and evasion
are switched off, so that only what merchants believe is left.
"""

from functools import cache

import numpy as np
import pytest
from arms import END, FEAR_ALONE, Difference, Place, arm, brushed, compared, configured, places, trunk

from policies import Package, build_package

pytestmark = pytest.mark.slow

PLACES = places(3)


SOME_CLOSED, ALL_CLOSED = 0.05, 1.0


def lottery(a_year: float, closure: float = SOME_CLOSED) -> Package:
    """Return a package under which every shop is hit so often a year, whatever it did, and some close."""
    ladder = {"steps": ["remove_sales+demote"], "closure_probability": closure}
    audit = {
        "policy": "detection", "detector": "random_audit", "threshold": 1 - a_year / 365,
        "cooldown_days": 0, "mode": "automatic", "acted_share": 1, "ladder": ladder,
    }  # fmt: skip
    return build_package({"name": "lottery", "detection": audit})


@cache
def by_fear_alone(place: Place, a_year: float, closure: float = SOME_CLOSED) -> tuple[float, float]:
    """Return the brushed share, and what brushing is believed to add to the hazard of 30 days."""
    package = lottery(a_year, closure) if a_year else "no_enforcement"
    market = arm(trunk(place), package, mute=FEAR_ALONE)
    return brushed(market), float(market.daily()["perceived_risk"].tail(END).mean())


def change_of(number: int, a_year: float, closure: float = SOME_CLOSED) -> Difference:
    """Return how a lottery changes one of these two numbers."""
    return compared(
        PLACES,
        lambda place: by_fear_alone(place, 0)[number],
        lambda place: by_fear_alone(place, a_year, closure)[number],
    )


@pytest.mark.parametrize(("a_year", "closure"), [(1, SOME_CLOSED), (4, SOME_CLOSED), (4, ALL_CLOSED)])
def test_a_lottery_deters_nothing(a_year: float, closure: float) -> None:
    """However often shops are hit, and however hard."""
    change = change_of(0, a_year, closure)
    assert change.could_show(), change
    assert change.alike(), change


@pytest.mark.parametrize("a_year", [1, 4])
def test_a_lottery_teaches_nobody_that_brushing_is_dangerous(a_year: float) -> None:
    """What brushing is believed to add rises by no more than noise and what is believed at first."""
    change = change_of(1, a_year)
    prior = np.mean([configured(place.world).world.beliefs.prior for place in PLACES])
    assert change.each.mean() <= change.noise + prior, change


def test_the_lottery_is_one() -> None:
    market = arm(trunk(PLACES[0]), lottery(4), days=120, mute=FEAR_ALONE)
    table = market.daily().query("day >= 0")
    hits, shops = table["hits_honest"].sum(), table["honest_shops"].sum() / 365
    assert 3.5 < hits / shops < 4.5, "four sanctions a shop and year, of the honest too"
