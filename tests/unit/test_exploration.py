"""Explorations: dimensions, designs, points and worlds; nothing is simulated here."""

import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.files.whole import read_table, write_table
from experiments.settings.dimensions import Dimension, dimensions_of
from experiments.studies.continuation import Words, expand_exploration, is_exploration
from experiments.studies.designs import design, more_points
from experiments.studies.exploration import Exploration, load_exploration
from experiments.studies.store import claim_folder
from sim.parameters import ConfigError

SMALL = ("exploration=smoke", "design=lhs", "points=6")
FINE, MORAL = "package.regulator.fine_rmb", "brushing.moral_cost"
UNIT = (Dimension("a.x", "uncertainty", 0.0, 1.0), Dimension("a.y", "uncertainty", 1.0, 100.0, (), True))


def test_values_go_to_the_unit_interval_and_back() -> None:
    unit = np.array([0.0, 0.25, 0.5, 1.0])
    for one in UNIT:
        assert one.unit(one.at(unit)) == pytest.approx(unit, abs=1e-5)
    assert UNIT[1].at(np.array([0.5])) == [10.0]
    words = Dimension("a.z", "uncertainty", values=("one", "two", None))
    assert words.at(np.array([0, 0.34, 0.99, 1])) == ["one", "two", None, None]
    assert words.at(words.unit(["two", None])) == ["two", None]
    whole = Dimension("a.n", "uncertainty", 1, 3, whole=True)
    drawn = whole.at(np.linspace(0, 1, 3001))
    assert set(drawn) == {1, 2, 3} and all(type(value) is int for value in drawn)
    assert [drawn.count(value) / 3000 for value in (1, 2, 3)] == pytest.approx([1 / 3] * 3, abs=0.01)


def test_dimensions_are_ranges_levels_or_values() -> None:
    levers = {"package.a.b": [0, 1], "package.a.c": {"low": 1, "high": 100, "log": True, "levels": 3}}
    unknown = {"scenario": ["default", "festivals"], "trade.fee": {"values": [0.06, 0.08, 0.11]}}
    one, two, three, four = dimensions_of(levers, unknown)
    assert (one.low, one.high, one.role) == (0, 1, "lever")
    assert two.values == (1.0, 10.0, 100.0)
    assert three.values == ("default", "festivals") and three.role == "uncertainty"
    assert four.values == (0.06, 0.08, 0.11)


@pytest.mark.parametrize(
    ("levers", "unknown", "says"),
    [
        ({"detection.threshold": [0, 1]}, {}, "is no key of a package"),
        ({}, {"package.a.b": [0, 1]}, "so a lever"),
        ({"package.a.b": [1, 1]}, {}, "low below high"),
        ({"package.a.b": {"low": 0, "high": 1, "log": True}}, {}, "above 0"),
        ({"package.a.b": {"values": []}}, {}, "at least one"),
        ({"package.a.b": {"values": [1, 2, 1]}}, {}, "listed twice"),
        ({"package.a.b": 3}, {}, "write"),
    ],
)
def test_what_is_no_dimension_is_refused(levers: dict, unknown: dict, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        dimensions_of(levers, unknown)


@pytest.mark.parametrize("kind", ["sobol", "saltelli"])
def test_more_points_of_a_sequence_begin_with_the_fewer(kind: str) -> None:
    few, many = (design(kind, UNIT, n, 1) for n in (8, 24))
    pd.testing.assert_frame_equal(many.iloc[: len(few)], few)
    each = 1 if kind == "sobol" else len(UNIT) + 2
    assert [len(few), len(many)] == [8 * each, 24 * each]


@pytest.mark.parametrize("kind", ["sobol", "saltelli", "lhs", "morris"])
def test_a_sequence_goes_on_where_it_ended_and_a_hypercube_gets_one_beside_it(kind: str) -> None:
    first, grown = design(kind, UNIT, 6, 1), more_points(kind, UNIT, (6, 4), 1)
    pd.testing.assert_frame_equal(grown.iloc[: len(first)], first)
    assert len(grown) == len(first) * 10 / 6
    if kind in ("sobol", "saltelli"):
        pd.testing.assert_frame_equal(grown, design(kind, UNIT, 10, 1))
    else:
        other = design(kind, UNIT, 4, 1)
        assert not grown.iloc[len(first) :].reset_index(drop=True).equals(other), "luck of its own"


def test_a_latin_hypercube_has_a_point_in_every_row_and_column() -> None:
    points = design("lhs", UNIT, 10, 3)
    for one in UNIT:
        assert sorted((one.unit(points[one.path]) * 10).astype(int)) == list(range(10))


def test_trajectories_move_one_dimension_at_a_time() -> None:
    points = design("morris", UNIT, 5, 1)
    assert len(points) == 15
    for start in range(0, 15, 3):
        moved = points.iloc[start : start + 3].diff().iloc[1:].ne(0)
        assert moved.sum(axis=1).tolist() == [1, 1] and moved.any().all()


def test_a_factorial_has_all_combinations_and_a_file_has_its_own(tmp_path: Path) -> None:
    three = Dimension("a.x", "uncertainty", values=(1, 2, 3))
    two = Dimension("package.a.y", "lever", values=("yes", "no"))
    points = design("factorial", [three, two], 0, 1)
    assert len(points) == 6 and not points.duplicated().any()
    write_table(tmp_path / "points.csv", points.reset_index())
    again = design(str(tmp_path / "points.csv"), [two, three], 0, 1)
    assert again.to_dict("list") == points[["package.a.y", "a.x"]].to_dict("list")
    assert read_table(tmp_path / "points.csv")["a.x"].tolist() == [1, 1, 2, 2, 3, 3]
    with pytest.raises(ConfigError, match="needs a column for each"):
        design(str(tmp_path / "points.csv"), [three], 0, 1)
    with pytest.raises(ConfigError, match="needs values"):
        design("factorial", UNIT, 0, 1)


def test_points_that_share_a_world_share_their_study_and_their_warm_up() -> None:
    found = load_exploration(SMALL)
    worlds = found.worlds
    assert len(worlds) == 2 == len(set(found.points[MORAL]))
    assert sorted(point for world in worlds for point, _ in world.places) == list(range(6))
    for world in worlds:
        for (point, package), arm in zip(world.places, world.study.arms, strict=True):
            assert arm.label == f"{package} @{point}"
            assert world.study.config.world.brushing.moral_cost == found.points[MORAL][point]
            assert arm.package["regulator"]["fine_rmb"] == found.points[FINE][point]
    assert len(found.run_keys()) == 12
    seeds = {(run.replication, run.seed) for _, _, run in found.runs()}
    assert len(seeds) == 2, "all points share their luck"


def test_a_point_is_the_study_that_the_same_words_give() -> None:
    from experiments import load_study

    found = load_exploration(SMALL)
    values = found.points.loc[3]
    words = [f"{path}={float(values[path])!r}" for path in found.points]
    alone = load_study(["exploration=smoke", *words])
    assert {run.key for point, _, run in found.runs() if point == 3} == set(alone.run_keys())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["levers.package.detection.treshold=[0.3,0.9]"], "did you mean package.detection.threshold"),
        (["uncertainties.brushing.moral_cots=[0.1,0.2]"], "did you mean brushing.moral_cost"),
        (["uncertainties.brushing.moral_cost=[0.1,90000]"], r"point \d+: brushing.moral_cost must be in"),
        (
            ["levers.package.detection.threshold={values:[0.3,high]}"],
            r"point \d+: .*must be a number",
        ),
        (["design=star"], "there are factorial, lhs"),
        (["uncertainties.scenario=[default,festivals]", "scenario=default"], "leave scenario= out"),
    ],
)
def test_what_is_wrong_shows_before_anything_runs(words: list[str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        list(load_exploration([*SMALL, *words]).worlds)


def test_scenarios_are_worlds_of_their_own() -> None:
    own = ["design=factorial", "levers={}", "uncertainties={scenario:[default,lawless]}"]
    found = load_exploration([*SMALL, *own])
    assert [world.study.config.scenario for world in found.worlds] == ["default", "lawless"]
    assert found.worlds[0].study.config.world != found.worlds[1].study.config.world


def test_an_exploration_grows_by_points_replications_and_levels(tmp_path: Path) -> None:
    words = Words(SMALL)
    small = words.exploration()
    claim_folder(tmp_path, small.description(), asdict(words))
    assert is_exploration(tmp_path)
    larger = expand_exploration(tmp_path, words, ["points=+4"])
    larger = expand_exploration(tmp_path, larger, ["points=+3", "replications=+1"])
    assert "more_points=[4,3]" in larger.overrides and "replications=3" in larger.overrides
    grown = larger.exploration()
    assert len(grown.points) == 13 and grown.base.replications == 3
    pd.testing.assert_frame_equal(grown.points.iloc[:6], small.points)
    assert not grown.points.duplicated().any()
    with pytest.raises(ConfigError, match="would not belong"):
        expand_exploration(tmp_path, larger, ["design_seed=2"])
    with pytest.raises(ConfigError, match="add no run"):
        expand_exploration(tmp_path, larger, ["workers=2"])


def test_a_factorial_grows_by_levels_and_not_by_points(tmp_path: Path) -> None:
    words = Words((*SMALL, "design=factorial", f"levers={{{FINE}:{{values:[1000,2000]}}}}"))
    claim_folder(tmp_path, words.exploration().description(), asdict(words))
    with pytest.raises(ConfigError, match="has the points that it has"):
        expand_exploration(tmp_path, words, ["points=+4"])
    larger = expand_exploration(tmp_path, words, [f"levers.{FINE}={{values:[1000,2000,5000]}}"])
    assert set(words.exploration().run_keys()) < set(larger.exploration().run_keys())
    assert len(larger.exploration().points) == 6


@pytest.mark.slow
def test_a_thousand_worlds_are_composed_in_seconds() -> None:
    found: Exploration = load_exploration(["exploration=uncertainties", "points=1000"])
    started = time.process_time()
    assert len(found.worlds) == 1000 and len(found.run_keys()) == 6000
    assert time.process_time() - started < 5
