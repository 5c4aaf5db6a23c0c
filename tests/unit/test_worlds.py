"""A study's packages in other worlds: what is counted, what is run, what is refused."""

from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest

from experiments import compare, load_study
from experiments.commands.cli import BAD_INPUT, main
from experiments.studies.worlds import agreement, compare_worlds, studies_of_worlds
from sim.parameters import ConfigError

pytestmark = pytest.mark.slow


SMALL = [
    "market.n_shops=100", "warmup=20", "days=30", "replications=2", "workers=1",
    "arms=[status_quo_2015,all_cases]", "decomposed=[all_cases]",
]  # fmt: skip


def test_worlds_are_counted_by_the_sign_of_their_simultaneous_interval() -> None:
    signs = [-1, -1, 0, 1]
    table = pd.DataFrame(
        [(f"w{i}", "p", "brushed_share", sign) for i, sign in enumerate(signs)]
        + [(f"w{i}", "q", "brushed_share", -1) for i in range(4)],
        columns=["world", "package", "outcome", "sign"],
    )
    counted = agreement(table).set_index("package")
    assert counted.loc["p", ["less", "alike", "more", "worlds"]].tolist() == [2, 1, 1, 4]
    assert counted.loc["q", ["less", "alike", "more", "worlds"]].tolist() == [4, 0, 0, 4]


def test_the_named_packages_run_in_each_world_and_signs_follow_the_intervals(tmp_path: Path) -> None:
    studies = studies_of_worlds(SMALL, ["lawless", "no_rank_gain"], tmp_path)
    assert [study.config.scenario for study in studies.values()] == ["lawless", "no_rank_gain"]
    assert all([arm.label for arm in s.arms] == ["status_quo_2015", "all_cases"] for s in studies.values())
    asked = []

    def progress(world: str) -> nullcontext:
        asked.append(world)
        return nullcontext(lambda done, total: None)

    table = compare_worlds(studies, tmp_path, progress)
    assert asked == ["lawless", "no_rank_gain"]
    assert (tmp_path / "worlds.csv").exists() and set(table["package"]) == {"all_cases"}
    assert ((table["sign"] == 1) == (table["sim_low"] > 0)).all()
    assert ((table["sign"] == -1) == (table["sim_high"] < 0)).all()
    again = compare(studies["lawless"]).comparison.set_index(["package", "outcome"])
    for row in table[table["world"] == "lawless"].itertuples():
        assert again.loc[(row.package, row.outcome), "difference"] == pytest.approx(
            row.difference, nan_ok=True
        )


def test_crossed_factors_and_grids_stay_at_home(tmp_path: Path) -> None:
    for experiment, named in (("headline_demo", 4), ("grid", 1)):
        studies = studies_of_worlds([f"experiment={experiment}"], ["calibrated_02"], tmp_path)
        assert [len(study.arms) for study in studies.values()] == [named]


def test_what_cannot_be_is_said_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="leave scenario= out"):
        studies_of_worlds([*SMALL, "scenario=lawless"], ["lawless"], tmp_path)
    assert main(["compare", *SMALL, f"out={tmp_path / 'x'}", "--worlds", "some"]) == BAD_INPUT
    assert not (tmp_path / "x").exists()
    assert load_study(SMALL).config.scenario == "default"
