"""A composed YAML becomes a package, or one clear line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from composing import composed

from policies import Detection, build_package, find_policy
from sim.contract import ConfigError

DETECTION = {"policy": "detection"}


def test_settings_reach_the_policy() -> None:
    package = build_package(
        {"name": "x", "mine": {**DETECTION, "threshold": 1, "start": 3, "ladder": {"steps": ["warn"]}}}
    )
    (dated,) = package.policies
    assert (package.name, dated.name, dated.start) == ("x", "mine", 3)
    assert isinstance(dated.policy, Detection)
    assert (dated.policy.threshold, dated.policy.ladder.steps) == (1.0, ["warn"])


def test_the_law_reaches_the_regulator() -> None:
    package = build_package(composed("package", "status_quo_2015", "law=cn_aucl_2018"))
    (regulator,) = (dated.policy for dated in package.policies if dated.name == "regulator")
    assert regulator.law.id == "cn_aucl_2018"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("detection", "line"),
    [
        ({"treshold": 0.4}, "package.detection.treshold: unknown; did you mean threshold?"),
        ({"strat": 0}, "package.detection.strat: unknown; did you mean start?"),
        ({"threshold": 2}, "package.detection.threshold must be in [0, 1.01]; got 2"),
        ({"threshold": "high"}, "package.detection.threshold must be a number; got 'high'"),
        ({"threshold": None}, "package.detection.threshold must be a number; got null"),
        ({"threshold": True}, "package.detection.threshold must be a number; got True"),
        ({"cooldown_days": 1.5}, "package.detection.cooldown_days must be a whole number; got 1.5"),
        ({"mode": "auto"}, "package.detection.mode must be one of automatic, reviewed; got 'auto'"),
        ({"ladder": {"stpes": []}}, "package.detection.ladder.stpes: unknown; did you mean steps?"),
        ({"ladder": {"fine_rmb": -1}}, "package.detection.ladder.fine_rmb must be in [0, 1e+07]; got -1"),
        ({"ladder": {"steps": "warn"}}, "package.detection.ladder.steps must be a list; got 'warn'"),
        ({"ladder": {"steps": [1]}}, "package.detection.ladder.steps[0] must be a word; got 1"),
        ({"ladder": 3}, "package.detection.ladder must be a mapping; got 3"),
        ({"end": 0}, "package.detection.end must be after start 0; got 0"),
        ({"start": "soon"}, "package.detection.start must be a whole number; got 'soon'"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_path(detection: dict[str, Any], line: str) -> None:
    with pytest.raises(ConfigError) as error:
        build_package({"name": "x", "detection": {**DETECTION, **detection}})
    assert str(error.value) == line


def test_the_path_is_the_key_and_not_the_class() -> None:
    with pytest.raises(ConfigError, match=r"^package\.campaign\.ladder\.steps must join"):
        build_package({"campaign": {**DETECTION, "ladder": {"steps": ["fien"]}}})
    with pytest.raises(ConfigError, match=r"^package\.campaign\.discipline must be one of"):
        build_package({"campaign": {**DETECTION, "discipline": "alphabetical"}})


@pytest.mark.parametrize(
    ("mapping", "line"),
    [
        (
            {"x": {"policy": "detecton"}},
            "package.x.policy: no policy is called 'detecton'; did you mean detection?",
        ),
        ({"x": {"threshold": 1}}, "package.x must be a mapping with the key `policy`; got {'threshold': 1}"),
        ({"x": 3}, "package.x must be a mapping with the key `policy`; got 3"),
        ([], "package must be a mapping; got []"),
    ],
)
def test_what_is_no_policy_is_one_line(mapping: Any, line: str) -> None:
    with pytest.raises(ConfigError) as error:
        build_package(mapping)
    assert str(error.value) == line


def test_configuration_may_not_name_a_class_by_its_path() -> None:
    with pytest.raises(ConfigError, match="no policy is called"):
        find_policy("os.system")


FOREIGN = """
from dataclasses import dataclass
from sim.contract import parameter

@dataclass
class Lottery:
    odds: float = parameter(0.1, "probability", 0, 1, "assumption", "a shop is warned")
    actor = "platform"
    reads = ("identity",)

    def reset(self): ...

    def act(self, observation): return []

def not_a_policy(): ...
"""


def test_a_policy_may_come_from_another_installed_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "foreign.py").write_text(FOREIGN)
    (tmp_path / "foreign-1.0.dist-info").mkdir()
    (tmp_path / "foreign-1.0.dist-info" / "METADATA").write_text("Name: foreign\nVersion: 1.0\n")
    points = (
        "[antibrush.policies]\nlottery = foreign:Lottery\nother = foreign:not_a_policy\ngone = foreign:gone\n"
    )
    (tmp_path / "foreign-1.0.dist-info" / "entry_points.txt").write_text(points)
    monkeypatch.syspath_prepend(tmp_path)
    (dated,) = build_package({"x": {"policy": "lottery", "odds": 0.2}}).policies
    assert type(dated.policy).__name__ == "Lottery"
    with pytest.raises(ConfigError, match=r"^package\.x\.odds must be in \[0, 1\]; got 2$"):
        build_package({"x": {"policy": "lottery", "odds": 2}})
    with pytest.raises(ConfigError, match="'other' must name a dataclass"):
        build_package({"x": {"policy": "other"}})
    with pytest.raises(ConfigError, match="'gone' cannot be loaded"):
        build_package({"x": {"policy": "gone"}})
    with pytest.raises(ConfigError, match="did you mean lottery"):
        build_package({"x": {"policy": "lotery"}})


def test_overlapping_policies_need_precedence() -> None:
    both = {"name": "x", "usual": DETECTION, "campaign": {**DETECTION, "start": 10, "end": 20}}
    with pytest.raises(ConfigError, match="usual and campaign overlap"):
        build_package(both)
    assert build_package({**both, "precedence": ["campaign", "usual"]}).precedence == ["campaign", "usual"]
