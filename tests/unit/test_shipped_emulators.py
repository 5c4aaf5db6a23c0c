"""Emulators that come with the package answer by their name, in every world, and as the model does."""

import pytest

from experiments import load_config, run
from experiments.commands.cli import main
from experiments.commands.emulate import values_of
from experiments.searches.emulator.stored import read_emulator, shipped

NAME = "levers_and_worlds"


def test_it_answers_by_its_name_alone_at_a_point_and_over_all_worlds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["list", "emulators"]) == 0 and NAME in capsys.readouterr().out
    assert main(["emulate", NAME]) == 0
    alone = capsys.readouterr().out
    assert "Brushing remaining" in alone and "scenario=default" in alone
    assert main(["emulate", NAME, "at", "acted_share=0.25", "scenario=all"]) == 0
    everywhere = capsys.readouterr().out
    assert "of 17" in everywhere and "calibrated_" in everywhere
    assert main(["emulate", NAME, "at", "acted_share=0.001"]) == 2
    assert "lies outside of what was explored" in capsys.readouterr().err


def test_it_is_small_and_knows_how_good_it_is() -> None:
    file = shipped()[NAME]
    quality = read_emulator(file).quality.set_index(["what", "package", "outcome"])
    assert file.stat().st_size < 2_000_000
    assert quality["coverage"].between(0.85, 1).all()
    assert quality.loc[("level", "levers", "brushed_share"), "explained"] > 0.6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("world", "acted", "threshold"), [("default", 0.025, 0.5), ("calibrated_07", 0.3, 0.9)]
)
def test_a_fresh_run_lies_where_it_says(world: str, acted: float, threshold: float) -> None:
    emulator = read_emulator(shipped()[NAME])
    levers = {"acted_share": acted, "threshold": threshold, "fine_rmb": 20_000, "raids_per_year": 0.5}
    rows = emulator.answer(
        values_of(emulator.dimensions, [f"scenario={world}", *(f"{k}={v}" for k, v in levers.items())])
    )
    row = rows.set_index(["what", "package", "outcome"]).loc[("level", "levers", "brushed_share")]
    at = [f"detection.acted_share={acted}", f"detection.threshold={threshold}", "regulator.fine_rmb=20000"]
    also = ["regulator.raids_per_year=0.5", "detection.refer_share=1", "civil_suits.who=every"]
    words = [f"package.{word}" for word in (*at, *also)]
    config = load_config(["package=status_quo_2015", f"scenario={world}", "seed=77", "days=720", *words])
    share = run(config).summary["outcomes"]["brushed_share"]
    more = (row["run_high"] - row["run_low"]) / 2  # as much again: one run of twenty lies outside
    assert row["run_low"] - more <= share <= row["run_high"] + more
