"""Mistakes in outcomes: who is told, over which days; in the detector's record and in the harm by band."""

from __future__ import annotations

from mutant import Mutant

HALF_LIFE = (
    "tests/unit/test_outcomes_of_rows.py"
    "::test_half_of_a_sudden_change_is_seen_after_half_of_the_28_days_of_its_mean"
)
RECOMPUTED = "tests/property/test_outcomes_are_recomputed.py"
OUTCOMES = f"{RECOMPUTED}::test_every_outcome_has_a_second_writing_that_agrees"
HARM = f"{RECOMPUTED}::test_harm_by_age_and_size_has_a_second_writing_that_agrees"

OVER_TIME = [
    Mutant(
        "half-lives by means of a week",
        "sim/metrics.py",
        "rolling(28, min_periods=7)",
        "rolling(7, min_periods=7)",
        f"{HALF_LIFE}[1-brushed_share-effect_half_life_days]",
    ),
    Mutant(
        "half-lives from the first day of the warm-up",
        "sim/metrics.py",
        "start, end = before.iloc[-1], daily",
        "start, end = before.dropna().iloc[0], daily",
        f"{OUTCOMES}[everybody acts]",
    ),
    Mutant(
        "the hazard of a day is told as that of a month",
        "sim/metrics.py",
        'ratio(MONTH * last["sanctioned_brushers"].sum()',
        'ratio(last["sanctioned_brushers"].sum()',
        f"{OUTCOMES}[everybody acts]",
    ),
    Mutant(
        "festivals are judged by their last ninety days",
        "sim/metrics.py",
        "window = FESTIVAL_WINDOW if market.world.demand.festival_days else WINDOW",
        "window = WINDOW",
        f"{OUTCOMES}[festivals]",
    ),
    Mutant(
        "surplus is shared out over those who buy",
        "sim/metrics.py",
        'ratio(total["consumer_surplus_rmb"], total["visits"])',
        'ratio(total["consumer_surplus_rmb"], total["genuine_orders"])',
        f"{OUTCOMES}[nobody acts]",
    ),
    Mutant(
        "shop-days are told as shop-years",
        "experiments/runs/replication.py",
        'policy[f"{kind}_shops"].sum() / 365',
        'policy[f"{kind}_shops"].sum()',
        f"{RECOMPUTED}::test_the_years_behind_a_rate_are_those_at_risk[automatic]",
    ),
    Mutant(
        "weeks are numbered, not dated",
        "experiments/runs/replication.py",
        '(daily["day"] // 7 * 7)',
        '(daily["day"] // 7)',
        f"{RECOMPUTED}::test_weekly_paths_are_means_of_whole_weeks[automatic]",
    ),
]

DETECTOR = [
    Mutant(
        "innocents of any age count",
        "sim/metrics.py",
        "(since > INNOCENT_DAYS) & (market.shops.age(market.day) >= MONTH)",
        "(since > INNOCENT_DAYS)",
        f"{OUTCOMES}[everybody acts]",
    ),
    Mutant(
        "who was above the threshold in two months",
        "sim/metrics.py",
        "above = market.day - market.last_above < MONTH",
        "above = market.day - market.last_above < 2 * MONTH",
        f"{OUTCOMES}[everybody acts]",
    ),
    Mutant(
        "one brushed order makes a brusher to be found",
        "sim/metrics.py",
        "RECALL_ORDERS = 5",
        "RECALL_ORDERS = 1",
        f"{OUTCOMES}[automatic]",
    ),
    Mutant(
        "months in which nobody looked count",
        "sim/metrics.py",
        "if market.day - self.last_screened >= MONTH:",
        "if market.day < 0:",
        f"{OUTCOMES}[nobody acts]",
    ),
    Mutant(
        "cases of the warm-up count for precision",
        "sim/metrics.py",
        'market.cases.innocent("detector", market.policy_start)',
        'market.cases.innocent("detector", 0)',
        f"{OUTCOMES}[everybody acts]",
    ),
    Mutant(
        "the first ninety days reach into the next month",
        "sim/metrics.py",
        "record.recall_between(0, WINDOW - 1)",
        "record.recall_between(0, WINDOW + MONTH)",
        f"{OUTCOMES}[everybody acts]",
    ),
]

LOSSES = "tests/unit/test_losses.py"

BY_AGE_AND_SIZE = [
    Mutant(
        "hidden rivals take sales from a hidden shop",
        "sim/losses.py",
        "seen = shops.open & (shops.hidden_until <= market.day)",
        "seen = shops.open | (shops.hidden_until <= market.day)",
        f"{LOSSES}::test_a_hidden_shop_is_expected_to_sell_beside_those_that_are_shown_alone[hidden]",
    ),
    Mutant(
        "harm is told in the band of the latest hit",
        "sim/losses.py",
        "self.band[fresh] = bands(shops, market.traces.sums[2, 0], day, fresh)",
        "self.band[slots] = bands(shops, market.traces.sums[2, 0], day, slots)",
        f"{HARM}[automatic]",
    ),
    Mutant(
        "hits on the guilty are harm",
        "sim/sanctions.py",
        "market.harm.add_hits(market, slots[innocent])",
        "market.harm.add_hits(market, slots)",
        f"{HARM}[automatic]",
    ),
    Mutant(
        "nothing is lost after a demotion",
        "sim/losses.py",
        "np.maximum(shops.hidden_until[slots], day) + AFTERMATH",
        "np.maximum(shops.hidden_until[slots], day)",
        f"{HARM}[automatic]",
    ),
    Mutant(
        "nothing is lost after a reinstatement",
        "sim/losses.py",
        "self.until[watched] = market.day + AFTERMATH",
        "self.until[watched] = market.day",
        f"{HARM}[automatic]",
    ),
    Mutant(
        "the days before a closed shop leaves are lost twice",
        "sim/market.py",
        "rest = (CLOSURE_DAYS - CLOSED_DAYS + 1) *",
        "rest = CLOSURE_DAYS *",
        f"{HARM}[automatic]",
    ),
]

MUTANTS = [*OVER_TIME, *DETECTOR, *BY_AGE_AND_SIZE]
