"""Carrying an exploration out: every point is run, and is what `compare` would have made of it."""

from pathlib import Path

import pandas as pd
import pytest

from experiments import compare
from experiments.studies.explore import explore

WORDS = ["market.n_shops=100", "warmup=20", "days=60", "replications=2", "arms=[no_enforcement]"]
SPACE = ["design=factorial", "uncertainties.brushing.moral_cost={values: [0.01, 0.3]}"]


@pytest.mark.slow
def test_every_point_is_run_and_gives_what_a_study_of_its_words_gives(tmp_path: Path) -> None:
    found = explore([*WORDS, *SPACE], tmp_path / "space")
    assert found.complete and found.runs["point"].tolist() == [0, 0, 1, 1]
    alone = compare([*WORDS, "brushing.moral_cost=0.3"], tmp_path / "alone").runs
    own = found.runs[found.runs["point"] == 1].reset_index(drop=True)
    told = [name for name in own if name in alone]
    assert "brushed_share" in told and "run_key" in told
    pd.testing.assert_frame_equal(own[told], alone[told])
    assert found.runs.groupby("point")["brushed_share"].mean().nunique() == 2
