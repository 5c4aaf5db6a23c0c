"""Replications: packages share seed and past, and only runs of one and the same code share a folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from experiments import load_study
from experiments.runs.results import Result
from experiments.studies.compare import tasks_of
from experiments.studies.design import Study
from experiments.studies.store import claim_folder
from sim.parameters import ConfigError

SMALL = ["market=small", "warmup=20", "days=20", "replications=3", "threads=1"]
ARMS = ("threshold_only", "no_enforcement", "threshold_fine_suit")


def study_of(*arms: str) -> Study:
    return load_study([f"arms=[{','.join(arms)}]", *SMALL])


def seeds(study: Study) -> dict[tuple[str, int], int]:
    return {(run.arm.label, run.replication): run.seed for run in study.runs()}


def test_packages_of_a_replication_have_one_seed_and_replications_have_many() -> None:
    table = pd.Series(seeds(study_of(*ARMS))).unstack()
    assert (table.nunique(axis=0) == 1).all()
    assert table.iloc[0].nunique() == 3


@pytest.mark.parametrize("label", ARMS)
def test_the_seeds_of_a_package_do_not_depend_on_what_it_is_compared_with(label: str) -> None:
    alone = seeds(study_of(label))
    for arms in (ARMS, ARMS[::-1]):
        together = seeds(study_of(*arms))
        assert {key: together[key] for key in alone} == alone


def results(study: Study) -> dict[str, tuple[str, dict[str, float | None]]]:
    """Run the first replication of a study; return hash and outcomes of each package."""
    task = tasks_of(study)[0]
    labels = {run.key: run.arm.label for run in study.runs()}
    rows = {labels[one.key]: one.row for one in task.run(task.keys, lambda: None) if isinstance(one, Result)}
    return {label: (row["hash"], row["outcomes"]) for label, row in rows.items()}


def test_a_run_does_not_depend_on_those_before_it() -> None:
    together = results(study_of(*ARMS))
    assert together == results(study_of(*ARMS[::-1]))
    assert len({hash_ for hash_, _ in together.values()}) == len(ARMS)


def test_a_folder_of_another_version_of_the_code_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = study_of(*ARMS)
    claim_folder(tmp_path, study.description())
    claim_folder(tmp_path, study.description())
    monkeypatch.setattr("experiments.studies.design.code_digest", lambda: "another")
    with pytest.raises(ConfigError, match=r"another study \(it differs in code\)"):
        claim_folder(tmp_path, study.description())
