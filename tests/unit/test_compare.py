"""Studies: what they leave, that they continue, and that nothing but the design moves a number."""

import json

import pandas as pd
import pytest
from losing import lose

from experiments import compare, load_config, load_study, run
from experiments.studies.results import StudyResults
from sim.outcomes import OUTCOMES

pytestmark = pytest.mark.slow

STUDY = ["arms=[no_enforcement,threshold_only]", "market=small", "warmup=10", "days=20", "replications=2"]
FILES = {
    "comparison.csv", "config.yaml", "failures.json", "harm.parquet", "manifest.json", "pairing.csv",
    "parts",
    "paths.parquet", "provenance.json", "runs.parquet", "study.json", "timings.parquet",
}  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> StudyResults:
    return compare([*STUDY, "workers=2"], out=tmp_path_factory.mktemp("study") / "mine")


def test_a_study_leaves_the_documented_files(study: StudyResults) -> None:
    assert {file.name for file in study.folder.iterdir()} == FILES
    assert study.complete and study.failures == []


def test_the_tables_have_the_documented_columns(study: StudyResults) -> None:
    runs = pd.read_parquet(study.folder / "runs.parquet")
    identity = ["run_key", "scenario", "package", "replication", "seed", "status"]
    assert list(runs.columns[:6]) == identity
    assert {outcome.name for outcome in OUTCOMES} <= set(runs.columns)
    assert list(zip(runs["package"], runs["replication"], strict=True)) == [
        ("no_enforcement", 0), ("no_enforcement", 1), ("threshold_only", 0), ("threshold_only", 1)
    ]  # fmt: skip
    comparison = pd.read_csv(study.folder / "comparison.csv")
    assert list(comparison.columns) == [
        "package", "baseline", "outcome", "n", "mean", "low", "high", "difference", "diff_low", "diff_high",
        "sim_low", "sim_high",
    ]  # fmt: skip
    paths = pd.read_parquet(study.folder / "paths.parquet")
    assert {"run_key", "package", "replication", "day", "brushed_share", "perceived_risk", "fee"} <= set(
        paths
    )
    harm = pd.read_parquet(study.folder / "harm.parquet")
    assert {"run_key", "package", "replication", "age_band", "size_band", "hits"} <= set(harm)
    timings = pd.read_parquet(study.folder / "timings.parquet")
    assert list(timings.columns) == [
        "run_key", "package", "replication", "warmup_seconds", "seconds", "peak_mib"
    ]  # fmt: skip
    assert json.loads((study.folder / "study.json").read_text())["schema_version"] == 1


def test_packages_of_one_replication_share_their_past(study: StudyResults) -> None:
    paths = pd.read_parquet(study.folder / "paths.parquet").set_index(["package", "replication", "day"])
    before = paths[paths.index.get_level_values("day") < -7]["brushed_share"]
    assert len(before) > 0
    pd.testing.assert_series_equal(before["no_enforcement"], before["threshold_only"])


def test_a_complete_study_is_not_run_again(study: StudyResults) -> None:
    before = {file: file.stat().st_mtime_ns for file in (study.folder / "parts").iterdir()}
    runs = (study.folder / "runs.parquet").read_bytes()
    again = compare(STUDY, out=study.folder)
    assert {file: file.stat().st_mtime_ns for file in (study.folder / "parts").iterdir()} == before
    assert (study.folder / "runs.parquet").read_bytes() == runs
    assert again.complete


def test_what_is_missing_is_continued_to_the_same_bytes(study: StudyResults) -> None:
    expected = (study.folder / "runs.parquet").read_bytes()
    lost = study.runs["run_key"].iloc[2]
    lose(study.folder, lost)
    (study.folder / "runs.parquet").unlink()
    seen = []
    compare([*STUDY, "workers=1"], out=study.folder, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (3, 4) and seen[-1] == (4, 4)
    assert (study.folder / "runs.parquet").read_bytes() == expected


def test_a_run_alone_is_the_same_run(study: StudyResults) -> None:
    row = study.runs[study.runs["package"] == "threshold_only"].iloc[1]
    overrides = ["package=threshold_only", "market=small", "warmup=10", "days=20", f"seed={row['seed']}"]
    alone = run(load_config(overrides))
    assert alone.summary["run_key"] == row["run_key"]
    assert alone.summary["hash"] == row["hash"]
    assert alone.summary["outcomes"]["brushed_share"] == row["brushed_share"]
    assert list(alone.daily["day"]) == list(range(-10, 20))


def test_arms_that_are_the_same_are_run_once() -> None:
    study = load_study(["arms=[threshold_only,{label: again, package: threshold_only}]", "replications=1"])
    first, second = study.runs()
    assert first.key == second.key
