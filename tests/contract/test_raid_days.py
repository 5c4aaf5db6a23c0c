"""Raids come at their hazard, and strata change the noise, not the mean."""

from types import SimpleNamespace

import numpy as np
import pytest

from policies import Regulator
from policies.regulator.raid_days import Raids
from sim.contract import ConfigError
from sim.phases.observe import Luck

YEARS, ORGANISERS = 4, 6
DAYS = 365 * YEARS


def raids(seed: int, rate: float, strata: int = 1, stratum: int = 0) -> list[tuple[int, int]]:
    """Return (day, organiser) of all raids in four years, organisers reopening at once."""
    hazard = Raids(strata, stratum)
    evenings = (
        SimpleNamespace(organisers=np.arange(ORGANISERS), luck=Luck(seed, day)) for day in range(DAYS)
    )
    return [
        (day, who)
        for day, evening in enumerate(evenings)
        for who in hazard.today(evening, rate / 365).tolist()
    ]


def first_raids(rate: float, n: int, seed: int, stratified: bool) -> np.ndarray:
    """Return how many organisers were raided at all in each of ``n`` replications."""
    strata = n if stratified else 1
    return np.array([
        len({who for _, who in raids(seed + r, rate, strata, r % strata)}) for r in range(n)
    ])  # fmt: skip


def test_the_number_of_raids_has_the_mean_and_variance_of_a_poisson_process() -> None:
    rate, n = 0.4, 24
    counts = np.array([len(raids(seed, rate)) for seed in range(n)])
    expected = rate * YEARS * ORGANISERS
    assert abs(counts.mean() - expected) < 4 * np.sqrt(expected / n)
    assert 0.4 < counts.var(ddof=1) / expected < 2.2


def test_strata_keep_the_mean_and_take_the_luck_out_of_rare_raids() -> None:
    rate, n = 0.05, 10
    expected = ORGANISERS * (1 - np.exp(-rate * YEARS))
    means = [first_raids(rate, n, seed, True).mean() for seed in (100, 200, 300)]
    assert all(abs(mean - expected) <= ORGANISERS / n for mean in means), "at most one stratum off each"
    loose = [first_raids(rate, n, seed, False).mean() for seed in (100, 200, 300, 400)]
    assert np.ptp(means) <= np.ptp(loose)


def test_a_higher_hazard_raids_the_same_organisers_earlier() -> None:
    slow, fast = (dict(reversed([(who, day) for day, who in raids(7, r)])) for r in (0.3, 0.9))
    assert set(slow) <= set(fast)
    assert all(fast[who] <= slow[who] for who in slow)
    assert any(fast[who] < slow[who] for who in slow)


def test_no_hazard_no_raid_and_a_stratum_that_is_none_is_refused() -> None:
    assert raids(3, 0) == []
    with pytest.raises(ConfigError, match="raid_stratum must be below 4"):
        Regulator(raid_strata=4, raid_stratum=4)
