"""Every outcome of a run is what a second, plain writing makes of its tables and of a diary."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import pandas as pd
import pytest
from diary import Diary
from second_writing import harm_table, mean, outcomes_again, screened_months, years_at_risk

from experiments.analysis.intervals import RATES
from experiments.runs.replication import weekly
from sim.outcomes import WEEKLY, exposures

BUSY = [
    "market=small", "shops.leave_rate=0.6", "shops.newcomer_leave=0", "shops.growth=0",
    "shops.entrant_rate=2", "brushing.moral_cost=0.01",
    "brushing.opportunist_share=0.6", "adaptation.camouflage_price=0.2", "adaptation.camouflage_days=5",
    "trade.ledger_error=0.05", "trade.ledger_days=5",
]  # fmt: skip
SUITS = [
    "package=threshold_fine_suit", "package.regulator.raids_per_year=8",
    "package.regulator.fine_delay_days=20", "package.civil_suits.filing_delay_days=2",
    "package.civil_suits.judgment_delay_days=3",
]  # fmt: skip
REVIEWED = ["package.detection.mode=reviewed", "package.detection.reviewers_per_100k_shops=10"]


@dataclass
class Kept:
    """A diary, and what both writings make of it."""

    diary: Diary
    own: dict[str, float | None]
    again: dict[str, float | None]


RUNS = {
    "everybody acts": ([*BUSY, *SUITS, *REVIEWED], 6, 330),
    "another seed": ([*BUSY, *SUITS, *REVIEWED], 2, 187),
    "automatic": ([*BUSY, "package=threshold_only", "package.detection.threshold=0.3"], 3, 200),
    "nobody acts": ([*BUSY, "package=no_enforcement"], 4, 100),
    "festivals": ([*BUSY, "package=all_cases", "scenario=festivals"], 5, 380),
}
"""Overrides, seed and days of policy."""


@cache
def kept_of(name: str) -> Kept:
    overrides, seed, days = RUNS[name]
    diary = Diary(overrides, seed, warmup=60, days=days)
    return Kept(diary, diary.market.outcomes(), outcomes_again(diary))


@pytest.fixture(scope="module", params=RUNS)
def kept(request: pytest.FixtureRequest) -> Kept:
    return kept_of(request.param)


def test_every_outcome_has_a_second_writing_that_agrees(kept: Kept) -> None:
    assert set(kept.own) == set(kept.again), "each outcome needs its second writing"
    rounded = {"innocent_sales_lost_rmb": 0.01 * len(kept.diary.period)}  # a day's losses are in whole fen
    for name, value in kept.again.items():
        if value is None:
            assert kept.own[name] is None, name
        else:
            assert kept.own[name] == pytest.approx(value, rel=1e-9, abs=rounded.get(name, 1e-9)), name


def test_harm_by_age_and_size_has_a_second_writing_that_agrees(kept: Kept) -> None:
    pd.testing.assert_frame_equal(
        kept.diary.market.state.harm.table(), harm_table(kept.diary), check_dtype=False, rtol=1e-9
    )


def test_the_years_behind_a_rate_are_those_at_risk(kept: Kept) -> None:
    years = years_at_risk(kept.diary)
    told = exposures(kept.diary.market.daily())
    assert told == pytest.approx({f"{kind}_shop_years": years[kind] for kind in ("innocent", "honest")})


def test_a_rate_over_what_one_event_in_its_exposure_gives_is_the_number_of_events(kept: Kept) -> None:
    years = {f"{kind}_shop_years": value for kind, value in years_at_risk(kept.diary).items()}
    for name, (exposure, multiple) in RATES.items():
        told = kept.own[name]
        if told is None:
            continue
        events = events_of(kept.diary)[name]
        # Of months only whole ones are counted, and of shops those that are a month old.
        close = 0.25 if name == "false_positive_rate" else 1e-9
        assert told * years[exposure] / multiple == pytest.approx(events, rel=close), name


def events_of(diary: Diary) -> dict[str, int]:
    """Return how often what each rate counts has happened, to be found under the name of the rate."""
    table = diary.market.case_table()
    hit = table[(table["day"] >= 0) & table["hit_day"].notna()]
    return {
        "innocent_hits_per_1000_shop_years": int(hit["innocent"].sum()),
        "honest_hits_per_1000_shop_years": int(hit["honest"].sum()),
        "false_positive_rate": sum(month[4] for month in screened_months(diary)),
    }


def test_weekly_paths_are_means_of_whole_weeks(kept: Kept) -> None:
    daily = kept.diary.market.daily()
    paths, rows = weekly(daily).to_dict("records"), daily.to_dict("records")
    assert [week["day"] for week in paths] == list(range(-63, rows[-1]["day"] + 1, 7))
    for week in paths:
        own = [row for row in rows if week["day"] <= row["day"] < week["day"] + 7]
        for name in WEEKLY:
            again = mean(row[name] for row in own)
            assert week[name] == pytest.approx(math.nan if again is None else again, nan_ok=True)


SHARES = ("true_risk", "recall", "recall_first_90", "recall_last_90", "precision", "false_positive_rate")


def test_a_market_in_which_everybody_acts_leaves_nothing_at_zero() -> None:
    everybody = kept_of("everybody acts")
    assert all(everybody.own.values()), {name: value for name, value in everybody.own.items() if not value}
    assert all(0 < everybody.own[name] < 1 for name in SHARES)
    harm = everybody.diary.market.state.harm.table()
    assert (harm[["innocent_shop_years", "hits", "days_lost"]] > 0).sum().min() >= 6, "bands that are told"
