"""Mistakes in what explores and searches: designs, looks, indices, regret, limits, responses, emulators."""

from __future__ import annotations

from mutant import Mutant

EXPLORATION = "tests/unit/test_exploration.py"
SHARDS = "tests/unit/test_shards.py"
STOPPING = "tests/unit/test_stopping.py"
INDICES = "tests/unit/test_sensitivity_indices.py"
CHOICES = "tests/unit/test_uncertain_choices.py"
DISCOVERY = "tests/unit/test_scenario_discovery.py"
PACKAGES = "tests/unit/test_package_search.py"
STRESS = "tests/unit/test_stress.py"
PROCESS = "tests/unit/test_emulated_process.py"
OWN = "tests/unit/test_own_targets.py"

EXPLORING = [
    Mutant(
        "a sequence that grows is drawn anew",
        "experiments/studies/designs.py",
        "return design(kind, dimensions, sum(blocks), seed)",
        "return design(kind, dimensions, sum(blocks), block_seed(seed, len(blocks) - 1))",
        f"{EXPLORATION}::test_a_sequence_goes_on_where_it_ended_and_a_hypercube_gets_one_beside_it[sobol]",
    ),
    Mutant(
        "every block of a hypercube is the first one",
        "experiments/studies/designs.py",
        "design(kind, dimensions, n, block_seed(seed, i))",
        "design(kind, dimensions, n, seed)",
        f"{EXPLORATION}::test_a_sequence_goes_on_where_it_ended_and_a_hypercube_gets_one_beside_it[lhs]",
    ),
    Mutant(
        "saltelli's design has all points of a power of two",
        "experiments/studies/designs.py",
        "return points[: n * (d + 2)]",
        "return points",
        f"{EXPLORATION}::test_more_points_of_a_sequence_begin_with_the_fewer[saltelli]",
    ),
    Mutant(
        "a run that one study gave is copied from the next too",
        "experiments/studies/sharing.py",
        "missing -= store.finished()",
        "missing -= set()",
        f"{SHARDS}::test_a_run_that_two_studies_have_is_copied_once",
    ),
    Mutant(
        "the digest of a manifest leaves out what runs left",
        "experiments/studies/manifest.py",
        '[*digests, parts["digest"]]',
        "digests",
        f"{SHARDS}::test_a_manifest_says_what_tables_hold",
    ),
    Mutant(
        "a manifest depends on the order of the runs",
        "experiments/studies/manifest.py",
        'table.sort_values(key, kind="stable", ignore_index=True) if key in table else table',
        "table",
        f"{SHARDS}::test_a_manifest_says_what_tables_hold",
    ),
]

LOOKING = [
    Mutant(
        "looks spend the error evenly",
        "experiments/analysis/sequential.py",
        "POWER = 2.0",
        "POWER = 1.0",
        f"{STOPPING}::test_the_first_look_may_err_in_what_is_spent_on_it_and_later_ones_in_more",
    ),
    Mutant(
        "paths that an earlier look stopped err again",
        "experiments/analysis/sequential.py",
        "to = nodes * bound",
        "to = nodes * bound * 1.5",
        f"{STOPPING}::test_two_looks_together_err_as_often_as_they_may",
    ),
    Mutant(
        "luck of a run counts as an effect",
        "experiments/analysis/by_point.py",
        "product = one.sum(axis=-1) * other.sum(axis=-1) - (one * other).sum(axis=-1)",
        "product = one.sum(axis=-1) * other.sum(axis=-1) * (1 - 1 / r)",
        f"{INDICES}::test_products_of_different_replications_hold_no_luck",
    ),
    Mutant(
        "a parameter that goes down has its effect turned over",
        "experiments/analysis/elementary_effects.py",
        "signed = changes * np.sign(steps)[:, :, None]",
        "signed = changes * np.abs(np.sign(steps))[:, :, None]",
        f"{INDICES}::test_effects_without_luck_are_those_of_salib",
    ),
    Mutant(
        "the interval of an effect ends at its lower end",
        "experiments/analysis/elementary_effects.py",
        "np.array([root(low), root(high)])",
        "np.array([root(low), root(low)])",
        f"{INDICES}::test_effects_of_a_linear_function_are_its_slopes_with_luck_apart",
    ),
    Mutant(
        "total indices are told twice as large",
        "experiments/analysis/sobol_indices.py",
        "crossed(change, change)) / 2 / variance[:, None]",
        "crossed(change, change)) / variance[:, None]",
        f"{INDICES}::test_indices_without_luck_are_those_of_salib",
    ),
]

CHOOSING = [
    Mutant(
        "held-out regret is told against the best by its own luck",
        "experiments/analysis/regret.py",
        "others = (stack.sum(axis=2, keepdims=True) - stack) / (r - 1)",
        "others = stack",
        f"{CHOICES}::test_regret_of_equal_packages_is_luck_and_is_none_when_held_out",
    ),
    Mutant(
        "one limit that is kept is enough",
        "experiments/analysis/regret.py",
        "worst = np.min(np.stack(tables), axis=0)",
        "worst = np.max(np.stack(tables), axis=0)",
        f"{CHOICES}::test_of_two_limits_both_have_to_be_kept",
    ),
    Mutant(
        "the worst world is the one with the least regret",
        "experiments/analysis/regret.py",
        '"worst_point": own.idxmax().to_numpy()',
        '"worst_point": own.idxmin().to_numpy()',
        f"{CHOICES}::test_regrets_are_summed_up_by_mean_worst_world_and_how_often_a_package_is_best",
    ),
    Mutant(
        "a package fails in all but its best quarter of worlds",
        "experiments/searches/robustness/robustness.py",
        "WORST = 0.75",
        "WORST = 0.25",
        f"{CHOICES}::test_regret_is_that_of_the_truth",
    ),
    Mutant(
        "a box is tested on the worlds from which it was drawn",
        "experiments/searches/robustness/discovery.py",
        "for one in boxes(worlds[~out], fails[~out], 1):",
        "for one in boxes(worlds, fails, 1):",
        f"{DISCOVERY}::test_a_lottery_has_hardly_a_box_that_holds_in_other_worlds",
    ),
    Mutant(
        "limits are kept to by means",
        "experiments/searches/packages/estimates.py",
        'low, high = float(own.loc[one.outcome, "low"]), float(own.loc[one.outcome, "high"])',
        'low, high = float(own.loc[one.outcome, "mean"]), float(own.loc[one.outcome, "mean"])',
        f"{PACKAGES}::test_a_package_keeps_to_a_limit_where_the_end_of_its_interval_does",
    ),
    Mutant(
        "candidates are judged by the seeds of the search",
        "experiments/searches/packages/search.py",
        "run_packages(plan, runner, packages, FRESH, effort.fresh)",
        "run_packages(plan, runner, packages, SEARCHING, effort.fresh)",
        f"{PACKAGES}::test_what_is_told_of_candidates_has_seeds_that_no_trial_had",
    ),
    Mutant(
        "a limit in percent is a hundred times as wide",
        "experiments/searches/packages/constraints.py",
        "(100 if number[2] else 1)",
        "1",
        "tests/unit/test_constraints.py::test_a_limit_is_said_in_the_unit_that_readers_see",
    ),
]

ANSWERING = [
    Mutant(
        "the first days of a package begin in the warm-up",
        "experiments/searches/adversary/effects.py",
        'own = path[(path["day"] >= 0) & (path["day"] < FIRST_DAYS)]',
        'own = path[path["day"] < FIRST_DAYS]',
        f"{STRESS}::test_the_first_days_are_the_first_four_weeks_of_the_package",
    ),
    Mutant(
        "two responses are one run",
        "experiments/searches/adversary/response.py",
        'digest([key, "answered", own])',
        'digest([key, "answered"])',
        f"{STRESS}::test_responses_are_runs_of_their_own",
    ),
    Mutant(
        "the response is chosen that harms the package least",
        "experiments/searches/adversary/effects.py",
        'own.sort_values("mean", ascending=False, kind="stable")',
        'own.sort_values("mean", kind="stable")',
        f"{STRESS}::test_the_best_response_is_the_one_that_costs_the_package_most",
    ),
    Mutant(
        "an emulator's fresh run has no luck of its own",
        "experiments/searches/emulator/process.py",
        "one = np.sqrt(sd**2 + self.noise.shared + self.noise.own(features))",
        "one = np.sqrt(sd**2 + self.noise.shared)",
        f"{PROCESS}::test_a_fresh_run_has_the_luck_of_a_run_and_the_expectation_that_of_many",
    ),
    Mutant(
        "a quantile of few distances is none of those left out",
        "experiments/searches/emulator/process.py",
        "np.ceil((n + 1) * (1 - ERROR))",
        "np.floor(n * (1 - 2 * ERROR))",
        f"{PROCESS}::test_width_is_the_quantile_of_distances_left_out_and_never_below_the_normal_one",
    ),
    Mutant(
        "one target out of reach rules out every set that holds it",
        "experiments/searches/calibration/contradictions.py",
        "if any(set(smaller) <= set(columns) for smaller in found):",
        "if any(set(smaller) == set(columns) for smaller in found):",
        f"{OWN}::test_the_smallest_sets_are_found_by_what_no_row_has_together",
    ),
    Mutant(
        "how a calibration is run becomes part of its worlds",
        "experiments/searches/calibration/own_targets.py",
        "if one.key_or_group not in OF_THE_COMMAND",
        "if one.key_or_group",
        f"{OWN}::test_the_example_can_be_read_and_makes_a_world",
    ),
]

MUTANTS = [*EXPLORING, *LOOKING, *CHOOSING, *ANSWERING]
