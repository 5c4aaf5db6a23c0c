"""The example about detectors runs from end to end, and its sentences follow from its numbers."""

import re
import runpy
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bringing import forgetting_what_was_brought

from experiments import check_detector
from policies import bring_detector

pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[2]
TINY = ["market=small", "warmup=60", "days=140", "replications=2", "workers=1", "threads=1"]
NAMES = ("burst_rules", "fitted", "boosted")


@pytest.fixture(scope="module")
def example() -> Iterator[dict[str, Any]]:
    with forgetting_what_was_brought():
        yield runpy.run_path(str(ROOT / "examples" / "bring_a_detector.py"))


def number(text: str, after: str) -> float:
    """Return the first number after a phrase."""
    found = re.search(re.escape(after) + r"[^+\-\d]*([+-]?[\d.]+)", text)
    assert found, (after, text)
    return float(found[1])


def test_the_example_runs_and_says_what_its_tables_say(
    example: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    example["main"]([*TINY, "out=study"])
    *areas, flags, first, second, third = capsys.readouterr().out.strip().splitlines()
    shown = {name: number(line, name) for name, line in zip(NAMES, areas, strict=True)}
    assert all(0.5 < area <= 1 for area in shown.values())
    runs = pd.read_parquet(tmp_path / "study" / "runs.parquet")
    assert (runs["status"] == "ok").all() and set(runs["package"]) == set(NAMES)
    opened = [number(flags, name) for name in NAMES]
    assert max(opened) < 1.05 * min(opened), "an equal number of flags"
    by_arm = runs.pivot(index="replication", columns="package", values="brushed_share").mean()
    said = set()
    for line in (first, second, third):
        one, other = re.findall(r"^(\w+) has a larger area under the curve than (\w+)", line)[0]
        said.add(frozenset((one, other)))
        assert number(line, f"than {other}") == pytest.approx(shown[one] - shown[other], abs=2e-4)
        assert number(line, "brushing is") == pytest.approx(100 * (by_arm[one] - by_arm[other]), abs=0.0051)
        assert line.endswith(".") and f": {one} is " in line
    assert said == set(map(frozenset, combinations(NAMES, 2)))


def test_a_detector_with_more_noise_has_a_smaller_area(example: dict[str, Any]) -> None:
    labels, rng = np.arange(400) % 4 == 0, np.random.default_rng(1)
    test = pd.DataFrame({column: rng.normal(0, 0.02, 400) for column in example["INPUTS"]})
    test["truth_brushed_30"] = np.where(labels, 20, 0)
    test["feature_flagged_parcels"] = labels * 0.2

    class Guess:
        def predict_proba(self, rows: np.ndarray) -> np.ndarray:
            return rng.random((len(rows), 2))

    areas = example["areas_under_curves"](Guess(), test)
    assert areas["boosted"] < 0.6 < 0.8 < areas["burst_rules"]


LESS, MORE, SAME = (-0.3, -0.4, -0.2), (0.3, 0.2, 0.4), (0.1, -0.4, 0.6)
VERDICTS = [
    (LESS, LESS, "the better policy"),
    (LESS, SAME, "the better policy"),
    (SAME, LESS, "the better policy"),
    (MORE, MORE, "the worse policy"),
    (SAME, MORE, "the worse policy"),
    (LESS, MORE, "a trade of one harm for the other"),
    (MORE, LESS, "a trade of one harm for the other"),
    (SAME, SAME, "no other policy, as far as these runs can tell"),
]
Numbers = tuple[float, float, float]


@pytest.mark.parametrize(("brushing", "hits", "verdict"), VERDICTS)
def test_the_conclusion_follows_from_the_intervals(
    brushing: Numbers, hits: Numbers, verdict: str, example: dict[str, Any]
) -> None:
    difference = example["Difference"]
    text = example["conclusion"]("mine", "rules", -0.01, difference(*brushing), difference(*hits))
    assert text.endswith(f": mine is {verdict}.")
    assert text.startswith("mine has a smaller area under the curve than rules (-0.0100).")


def test_the_shortest_way_of_the_page_is_a_detector(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "detectors.md").read_text(encoding="utf-8")
    block = re.findall(r"^```python\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)[0]
    (tmp_path / "my_detector.py").write_text(block, encoding="utf-8")
    with forgetting_what_was_brought():
        check_detector(bring_detector("shortest", tmp_path / "my_detector.py"))
