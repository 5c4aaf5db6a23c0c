"""Intervals over replications and what pairing saves."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.statistics import compare_runs, interval, pairing, rule_of_three


def runs_of(**packages: list[float]) -> pd.DataFrame:
    rows = [
        {"package": name, "replication": r, "status": "ok", "share": value, "innocent_shop_years": 100.0}
        | {"innocent_hits_per_1000_shop_years": 0.0}
        for name, values in packages.items()
        for r, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


def one(table: pd.DataFrame, package: str, outcome: str = "share") -> pd.Series:
    return table[(table["package"] == package) & (table["outcome"] == outcome)].iloc[0]


def test_the_interval_is_that_of_a_t_test() -> None:
    values = np.array([1.0, 2.0, 4.0, 8.0])
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert interval(values) == pytest.approx((3.75, low, high))


def test_one_value_has_no_interval_and_none_has_no_mean() -> None:
    assert interval(np.array([2.0]))[0] == 2 and math.isnan(interval(np.array([2.0]))[1])
    assert all(math.isnan(x) for x in interval(np.array([np.nan])))


def test_differences_are_paired_by_replication() -> None:
    runs = runs_of(base=[1.0, 5.0, 9.0], other=[0.5, 4.4, 8.6]).sample(frac=1, random_state=1)
    row = one(compare_runs(runs, ["base", "other"], "base", ["share"]), "other")
    expected = stats.ttest_rel([0.5, 4.4, 8.6], [1.0, 5.0, 9.0]).confidence_interval(0.95)
    assert (row["diff_low"], row["diff_high"]) == pytest.approx(expected)
    assert row["difference"] == pytest.approx(-0.5)
    assert row["diff_high"] < 0  # although the packages' own intervals overlap


def test_a_replication_that_one_package_lacks_is_not_paired() -> None:
    runs = runs_of(base=[1.0, 5.0, 9.0], other=[0.5, 4.4, 8.6])
    runs.loc[runs["package"].eq("other") & runs["replication"].eq(0), "share"] = np.nan
    row = one(compare_runs(runs, ["base", "other"], "base", ["share"]), "other")
    assert row["n"] == 2
    assert row["difference"] == pytest.approx(-0.5)


def test_failed_runs_do_not_count() -> None:
    runs = runs_of(base=[1.0, 5.0], other=[0.5, 99.0])
    runs.loc[3, "status"] = "failed"
    assert one(compare_runs(runs, ["base", "other"], "base", ["share"]), "other")["mean"] == 0.5


def test_a_rate_without_events_gets_an_upper_bound() -> None:
    runs = runs_of(base=[1.0, 2.0], other=[1.0, 2.0])
    outcome = "innocent_hits_per_1000_shop_years"
    row = one(compare_runs(runs, ["base", "other"], "base", [outcome]), "other", outcome)
    assert (row["mean"], row["low"]) == (0, 0)
    assert row["high"] == pytest.approx(1000 * rule_of_three(200))
    assert row["high"] == pytest.approx(1000 * 3 / 200, rel=0.01)
    assert (row["diff_low"], row["diff_high"]) == (-row["high"], row["high"])


def test_what_is_undefined_stays_empty_with_its_n() -> None:
    runs = runs_of(base=[math.nan, math.nan])
    row = one(compare_runs(runs, ["base"], "base", ["share"]), "base")
    assert row["n"] == 0 and math.isnan(row["mean"]) and math.isnan(row["high"])


def test_pairing_saves_all_variance_where_noise_is_common_and_none_where_it_is_not() -> None:
    noise = np.random.default_rng(1).normal(size=(2, 4000))
    runs = runs_of(base=list(noise[0]), same=list(noise[0] + 1), independent=list(noise[1]))
    saved = pairing(runs, ["base", "same", "independent"], "base", ["share"]).set_index("package")["saved"]
    assert saved["same"] == pytest.approx(1)
    assert saved["independent"] == pytest.approx(0, abs=4 / math.sqrt(4000))
