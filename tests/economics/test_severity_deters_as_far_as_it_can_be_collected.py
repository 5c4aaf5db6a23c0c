"""E4. Severity deters as far as it can be collected.

Where weights are linear and owners within reach, equal expected fines that are known deter alike; a ruinous
fine deters no less where it reaches the owner, and it ruins shops. Nothing but fear works: fines are all that
is imposed, and carrying out, prices and evasion are switched off.

Where the fine is made known as the package begins and its hazard is learnt, certainty may add something:
one's own sanctions teach far more than others' (`beliefs.own`, a stated psychological parameter), and where
fines are rare few have met them. It may only add: rare fines of the same expectation never deter more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from arms import FEAR_ALONE, PERIOD, Place, arm, brushed, compared, fines, named, opened, places, trunk

from policies import Dated, Package
from sim import Market
from sim.contract import Act, Announce, Observation

pytestmark = pytest.mark.slow

PLACES = places(2)

LINEAR = ("brushing.fine_concavity=1", "shops.owner_reach=1")
OUT_OF_REACH = ("brushing.fine_concavity=1", "shops.owner_reach=0")

EXPECTED = 500.0
"""RMB a case, in expectation; the greatest fine is 20,000 RMB, which most who brush are worth."""

CERTAIN, SEVERE = 0.25, 0.025
"""Shares of the cases that are fined."""

RUINOUS, SMALL = 1_000_000, 10

KNOWN = ("own", "peer", "announcement", "demotion_prior", "closure_prior")
"""Beliefs that are zero where all is known: nobody learns, and a sanction is a fine."""

RATE = 0.8
"""Cases a month that brushing at reference intensity is known to bring."""


@cache
def known(place: Place, share: float) -> float:
    """Return the brushed share where so many cases, or none, are known to be fined ``EXPECTED`` / share."""
    own = [f"beliefs.{name}=0" for name in KNOWN] + [
        f"beliefs.prior={RATE * (share or CERTAIN)}",
        f"beliefs.fine_prior={EXPECTED / share if share else 0}",
        "beliefs.memory_half_life=3650",
    ]
    return brushed(opened(place, *LINEAR, *own).adopt(named("no_enforcement")).run(240))


def test_equal_expected_fines_that_are_known_deter_alike() -> None:
    change = compared(PLACES, lambda place: known(place, CERTAIN), lambda place: known(place, SEVERE))
    assert change.could_show(), change
    assert change.alike(), change


def test_fines_that_are_known_deter() -> None:
    change = compared(PLACES, lambda place: known(place, 0), lambda place: known(place, SEVERE))
    assert change.lower(), change


@dataclass
class Notice:
    """Tell on the first evening what a sanction will be: a fine, and nothing else."""

    fine: float
    actor: str = "platform"
    reads: Sequence[str] = ()

    def reset(self) -> None:
        """Have nothing to forget."""

    def act(self, observation: Observation) -> list[Act]:
        if observation.day:
            return []
        return [Announce(1.0, demotion=0.0, fine=self.fine, closure=0.0, reason="made known")]


def announced(share: float, fine: float) -> Package:
    return fines(share, fine, [Dated(Notice(fine), "notice")])


@cache
def by_fear_alone(place: Place, share: float, fine: float) -> float:
    package = announced(share, fine) if share else "no_enforcement"
    return brushed(arm(trunk(place, *LINEAR), package, mute=FEAR_ALONE), first=-PERIOD // 2)


def test_rare_fines_whose_hazard_is_learnt_deter_no_more_than_frequent_ones() -> None:
    change = compared(
        PLACES,
        lambda place: by_fear_alone(place, CERTAIN, EXPECTED / CERTAIN),
        lambda place: by_fear_alone(place, SEVERE, EXPECTED / SEVERE),
    )
    assert change.could_show(), change
    assert change.not_below(), change


def test_the_fines_that_are_compared_deter() -> None:
    change = compared(
        PLACES,
        lambda place: by_fear_alone(place, 0, 0),
        lambda place: by_fear_alone(place, CERTAIN, EXPECTED / CERTAIN),
    )
    assert change.lower(), change


@cache
def ruinous(place: Place, *world: str) -> Market:
    return arm(trunk(place, *world), announced(SEVERE, RUINOUS), mute=FEAR_ALONE)


def test_small_fines_do_not_inherit_the_fear_of_the_demotions_that_they_replace() -> None:
    """Under the status quo sanctions demote; then every case is fined 10 RMB, and nothing else."""
    change = compared(
        PLACES, lambda place: by_fear_alone(place, 0, 0), lambda place: by_fear_alone(place, 1, SMALL)
    )
    assert change.could_show(), change
    assert change.not_below(), change


def test_a_ruinous_fine_deters_more_where_it_reaches_the_owner() -> None:
    change = compared(
        PLACES,
        lambda place: brushed(ruinous(place, *OUT_OF_REACH)),
        lambda place: brushed(ruinous(place, *LINEAR)),
    )
    assert change.could_show(), change
    assert change.not_above(), change


def test_more_of_a_ruinous_fine_is_collected_where_it_reaches_the_owner() -> None:
    paid = {
        world: [fine_paid(ruinous(place, *world)) for place in PLACES] for world in (LINEAR, OUT_OF_REACH)
    }
    assert np.mean(paid[LINEAR]) > np.mean(paid[OUT_OF_REACH]) > 0, paid


def fine_paid(market: Market) -> float:
    """Return RMB collected a shop fined."""
    table = market.daily().query("day >= 0")
    return table["fines_rmb"].sum() / table["sanctions"].sum()


def test_a_ruinous_fine_ruins() -> None:
    """Of the shops fined, those that are gone two months later; a year's exits are a sixth."""
    gone, fined = np.sum([ruin(ruinous(place, *LINEAR)) for place in PLACES], axis=0)
    assert fined > 20 and gone / fined > 0.8, f"{gone} of {fined}"


def ruin(market: Market) -> tuple[int, int]:
    """Return how many of the shops fined until 60 days ago are gone, and how many were fined."""
    events = market.events()
    early = events[(events["verb"] == "fine") & (events["day"].between(0, PERIOD - 60))]
    fined = early["identity"].unique()
    return int((~np.isin(fined, market.state.shops.identity)).sum()), fined.size
