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
        "sim/outcomes.py",
        "rolling(28, min_periods=7)",
        "rolling(7, min_periods=7)",
        f"{HALF_LIFE}[1-brushed_share-effect_half_life_days]",
    ),
    Mutant(
        "half-lives from the first day of the warm-up",
        "sim/outcomes.py",
        "start, end = before.iloc[-1], daily",
        "start, end = before.dropna().iloc[0], daily",
        f"{OUTCOMES}[everybody acts]",
    ),
    Mutant(
        "the hazard of a day is told as that of a month",
        "sim/outcomes.py",
        'ratio(MONTH * run.last["sanctioned_brushers"].sum()',
        'ratio(run.last["sanctioned_brushers"].sum()',
        f"{OUTCOMES}[everybody acts]",
    ),
    Mutant(
        "festivals are judged by half of the period",
        "sim/outcomes.py",
        "max(half // YEAR, 1) * YEAR if festival_days else half",
        "half",
        f"{OUTCOMES}[festivals]",
    ),
    Mutant(
        "surplus is shared out over those who buy",
        "sim/outcomes.py",
        'ratio(run.total["consumer_surplus_rmb"], run.total["visits"])',
        'ratio(run.total["consumer_surplus_rmb"], run.total["genuine_orders"])',
        f"{OUTCOMES}[nobody acts]",
    ),
    Mutant(
        "shop-days are told as shop-years",
        "sim/outcomes.py",
        'policy[kind.replace("shop_years", "shops")].sum() / 365)',
        'policy[kind.replace("shop_years", "shops")].sum())',
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
        "sim/phases/measure.py",
        "~guilty & (shops.age(clock.day) >= MONTH)",
        "~guilty",
        f"{OUTCOMES}[everybody acts]",
    ),
    Mutant(
        "who was above the threshold in two months",
        "sim/phases/measure.py",
        "above = day - record.last_above < MONTH",
        "above = day - record.last_above < 2 * MONTH",
        f"{OUTCOMES}[everybody acts]",
    ),
    Mutant(
        "one brushed order makes a brusher to be found",
        "sim/phases/measure.py",
        "RECALL_ORDERS = 5",
        "RECALL_ORDERS = 1",
        f"{OUTCOMES}[automatic]",
    ),
    Mutant(
        "months in which nobody looked count",
        "sim/phases/measure.py",
        " or clock.day - record.last_screened >= MONTH:",
        ":",
        f"{OUTCOMES}[nobody acts]",
    ),
    Mutant(
        "cases of the warm-up count for precision",
        "sim/outcomes.py",
        'cases.innocent("detector", state.clock.policy_start)',
        'cases.innocent("detector", 0)',
        f"{OUTCOMES}[everybody acts]",
    ),
    Mutant(
        "the first ninety days reach into the next month",
        "sim/outcomes.py",
        "run.recall_between(0, WINDOW - 1)",
        "run.recall_between(0, WINDOW + MONTH)",
        f"{OUTCOMES}[everybody acts]",
    ),
]

LOSSES = "tests/unit/test_losses.py"

BY_AGE_AND_SIZE = [
    Mutant(
        "hidden rivals take sales from a hidden shop",
        "sim/phases/count_losses.py",
        "shops.shown(today.clock.day)",
        "shops.open | (shops.hidden_until <= today.clock.day)",
        f"{LOSSES}::test_a_hidden_shop_is_expected_to_sell_beside_those_that_are_shown_alone[hidden]",
    ),
    Mutant(
        "harm is told in the band of the latest hit",
        "sim/state/harm.py",
        "self.band[fresh] = bands(shops, traces.sums[2, 0], day, fresh)",
        "self.band[slots] = bands(shops, traces.sums[2, 0], day, slots)",
        f"{HARM}[automatic]",
    ),
    Mutant(
        "hits on the guilty are harm",
        "sim/effects/cases.py",
        "slots[innocent], state.clock.day)",
        "slots, state.clock.day)",
        f"{HARM}[automatic]",
    ),
    Mutant(
        "nothing is lost after a demotion",
        "sim/state/harm.py",
        "np.maximum(shops.hidden_until[slots], day) + AFTERMATH",
        "np.maximum(shops.hidden_until[slots], day)",
        f"{HARM}[automatic]",
    ),
    Mutant(
        "nothing is lost after a reinstatement",
        "sim/state/harm.py",
        "self.until[watched] = day + AFTERMATH",
        "self.until[watched] = day",
        f"{HARM}[automatic]",
    ),
    Mutant(
        "the days before a closed shop leaves are lost twice",
        "sim/phases/enter.py",
        "rest = (CLOSURE_DAYS - CLOSED_DAYS + 1) *",
        "rest = CLOSURE_DAYS *",
        f"{HARM}[automatic]",
    ),
]

MUTANTS = [*OVER_TIME, *DETECTOR, *BY_AGE_AND_SIZE]
