"""Intervals over replications and what pairing saves."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.analysis.intervals import compare_runs, interval, pairing, rule_of_three


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


def test_a_share_of_shops_a_month_is_bounded_by_the_months_that_were_looked_at() -> None:
    runs, outcome = runs_of(base=[1.0, 2.0], other=[1.0, 2.0]), "false_positive_rate"
    runs[outcome] = 0.0
    row = one(compare_runs(runs, ["base", "other"], "base", [outcome]), "other", outcome)
    months = 2 * 100 * 365 / 30
    assert row["high"] == pytest.approx(-math.log(0.05) / months)
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


def fabricated(n: int, k: int, shared: float = 0.5) -> pd.DataFrame:
    rng = np.random.default_rng([n, k])
    common = np.sqrt(shared) * rng.normal(size=n)
    luck = {f"p{j}": list(common + np.sqrt(1 - shared) * rng.normal(size=n)) for j in range(k)}
    return runs_of(base=[0.0] * n, **luck)


def times_wider(n: int, k: int, **kwargs: float) -> np.ndarray:
    """Return how many times wider simultaneous intervals are than single ones."""
    names = ["base", *(f"p{j}" for j in range(k))]
    table = compare_runs(fabricated(n, k, **kwargs), names, "base", ["share"])[1:]
    single = table["diff_high"] - table["difference"]
    return ((table["sim_high"] - table["difference"]) / single).to_numpy()


@pytest.mark.parametrize("n", [2, 5, 10, 20])
def test_one_package_alone_keeps_its_interval(n: int) -> None:
    wider = times_wider(n, 1)
    assert wider == pytest.approx([1.0])


@pytest.mark.parametrize("n", [3, 9])
def test_few_replications_are_shared_out_by_bonferroni(n: int) -> None:
    wider = times_wider(n, 6)
    assert wider == pytest.approx([stats.t.ppf(1 - 0.025 / 6, n - 1) / stats.t.ppf(0.975, n - 1)] * 6)


@pytest.mark.parametrize("n", [10, 12, 13, 30])
def test_packages_that_share_their_luck_need_less(n: int) -> None:
    bonferroni = stats.t.ppf(1 - 0.025 / 6, n - 1) / stats.t.ppf(0.975, n - 1)
    apart, half, alike = (times_wider(n, 6, shared=shared)[0] for shared in (0.0, 0.7, 0.999999))
    assert alike == pytest.approx(1, abs=0.03)
    assert alike < half < apart <= bonferroni
    assert apart > 1 + 0.9 * (bonferroni - 1)


def test_simultaneous_intervals_stand_around_the_difference_of_the_same_outcome() -> None:
    table = compare_runs(fabricated(10, 3), ["base", "p0", "p1", "p2"], "base", ["share"])
    others = table[1:]
    np.testing.assert_allclose((others["sim_low"] + others["sim_high"]) / 2, others["difference"])
    assert table.loc[0, ["difference", "diff_low", "sim_low", "sim_high"]].isna().all()


def test_packages_that_never_vary_do_not_widen_the_others() -> None:
    runs = runs_of(base=[1.0, 2.0, 4.0], same=[1.0, 2.0, 4.0], shifted=[2.0, 3.0, 5.0], other=[1.0, 3.0, 3.0])
    table = compare_runs(runs, ["base", "same", "shifted", "other"], "base", ["share"]).set_index("package")
    assert table.loc["other", "sim_high"] == pytest.approx(table.loc["other", "diff_high"])
    assert (table.loc["same", "sim_low"], table.loc["shifted", "sim_high"]) == (0, 1)


def test_a_rate_that_is_the_same_in_all_pairs_is_bounded_not_zero() -> None:
    outcome = "innocent_hits_per_1000_shop_years"
    runs = runs_of(base=[0.0] * 4, same=[0.0] * 4, other=[0.0] * 4)
    runs[outcome] = [10.0, 0, 20, 0] * 2 + [10.0, 20, 20, 30]
    table = compare_runs(runs, ["base", "same", "other"], "base", [outcome])
    row, other = one(table, "same", outcome), one(table, "other", outcome)
    bound = 1000 * rule_of_three(400)
    assert row[["difference", "diff_low", "diff_high"]].tolist() == pytest.approx([0, -bound, bound])
    assert row["sim_high"] == pytest.approx(1000 * rule_of_three(400, error=0.025))
    expected = stats.ttest_rel([10, 20, 20, 30], [10, 0, 20, 0]).confidence_interval(1 - 0.025)
    assert (other["sim_low"], other["sim_high"]) == pytest.approx(expected)


def test_a_failed_run_takes_only_its_own_pair_away() -> None:
    runs = fabricated(11, 3)
    runs.loc[(runs["package"] == "p1") & (runs["replication"] == 4), "status"] = "failed"
    table = compare_runs(runs, ["base", "p0", "p1", "p2"], "base", ["share"]).set_index("package")
    assert table["n"].to_dict() == {"base": 11, "p0": 11, "p1": 10, "p2": 11}
    assert (table["sim_high"][1:] > table["diff_high"][1:]).all()
