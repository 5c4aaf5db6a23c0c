"""The default world meets its targets on seeds that nothing was tuned on (four markets of 2,000 shops)."""

from pathlib import Path

import pytest

from experiments import load_config
from experiments.searches.calibration.validation import QUICK_REPLICATIONS, met, validate


@pytest.mark.slow
def test_the_default_world_meets_every_target(tmp_path: Path) -> None:
    worlds = {"default": load_config(["workers=2"])}
    table = validate(worlds, QUICK_REPLICATIONS, True, tmp_path, lambda done, total: None)
    assert met(table), table[["statistic", "mean", "low", "high", "verdict"]].to_string()
