"""What sensitivity, robustness and emulators say of invented explorations whose answers are known."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_exploration import DEMAND, PACKAGES, PRICE, SPACE, invented, write_fake_exploration

from experiments.analysis.choice import Limit, Rule, best, margin, scores
from experiments.analysis.regret import held_out_regrets, kept, regret_rows, regrets, share_interval
from experiments.analysis.tornado import Axis, tornado
from experiments.commands.cli import main
from experiments.commands.emulate import ALL, values_of
from experiments.figures import robustness_figures, sensitivity_figures
from experiments.files.whole import read_table
from experiments.searches.emulator.emulator import fit_emulator, spread
from experiments.searches.emulator.stored import read_emulator, save_emulator
from experiments.searches.explored import Explored, read_explored, reader_name
from experiments.searches.robustness.robustness import robustness
from experiments.searches.robustness.write_up import failing_sentences
from experiments.searches.sensitivity.sensitivity import sensitivity
from experiments.settings.rules import rule_of
from sim.parameters import ConfigError

BRUSHED, HITS = "brushed_share", "innocent_hits_per_1000_shop_years"
LEAST = Rule(BRUSHED, -1)
FLIP = 2 * (15 / 2) ** 0.375
"""The camouflage price at which 4.5 − 4 u points of brushing are the threshold's 3."""


def fake(folder: Path, kind: str, n: int, **more: float) -> Explored:
    return read_explored(write_fake_exploration(folder, kind, n, **more))


def runs_of(values: dict[str, list[list[float]]], outcome: str = BRUSHED) -> pd.DataFrame:
    """Return runs of packages from (points, replications)."""
    rows = [
        {"point": i, "package": package, "replication": r, outcome: value}
        for package, table in values.items()
        for i, row in enumerate(table)
        for r, value in enumerate(row)
    ]
    return pd.DataFrame(rows)


# The rule and the choice


def test_words_state_a_rule_and_leave_the_others() -> None:
    rule, others = rule_of(["choose=honest_sales_rmb", f"{HITS}.max=20", "exploration=smoke"])
    assert rule == Rule("honest_sales_rmb", 1, (Limit(HITS, 1, 20.0),)) and others == ["exploration=smoke"]
    assert rule_of(["package.detection.threshold=0.4"]) == (LEAST, ["package.detection.threshold=0.4"])


@pytest.mark.parametrize(
    "word", ["choose=nonsense", "choose=fines_rmb", "brushed_share.max=low", "made_up.min=1"]
)
def test_what_is_no_rule_is_refused(word: str) -> None:
    with pytest.raises(ConfigError):
        rule_of([word])


def test_the_best_package_keeps_the_limits_and_ties_go_to_the_first() -> None:
    runs = runs_of({"a": [[0.3], [0.2], [0.2]], "b": [[0.2], [0.2], [0.1]]})
    runs[HITS] = [5.0, 5.0, 50.0, 5.0, 5.0, 50.0]
    scored = scores(runs, ["a", "b"], Rule(BRUSHED, -1, (Limit(HITS, 1, 10.0),)), pd.RangeIndex(4))
    assert best(scored)[0].tolist()[:3] == ["b", "a", ""] and best(scored)[0].isna().tolist()[3]
    assert margin(scores(runs, ["a", "b"], LEAST, pd.RangeIndex(3)), "b")[0].round(9).tolist() == [
        0.1,
        0,
        0.1,
    ]


# Regret


def test_regret_is_the_distance_from_the_best_of_each_world() -> None:
    means = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 1.5]})
    assert regrets(means).to_numpy().tolist() == [[2, 0], [0, 0.5]]


def test_regret_of_equal_packages_is_luck_and_is_none_when_held_out() -> None:
    random = np.random.default_rng(0)
    scored = {name: pd.DataFrame(random.normal(size=(4000, 3))) for name in ("a", "b", "c")}
    plain = regrets(pd.DataFrame({name: table.mean(axis=1) for name, table in scored.items()}))
    assert plain.mean().min() > 0.4 and held_out_regrets(scored).mean().abs().max() < 0.05


def test_limits_are_kept_where_all_means_are_and_unsure_where_luck_decides() -> None:
    runs = runs_of({"a": [[0.1, 0.1, 0.11], [0.19, 0.21, 0.23], [0.5, 0.5, 0.51]]})
    table = kept(runs, "a", [Limit(BRUSHED, 1, 0.2)], pd.RangeIndex(3))
    assert table["kept"].tolist() == [1, 0, 0] and table["unsure"].tolist() == [0, 1, 0]


def test_of_two_limits_both_have_to_be_kept() -> None:
    runs = runs_of({"a": [[0.1, 0.1], [0.1, 0.1], [0.3, 0.3], [0.3, 0.3]]})
    runs[HITS] = [5.0, 5.0, 50.0, 50.0, 5.0, 5.0, 50.0, 50.0]
    limits = [Limit(BRUSHED, 1, 0.2), Limit(HITS, 1, 10.0)]
    assert kept(runs, "a", limits, pd.RangeIndex(4))["kept"].tolist() == [1, 0, 0, 0]


def test_regrets_are_summed_up_by_mean_worst_world_and_how_often_a_package_is_best() -> None:
    worlds = pd.Index([7, 8, 9])
    scored = {
        "a": pd.DataFrame([[3.0, 3.0], [2.0, 2.0], [1.0, 1.0]], index=worlds),
        "b": pd.DataFrame([[2.0, 2.0], [2.5, 2.5], [5.0, 5.0]], index=worlds),
    }
    rows = regret_rows(scored).set_index("package")
    assert rows["mean"].tolist() == pytest.approx([1.5, 1 / 3])
    assert rows["median"].tolist() == [0.5, 0.0] and rows["largest"].tolist() == [4.0, 1.0]
    assert rows["worst_point"].tolist() == [9, 7]
    assert rows["best_share"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert ((rows["low"] <= rows["mean"]) & (rows["mean"] <= rows["high"])).all()


def test_wilsons_interval_is_that_of_the_books() -> None:
    assert share_interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert share_interval(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)


# Tornado


def test_a_tornado_finds_where_a_sum_of_curves_changes_its_sign() -> None:
    u = np.random.default_rng(1).random((300, 3))
    values = 4 * u[:, 0] ** 2 - 1 + 0.2 * (u[:, 1] - 0.5) + np.where(u[:, 2] > 0.5, 0.5, -0.5)
    found = tornado(u, values, [Axis("a"), Axis("b"), Axis("c", 2)], 300)
    assert found is not None and found.fitted > 0.999
    a, b, c = found.sweeps
    assert a.flips == pytest.approx([0.5], abs=0.02) and a.sure and a.reach == pytest.approx(4, abs=0.05)
    assert b.flips == [] and c.flips == [0.75] and c.mean[1] - c.mean[0] == pytest.approx(1, abs=0.02)


# Sensitivity


@pytest.fixture(scope="module")
def saltelli(tmp_path_factory: pytest.TempPathFactory) -> Explored:
    return fake(tmp_path_factory.mktemp("saltelli"), "saltelli", 16)


def test_sobol_indices_name_what_moves_each_outcome_and_the_choice(saltelli: Explored) -> None:
    found = sensitivity(saltelli, LEAST, (BRUSHED, HITS))
    own = found.effects.set_index(["what", "package", "outcome", "parameter"])["total"]
    assert own["level", "status_quo_2015", BRUSHED, "brushing.moral_cost"] > 0.9
    assert own["difference", "threshold_and_fine", BRUSHED, "adaptation.camouflage_price"] > 0.9
    assert own["level", "threshold_only", HITS, "demand.mode"] > 0.9
    assert own["choice", "threshold_only", BRUSHED].drop("adaptation.camouflage_price").abs().max() < 0.2
    assert found.choice is not None and found.choice.chosen == "threshold_and_fine"


def test_the_tornado_says_at_which_value_the_choice_changes_and_to_what(saltelli: Explored) -> None:
    found = sensitivity(saltelli, LEAST, (BRUSHED,))
    first = found.tornado.iloc[0]
    assert first["parameter"] == "adaptation.camouflage_price" and first["sure"]
    assert float(first["flips"].split()[0]) == pytest.approx(FLIP, rel=0.05)
    assert first["low_best"] == "threshold_only" and first["high_best"] == "threshold_and_fine"
    assert not found.tornado["flips"][1:].any()
    page = (found.folder / "sensitivity.md").read_text()
    assert "the choice changes to threshold only near 4." in page and "RMB/order" in page


def test_its_figure_is_drawn_from_its_table(saltelli: Explored) -> None:
    sensitivity(saltelli, LEAST, (BRUSHED,))
    drawn = sensitivity_figures(saltelli.folder)
    assert not drawn.failed and [file.name for file in drawn.files] == ["tornado.svg"]
    assert "flip:Adaptation: camouflage price, RMB/order" in drawn.files[0].read_text()


def test_effects_of_trajectories_are_told_apart_from_luck(tmp_path: Path) -> None:
    found = sensitivity(fake(tmp_path, "morris", 10), LEAST, (BRUSHED,))
    own = found.effects.set_index(["what", "package", "parameter"])["size"]
    assert own["level", "threshold_and_fine", "adaptation.camouflage_price"] == pytest.approx(0.04, rel=0.1)
    assert own["level", "status_quo_2015", "beliefs.peer"] < 0.003


def test_other_designs_have_no_indices(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="design=morris"):
        sensitivity(fake(tmp_path, "lhs", 8), LEAST, (BRUSHED,))


# Robustness


def test_a_package_fails_where_its_truth_says(tmp_path: Path) -> None:
    found = robustness(fake(tmp_path, "lhs", 60), Rule(BRUSHED, -1, (Limit(BRUSHED, 1, 0.04),)))
    shares = found.satisficing.set_index("package")["share"]
    assert shares["status_quo_2015"] == 0 and shares["threshold_only"] > 0.9
    one = next(failing for failing in found.failing if failing.package == "threshold_and_fine")
    assert {side.name for side in one.boxes[0].sides} >= {"adaptation.camouflage_price"}
    assert one.boxes[0].density > 0.8
    sentences = failing_sentences(found)
    assert any("camouflage price (adaptation) is below" in text and "RMB/order" in text for text in sentences)
    assert read_table(found.folder / "boxes.csv")["package"].isin(PACKAGES).all()
    assert not robustness_figures(tmp_path).failed


def test_regret_is_that_of_the_truth(tmp_path: Path) -> None:
    explored = fake(tmp_path, "lhs", 40, noise=0.0)
    truth = pd.DataFrame({name: -invented(name, explored.units)[BRUSHED] for name in PACKAGES})
    found = robustness(explored, LEAST)
    own = found.regret.set_index(["outcome", "package"])
    expected = regrets(truth).mean()
    assert own.loc[BRUSHED]["mean"].to_dict() == pytest.approx(expected.to_dict(), abs=1e-9)
    hits = {one.package: one.hits for one in found.failing}
    assert hits["status_quo_2015"] == 10, "without limits it fails in the worst quarter of its own worlds"


# Emulator


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    explored = fake(tmp_path_factory.mktemp("emulated"), "lhs", 40)
    file = explored.folder / "emulator" / "emulator.npz"
    save_emulator(file, fit_emulator(explored, (BRUSHED,)))
    return file


def test_an_emulator_answers_any_point_with_an_interval_that_holds(emulated: Path) -> None:
    emulator = read_emulator(emulated)
    random, inside = np.random.default_rng(5), []
    for _ in range(20):
        u = random.random((1, 4))
        values = {one.path: one.at(u[:, i])[0] for i, one in enumerate(SPACE)}
        rows = emulator.answer(values).set_index(["what", "package"])
        for name in PACKAGES:
            truth = invented(name, u)[BRUSHED][0]
            row = rows.loc["level", name]
            inside.append(row["low"] - 2e-4 <= truth <= row["high"] + 2e-4)
            assert row["run_low"] <= row["low"] <= row["mean"] <= row["high"] <= row["run_high"]
    assert np.mean(inside) > 0.85
    assert emulated.stat().st_size < 100_000 and emulator.quality["coverage"].min() > 0.8


def test_what_is_asked_of_all_values_is_the_range_of_its_answers(emulated: Path) -> None:
    emulator = read_emulator(emulated)
    values = values_of(emulator.dimensions, ["mode=all", "moral_cost=0.1"])
    assert values["demand.mode"] == ALL
    found = spread(emulator, values, [DEMAND]).set_index(["what", "package"])
    single = {
        mode: emulator.answer(values | {"demand.mode": mode}).set_index(["what", "package"])
        for mode in DEMAND.values
    }
    for key, row in found.iterrows():
        means = {mode: answers.loc[key]["mean"] for mode, answers in single.items()}
        assert row["least_at"] == min(means, key=means.get) and row["most_at"] == max(means, key=means.get)
        assert (row["least"], row["most"]) == (min(means.values()), max(means.values()))
        assert row["median"] == pytest.approx(np.mean(list(means.values()))) and row["places"] == 2
        below = sum(answers.loc[key]["high"] < 0 for answers in single.values())
        above = sum(answers.loc[key]["low"] > 0 for answers in single.values())
        assert (row["below"], row["above"]) == (below, above)
    assert found.loc[("difference", "threshold_only"), "below"] == 2, "three points less everywhere"
    with pytest.raises(ConfigError, match=r"adaptation.camouflage_price is a range"):
        spread(emulator, values, [PRICE])


def test_an_emulator_on_disk_says_what_it_said_and_holds_no_code(emulated: Path, tmp_path: Path) -> None:
    one = read_emulator(emulated)
    save_emulator(tmp_path / "again.npz", one)
    assert (tmp_path / "again.npz").read_bytes() == emulated.read_bytes()
    np.savez(tmp_path / "evil.npz", content=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ConfigError, match="no emulator"):
        read_emulator(tmp_path / "evil.npz")
    with pytest.raises(ConfigError, match="there is no emulator"):
        read_emulator(tmp_path / "none.npz")


@pytest.mark.parametrize("word", ["camouflage_price=16", "moral_cost=-1", "demand.mode=crowds", "peer=much"])
def test_what_lies_outside_of_the_design_is_refused(emulated: Path, word: str) -> None:
    emulator = read_emulator(emulated)
    with pytest.raises(ConfigError):
        emulator.answer(values_of(emulator.dimensions, [word]))


def test_a_word_that_names_nothing_is_refused_and_the_rest_is_in_the_middle(emulated: Path) -> None:
    dimensions = read_emulator(emulated).dimensions
    with pytest.raises(ConfigError, match="none of what was explored"):
        values_of(dimensions, ["nonsense=1"])
    values = values_of(dimensions, ["adaptation.camouflage_price=3"])
    assert values["adaptation.camouflage_price"] == 3 and values["brushing.moral_cost"] == 0.2


@pytest.mark.parametrize(("n", "replications"), [(40, 1), (8, 2)])
def test_too_little_is_refused(tmp_path: Path, n: int, replications: int) -> None:
    with pytest.raises(ConfigError, match="an emulator"):
        fit_emulator(fake(tmp_path, "lhs", n, replications=replications), (BRUSHED,))


# Commands


@pytest.mark.parametrize("command", ["sensitivity", "robustness", "emulate"])
def test_a_folder_of_something_else_is_refused_in_one_line(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(tmp_path)]) == 2
    assert "is no folder that `explore` left" in capsys.readouterr().err


def test_a_reader_sees_names_with_units() -> None:
    assert reader_name("adaptation.camouflage_price") == "Adaptation: camouflage price, RMB/order"
    assert reader_name("package.regulator.fine_rmb") == "Fine per shop, RMB"


@pytest.mark.slow
def test_three_commands_from_one_end_to_the_other(tmp_path: Path) -> None:
    small = ["exploration=smoke", "workers=1", "days=40", "arms=[status_quo_2015,threshold_and_fine]"]
    out = tmp_path / "morris"
    assert main(["sensitivity", *small, "points=3", f"out={out}", "design=morris"]) == 0
    assert (out / "sensitivity" / "figures" / "tornado.svg").exists()
    assert "The choice" in (out / "sensitivity" / "sensitivity.md").read_text()
    assert main(["robustness", str(out), "brushed_share.max=0.05"]) == 0
    assert (out / "robustness" / "robustness.md").exists()
    assert main(["emulate", str(out), "--outcome", "brushed_share"]) == 0
    assert main(["emulate", str(out), "at", "detection.threshold=0.5"]) == 0
    assert main(["emulate", str(out), "at", "detection.threshold=1"]) == 2
