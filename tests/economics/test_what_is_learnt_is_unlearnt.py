"""E9. What is learnt of a crackdown is unlearnt after it: brushing comes back, and the effect does not grow.

Sixty days of acting on more cases, then the status quo again; beside it a market that never had them. What
the crackdown physically took (shops closed, displayed sales) is back within half a year.
"""

from functools import cache

import numpy as np
import pytest
from arms import Difference, Place, arm, named, places, trunk

pytestmark = pytest.mark.slow

PLACES = places(3)
CRACKDOWN, AFTER, WINDOW = 60, 300, 60
EVENTUALLY = slice(180, 300)
"""Days after the end by which brushing has to be back."""

SHARES = [0.25, 1.0]
"""Shares of the cases acted on; the status quo acts on a fortieth."""


@cache
def path(place: Place, acted_share: float | None) -> np.ndarray:
    """Return the brushed share by day after a crackdown (300,), or, with None, where there was none."""
    acted = () if acted_share is None else (f"detection.acted_share={acted_share}",)
    market = arm(trunk(place), named("status_quo_2015", *acted), CRACKDOWN)
    market.adopt(named("status_quo_2015")).run(AFTER)
    return market.daily().query("day >= 0")["brushed_share"].to_numpy()


def effect(acted_share: float, days: slice) -> np.ndarray:
    """Return the effect on the mean brushed share of some days after the end, by place."""
    return np.array([(path(p, acted_share) - path(p, None))[days].mean() for p in PLACES])


@pytest.mark.parametrize("acted_share", SHARES)
def test_brushing_is_back_within_ten_months(acted_share: float) -> None:
    never = np.array([path(p, None)[EVENTUALLY].mean() for p in PLACES])
    change = Difference(never, never + effect(acted_share, EVENTUALLY), PLACES)
    assert change.could_show(), change
    assert change.alike(), change


@pytest.mark.parametrize("acted_share", SHARES)
@pytest.mark.parametrize("first", range(WINDOW, AFTER, WINDOW))
def test_the_effect_does_not_grow_after_its_first_sixty_days(first: int, acted_share: float) -> None:
    soon = effect(acted_share, slice(0, WINDOW))
    later = effect(acted_share, slice(first, first + WINDOW))
    assert Difference(soon, later, PLACES).not_below(), Difference(soon, later, PLACES)


@pytest.mark.parametrize("acted_share", SHARES)
def test_the_crackdown_was_felt(acted_share: float) -> None:
    never = np.array([path(p, None)[:30].mean() for p in PLACES])
    change = Difference(never, never + effect(acted_share, slice(0, 30)), PLACES)
    assert change.lower(), change
