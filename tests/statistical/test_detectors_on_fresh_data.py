"""What a fit promises holds on markets that it has not seen, noise teaches it nothing; whom the rules hit."""

from functools import cache

import numpy as np
import pytest
from scipy.stats import t

from experiments import load_config
from experiments.detectors.fit import shop_days
from experiments.runs.seeds import DETECTOR_WORD, replication_seed
from policies import Detection
from policies.detectors import BurstRules, auc, fit_logistic, load_fitted, roc

FRESH_WORD = 0xF4E5
"""Word of the seeds of this file: neither a study nor ``fit-detector`` draws them."""

SMALL = ("market=small", "warmup=120")
NO_BURSTS = "shops.burst_rate=0"
ALIKE = "traces.genuine_parcel_sd=0"
"""All shops have the same share of genuine parcels that look unlinked."""


@cache
def labelled(number: int, *overrides: str) -> tuple[np.ndarray, np.ndarray]:
    """Return features and labels of the shop-days of one market that nothing else has seen."""
    config = load_config([*overrides, "threads=1"])
    seed = replication_seed(config.seed, number, FRESH_WORD)
    samples = [(rows, labels) for _, rows, labels in shop_days(config, seed)]
    rows, labels = (np.concatenate(part) for part in zip(*samples, strict=True))
    return rows, labels


def area(risk: np.ndarray, labels: np.ndarray) -> float:
    return auc(*roc(risk, labels.astype(float))[:2])


def balanced(rows: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return all brushing shop-days and as many innocent ones, evenly spaced."""
    brushing, innocent = np.flatnonzero(labels), np.flatnonzero(~labels)
    kept = innocent[np.linspace(0, innocent.size - 1, brushing.size).astype(int)]
    chosen = np.concatenate([brushing, kept])
    return rows[chosen], labels[chosen]


def false_positive_rate(*overrides: str) -> float:
    """Return the share of innocent shop-days of two markets, half a year, above the rules' threshold."""
    risks = []
    for number in range(2):
        rows, labels = labelled(number, "warmup=180", *overrides)
        risks.append(BurstRules().predict(rows[~labels]))
    return float((np.concatenate(risks) > Detection().threshold).mean())


def test_the_seeds_are_reserved() -> None:
    own = {replication_seed(1, number, FRESH_WORD) for number in range(100)}
    others = {replication_seed(1, number, *word) for number in range(100) for word in ((), (DETECTOR_WORD,))}
    assert not own & others


def test_the_stored_area_is_that_of_the_stored_curve() -> None:
    fitted = load_fitted()
    curve = auc(np.array(fitted.false_positive_rate), np.array(fitted.true_positive_rate))
    assert curve == pytest.approx(fitted.auc, abs=0.002)  # thinned to some two hundred points


@pytest.mark.slow
def test_the_stored_detector_is_as_good_on_fresh_markets_as_it_says() -> None:
    fitted = load_fitted()
    rows, labels = (np.concatenate(part) for part in zip(*map(labelled, range(4)), strict=True))
    assert area(fitted.predict(rows), labels) == pytest.approx(fitted.auc, abs=0.02)


def test_a_detector_fitted_on_shuffled_labels_knows_nothing() -> None:
    """Half the labels are true, so a shuffle and its complement are as likely, and their fits mirror."""
    rows, labels = balanced(*labelled(2, *SMALL))
    fresh, truth = labelled(3, *SMALL)
    found = []
    for seed in range(60):
        shuffled = np.random.default_rng(seed).permutation(labels)
        found.append(area(fit_logistic(rows, shuffled).predict(fresh), truth))
    half = t.ppf(0.9995, len(found) - 1) * np.std(found, ddof=1) / np.sqrt(len(found))
    assert abs(np.mean(found) - 0.5) < half < 0.2
    assert area(fit_logistic(rows, labels).predict(fresh), truth) > 0.9


@pytest.mark.slow
def test_the_rules_flag_the_innocent_for_bursts_and_for_parcels_that_look_unlinked() -> None:
    usual, calm = false_positive_rate(), false_positive_rate(NO_BURSTS)
    alike, neither = false_positive_rate(ALIKE), false_positive_rate(ALIKE, NO_BURSTS)
    assert calm < 0.8 * usual, "bursts are a good part of it"
    assert alike < 0.8 * usual, "so are shops many of whose parcels look unlinked"
    assert neither < 0.25 * alike, "where shops do not differ in that, bursts are nearly all"
    assert neither < 0.1 * usual
