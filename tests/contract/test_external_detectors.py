"""`check_detector` rejects bad detectors in one sentence; the loop rejects what they score."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments import check_detector
from policies import Detection
from policies.detectors import BurstRules
from policies.detectors.names import BROUGHT, BUILT_IN, bring_detector, find_detector
from policies.external import Brought, scorer_of
from sim.contract import ConfigError, ContractError, Observation, check_policy

pytestmark = pytest.mark.slow

Evening = Callable[..., Observation]


class Good:
    """Scores the share of repeated orders; remembers the highest one until reset."""

    reads: tuple[str, ...] = ("traces",)

    def __init__(self) -> None:
        self.highest = 0.0

    def reset(self) -> None:
        self.highest = 0.0

    def share(self, observation: Any) -> np.ndarray:
        return observation.traces.repeats[2] / np.maximum(observation.traces.orders[2], 1)

    def score(self, observation: Any) -> Any:
        share = self.share(observation)
        self.highest = max(self.highest, float(share.max()), 1e-9)
        return share / self.highest


class NeverForgets(Good):
    def reset(self) -> None:
        pass


class ReadsUndeclared(Good):
    def score(self, observation: Any) -> Any:
        return (observation.price > 200) * 0.5


class Peeks(Good):
    def score(self, observation: Any) -> Any:
        return (observation._observation.price > 200) * 0.5


class ReadsWhatNobodyHas(Good):
    reads = ("trace",)


class Writes(Good):
    def score(self, observation: Any) -> Any:
        observation.traces.orders[2] += 1
        return self.share(observation)


class DrawsGlobally(Good):
    def score(self, observation: Any) -> Any:
        return np.random.random(observation.n_shops)


class DrawsFromNowhere(Good):
    def score(self, observation: Any) -> Any:
        return np.random.default_rng().random(observation.n_shops)


class DependsOnOrder(Good):
    def score(self, observation: Any) -> Any:
        return np.linspace(0, 1, observation.n_shops)


class Raises(Good):
    def score(self, observation: Any) -> Any:
        return np.full(observation.n_shops, 0 // (30 - observation.day))


def answering(make: Callable[[int], Any]) -> Any:
    """Return a detector that scores what ``make`` makes of the number of shops."""

    class Answers(Good):
        def score(self, observation: Any) -> Any:
            return make(observation.n_shops)

    return Answers()


SHAPE = "must score numbers of shape (200,); got "
RANGE = "must score risks in [0, 1]; got "
FAULTS = [
    (NeverForgets(), "remembers something over reset"),
    (ReadsUndeclared(), "it reads 'price' but does not declare it in `reads`"),
    (Peeks(), "peeks: it reads the private attribute '_observation'"),
    (Writes(), "writes to the observation: traces.orders"),
    (DrawsGlobally(), "draws from a global random generator"),
    (DrawsFromNowhere(), "scores the same evening differently"),
    (DependsOnOrder(), "depends on the order of the shops"),
    (Raises(), "raised ZeroDivisionError on day 30"),
    (answering(lambda n: np.zeros(n - 1)), SHAPE + "float64 of shape (199,)"),
    (answering(lambda n: np.zeros((n, 2))), SHAPE + "float64 of shape (200, 2)"),
    (answering(lambda n: None), SHAPE + "object of shape ()"),
    (answering(lambda n: np.full(n, "high")), SHAPE + "<U4 of shape (200,)"),
    (answering(lambda n: np.full(n, np.nan)), RANGE + "nan"),
    (answering(lambda n: np.full(n, np.inf)), RANGE + "inf"),
    (answering(lambda n: np.full(n, -0.1)), RANGE + "-0.1"),
    (answering(lambda n: np.arange(n)), RANGE + "2"),
]


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_detector_is_one(name: str) -> None:
    check_detector(find_detector(name, BurstRules(), "detector"), name)


@pytest.mark.parametrize("name", BUILT_IN)
def test_detection_keeps_the_contract_with_every_detector(name: str) -> None:
    check_policy(Detection(detector=name, flags_per_1000_week=50, acted_share=1))


def test_objects_classes_and_functions_can_be_brought(evening: Evening) -> None:
    for thing in (Good(), Good):
        check_detector(thing)
    assert scorer_of(lambda observation: np.zeros(observation.n_shops), "f").score(evening()).sum() == 0


@pytest.mark.parametrize(("detector", "sentence"), FAULTS, ids=[sentence for _, sentence in FAULTS])
def test_a_bad_detector_is_rejected_with_the_sentence_that_says_why(detector: Any, sentence: str) -> None:
    with pytest.raises(ContractError) as error:
        check_detector(detector)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_what_cannot_score_is_no_detector() -> None:
    with pytest.raises(ConfigError, match="must be, or define, something with score"):
        check_detector(3)
    with pytest.raises(ConfigError, match="`reads` names 'trace', which no observation has; did you mean"):
        check_detector(ReadsWhatNobodyHas())


def test_the_checker_leaves_detector_and_generators_as_they_were() -> None:
    detector = Good()
    np.random.seed(7)
    check_detector(detector)
    assert detector.highest == 0
    after = np.random.random()
    np.random.seed(7)
    assert after == np.random.random()


def test_the_loop_rejects_what_is_no_risk(evening: Evening) -> None:
    brought = Brought("mine", answering(lambda n: np.full(n, 2.0)))
    with pytest.raises(ContractError, match=r"the detector mine must score risks in \[0, 1\]; got 2"):
        brought.score(evening())


def test_two_detections_share_no_memory(monkeypatch: pytest.MonkeyPatch, evening: Evening) -> None:
    monkeypatch.setitem(BROUGHT, "mine", Brought("mine", Good()))
    first, second = Detection(detector="mine"), Detection(detector="mine")
    for detection in (first, second):
        detection.reset()
    first.act(evening())
    assert first._detector.scorer.highest > 0 == second._detector.scorer.highest
    first.reset()
    assert first._detector.scorer.highest == 0


def test_a_detection_reads_what_its_detector_declares(monkeypatch: pytest.MonkeyPatch) -> None:
    class Dear(Good):
        reads = ("price",)

        def score(self, observation: Any) -> Any:
            return (observation.price > 200) * 0.9

    monkeypatch.setitem(BROUGHT, "dear", Brought("dear", Dear()))
    assert "price" in Detection(detector="dear").reads
    assert "price" not in Detection().reads
    check_policy(Detection(detector="dear", acted_share=1))


def test_a_typical_brusher_is_above_the_lot_of_orders_per_account(evening: Evening) -> None:
    quiet = evening(n_shops=50)
    quiet.traces.orders[2], quiet.traces.repeats[2] = 90, 0
    quiet.traces.repeats[2, 7] = 60
    risk = find_detector("orders_per_account", BurstRules(), "detector").score(quiet)
    assert risk[7] == 60 / 96 and risk.sum() == risk[7]


BAD_FILES = [
    ("1 / 0", r"cannot be loaded: ZeroDivisionError: division by zero"),
    ("def", r"cannot be loaded: SyntaxError"),
    ("x = 1", r"something with score\(observation\)"),
    ("detector = 3", r"something with score\(observation\)"),
    ("def score(o): ...\nreads = ('prise',)", r"no observation has; did you mean price"),
    ("def score(o): ...\nfiles = ('model.bin',)", r"cannot be loaded: FileNotFoundError"),
]


@pytest.mark.parametrize(("text", "sentence"), BAD_FILES)
def test_a_file_without_a_detector_is_one_clear_line(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(ConfigError, match=sentence) as error:
        bring_detector("mine", tmp_path / "mine.py")
    assert "\n" not in str(error.value)
    assert "mine" not in BROUGHT


@pytest.mark.parametrize("name", ["burst_rules", "My", "a-b", "", "1st"])
def test_a_name_is_new_and_plain(name: str, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def score(observation): ...")
    with pytest.raises(ConfigError, match="name"):
        bring_detector(name, tmp_path / "mine.py")
