"""E7. No institution knows what nobody told it: organisers are known when found, by their name then."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from arms import Place, opened, places, trunk

from policies import Dated, Package
from sim import Market
from sim.contract import Act, Investigate, Observation, Raid

PLACES = places(1)
DAYS = 120
ACTORS = "platform", "regulator", "court"


@dataclass
class Diary:
    """Write down every evening which organisers an institution sees; do nothing."""

    actor: str
    reads: tuple[str, ...] = ("organisers", "raids")
    seen: list[set[int]] = field(default_factory=list)

    def reset(self) -> None:
        self.seen = []

    def act(self, observation: Observation) -> list[Act]:
        self.seen.append(set(np.asarray(observation.organisers).tolist()))
        return []


@dataclass
class OneSweep(Diary):
    """Find everybody on the first evening, raid them on the next, and again two months later."""

    raided: list[set[int]] = field(default_factory=list)

    def reset(self) -> None:
        self.seen, self.raided = [], []

    def act(self, observation: Observation) -> list[Act]:
        super().act(observation)
        if observation.day in (0, 60):
            return [Investigate(effort=50.0)]
        if observation.day in (1, 61):
            self.raided.append(self.seen[-1])
            return [Raid(np.asarray(observation.organisers))]
        return []


def lived(place: Place, *policies: Diary) -> Market:
    package = Package("diaries", [Dated(policy, f"{policy.actor} {i}") for i, policy in enumerate(policies)])
    return trunk(place, "trade.reopen_probability=1", "trade.reopen_days=5").branch().adopt(package).run(DAYS)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_who_does_not_investigate_knows_nobody(place: Place) -> None:
    """On a first morning, nobody having told anybody anything."""
    diaries = [Diary(actor) for actor in ACTORS]
    package = Package("diaries", [Dated(diary, diary.actor) for diary in diaries])
    market = opened(place).adopt(package).run(30)
    assert market.state.trade.is_open.mean() > 0.5, "there is somebody to be known"
    assert not set().union(*(names for diary in diaries for names in diary.seen))


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_who_reopens_is_known_to_nobody_by_its_new_name(place: Place) -> None:
    regulator, platform = OneSweep("regulator"), Diary("platform")
    market = lived(place, regulator, platform)
    assert market.state.trade.is_open.sum() > 0, "they came back"
    first, second = regulator.raided
    assert len(first) > 5 and len(second) > 5, "the sweeps found somebody"
    assert not first & second, "nobody who was raided has its old name"
    for evening in range(2, 60):
        assert not regulator.seen[evening] - first, "who came back was not told of"
        assert not regulator.seen[evening] & regulator.raided[0], "and is not there under its old name"


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_what_one_institution_finds_is_not_what_another_knows(place: Place) -> None:
    regulator, platform = OneSweep("regulator"), Diary("platform")
    lived(place, regulator, platform)
    found = regulator.seen[1]
    assert len(found) > 5
    assert not platform.seen[1] & found - platform.seen[0]
