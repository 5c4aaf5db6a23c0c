"""The claims of the README at full size: base market, 720 policy days, ten replications, paired intervals.

Takes some minutes; ``make claims`` runs it, the default test run does not.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import compare

Study = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Return a function that runs a study once and gives its runs."""

    def run(*overrides: str) -> pd.DataFrame:
        folder: Path = tmp_path_factory.mktemp("study") / "out"
        return compare(list(overrides), out=folder).runs

    return run


@pytest.fixture(scope="module")
def levers(study: Study) -> pd.DataFrame:
    return study("experiment=claims")


def by_package(runs: pd.DataFrame, outcome: str = "brushed_share") -> pd.DataFrame:
    """Return an outcome, one row a replication, one column a package."""
    return runs.pivot(index="replication", columns="package", values=outcome)


def interval(differences: pd.Series) -> tuple[float, float]:
    """Return the 95 % interval of a mean over replications."""
    from scipy import stats

    return stats.t.interval(0.95, len(differences) - 1, loc=differences.mean(), scale=stats.sem(differences))


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("status_quo_2015", "ten_times_action"),
        ("ten_times_action", "all_cases"),
    ],
)
def test_more_enforcement_leaves_less_brushing(levers: pd.DataFrame, more: str, less: str) -> None:
    table = by_package(levers)
    low, high = interval(table[more] - table[less])
    print(f"{more} − {less}: {100 * low:.2f} to {100 * high:.2f} percentage points of orders")
    assert low > 0


def test_the_brushed_share_under_the_status_quo_is_in_its_band(levers: pd.DataFrame) -> None:
    share = by_package(levers)["status_quo_2015"].mean()
    print(f"brushed share under the status quo: {100 * share:.2f} %")
    assert 0.02 < share < 0.10


def test_with_automatic_sanctions_a_lower_threshold_hits_more_innocents(levers: pd.DataFrame) -> None:
    table = by_package(levers, "innocent_hits_per_1000_shop_years")
    for lower, higher in (("automatic 0.3", "threshold_only"), ("threshold_only", "automatic 0.8")):
        low, _ = interval(table[lower] - table[higher])
        assert low > 0


def test_certain_ruin_leaves_below_a_tenth(levers: pd.DataFrame) -> None:
    table = by_package(levers)
    assert table["certain ruin"].mean() < 0.1 * table["status_quo_2015"].mean()


def test_without_gain_from_rank_less_than_a_tenth_remains(levers: pd.DataFrame, study: Study) -> None:
    runs = study("experiment=claims", "scenario=no_rank_gain", "arms=[status_quo_2015]")
    share = by_package(runs)["status_quo_2015"].mean()
    print(f"brushed share without gain from rank: {100 * share:.3f} %")
    assert share < 0.1 * by_package(levers)["status_quo_2015"].mean()


def test_without_morals_and_law_it_is_several_times_as_much_and_bounded(
    levers: pd.DataFrame, study: Study
) -> None:
    runs = study("experiment=claims", "scenario=lawless", "arms=[no_enforcement]", "baseline=no_enforcement")
    share = by_package(runs)["no_enforcement"]
    print(f"brushed share without morals and law: {100 * share.mean():.1f} %")
    assert share.mean() > 3 * by_package(levers)["status_quo_2015"].mean()
    assert share.max() < 0.75


def test_no_claim_rests_on_failed_runs(levers: pd.DataFrame) -> None:
    assert (levers["status"] == "ok").all() and np.isfinite(levers["brushed_share"]).all()
