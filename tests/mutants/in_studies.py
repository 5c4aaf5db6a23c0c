"""Mistakes in outcomes, statistics, studies, sentences and figures."""

from __future__ import annotations

from mutant import Mutant

OUTCOMES = "tests/unit/test_outcomes_of_rows.py"
STATISTICS = "tests/unit/test_statistics_of_studies.py"
REPLICATIONS = "tests/unit/test_replications.py"
SENTENCES = "tests/unit/test_sentences.py"
FIGURES = "tests/unit/test_figures_read_back.py"

MEASURING = [
    Mutant(
        "undefined outcomes are zero",
        "sim/outcomes.py",
        "return float(top) / float(bottom) if bottom else None",
        "return float(top) / float(bottom) if bottom else 0.0",
        "tests/unit/test_market.py::test_outcomes_without_any_event_are_undefined_not_zero",
    ),
    Mutant(
        "undefined outcomes of a run are zero in the table",
        "experiments/studies/tables.py",
        "pd.to_numeric(table[name]).astype(float) if",
        "pd.to_numeric(table[name]).astype(float).fillna(0.0) if",
        "tests/unit/test_undefined.py::test_a_null_of_a_run_is_no_zero_in_the_table_of_runs",
    ),
    Mutant(
        "the warm-up counts",
        "sim/outcomes.py",
        'self.table = self.daily[self.daily["day"] >= 0]',
        "self.table = self.daily",
        f"{OUTCOMES}::test_sums_are_those_of_the_policy_days_alone[1]",
    ),
    Mutant(
        "levels are means over all days",
        "sim/outcomes.py",
        "self.table.sum(), self.table.tail(self.window)",
        "self.table.sum(), self.table",
        f"{OUTCOMES}::test_levels_are_means_of_the_second_half_of_the_period[1]",
    ),
    Mutant(
        "innocent hits over all shops",
        "sim/outcomes.py",
        'run.a_1000_years("hits_innocent", "innocent_shops")',
        'run.a_1000_years("hits_innocent", "open_shops")',
        f"{OUTCOMES}::test_rates_are_events_over_the_shop_years_of_who_was_at_risk[1]",
    ),
    Mutant(
        "returned orders dilute the brushed share",
        "sim/phases/measure.py",
        '"brushed_share": brushed / max(brushed + genuine, 1)',
        '"brushed_share": brushed / max(brushed + placed, 1)',
        "tests/unit/test_settlement.py::test_a_returned_order_brings_neither_money_nor_sales[1]",
    ),
]

INTERVALS = [
    Mutant(
        "normal instead of t",
        "experiments/analysis/intervals.py",
        "special.stdtrit(n - 1, 1 - error / 2)",
        "special.ndtri(1 - error / 2)",
        f"{STATISTICS}::test_the_interval_is_that_of_a_t_test",
    ),
    Mutant(
        "normal instead of t in a figure",
        "experiments/analysis/intervals.py",
        "stats.t.ppf(0.975, safe - 1)",
        "stats.norm.ppf(0.975)",
        f"{FIGURES}::test_a_path_and_its_band_are_means_and_intervals_of_every_day[threshold_only]",
    ),
    Mutant(
        "unpaired instead of paired",
        "experiments/analysis/intervals.py",
        'return interval((pairs["own"] - pairs["base"]).to_numpy(float), error)',
        'return interval((pairs["own"] - pairs["base"].mean()).to_numpy(float), error)',
        f"{STATISTICS}::test_differences_are_paired_by_replication",
    ),
    Mutant(
        "paired by place, not by replication",
        "experiments/analysis/intervals.py",
        'pd.DataFrame({"own": runs[outcome], "base": base[outcome]}, dtype=float)',
        'pd.DataFrame({"own": runs[outcome], "base": base[outcome].to_numpy()[: len(runs)]}, dtype=float)',
        f"{STATISTICS}::test_differences_are_paired_by_replication",
    ),
    Mutant(
        "the single interval told as simultaneous",
        "experiments/analysis/intervals.py",
        "together = paired_difference(runs, base, outcome, error[1])",
        "together = paired_difference(runs, base, outcome)",
        f"{STATISTICS}::test_few_replications_are_shared_out_by_bonferroni[3]",
    ),
    Mutant(
        "failed runs count",
        "experiments/analysis/intervals.py",
        'done = runs[runs["status"] == "ok"]',
        "done = runs",
        f"{STATISTICS}::test_failed_runs_do_not_count",
    ),
    Mutant(
        "no event gives a rate of exactly zero",
        "experiments/analysis/intervals.py",
        "return n, 0.0, 0.0, _bound(runs[known], outcome, error)",
        "return n, 0.0, 0.0, 0.0",
        f"{STATISTICS}::test_a_rate_without_events_gets_an_upper_bound",
    ),
]

STUDIES = [
    Mutant(
        "seeds depend on the package",
        "experiments/studies/design.py",
        "enumerate(seeds)\n",
        "enumerate(seed + len(arm.label) for seed in seeds)\n",
        f"{REPLICATIONS}::test_packages_of_a_replication_have_one_seed_and_replications_have_many",
    ),
    Mutant(
        "packages run on one market after another",
        "experiments/runs/replication.py",
        "market = branch.on(trunk)",
        "market = trunk",
        f"{REPLICATIONS}::test_a_run_does_not_depend_on_those_before_it",
    ),
    Mutant(
        "a study continues with another version of the code",
        "experiments/studies/design.py",
        '            "code": code_digest(),\n',
        "",
        f"{REPLICATIONS}::test_a_folder_of_another_version_of_the_code_is_refused",
    ),
    Mutant(
        "an incomplete run counts as finished",
        "experiments/studies/store.py",
        "if name.endswith(PART)}",
        'if name.endswith(".parquet")}',
        "tests/unit/test_store.py::test_a_run_whose_row_is_missing_is_not_finished",
    ),
    Mutant(
        "what is put together is removed before it is written",
        "experiments/studies/store.py",
        "        if records:\n            write_shard(self.place, records.values())\n"
        "        for key in parts:\n            self.remove_loose(key)\n",
        "        for key in parts:\n            self.remove_loose(key)\n        if records:\n"
        "            write_shard(self.place, records.values())\n",
        "tests/unit/test_shards.py::test_a_process_that_dies_while_it_puts_together_loses_nothing",
    ),
    Mutant(
        "runs of another version of the code are copied",
        "experiments/studies/sharing.py",
        "        if is_of_this_code(folder):",
        "        if True:",
        "tests/unit/test_shards.py::test_runs_of_another_version_of_the_code_are_not_copied",
    ),
]

TELLING = [
    Mutant(
        "a sentence whose sign never flips",
        "experiments/language/comparisons.py",
        "claim.format(words[sign > 0])",
        "claim.format(words[0])",
        f"{SENTENCES}::test_a_sentence_flips_with_its_rows"
        "[brushed_share-Leaves less brushing-Leaves more brushing-Brushing: cannot be told apart]",
    ),
    Mutant(
        "claims rest on single intervals",
        "experiments/language/estimates.py",
        'if row["sim_low"] > 0:\n        return 1\n    return -1 if row["sim_high"] < 0 else 0',
        'if row["diff_low"] > 0:\n        return 1\n    return -1 if row["diff_high"] < 0 else 0',
        f"{SENTENCES}::test_an_interval_that_leaves_out_zero_alone_makes_no_claim[1.0]",
    ),
    Mutant(
        "the plane draws honest instead of innocent hits",
        "experiments/figures/trade_off.py",
        'HITS, BRUSHED = "innocent_hits_per_1000_shop_years", "brushed_share"',
        'HITS, BRUSHED = "honest_hits_per_1000_shop_years", "brushed_share"',
        f"{FIGURES}::test_the_plane_draws_brushing_against_innocent_shops_hit",
    ),
    Mutant(
        "paths draw perceived risk",
        "experiments/studies/answers.py",
        '100 * own["brushed_share"]',
        '100 * own["perceived_risk"]',
        "tests/unit/test_figures.py::test_a_line_of_the_path_is_the_mean_over_replications",
    ),
    Mutant(
        "the frontier takes more hits for better",
        "experiments/analysis/frontier.py",
        "((x <= x[name]) & (y <= y[name]) & ((x < x[name])",
        "((x >= x[name]) & (y <= y[name]) & ((x > x[name])",
        f"{SENTENCES}::test_the_frontier_follows_the_means",
    ),
]

MUTANTS = [*MEASURING, *INTERVALS, *STUDIES, *TELLING]
