"""Mistakes in the trade and in what merchants believe: organisers, camouflage, ways, risk."""

from __future__ import annotations

from mutant import Mutant

BELIEFS = "tests/unit/test_beliefs.py"
DECISIONS = "tests/unit/test_decisions.py"
CAMPAIGNS = "tests/unit/test_campaigns.py"
ORGANISERS = "tests/unit/test_organisers.py"
EXPERIENCE = "tests/unit/test_experience.py"
CAMOUFLAGE = "tests/unit/test_camouflage.py"

DECIDING = [
    Mutant(
        "the fee is not weighed",
        "sim/kernels/decide.py",
        "own + value * (costs.fee[by] + quotes[j] - costs.cut)",
        "own + value * (quotes[j] - costs.cut)",
        f"{DECISIONS}::test_what_the_organiser_asks_is_part_of_the_cost[fee]",
    ),
    Mutant(
        "camouflage is not weighed",
        "sim/kernels/decide.py",
        " + price_of(cover, costs.full_price)",
        "",
        f"{DECISIONS}::test_cover_is_paid_for_and_lowers_the_expected_loss",
    ),
    Mutant(
        "quotes are not weighed",
        "sim/kernels/decide.py",
        "(costs.fee[by] + quotes[j] - costs.cut)",
        "costs.fee[by]",
        f"{DECISIONS}::test_dearer_quotes_lose_customers",
    ),
    Mutant(
        "the struck decide with fresh luck",
        "sim/phases/decide.py",
        "campaigns.resolve[inquiry.slots] * at_first < chance",
        "np.random.default_rng(1).random(inquiry.slots.size) < chance",
        f"{CAMPAIGNS}::test_a_sanction_that_changes_nothing_changes_no_campaign[0]",
    ),
    Mutant(
        "the struck think again of all that is new",
        "sim/phases/decide.py",
        "campaigns.resolve[inquiry.slots] * at_first < chance",
        "campaigns.resolve[inquiry.slots] < chance",
        f"{CAMPAIGNS}::test_a_sanction_that_changes_no_belief_stops_no_campaign",
    ),
    Mutant(
        "what was feared at the start is not noted",
        "sim/phases/decide.py",
        "campaigns.feared[slots] = scene.merchants.risk[scene.shops.owner[slots]]",
        "campaigns.feared[slots] = 0.0",
        f"{CAMPAIGNS}::test_of_the_struck_those_stop_who_would_not_have_begun_with_what_they_fear_now",
    ),
    Mutant(
        "the draw of the start is not put over its probability",
        "sim/phases/decide.py",
        "lucks[0, rows] / chance[rows]",
        "lucks[0, rows]",
        f"{CAMPAIGNS}::test_of_the_struck_those_stop_who_would_not_have_begun_with_what_they_fear_now",
    ),
    Mutant(
        "a campaign without orders teaches",
        "sim/kernels/decide.py",
        "if campaigns.served[s] == 0 or shops.hidden_until[s] > day - 30:",
        "if shops.hidden_until[s] > day - 30:",
        f"{CAMPAIGNS}::test_only_campaigns_that_were_carried_out_and_seen_teach",
    ),
    Mutant(
        "the learnt hazard of a way is not weighed",
        "sim/kernels/decide.py",
        "exposure(outlook.concavity, orders[way], rate) * outlook.learnt[way] * loss",
        "exposure(outlook.concavity, orders[way], rate) * loss",
        f"{DECISIONS}::test_a_way_that_is_learnt_to_be_dangerous_is_feared_and_no_other[3]",
    ),
    Mutant(
        "a loss beyond what is owned is feared",
        "sim/kernels/decide.py",
        "return min(loss, owned)",
        "return loss",
        f"{DECISIONS}::test_nobody_fears_to_lose_more_than_he_owns",
    ),
    Mutant(
        "more ways to brush are a reason to brush",
        "sim/kernels/decide.py",
        "np.log(total / n)",
        "np.log(total)",
        f"{DECISIONS}::test_offering_more_levels_is_no_reason_to_brush",
    ),
]

BELIEVING = [
    Mutant(
        "risk does not decay",
        "sim/kernels/learn.py",
        "risk[m] = lessons.prior + (seen - lessons.prior) * lessons.fade",
        "risk[m] = seen",
        f"{BELIEFS}::test_risk_returns_to_the_prior_with_its_half_life",
    ),
    Mutant(
        "risk decays to nothing, not to the prior",
        "sim/kernels/learn.py",
        "risk[m] = lessons.prior + (seen - lessons.prior) * lessons.fade",
        "risk[m] = seen * lessons.fade",
        f"{BELIEFS}::test_risk_returns_to_the_prior_with_its_half_life",
    ),
    Mutant(
        "days without a sanction teach nothing",
        "sim/kernels/learn.py",
        "seen = risk[m] * (1.0 - lessons.own * exposed / 30) * lessons.keep",
        "seen = risk[m]",
        f"{BELIEFS}::test_merchants_learn_from_peers_both_hazards_that_these_run",
    ),
    Mutant(
        "the guilty blame brushing for what hits anybody",
        "sim/phases/learn.py",
        "beliefs.talk.trusted()",
        "1.0",
        f"{BELIEFS}::test_the_guilty_blame_brushing_where_sanctions_are_said_to_follow_it[False]",
    ),
    Mutant(
        "any excess of the guilty is evidence",
        "sim/state/beliefs.py",
        "min(max(said / chance - 1.0, 0.0), 1.0)",
        "1.0",
        f"{BELIEFS}::test_talk_is_not_deceived_by_lots_whatever_becomes_of_brushing",
    ),
    Mutant(
        "the guilty are held against how many brush on average",
        "sim/phases/learn.py",
        "talk.expected * keep + heard * brushers",
        "talk.expected * keep + heard * talk.brushers",
        f"{BELIEFS}::test_talk_is_not_deceived_by_lots_whatever_becomes_of_brushing",
    ),
    Mutant(
        "lots teach what sanctions for brushing bring",
        "sim/phases/learn.py",
        "old * fade + fruit * new",
        "old * fade + new",
        f"{BELIEFS}::test_lots_teach_nothing_of_what_sanctions_for_brushing_bring",
    ),
    Mutant(
        "what hits anybody is taken for the fruit of brushing",
        "sim/state/beliefs.py",
        "return believed / max(others, 1e-9)",
        "return 1.0",
        f"{BELIEFS}::test_sanctions_by_lot_are_no_reason_not_to_brush",
    ),
    Mutant(
        "a sanction that takes nothing is heard of",
        "sim/effects/severity.py",
        "heard = took | isinstance(act, Warn)",
        "heard = np.ones_like(took)",
        "tests/unit/test_enforcement.py"
        "::test_a_sanction_that_takes_nothing_is_a_strike_and_an_event_and_nothing_else[Close-terms2-False]",
    ),
    Mutant(
        "an announcement weighs by the length of its list",
        "sim/effects/notices.py",
        "tally.announcements += act.salience",
        "tally.announcements += act.salience * max(act.shops.size, 1)",
        "tests/unit/test_enforcement.py::test_a_list_weighs_by_its_salience_and_not_by_its_length",
    ),
    Mutant(
        "peers are everybody's, not the category's",
        "sim/phases/learn.py",
        "np.take_along_axis(neighbours, (place - offsets) % per_category, axis=1)",
        "(sanctioned[:, None] - offsets) % by_identity.size",
        f"{BELIEFS}::test_an_own_sanction_moves_risk_most_a_neighbour_s_less_a_list_least",
    ),
    Mutant(
        "severity depends on the size of the market",
        "sim/state/beliefs.py",
        "weight = parameters.severity_prior_rate * n_shops\n    means = parameters.demotion_prior",
        "weight = parameters.severity_prior_rate * 1000\n    means = parameters.demotion_prior",
        f"{BELIEFS}::test_beliefs_about_severity_do_not_depend_on_the_size_of_the_market",
    ),
]

FEARING = [
    Mutant(
        "any memory of a demotion is feared like one",
        "sim/state/fears.py",
        "emptied = max(severity.removed * horizon, min(severity.demotion, severity.demoted * horizon))",
        "emptied = horizon if severity.demotion > 0 else 0.0",
        f"{DECISIONS}::test_what_is_rare_is_feared_no_more_than_it_is_frequent",
    ),
    Mutant(
        "a mean fine is weighed instead of the usual one",
        "sim/state/fears.py",
        "severity.closure, severity.fined, usual",
        "severity.closure, 1.0, severity.fine",
        f"{DECISIONS}::test_what_is_rare_is_feared_no_more_than_it_is_frequent",
    ),
    Mutant(
        "a case is heard of again with each of its sanctions",
        "sim/state/cases.py",
        "self.heard_day[row] in (NEVER, day)",
        "True",
        "tests/unit/test_enforcement.py"
        "::test_a_case_is_hit_once_and_heard_of_once_and_told_with_all_that_it_brings",
    ),
    Mutant(
        "a short demotion is feared like a removal of sales",
        "sim/state/fears.py",
        "min(severity.demotion, severity.demoted * horizon)",
        "severity.demoted * horizon",
        f"{DECISIONS}::test_a_demotion_empties_as_much_of_the_display_as_it_lasts_and_a_removal_all_of_it",
    ),
    Mutant(
        "sanctions that fine are not counted",
        "sim/effects/severity.py",
        "tally.fined += int(np.count_nonzero(took))",
        "pass",
        "tests/unit/test_enforcement.py"
        "::test_what_a_sanction_takes_is_heard_of_and_stops_no_campaign[Fine-terms0-sums0-False]",
    ),
]

ORGANISING = [
    Mutant(
        "customers wait for a closed organiser",
        "sim/trade/life.py",
        "    campaigns.organiser[slots[leaves]] = -1\n",
        "",
        f"{ORGANISERS}::test_most_customers_do_not_wait_for_a_closed_organiser_to_reopen[1]",
    ),
    Mutant(
        "a suit takes more than was earned",
        "sim/effects/organisers.py",
        "int(min(real_rmb / trade.weight * FEN, founders.owed(row)))",
        "int(real_rmb / trade.weight * FEN)",
        f"{ORGANISERS}::test_a_ruined_founder_is_barred_and_a_suit_takes_no_more_than_was_earned",
    ),
    Mutant(
        "a newcomer answers for the founder before",
        "sim/effects/organisers.py",
        "if trade.founder[place] == row else 0",
        "if place >= 0 else 0",
        "tests/unit/test_names.py::test_a_fine_reaches_a_founder_who_left_if_the_law_finds_him[True]",
    ),
    Mutant(
        "everybody who left the trade is found",
        "sim/effects/organisers.py",
        "return state.trade.founder[place] == row or is_found(state, row)",
        "return True",
        "tests/unit/test_names.py::test_a_fine_reaches_a_founder_who_left_if_the_law_finds_him[False]",
    ),
    Mutant(
        "an organiser reopens under its old name",
        "sim/effects/organisers.py",
        "    rename(state, place)\n    if newcomer:",
        "    if newcomer:",
        "tests/unit/test_names.py::test_a_renamed_organiser_has_a_name_that_nobody_knows",
    ),
    Mutant(
        "organisers serve beyond their capacity",
        "sim/kernels/brush.py",
        "min(int(np.floor(reached + luck[o])), capacity[o])",
        "int(np.ceil(reached + luck[o]))",
        f"{ORGANISERS}::test_capacity_is_never_exceeded_and_every_customer_is_served_in_proportion",
    ),
]

EVADING = [
    Mutant(
        "camouflage leaves parcels as they are",
        "sim/kernels/review.py",
        "share = blatant + cover[s] * min(parcel_flag[s] - blatant, 0.0)",
        "share = blatant",
        f"{CAMOUFLAGE}::test_flagged_parcels_fall_to_the_share_of_the_shop_s_genuine_ones[1]",
    ),
    Mutant(
        "camouflage leaves page views as they are",
        "sim/kernels/leave_traces.py",
        "(blatant + cover * (natural - blatant))",
        "(blatant + 0 * cover)",
        f"{CAMOUFLAGE}::test_page_views_rise_to_those_of_buyers[1]",
    ),
    Mutant(
        "camouflage leaves accounts as busy as they are",
        "sim/kernels/organising.py",
        "/ (1 + (rotation - 1) * hidden)",
        "/ 1",
        f"{CAMOUFLAGE}::test_tasks_are_spread_over_more_accounts[1]",
    ),
    Mutant(
        "the hazard of ways is not learnt",
        "sim/state/beliefs.py",
        "return (self.sanctions + self.weight) / (expected + self.weight)",
        "return np.ones_like(expected)",
        f"{EXPERIENCE}::test_a_way_that_is_hit_more_than_its_exposure_is_held_more_dangerous",
    ),
    Mutant(
        "sanctions count against all ways alike",
        "sim/kernels/experience.py",
        "        hits[way[s]] += 1\n",
        "        hits += 1 / hits.size\n",
        f"{EXPERIENCE}::test_sanctions_count_against_the_way_of_those_that_are_hit[5]",
    ),
    Mutant(
        "sanctions for old brushing teach too",
        "sim/kernels/experience.py",
        "if not sanctioned[s] or last_brushed_day[s] <= since:",
        "if not sanctioned[s]:",
        f"{EXPERIENCE}::test_sanctions_count_against_the_way_of_those_that_are_hit[5]",
    ),
    Mutant(
        "cover is believed to help against ledgers",
        "sim/trade/experience.py",
        " * by_traces / (by_traces + experience.named))",
        ")",
        f"{EXPERIENCE}::test_who_is_named_in_a_ledger_says_nothing_of_cover_but_that_it_is_no_help",
    ),
]

MUTANTS = [*DECIDING, *BELIEVING, *FEARING, *ORGANISING, *EVADING]
