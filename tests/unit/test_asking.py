"""The loop of a search: what is best is found, in the order that a seed fixes, whatever failed."""

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from experiments.searches.asking import Asked, Measured, Point, Problem, ask_and_tell, coded, decoded
from experiments.settings.dimensions import dimensions_of
from sim.parameters import ConfigError

DIMENSIONS = dimensions_of(
    {
        "package.a.x": [0, 1],
        "package.a.y": {"low": 0.01, "high": 1, "log": True},
        "package.a.word": ["good", "bad"],
        "package.a.steps": {"values": [1, 2, 5, 10]},
    },
    {},
)
PROBLEM = Problem(DIMENSIONS, (-1, 1), trials=72, batch=8, seed=3)


def law(point: Point) -> tuple[float, float]:
    """Less of the first and more of the second is better; unbeaten are y = 0.1, the good word and 5 steps."""
    off = np.log10(point["package.a.y"] / 0.1) ** 2 + (point["package.a.word"] == "bad")
    off += (point["package.a.steps"] != 5) * 0.5
    return point["package.a.x"] + off, point["package.a.x"] - off


def exactly(points: Sequence[Point]) -> list[Measured | None]:
    return [Measured(law(point)) for point in points]


def distance(asked: Sequence[Asked]) -> float:
    """How far trials are from the set of unbeaten points, on average."""
    return float(np.mean([law(one.point)[0] - one.point["package.a.x"] for one in asked]))


def test_the_loop_comes_near_the_unbeaten_points() -> None:
    asked = ask_and_tell(PROBLEM, exactly)
    assert distance(asked[-24:]) < 0.4 * distance(asked[:24])
    last = [one.point["package.a.x"] for one in asked[-24:]]
    assert max(last) - min(last) > 0.5  # all along the set, not at one end of it


def test_a_seed_and_a_batch_fix_every_trial() -> None:
    assert ask_and_tell(PROBLEM, exactly) == ask_and_tell(PROBLEM, exactly)


def test_limits_are_kept_to_more_and_more() -> None:
    def limited(points: Sequence[Point]) -> list[Measured | None]:
        return [Measured(law(point), (point["package.a.x"] - 0.3,)) for point in points]

    asked = ask_and_tell(PROBLEM, limited)
    kept = [one.point["package.a.x"] <= 0.3 for one in asked]
    assert np.mean(kept[-24:]) > 0.6 > np.mean(kept[:24])


def test_a_trial_that_failed_is_told_and_the_search_goes_on() -> None:
    def failing(points: Sequence[Point]) -> list[Measured | None]:
        return [None if point["package.a.word"] == "bad" else Measured(law(point)) for point in points]

    asked = ask_and_tell(PROBLEM, failing)
    assert len(asked) == PROBLEM.trials
    assert all((one.measured is None) == (one.point["package.a.word"] == "bad") for one in asked)


def test_points_are_known_to_the_sampler_and_back() -> None:
    point = {"package.a.x": 0.25, "package.a.y": 0.1, "package.a.word": "bad", "package.a.steps": 5}
    assert decoded(DIMENSIONS, coded(DIMENSIONS, point)) == point


def test_named_points_come_first() -> None:
    point = {"package.a.x": 0.25, "package.a.y": 0.1, "package.a.word": "bad", "package.a.steps": 10}
    asked = ask_and_tell(Problem(DIMENSIONS, (-1, 1), 2, 2, 1, (point,)), exactly)
    assert asked[0].point == point


def test_without_the_library_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = builtins.__import__

    def without(name: str, *more: Any, **words: Any) -> Any:
        if name == "optuna":
            raise ImportError(name)
        return usual(name, *more, **words)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match=r'pip install "antibrush\[search\]"'):
        ask_and_tell(PROBLEM, exactly)
