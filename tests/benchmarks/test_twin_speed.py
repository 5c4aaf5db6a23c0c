"""How fast the mean-field twin answers: from scratch, and the days of a package after a shared warm-up."""

import pandas as pd
import pytest
from markets import config_of
from notes import note

from experiments.twin import Twin, read_levers
from experiments.twin.population import typical_market
from policies import build_package

pytestmark = pytest.mark.benchmark(group="twin")

SHOPS = 2_000
CONFIG = config_of(SHOPS)
SETTINGS = {"usual": {}, "coarse": {"kinds": typical_market(CONFIG.world, 64, 48), "stride": 14}}


def warmed(setting: str) -> Twin:
    """Return a twin after its warm-up under the status quo."""
    twin = Twin(CONFIG.world, read_levers(build_package(CONFIG.status_quo)), **SETTINGS[setting])
    twin.run(CONFIG.warmup)
    return twin


def under_the_package(warm: Twin) -> Twin:
    """Return a branch of a warm twin after the days of the package."""
    twin = warm.branch().adopt(read_levers(build_package(CONFIG.package)))
    twin.run(CONFIG.days)
    return twin


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("shared", [False, True], ids=["from_scratch", "after_warmup"])
def test_twin(benchmark, setting, shared):
    warm = warmed(setting)
    truth, ended = under_the_package(warm), []
    benchmark.pedantic(
        lambda: ended.append(under_the_package(warm if shared else warmed(setting))), rounds=20
    )
    for twin in ended:
        pd.testing.assert_frame_equal(twin.daily(), truth.daily(), check_exact=True)
    before = (warm.day, len(warm.rows)) if shared else (0, 0)
    assert truth.day == CONFIG.warmup + CONFIG.days
    note(benchmark, SHOPS, 1, days=truth.day - before[0], steps=len(truth.rows) - before[1])
