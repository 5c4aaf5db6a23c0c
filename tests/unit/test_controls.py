"""The controls of the validation: what each changes, when it counts as pushed, the command's exit code."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from experiments import load_config
from experiments.commands.cli import FAILED, OK, main
from experiments.runs.results import Result
from experiments.searches.calibration.controls import (
    ABOVE,
    BELOW,
    BY_KEY,
    CONTROLS,
    INSIDE,
    Control,
    evaluations,
    pushed,
    verdict,
)
from experiments.searches.calibration.evaluation import store_of
from experiments.searches.calibration.targets import TARGETS
from experiments.settings.schema import RunConfig
from sim.market import Market
from sim.parameters import check_world

WORDS = ["market=small", "warmup=3", "threads=1"]


@pytest.fixture(scope="module")
def config() -> RunConfig:
    return load_config(WORDS)


def leaves(tree: dict[str, object], where: str = "") -> dict[str, object]:
    """Return every value of a tree by its path."""
    found: dict[str, object] = {}
    for key, value in tree.items():
        name = f"{where}{key}"
        found |= leaves(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return found


CHANGED = {
    "fees_tripled": {"world.trade.fee", "world.trade.fee_low", "world.trade.fee_high"},
    "detector_off": {"status_quo.detection.threshold"},
    "flat_ranking": {"world.ranking.position_exponent"},
    "newcomers_first": {"world.ranking.freshness_weight", "world.ranking.sales_weight"},
    "lottery": {
        "status_quo.detection.detector",
        "status_quo.detection.threshold",
        "status_quo.detection.mode",
        "status_quo.detection.acted_share",
        "status_quo.detection.cooldown_days",
    },
    "no_growth": {"world.shops.growth"},
}


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_a_control_changes_what_it_says_and_nothing_else(config: RunConfig, control: Control) -> None:
    def tree(of: RunConfig) -> dict[str, object]:
        return leaves({"world": asdict(of.world), "status_quo": of.status_quo, "warmup": of.warmup})

    before, after = tree(config), tree(control.applied(config))
    changed = {key for key in before if before[key] != after[key]}
    assert changed == CHANGED[control.name] and set(before) == set(after)
    assert tree(config) == tree(load_config(WORDS))
    check_world(control.applied(config).world)


def test_tripled_fees_reach_the_organisers(config: RunConfig) -> None:
    dear = CONTROLS[0].applied(config).world
    market = Market(dear, None, seed=1).run(5)
    assert dear.trade.fee == pytest.approx(3 * config.world.trade.fee)
    assert market.state.trade.fee.min() >= 3 * config.world.trade.fee_low


def test_a_statistic_is_pushed_over_the_edge_that_was_named_or_not_at_all() -> None:
    share, slope = BY_KEY["brushed_share"], BY_KEY["rank_slope"]
    assert pushed(share, BELOW, 0.05, 0.02) and not pushed(share, BELOW, 0.05, 0.08)
    assert not pushed(share, BELOW, 0.05, 0.031), "still inside"
    assert not pushed(share, BELOW, 0.02, 0.01), "outside without it"
    assert pushed(slope, ABOVE, -0.9, -0.5) and not pushed(slope, ABOVE, -0.9, -1.2)
    assert not pushed(share, BELOW, 0.05, np.nan) and not pushed(share, BELOW, np.nan, 0.01)


def test_what_has_to_stay_inside_is_left_inside_from_inside() -> None:
    share = BY_KEY["brushed_share"]
    assert verdict(share, INSIDE, 0.05, 0.04) == "left inside"
    assert verdict(share, INSIDE, 0.05, 0.02) == verdict(share, INSIDE, 0.05, 0.08) == "NOT LEFT"
    assert verdict(share, INSIDE, 0.02, 0.04) == verdict(share, INSIDE, 0.05, np.nan) == "NOT LEFT"


def middle(key: str) -> float:
    """Return a value well inside the band of a target."""
    target = BY_KEY[key]
    return target.low * 1.1 if np.isinf(target.high) else (target.low + target.high) / 2


def outside(key: str, side: str) -> float:
    """Return a value just outside the band of a target, or well inside if that is where it has to be."""
    if side == INSIDE:
        return middle(key)
    low, high = BY_KEY[key].low, BY_KEY[key].high
    return low - 0.1 * abs(low) if side == BELOW else high + 0.1 * abs(high)


def measured(folder: Path, idle: str = "", deters: bool = False) -> None:
    """Store made-up measurements in which every control but ``idle`` does what it says.

    If sanctions by lot deter, brushing falls out of its band under them.
    """
    config = load_config(["market=small"])
    usual = {target.key: middle(target.key) for target in TARGETS}
    for (_, name), jobs in evaluations({"default": config}, CONTROLS, 4).items():
        control = next((c for c in CONTROLS if c.name == name != idle), None)
        moved = {key: outside(key, side) for key, side in control.pushes} if control else {}
        if name == "lottery" and deters:
            moved = {"brushed_share": outside("brushed_share", BELOW)}
        for job in jobs:
            record = {"label": job.label, "replication": job.replication, "statistics": usual | moved}
            store_of(folder).save(Result(job.key, record))


def test_a_control_that_does_not_push_ends_with_code_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["validate", "--controls", "market=small", "--output"]
    measured(tmp_path / "good")
    assert main([*words, str(tmp_path / "good")]) == OK
    assert "NOT PUSHED" not in capsys.readouterr().out
    assert json.loads((tmp_path / "good" / "controls.json").read_text())["met"] is True
    measured(tmp_path / "bad", idle="flat_ranking")
    assert main([*words, str(tmp_path / "bad")]) == FAILED
    assert "NOT PUSHED" in capsys.readouterr().out
    rows = json.loads((tmp_path / "bad" / "controls.json").read_text())["rows"]
    idle = {(row["control"], row["statistic"]) for row in rows if row["verdict"] == "NOT PUSHED"}
    assert idle == {("flat_ranking", "rank_slope"), ("flat_ranking", "top_share")}


def test_a_lottery_that_deters_ends_with_code_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measured(tmp_path, deters=True)
    assert main(["validate", "--controls", "market=small", "--output", str(tmp_path)]) == FAILED
    rows = json.loads((tmp_path / "controls.json").read_text())["rows"]
    assert [(row["control"], row["statistic"]) for row in rows if row["verdict"].startswith("NOT")] == [
        ("lottery", "brushed_share")
    ]


def test_the_same_market_is_measured_once(config: RunConfig) -> None:
    (without,) = evaluations({"default": config}, [], 1).values()
    nothing = replace(CONTROLS[3], name="nothing", change=lambda config: None)
    again = evaluations({"default": config}, [nothing], 1)["default", "nothing"]
    assert again[0].key == without[0].key
