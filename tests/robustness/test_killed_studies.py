"""A study whose processes are killed, all of them or one, ends as if nothing had happened."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from disturbed import contents, finish, kill_all_at, kill_worker_at

from experiments.studies.explore import read_exploration
from experiments.studies.store import Store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX"),
]

POINTS, RUNS = "points=60", 300


def test_a_study_that_is_killed_twice_and_loses_a_worker_ends_as_undisturbed(tmp_path: Path) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    kept = kill_all_at(killed, 40, POINTS, "workers=2")
    assert 40 <= kept < RUNS
    kept = kill_all_at(killed, kept + 60, POINTS, "workers=2")
    assert 100 <= kept < RUNS
    kill_worker_at(killed, kept + 20, POINTS, "workers=2")
    finish(whole, POINTS, "workers=1")
    assert contents(killed) == contents(whole)
    results = read_exploration(killed)
    assert results.complete and len(results.runs) == RUNS and results.runs["run_key"].is_unique
    pd.testing.assert_frame_equal(results.runs, read_exploration(whole).runs)
    assert len(Store(killed).finished()) == RUNS
    assert not [file.name for file in (killed / "parts").iterdir() if not file.name.startswith("shard-")]
