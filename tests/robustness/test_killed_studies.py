"""A study whose processes are killed, all of them or one, ends as if nothing had happened."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from disturbed import contents, finish, kill_all_at, kill_worker_at

from experiments.studies.explore import read_exploration
from experiments.studies.store import Store, names_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX"),
]

POINTS, RUNS = "points=60", 300


@pytest.mark.parametrize("executor", ["local", "dask"])
def test_a_study_that_is_killed_twice_and_loses_a_worker_ends_as_undisturbed(
    tmp_path: Path, executor: str
) -> None:
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    words = (POINTS, f"executor={executor}", "workers=2")
    kept = kill_all_at(killed, 40, *words)
    assert 40 <= kept < RUNS
    kept = kill_all_at(killed, kept + 60, *words)
    assert 100 <= kept < RUNS
    kill_worker_at(killed, kept + 20, *words)
    finish(whole, POINTS, "workers=1")
    assert contents(killed) == contents(whole)
    results = read_exploration(killed)
    assert results.complete and len(results.runs) == RUNS and results.runs["run_key"].is_unique
    pd.testing.assert_frame_equal(results.runs, read_exploration(whole).runs)
    assert len(Store(killed).finished()) == RUNS
    assert all(name.startswith("shard-") for name in names_in(killed / "parts"))
    assert not list(killed.rglob(".seen-*"))
