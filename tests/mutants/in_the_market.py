"""Mistakes in the market itself: chance, ranking, demand, traces, money, time."""

from __future__ import annotations

from mutant import Mutant

INVARIANTS = "tests/property/test_invariants.py"
DRAWS = "tests/property/test_draws_have_one_purpose.py"
INNOCENCE = "tests/property/test_innocence_kept_apart.py"
CHOICE = "tests/unit/test_choice_in_the_market.py"
SETTLEMENT = "tests/unit/test_settlement.py"
DEBTS = "tests/unit/test_debts.py"
ENFORCEMENT = "tests/unit/test_enforcement.py"
DISPLAYED = "tests/unit/test_displayed.py"
AGREEMENT = "tests/reference/test_agreement.py::test_every_agent_is_the_same_every_evening"

CHANCE = [
    Mutant(
        "a draw reused for another purpose",
        "sim/phases/enter.py",
        "uniforms(key, who, 2) * days",
        "uniforms(key, who, 1) * days",
        f"{DRAWS}::test_no_number_serves_two_purposes[1]",
    ),
    Mutant(
        "appeals err where reviews do",
        "sim/effects/cases.py",
        "draw_verdicts(state, act, innocent, errors, k=1)",
        "draw_verdicts(state, act, innocent, errors, k=0)",
        f"{ENFORCEMENT}::test_reviews_and_appeals_of_one_day_err_independently[1]",
    ),
    Mutant(
        "draws keyed by the policy's name",
        "policies/package.py",
        "    view = View(observation.as_seen_by(dated.policy.actor), dated",
        "    draw = observation.luck\n"
        "    observation = replace(observation, luck=lambda use, who, k=0: draw(dated.name + use, who, k))\n"
        "    view = View(observation.as_seen_by(dated.policy.actor), dated",
        f"{DRAWS}::test_no_number_depends_on_what_a_policy_or_package_is_called[1]",
    ),
    Mutant(
        "draws keyed by the policy's place",
        "policies/package.py",
        "        for dated in self._acting(day):\n            acts += list(act_as(dated, observation))\n",
        "        draw = observation.luck\n"
        "        for i, dated in enumerate(self._acting(day)):\n"
        "            placed = replace(observation, luck=lambda use, who, k=0, i=i: draw(use, who, k + i))\n"
        "            acts += list(act_as(dated, placed))\n",
        f"{DRAWS}::test_no_draw_depends_on_the_place_of_a_policy_in_its_package[1]",
    ),
    Mutant(
        "draws keyed by slot, not identity",
        "sim/kernels/enter.py",
        "unit(bits(keys[1], uint64(identity[s]), uint64(0)))",
        "unit(bits(keys[1], uint64(s), uint64(0)))",
        f"{INVARIANTS}::test_permuting_shops_and_merchants_with_their_identities_permutes_the_results[1]",
    ),
    Mutant(
        "the day left out of a key",
        "sim/chance.py",
        "_mix_day(_stream_key(int(seed), int(stream)), int(day))",
        "_mix_day(_stream_key(int(seed), int(stream)), 0 * int(day))",
        "tests/unit/test_chance.py::test_a_draw_depends_on_every_part_of_its_key",
    ),
]

ATTENTION_AND_CHOICE = [
    Mutant(
        "demoted shops keep their attention",
        "sim/phases/rank.py",
        "seen = shops.shown(clock.day)",
        "seen = shops.open",
        f"{INVARIANTS}::test_a_hidden_shop_gets_no_search_attention[1]",
    ),
    Mutant(
        "attention ignores direct traffic",
        "sim/kernels/rank.py",
        "share[s] += direct_share * (shops.direct[s] / direct_total if direct_total > 0 else 0.0)",
        "share[s] /= 1 - direct_share",
        f"{INVARIANTS}::test_a_hidden_shop_gets_no_search_attention[1]",
    ),
    Mutant(
        "buyers ignore direct traffic",
        "sim/kernels/buy.py",
        "direct = x < direct_share\n",
        "direct = x < 0.0 * direct_share\n",
        f"{CHOICE}::test_a_hidden_shop_sells_to_those_who_come_directly[1]",
    ),
    Mutant(
        "rank inside utility",
        "sim/phases/buy.py",
        "attract(demand, shops, attention.log_displayed)\n    n_categories",
        "attract(demand, shops, attention.log_displayed)\n"
        "    utility = utility * attention.share\n"
        "    n_categories",
        f"{CHOICE}::test_displayed_sales_weigh_as_buyers_trust_them[1-1.0]",
    ),
    Mutant(
        "trust left out of utility",
        "sim/state/attraction.py",
        "popularity = np.exp(np.asarray(trust)[:, None] * sales)",
        "popularity = np.exp(np.ones((len(trust), 1)) * sales)",
        f"{CHOICE}::test_displayed_sales_weigh_as_buyers_trust_them[1-0.0]",
    ),
    Mutant(
        "all buyers choose with full trust",
        "sim/kernels/visits.py",
        "segment * trust_levels + int(trust * (trust_levels - 1) + 0.5)",
        "segment * trust_levels + int(0.0 * trust) + trust_levels - 1",
        f"{CHOICE}::test_displayed_sales_weigh_as_buyers_trust_them[1-0.0]",
    ),
    Mutant(
        "a second look costs what the first did",
        "sim/kernels/buy.py",
        "q += (total[k] - before) / (looks - j - 1)",
        "q += (total[k] - before) / looks",
        "tests/unit/test_demand.py::test_the_kernel_follows_the_exact_choice_probabilities[often buys]",
    ),
    Mutant(
        "expected losses of the innocent never negative",
        "sim/phases/count_losses.py",
        "lost = (harm.expected[slots] - sales.placed[slots]) * shops.price[slots]",
        "lost = np.maximum(harm.expected[slots] - sales.placed[slots], 0) * shops.price[slots]",
        "tests/unit/test_losses.py::test_a_sanction_without_effect_costs_nothing_on_average",
    ),
]

DAYS_AND_TRACES = [
    Mutant(
        "a demotion counts from today",
        "sim/effects/shops.py",
        "until = state.clock.day + 1 + act.days",
        "until = state.clock.day + act.days",
        f"{ENFORCEMENT}::test_a_demotion_hides_from_tomorrow_for_its_days",
    ),
    Mutant(
        "windows of traces one day short",
        "sim/phases/leave_traces.py",
        "(day - length) % DAYS for length",
        "(day - length + 1) % DAYS for length",
        "tests/unit/test_traces.py::test_windows_are_sums_of_days",
    ),
    Mutant(
        "a ban one day too long",
        "sim/kernels/visits.py",
        "0 if buyers.banned_until[b] > law.day else",
        "0 if buyers.banned_until[b] >= law.day else",
        f"{ENFORCEMENT}::test_a_ban_lasts_from_tomorrow_for_its_days[5]",
    ),
    Mutant(
        "brushed orders taken for genuine ones",
        "sim/state/traces.py",
        "return self.sums[2, 0, slots] - self.brushed_30[slots]",
        "return self.sums[2, 0, slots].copy()",
        "tests/unit/test_traces.py::test_windows_are_sums_of_days",
    ),
    Mutant(
        "a repeat is an order at any shop",
        "sim/kernels/accounts.py",
        "(last_shop[b] == shops[i]) & (day - last_day[b] <= 30)",
        "day - last_day[b] <= 30",
        "tests/unit/test_traces.py::test_repeats_are_what_a_patient_clerk_would_count",
    ),
    Mutant(
        "institutions see brushed orders",
        "sim/state/traces.py",
        'Counts(**(counts | {"turnover"',
        'Counts(**(counts | {"task_like": sums[:, 1] + self.brushed_30, "turnover"',
        "tests/property/test_truth_is_hidden.py::test_an_evening_holds_nothing_of_the_truth[1]",
    ),
    Mutant(
        "a new shop inherits the guilt of its slot",
        "sim/state/campaigns.py",
        "for name in BY_DAY:\n        getattr",
        "for name in BY_DAY[:-1]:\n        getattr",
        f"{INNOCENCE}::test_shops_are_innocent_exactly_if_nothing_was_bought_for_them[3]",
    ),
    Mutant(
        "a new shop inherits the traces of its slot",
        "sim/phases/enter.py",
        "    clear_traces(state.traces, slots)\n",
        "",
        "tests/unit/test_traces.py::test_a_new_shop_starts_with_a_clean_record",
    ),
]

MONEY = [
    Mutant(
        "the fee is not charged",
        "sim/kernels/settle.py",
        "pay = int(np.rint(value[s] * max(fee[by] - standard_cut, 0.0)))",
        "pay = 0",
        f"{SETTLEMENT}::test_a_brushed_order_costs_fee_commission_parcel_and_camouflage[1]",
    ),
    Mutant(
        "the membership fee is charged to nobody",
        "sim/kernels/settle.py",
        "            cash[owner[s]] -= membership\n",
        "",
        f"{SETTLEMENT}::test_a_brushed_order_costs_fee_commission_parcel_and_camouflage[1]",
    ),
    Mutant(
        "a fen lost to rounding",
        "sim/phases/settle.py",
        'money.receive("suppliers", supplies)',
        'money.receive("suppliers", supplies - 1)',
        f"{INVARIANTS}::test_every_day_money_and_orders_add_up_and_sanctions_bite[1-no_enforcement]",
    ),
    Mutant(
        "a fine takes more than there is",
        "sim/state/money.py",
        "cash = int(np.clip(merchants.cash[row], 0, fen))",
        "cash = fen",
        f"{DEBTS}::test_a_fine_takes_what_there_is_and_the_rest_is_owed[0.5]",
    ),
    Mutant(
        "no owner ever pays in",
        "sim/kernels/enter.py",
        "return debt <= max(merchants.profit[m], 0.0) * law.worth_days * 100",
        "return debt <= 0",
        f"{DEBTS}::test_a_debt_that_a_shop_is_worth_is_paid_in_by_its_owner",
    ),
    Mutant(
        "owners draw while fines are owed",
        "sim/kernels/settle.py",
        "            continue\n        debts.short_since",
        "        debts.short_since",
        f"{DEBTS}::test_income_pays_fines_then_fills_the_deposit_and_only_then_may_the_owner_draw",
    ),
    Mutant(
        "brushing costs a shop no profit",
        "sim/kernels/settle.py",
        "(genuine - costs[s] / 100 - profit[m]) / 30",
        "(genuine - profit[m]) / 30",
        f"{DEBTS}::test_brushing_that_loses_money_drives_a_shop_out",
    ),
    Mutant(
        "a fine taken back is paid out although it was never paid",
        "sim/state/money.py",
        "forgiven = int(min(owed[row], fen))",
        "forgiven = 0",
        f"{DEBTS}::test_a_fine_taken_back_is_forgiven_before_it_is_paid_back",
    ),
    Mutant(
        "returned orders are paid",
        "sim/kernels/orders.py",
        "sums[s, 5] += value[first + k] * (not back)",
        "sums[s, 5] += value[first + k]",
        f"{SETTLEMENT}::test_a_returned_order_brings_neither_money_nor_sales[1]",
    ),
    Mutant(
        "returned orders stay in displayed sales",
        "sim/phases/leave_traces.py",
        "today.sales.standing + today.tasks.count",
        "today.sales.placed + today.tasks.count",
        f"{SETTLEMENT}::test_a_returned_order_brings_neither_money_nor_sales[1]",
    ),
    Mutant(
        "real money counts in full on a small organiser",
        "sim/effects/records.py",
        "units /= state.trade.weight",
        "units /= 1.0",
        "tests/unit/test_organisers.py::test_real_money_counts_one_over_the_weight",
    ),
]

COHORTS = "tests/unit/test_cohorts.py"

IN_COHORTS = [
    Mutant(
        "a kept account stands for itself only",
        "sim/phases/buy_by_class.py",
        "(buyers.people - special) / max(ordinary, 1)",
        "1.0",
        f"{COHORTS}::test_who_works_or_is_banned_stands_for_itself",
    ),
    Mutant(
        "banned accounts of cohorts go on buying",
        "sim/kernels/buy_by_class.py",
        "            if banned_until[b] > day:\n                continue\n            rate",
        "            rate",
        f"{COHORTS}::test_who_works_or_is_banned_stands_for_itself",
    ),
    Mutant(
        "a look too many in the law of cohorts",
        "sim/kernels/buy_by_class.py",
        "others = phi ** (looks - 1)",
        "others = phi**looks",
        f"{COHORTS}::test_orders_follow_the_exact_law[8]",
    ),
    Mutant(
        "utility counts a tenth less in cohorts",
        "sim/kernels/buy_by_class.py",
        "out[i] *= attention[i] * weights[i]",
        "out[i] *= attention[i] * weights[i] ** 0.9",
        "tests/statistical/test_orders_follow_the_exact_law.py::test_orders_are_those_of_the_exact_law[cohorts]",
    ),
    Mutant(
        "visits of cohorts that buy counted twice",
        "sim/kernels/buy_by_class.py",
        "leaving += visits[g] * (1.0 - total)",
        "leaving += visits[g]",
        "tests/statistical/test_cohorts_equal_agents.py::test_buyers_trust_as_much[no_enforcement]",
    ),
]

PAGES = [
    Mutant(
        "a day of the window is taken from what was removed",
        "sim/state/displayed.py",
        "shops.counted_from > day - rule.displayed_days",
        "shops.counted_from >= day - rule.displayed_days",
        f"{DISPLAYED}::test_removed_sales_leave_when_they_would_have_left_and_what_is_sold_later_is_displayed[None]",
    ),
    Mutant(
        "the day of a removal counts as displayed",
        "sim/state/displayed.py",
        "shops.counted_from[slots] = day + 1",
        "shops.counted_from[slots] = day",
        f"{DISPLAYED}::test_removed_sales_leave_when_they_would_have_left_and_what_is_sold_later_is_displayed[2]",
    ),
    Mutant(
        "sales that were given back leave as removed ones",
        "sim/state/displayed.py",
        "    shops.removed[slots] = 0.0\n    shops.counted_from[slots] = NEVER\n",
        "    shops.removed[slots] = 0.0\n",
        f"{DISPLAYED}::test_what_is_given_back_is_what_would_be_displayed_without_the_removal",
    ),
    Mutant(
        "buyers review at once",
        "sim/state/displayed.py",
        "    if delay == 0:",
        "    if delay >= 0:",
        f"{DISPLAYED}::test_buyers_find_a_bad_shop_out_after_its_brushing_was_rated",
    ),
    Mutant(
        "a newcomer inherits a page",
        "sim/state/shops.py",
        "        array[slots] = 0\n    shops.burst",
        "        array[slots] *= 1\n    shops.burst",
        f"{DISPLAYED}::test_a_slot_that_is_left_begins_with_an_empty_page_and_no_reviews_to_come",
    ),
    Mutant(
        "a growing market keeps the ages of one that does not",
        "sim/kernels/enter.py",
        "(1 + young) + law.growth) / 365",
        "(1 + young)) / 365",
        f"{DISPLAYED}::test_ages_stay_those_that_the_market_opened_with",
    ),
    Mutant(
        "newcomers leave as seldom as the old",
        "sim/kernels/enter.py",
        "law.newcomer_leave * 0.5 ** (max(age, 0)",
        "law.newcomer_leave * 0.0 ** (1 + max(age, 0)",
        f"{AGREEMENT}[a window of sales]",
    ),
]

MUTANTS = [*CHANCE, *ATTENTION_AND_CHOICE, *PAGES, *DAYS_AND_TRACES, *MONEY, *IN_COHORTS]
