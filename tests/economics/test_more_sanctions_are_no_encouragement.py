"""What is added to a sanction, or to other sanctions, encourages nobody.

A fine that follows each demotion, however small, takes nothing off the fear of demotions; nor do mild
sanctions of those whom a ledger names make others fear less. Nothing but fear works.
"""

from functools import cache

import numpy as np
import pytest
from arms import FEAR_ALONE, PERIOD, Place, arm, brushed, compared, named, places, trunk

pytestmark = pytest.mark.slow

PLACES = places(3)

NO_FINE = ("detection.acted_share=0.1", "detection.refer_share=0")
FINE = ("detection.acted_share=0.1", "detection.refer_share=1", "regulator.fine_rmb=1")
RAIDS = ("regulator.raids_per_year=1", "civil_suits.who=never")


@cache
def left(place: Place, *overrides: str) -> float:
    """Return the brushed share of the later half where nothing but fear works."""
    package = named("status_quo_2015", *overrides)
    return brushed(arm(trunk(place), package, mute=FEAR_ALONE), first=-PERIOD // 2)


def test_a_fine_of_next_to_nothing_after_each_demotion_changes_next_to_nothing() -> None:
    """In most places nobody decides otherwise; where somebody does, it is luck what comes of it."""
    change = compared(PLACES, lambda place: left(place, *NO_FINE), lambda place: left(place, *FINE))
    assert change.could_show(), change
    assert change.alike(), change
    assert np.median(np.abs(change.each)) < 1e-4, change


def test_to_remove_the_sales_of_those_whom_ledgers_name_encourages_nobody() -> None:
    change = compared(
        PLACES,
        lambda place: left(place, *RAIDS, "ledger_use.merchants=none"),
        lambda place: left(place, *RAIDS, "ledger_use.merchants=zero"),
    )
    assert change.could_show(), change
    assert change.not_above(), change
