"""Mistakes in what is made of many runs: bounds of rates, effects, ratios, burdens, splits, families."""

from __future__ import annotations

from mutant import Mutant

STATISTICS = "tests/unit/test_statistics_of_studies.py"
EFFECTS = "tests/unit/test_factor_effects.py"
RATIOS = "tests/unit/test_relative.py"
BURDENS = "tests/unit/test_costs.py"
SPLIT = "tests/unit/test_decomposition.py"
SIMULTANEOUS = "tests/unit/test_simultaneous.py"

RATES = [
    Mutant(
        "a month in a year is turned over",
        "sim/outcomes.py",
        '"innocent_shop_years", MONTH / 365)',
        '"innocent_shop_years", 365 / MONTH)',
        f"{STATISTICS}::test_a_share_of_shops_a_month_is_bounded_by_the_months_that_were_looked_at",
    ),
    Mutant(
        "honest hits are shared out over the innocent",
        "sim/outcomes.py",
        '"honest_shops"), "honest_shop_years", 1000.0)',
        '"honest_shops"), "innocent_shop_years", 1000.0)',
        "tests/property/test_outcomes_are_recomputed.py"
        "::test_a_rate_over_what_one_event_in_its_exposure_gives_is_the_number_of_events[automatic]",
    ),
    Mutant(
        "sales lost are told per run",
        "experiments/analysis/costs.py",
        "_column(runs, LOST) / exposure.where(exposure > 0)",
        "_column(runs, LOST)",
        f"{BURDENS}::test_sales_lost_are_shared_out_over_the_years_of_innocent_shops",
    ),
    Mutant(
        "hours of review of a period are told as a year's",
        "experiments/analysis/costs.py",
        '* (days or float("nan")) / 365',
        '* ((days or float("nan")) > 0)',
        f"{BURDENS}::test_reviewers_work_so_many_hours_a_thousand_shops_and_year",
    ),
]

CROSSED = [
    Mutant(
        "cells that failed count as zero",
        "experiments/analysis/factor_effects.py",
        "wide = _wide(block, runs, outcome).dropna()",
        "wide = _wide(block, runs, outcome).fillna(0.0)",
        f"{EFFECTS}::test_only_replications_that_have_all_cells_count[failed]",
    ),
    Mutant(
        "the exposure of a level is that of one cell",
        "experiments/analysis/factor_effects.py",
        "at_risk[own].sum(axis=1)",
        "at_risk[own].mean(axis=1)",
        f"{EFFECTS}::test_a_rate_without_events_is_bounded_by_the_exposure_of_all_cells_of_a_level",
    ),
    Mutant(
        "effects are told one by one",
        "experiments/analysis/factor_effects.py",
        "paired_difference(own, base, outcome, float(error))[1:]",
        "paired_difference(own, base, outcome)[1:]",
        f"{EFFECTS}::test_intervals_of_all_levels_of_all_factors_hold_together",
    ),
    Mutant(
        "a level that is no better than the first is best",
        "experiments/analysis/factor_effects.py",
        'lowest["level"] if lowest["difference"] < 0 else lowest["against"]',
        'lowest["level"]',
        f"{EFFECTS}::test_the_best_level_of_a_factor_leaves_the_least_brushing",
    ),
    Mutant(
        "the cheapest is chosen by its last cost first",
        "experiments/analysis/factor_effects.py",
        'means.sort_values(list(outcomes), kind="stable")',
        'means.sort_values(list(outcomes)[::-1], kind="stable")',
        f"{EFFECTS}::test_of_those_alike_the_cheapest_hits_fewest_then_loses_least",
    ),
    Mutant(
        "a corner wins by its mean alone",
        "experiments/analysis/factor_effects.py",
        "{block.corner(cell) for cell in (best, *same)}",
        "{block.corner(cell) for cell in (best,)}",
        f"{EFFECTS}::test_a_corner_wins_only_if_no_other_cell_can_be_meant[best1-same1-undecided]",
    ),
]

RELATIVE = [
    Mutant(
        "fieller's interval of one replication fewer",
        "experiments/analysis/relative.py",
        "** 2 / n * np.cov(x, b)",
        "** 2 / (n - 1) * np.cov(x, b)",
        f"{RATIOS}::test_at_the_ends_of_fieller_s_interval_the_t_test_is_on_the_edge[0.05-10]",
    ),
    Mutant(
        "own and base are taken for independent",
        "experiments/analysis/relative.py",
        "product = b.mean() ** 2 - spread[1, 1], x.mean() * b.mean() - spread[0, 1]",
        "product = b.mean() ** 2 - spread[1, 1], x.mean() * b.mean()",
        f"{RATIOS}::test_at_the_ends_of_fieller_s_interval_the_t_test_is_on_the_edge[0.05-10]",
    ),
    Mutant(
        "parts of the jackknife are taken for its values",
        "experiments/analysis/relative.py",
        "interval(n * whole - (n - 1) * parts, error)",
        "interval(parts, error)",
        f"{RATIOS}::test_the_difference_of_two_changes_is_a_jackknife_over_replications[10]",
    ),
]

SPLITS = [
    Mutant(
        "orders of channels are weighed wrongly",
        "experiments/analysis/decomposition.py",
        "factorial(size) * factorial(n - size - 1) / factorial(n)",
        "1 / 2 ** (n - 1)",
        f"{SPLIT}::test_a_channel_s_part_is_what_it_adds_on_average_over_all_orders",
    ),
    Mutant(
        "what adaptation takes is told as what was there before it",
        "experiments/analysis/decomposition.py",
        "DAY_ONE: still - none}",
        "DAY_ONE: full - still}",
        f"{SPLIT}::test_a_package_is_split_into_parts_that_add_up_to_all_together",
    ),
    Mutant(
        "failed counterfactuals count as zero",
        "experiments/analysis/decomposition.py",
        "    table = table.dropna()\n",
        "    table = table.fillna(0.0)\n",
        f"{SPLIT}::test_only_replications_in_which_every_run_ended_well_count",
    ),
]

FAMILIES = [
    Mutant(
        "half of the flips that may go beyond",
        "experiments/analysis/simultaneous.py",
        "max(int(error * len(largest)), 1)",
        "max(int(error / 2 * len(largest)), 1)",
        f"{SIMULTANEOUS}::test_a_family_is_worth_what_counted_flips_say[0.6]",
    ),
    Mutant(
        "what is bounded takes nothing from the rest",
        "experiments/analysis/simultaneous.py",
        "ERROR - part * bounded.sum()",
        "ERROR",
        f"{SIMULTANEOUS}::test_what_is_bounded_takes_its_part_and_leaves_the_rest",
    ),
    Mutant(
        "dearer units are cheaper",
        "experiments/analysis/equal_budget.py",
        'able[factor * able["price"] <= budget]',
        'able[able["price"] <= factor * budget]',
        "tests/unit/test_equal_budget.py::test_dearer_units_buy_less",
    ),
]

MUTANTS = [*RATES, *CROSSED, *RELATIVE, *SPLITS, *FAMILIES]
