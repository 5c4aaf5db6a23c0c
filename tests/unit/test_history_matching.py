"""History matching finds the region that it should, on functions whose answer is known."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.stats import qmc

from experiments import load_config
from experiments.figures import calibration_figures, figure_from_csv
from experiments.files.whole import StoreError
from experiments.searches.calibration import identifiability
from experiments.searches.calibration.emulation import CUTOFF, chance_inside, fit_emulator, implausibility
from experiments.searches.calibration.ensemble import choose, judge_candidates
from experiments.searches.calibration.priors import (
    NAMES,
    PRIORS,
    defaults,
    sets_of,
    units_of,
    values_at,
    world_at,
)
from experiments.searches.calibration.scenarios import write_scenarios
from experiments.searches.calibration.targets import TARGETS, Target
from experiments.searches.calibration.waves import Plan, first_design, sample_region, spread
from experiments.studies.store import claim_folder
from sim.parameters import ConfigError

pytestmark = pytest.mark.slow

BAND = Target("y", "", "", 0.4, 0.6, 0.02)


def toy(points: np.ndarray, noise: float = 0.0) -> list[np.ndarray]:
    """Return two noisy replications a point of a curved function of the first two of four inputs."""
    rng = np.random.default_rng(3)
    truth = points[:, 0] ** 2 + 0.3 * np.sin(3 * points[:, 1])
    return list(truth[:, None] + noise * rng.standard_normal((len(points), 2)))


@pytest.fixture(scope="module")
def points() -> np.ndarray:
    return qmc.LatinHypercube(4, rng=1).random(80)


def test_an_emulator_predicts_points_that_it_never_saw(points: np.ndarray) -> None:
    emulator = fit_emulator(BAND, points, toy(points, 0.01))
    fresh = qmc.Sobol(4, rng=2).random(256)
    mean, spread_ = emulator.predict(fresh)
    truth = np.array([own.mean() for own in toy(fresh)])
    assert np.sqrt(((mean - truth) ** 2).mean()) < 0.03
    assert (np.abs(mean - truth) < 4 * np.sqrt(spread_**2 + emulator.noise)).mean() > 0.95


def test_the_region_left_is_the_right_one(points: np.ndarray) -> None:
    emulator = fit_emulator(BAND, points, toy(points, 0.01))
    fresh = qmc.Sobol(4, rng=2).random(1024)
    truth = np.array([own.mean() for own in toy(fresh)])
    kept = implausibility([emulator], fresh) < CUTOFF
    inside = (truth > 0.4) & (truth < 0.6)
    assert kept[inside].mean() > 0.98
    assert not kept[(truth < 0.25) | (truth > 0.75)].any()
    chance = chance_inside([emulator], fresh)
    assert chance[(truth > 0.45) & (truth < 0.55)].mean() > 0.9 > 0.1 > chance[~inside].mean()


def test_a_region_too_thin_for_a_sequence_is_filled_by_steps() -> None:
    design = qmc.LatinHypercube(12, rng=1).random(60)
    thin = Target("y", "", "", 4.2, 4.3, 0.01)  # the sum of twelve inputs is rarely so small
    emulator = fit_emulator(thin, design, list(np.repeat(design.sum(axis=1)[:, None], 2, axis=1)))
    region, share = sample_region([emulator], np.random.default_rng(1), design)
    assert share < 0.05
    assert len(region) > 100
    assert np.abs(region.sum(axis=1) - 4.25).max() < 0.3


def test_spread_points_are_farther_apart_than_random_ones() -> None:
    cloud = np.random.default_rng(0).random((500, 3))

    def nearest(chosen: np.ndarray) -> float:
        distance = np.linalg.norm(chosen[:, None] - chosen[None], axis=2) + 9 * np.eye(len(chosen))
        return float(distance.min())

    assert nearest(spread(cloud, 10)) > 2 * nearest(cloud[:10])
    assert len(np.unique(spread(cloud, 10), axis=0)) == 10


def test_parameters_and_unit_cube_are_two_ways_to_say_the_same() -> None:
    unit = qmc.LatinHypercube(len(PRIORS), rng=1).random(5)
    for point, values in zip(unit, values_at(unit), strict=True):
        assert units_of(values) == pytest.approx(point, abs=2e-3)
        assert all(prior.low <= values[prior.path] <= prior.high for prior in PRIORS)


def test_a_world_takes_the_values_and_those_that_follow() -> None:
    config = load_config(["market=small"])
    values = values_at(np.full((1, len(PRIORS)), 0.25))[0]
    world = world_at(config, values).world
    assert defaults(world) == values
    assert world.brushing.level_scale == world.brushing.choice_scale
    assert config.world.brushing.moral_cost == load_config().world.brushing.moral_cost


def test_the_defaults_lie_in_the_ranges() -> None:
    unit = units_of(defaults(load_config().world))
    assert ((unit >= 0) & (unit <= 1)).all()


def test_the_first_design_holds_the_defaults_and_is_the_same_every_time(tmp_path: Path) -> None:
    plan = Plan(load_config(["market=small"]), tmp_path, points=20)
    unit, share = first_design(plan)
    assert share == 1 and unit.shape == (20, len(PRIORS))
    assert unit[0] == pytest.approx(units_of(defaults(plan.config.world)))
    assert (first_design(plan)[0] == unit).all()


def confirmed(n: int) -> pd.DataFrame:
    """Return confirming runs of ``n`` points in the middle of all bands; the last one misses C1."""
    sets = values_at(qmc.LatinHypercube(len(PRIORS), rng=4).random(n))
    rows = []
    for point, values in enumerate(sets):
        means = {t.key: t.low * 1.2 if np.isinf(t.high) else (t.low + t.high) / 2 for t in TARGETS}
        means["brushed_share"] = 0.05 + 0.01 * point / n if point < n - 1 else 0.069
        rows += [{"stage": "c", "point": point, "replication": r, **values, **means} for r in range(2)]
    return pd.DataFrame(rows)


def test_the_ensemble_meets_all_targets_by_a_margin_and_begins_with_the_most_central() -> None:
    table = judge_candidates(confirmed(20))
    assert table["met"].tolist() == [True] * 19 + [False]
    ensemble = choose(table, 12)
    assert len(ensemble) == 12 and len(ensemble["point"].unique()) == 12
    deciding = [prior for prior in PRIORS if prior.decides]
    aside = [
        max(abs(2 * prior.unit(row[prior.path]) - 1) for prior in deciding) for _, row in table.iterrows()
    ]
    farthest = np.maximum(table["distance"], aside)  # from the middle of a band, or of a range that decides
    assert ensemble["point"].iloc[0] == farthest[table["met"]].idxmin()
    assert 19 not in set(ensemble["point"])
    assert choose(table[~table["met"]]).empty


def test_members_are_written_as_scenarios_that_can_be_chosen(tmp_path: Path) -> None:
    ensemble = choose(judge_candidates(confirmed(6)), 3)
    (tmp_path / "scenario").mkdir()
    (tmp_path / "scenario" / "calibrated_09.yaml").write_text("of an earlier call")
    files = write_scenarios(ensemble, tmp_path / "scenario")
    assert [file.name for file in files] == [f"calibrated_0{i}.yaml" for i in (1, 2, 3)]
    assert len(list((tmp_path / "scenario").iterdir())) == 3
    for file, values in zip(files, sets_of(ensemble), strict=True):
        tree = yaml.safe_load(file.read_text())
        assert {f"{part}.{name}" for part in tree for name in tree[part]} == {
            *NAMES, *(name for prior in PRIORS for name in prior.follows)
        }  # fmt: skip
        assert tree["brushing"]["moral_cost"] == pytest.approx(values["brushing.moral_cost"])
        assert tree["brushing"]["level_scale"] == tree["brushing"]["choice_scale"]


def test_a_member_is_a_scenario_of_the_command_line(tmp_path: Path) -> None:
    write_scenarios(choose(judge_candidates(confirmed(6)), 1), tmp_path / "scenario")
    own = tmp_path / "scenario" / "mine.yaml"
    (tmp_path / "scenario" / "calibrated_01.yaml").rename(own)
    world = load_config(["scenario=mine"], tmp_path).world
    stated = yaml.safe_load(own.read_text())
    assert world.beliefs.prior == stated["beliefs"]["prior"]


def runs_of(points: np.ndarray) -> pd.DataFrame:
    """Return runs in which only the first parameter moves C1, and nothing else moves anything."""
    rng, rows = np.random.default_rng(5), []
    for point, (unit, values) in enumerate(zip(points, values_at(points), strict=True)):
        for r in range(2):
            own = {t.key: 1 + 0.01 * rng.standard_normal() for t in TARGETS}
            own["brushed_share"] = float(np.exp(2 * unit[0] + 0.01 * rng.standard_normal()))
            rows.append({"stage": "w", "point": point, "replication": r, **values, **own})
    return pd.DataFrame(rows)


def test_slopes_say_what_moves_what() -> None:
    points = qmc.LatinHypercube(len(PRIORS), rng=6).random(60)
    table = identifiability.slopes(runs_of(points)).set_index(["parameter", "target"])
    assert table.loc[(NAMES[0], "brushed_share"), "slope"] == pytest.approx(1, abs=0.05)
    others = table.drop(index=(NAMES[0], "brushed_share"))
    assert (others["t"].abs() > 3).mean() < 0.05
    assert identifiability.strongest(table.reset_index(), NAMES[0]).startswith("brushed_share +")


def test_what_cannot_be_told_apart_shows_as_correlation_and_as_a_flat_direction() -> None:
    region = np.random.default_rng(7).random((4000, len(PRIORS)))
    region[:, 1] = np.clip(region[:, 0] + 0.02 * (region[:, 1] - 0.5), 0, 1)
    pair = identifiability.correlations(region).iloc[0]
    assert {pair["one"], pair["other"]} == {NAMES[0], NAMES[1]} and pair["correlation"] > 0.99
    table = identifiability.directions(region)
    flat, known = table[table["which"] == "flat"].iloc[0], table[table["which"] == "well known"].iloc[0]
    assert flat["width"] == pytest.approx(np.sqrt(2), rel=0.05)
    assert known["width"] < 0.02
    assert NAMES[0] in flat["direction"] and NAMES[1] in known["direction"]


def test_a_folder_of_another_calibration_is_refused(tmp_path: Path) -> None:
    claim_folder(tmp_path, {"waves": 2})
    claim_folder(tmp_path, {"waves": 2})
    with pytest.raises((ConfigError, StoreError)):
        claim_folder(tmp_path, {"waves": 3})


def test_margins_lie_inside_the_bands() -> None:
    for target in TARGETS:
        edges = [edge for edge in (target.low, target.high) if np.isfinite(edge)]
        assert all(target.inside(edge) and not target.inside(edge, 1.0) for edge in edges)
        assert replace(target, margin=0.0).inside(edges[0], 1.0)


def test_the_figure_places_ensemble_and_defaults_within_the_prior(tmp_path: Path) -> None:
    unit = np.full((3, len(PRIORS)), 0.5)
    ensemble = pd.DataFrame(values_at(unit))
    moves = pd.DataFrame({"parameter": NAMES, "target": "brushed_share", "slope": 0.0, "t": 0.0})
    table = identifiability.parameter_table(sets_of(ensemble)[0], ensemble, unit, moves)
    for name, content in (("parameters", table), ("ensemble", ensemble), ("region", ensemble)):
        content.to_csv(tmp_path / f"{name}.csv", index=False)
    (file,) = calibration_figures(tmp_path).files
    (axes,) = figure_from_csv(file.with_suffix(".csv")).axes
    members = next(c for c in axes.collections if c.get_gid() == "members")
    assert np.asarray(members.get_offsets())[:, 0] == pytest.approx(0.5, abs=2e-3)
    diamonds = [line for line in axes.lines if line.get_marker() == "D"]
    assert [float(line.get_xdata()[0]) for line in diamonds] == pytest.approx([0.5] * len(PRIORS), abs=2e-3)
