"""Detectors: documented rules, and a logistic model that is fitted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from experiments.files.whole import write_json
from policies import Detection
from policies.detectors import (
    FEATURES,
    BurstRules,
    auc,
    features,
    fit_logistic,
    fitted,
    load_fitted,
    roc,
)
from sim.contract import ConfigError, Observation, check_policy

Evening = Callable[..., Observation]


def labelled(n: int = 4000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features, labels and the log odds that made them."""
    rng = np.random.default_rng(5)
    rows = rng.normal(2, 3, (n, len(FEATURES)))
    odds = -1 + 0.8 * rows[:, 0] - 0.4 * rows[:, 3]
    return rows, rng.random(n) < 1 / (1 + np.exp(-odds)), odds


def test_features_have_their_names_and_are_finite(evening: Evening) -> None:
    rows = features(evening())
    assert rows.shape == (200, len(FEATURES)) and np.isfinite(rows).all()


def test_a_market_without_orders_has_finite_risk(evening: Evening) -> None:
    quiet = evening()
    for count in (
        quiet.traces.orders,
        quiet.traces.views,
        quiet.traces.task_like,
        quiet.traces.flagged_parcels,
    ):
        count[:] = 0
    assert BurstRules().score(quiet) == pytest.approx(1 / (1 + np.exp(3.3)))


def test_the_typical_shop_has_a_low_risk_and_brushers_a_high_one(evening: Evening) -> None:
    quiet = evening(2000)
    share = quiet.traces.flagged_parcels[2] / np.maximum(quiet.traces.orders[2], 1)
    risk = BurstRules().score(quiet)
    assert np.median(risk) < 0.1
    assert np.median(risk[share > 0.25]) > 0.5


def test_the_compiled_risk_is_logistic_in_the_features(evening: Evening) -> None:
    rules, seen = BurstRules(), evening(3000)
    rows = features(seen)
    x = rules.intercept + rows[:, :4] @ [rules.growth, rules.conversion, rules.task_like, rules.parcels]
    assert rules.score(seen) == pytest.approx(1 / (1 + np.exp(-x)), rel=1e-12)
    assert np.array_equal(rules.score(seen), rules.predict(rows)), "to the bit, however it is asked"
    turned = rules.predict(rows[::-1])[::-1]
    assert np.array_equal(rules.predict(rows), turned)


def test_a_fit_finds_the_coefficients_that_made_the_labels() -> None:
    rows, labels, odds = labelled()
    fitted = fit_logistic(rows, labels)
    weights = np.array(fitted.coefficients) / fitted.sds
    assert weights == pytest.approx([0.8, 0, 0, -0.4, 0, 0, 0], abs=0.05)
    assert fitted.predict(rows) == pytest.approx(1 / (1 + np.exp(-odds)), abs=0.1)
    assert 0.8 < fitted.auc < 1


def test_the_curve_of_a_perfect_and_of_a_useless_detector() -> None:
    truth = np.array([0.0, 0, 1, 1])
    assert auc(*roc(truth, truth)[:2]) == 1
    assert auc(*roc(np.zeros(4), truth)[:2]) == 0.5
    assert auc(*roc(1 - truth, truth)[:2]) == 0


def test_a_fitted_detector_survives_its_file(tmp_path: Path, evening: Evening) -> None:
    rows, labels, _ = labelled(500)
    fitted = fit_logistic(rows, labels, key="warm-up of seed 9")
    write_json(tmp_path / "fitted.json", asdict(fitted))
    loaded = load_fitted(tmp_path / "fitted.json")
    assert loaded == fitted
    assert (loaded.score(evening()) == fitted.score(evening())).all()


def test_a_missing_or_broken_file_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="run `antibrush fit-detector` first"):
        load_fitted(tmp_path / "nowhere.json")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(ConfigError, match="is not a fitted detector"):
        load_fitted(tmp_path / "broken.json")
    monkeypatch.setattr(fitted, "FITTED", tmp_path / "nowhere.json")
    with pytest.raises(ConfigError, match="fit-detector"):
        Detection(detector="fitted")


def test_detection_with_the_fitted_detector_keeps_the_contract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitted, "FITTED", tmp_path / "fitted.json")
    rows, labels, _ = labelled(500)
    write_json(fitted.FITTED, asdict(fit_logistic(rows, labels)))
    check_policy(Detection(detector="fitted", threshold=0.3, acted_share=1))


def test_labels_of_one_kind_cannot_be_fitted() -> None:
    rows, labels, _ = labelled(50)
    with pytest.raises(ConfigError, match="one kind"):
        fit_logistic(rows, np.ones_like(labels))
