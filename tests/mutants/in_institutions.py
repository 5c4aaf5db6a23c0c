"""Mistakes in institutions and in how the world judges and undoes their acts."""

from __future__ import annotations

from mutant import Mutant

ENFORCEMENT = "tests/unit/test_enforcement.py"
INNOCENCE = "tests/property/test_innocence_kept_apart.py"
DETECTION = "tests/contract/test_detection.py"
INSTITUTIONS = "tests/contract/test_institutions.py"

INNOCENT = [
    Mutant(
        "whoever was accused before counts as guilty",
        "sim/effects/cases.py",
        '"innocent": truth.innocent,',
        '"innocent": truth.innocent & (shops.last_case_day[slots] == NEVER),',
        f"{INNOCENCE}::test_cases_are_innocent_exactly_if_nothing_was_bought[4]",
    ),
    Mutant(
        "whoever a ledger names counts as guilty",
        "sim/effects/cases.py",
        '"innocent": truth.innocent,',
        '"innocent": truth.innocent & (source != "ledger"),',
        f"{INNOCENCE}::test_cases_are_innocent_exactly_if_nothing_was_bought[4]",
    ),
    Mutant(
        "honest merchants are the innocent ones",
        "sim/state/truth.py",
        "Truth(innocent, ~merchants.opportunist[shops.owner[slots]],",
        "Truth(~merchants.opportunist[shops.owner[slots]], ~merchants.opportunist[shops.owner[slots]],",
        f"{INNOCENCE}::test_cases_are_innocent_exactly_if_nothing_was_bought[4]",
    ),
    Mutant(
        "innocence begins a day early",
        "sim/state/truth.py",
        "innocent = since > max(window, INNOCENT_DAYS)",
        "innocent = since >= max(window, INNOCENT_DAYS)",
        f"{ENFORCEMENT}::test_innocence_begins_on_the_ninety_first_day",
    ),
    Mutant(
        "innocence is judged when the sanction comes",
        "sim/effects/cases.py",
        'innocent, honest = state.cases.get("innocent", rows), state.cases.get("honest", rows)',
        "now = judge(state.shops, state.merchants, state.campaigns, slots, state.clock.day)\n"
        "    innocent, honest = now.innocent, now.honest",
        f"{INNOCENCE}::test_hits_of_every_day_are_cases_hit_by_their_truth[4]",
    ),
    Mutant(
        "every verb of a case is a hit",
        "sim/effects/cases.py",
        'fresh = state.cases.get("hit_day", rows) == NEVER',
        "fresh = np.ones(rows.size, dtype=bool)",
        f"{ENFORCEMENT}::test_several_verbs_in_one_case_are_one_hit_and_one_strike",
    ),
    Mutant(
        "a warning is a hit",
        "sim/effects/severity.py",
        "return np.zeros(act.shops.size, dtype=bool)",
        "return np.ones(act.shops.size, dtype=bool)",
        f"{ENFORCEMENT}::test_a_warning_is_a_strike_that_is_heard_of_but_no_hit",
    ),
]

UNDOING = [
    Mutant(
        "a won appeal brings no refund",
        "sim/effects/shops.py",
        "    refund(state, tally, slots[rows >= 0], rows[rows >= 0])\n",
        "",
        f"{ENFORCEMENT}::test_a_won_appeal_gives_back_sales_fines_place_and_strike",
    ),
    Mutant(
        "a won appeal leaves the sales removed",
        "sim/effects/shops.py",
        "    displayed.give_back(shops, slots)\n",
        "",
        f"{ENFORCEMENT}::test_a_won_appeal_gives_back_sales_fines_place_and_strike",
    ),
    Mutant(
        "the outcome of an appeal is ignored",
        "policies/platform/appeals.py",
        '(found.kind == "appeal") & ~found.guilty & among(found.case, self._heard)',
        '(found.kind == "appeal") & among(found.case, self._heard)',
        f"{INSTITUTIONS}::test_an_appeal_is_heard_late_and_a_winner_restored",
    ),
    Mutant(
        "appeals are judged by what is true today",
        "sim/effects/cases.py",
        "    innocent = np.array([column[row] if row >= 0 else True for row in rows], dtype=bool)\n",
        "    now = judge(state.shops, state.merchants, state.campaigns, act.shops, state.clock.day)\n"
        "    innocent = now.innocent | (rows < 0)\n",
        f"{ENFORCEMENT}::test_appeals_are_refused_by_the_truth_at_the_flag[True-0.8]",
    ),
    Mutant(
        "an appeal's success does not reach the regulator",
        "policies/regulator/regulator.py",
        'found.case[(found.kind == "appeal") & ~found.guilty]',
        'found.case[(found.kind == "review") & ~found.guilty]',
        f"{INSTITUTIONS}::test_a_shop_that_wins_its_appeal_in_time_is_not_fined",
    ),
    Mutant(
        "specificity taken for its complement",
        "sim/effects/cases.py",
        "np.where(truth, 1 - missed, imagined)",
        "np.where(truth, 1 - missed, 1 - imagined)",
        f"{ENFORCEMENT}::test_findings_have_the_stated_sensitivity_and_specificity[False]",
    ),
]

RULES = [
    Mutant(
        "what is found of a shop that has left counts for its successor",
        "sim/state/shops.py",
        'keeps its slot for life."""\n        return np.where(self.identity[slots] == identities, slots, -1)',
        'keeps its slot for life."""\n        return slots',
        f"{ENFORCEMENT}::test_what_is_found_of_a_shop_that_has_left_names_no_slot",
    ),
    Mutant(
        "the reviewers' capacity is ignored",
        "policies/platform/detection.py",
        "        if self.reviewers_per_100k_shops is None:\n",
        "        if self.reviewers_per_100k_shops != -1:\n",
        f"{DETECTION}::test_scarce_reviewers_bind_and_say_so",
    ),
    Mutant(
        "idle fractions of a reviewer are lost",
        "policies/queues.py",
        "self._fraction = total - int(total)",
        "self._fraction = 0.0",
        f"{DETECTION}::test_scarce_reviewers_bind_and_say_so",
    ),
    Mutant(
        "strikes never expire",
        "policies/platform/ladder.py",
        "(observation.days_since_sanction[shops] < self.expiry_days)",
        "(observation.days_since_sanction[shops] < np.inf)",
        f"{INSTITUTIONS}::test_strikes_expire",
    ),
    Mutant(
        "a strike counts on the day it expires",
        "policies/platform/ladder.py",
        "(observation.days_since_sanction[shops] < self.expiry_days)",
        "(observation.days_since_sanction[shops] <= self.expiry_days)",
        f"{INSTITUTIONS}::test_strikes_expire",
    ),
    Mutant(
        "the ramp is ignored",
        "policies/platform/detection.py",
        "return self.acted_share * observation.ramp",
        "return self.acted_share",
        f"{DETECTION}::test_the_share_acted_on_is_reviewed_and_grows_with_the_ramp",
    ),
    Mutant(
        "lists are published at the start of the period",
        "policies/platform/detection.py",
        "if (observation.day + 1) % self.publish_days:",
        "if observation.day % self.publish_days:",
        f"{DETECTION}::test_sanctioned_shops_are_published_on_the_last_day_of_the_period",
    ),
    Mutant(
        "the cool-down lasts a day too long",
        "policies/platform/detection.py",
        "observation.days_since_case[shops] >= self.cooldown_days",
        "observation.days_since_case[shops] > self.cooldown_days",
        f"{DETECTION}::test_the_cooldown_ends_on_its_day",
    ),
    Mutant(
        "a policy imports the world",
        "policies/platform/detection.py",
        "from policies.suggest import check_choice\n",
        "import sim.state.events\nfrom policies.suggest import check_choice\n",
        "tests/architecture/test_imports.py"
        "::test_a_policy_sees_the_contract_and_nothing_else_of_the_world[policies.platform.detection]",
    ),
]

MUTANTS = [*INNOCENT, *UNDOING, *RULES]
