"""Mistakes in what policies do and say: doses, amounts, days, costs; nothing but contract tests sees them."""

from __future__ import annotations

from mutant import Mutant

HALF = "tests/contract/test_doses.py::test_half_the_dose_is_half_the_acts"
LAWS = "tests/contract/test_laws.py"
TERMS = "tests/contract/test_terms.py::test_every_term_is_what_the_parameters_say"
DATES = "tests/contract/test_terms.py::test_what_is_put_off_comes_on_its_day_and_once"

DOSES = [
    Mutant(
        "raids come at any dose",
        "policies/regulator/regulator.py",
        "self.raids_per_year * observation.ramp / 365",
        "self.raids_per_year / 365",
        f"{HALF}[regulator 1]",
    ),
    Mutant(
        "shops are fined at any dose",
        "policies/regulator/regulator.py",
        "share = self.shop_fine_share * observation.ramp",
        "share = self.shop_fine_share",
        f"{HALF}[regulator 2]",
    ),
    Mutant(
        "suits are brought at any dose",
        "policies/courts/civil_suits.py",
        '"every": 1.0}[self.who] * observation.ramp',
        '"every": 1.0}[self.who]',
        f"{HALF}[civil_suits 2]",
    ),
    Mutant(
        "the dose counts twice",
        "policies/courts/civil_suits.py",
        '"every": 1.0}[self.who] * observation.ramp',
        '"every": 1.0}[self.who] * observation.ramp**2',
        f"{HALF}[civil_suits 1]",
    ),
]

AMOUNTS = [
    Mutant(
        "a month's turnover is taken for a year's",
        "policies/regulator/regulator.py",
        "traces.turnover[MONTH][shop] * (365 / 30)",
        "traces.turnover[MONTH][shop]",
        f"{TERMS}[regulator 3]",
    ),
    Mutant(
        "restitution runs from the oldest strike",
        "policies/platform/appeals.py",
        "observation.days_since_sanction[shop, 0]",
        "observation.days_since_sanction[shop, 3]",
        f"{TERMS}[appeals 2]",
    ),
    Mutant(
        "shops get the mitigation of organisers",
        "policies/regulator/laws.py",
        'usual = getattr(self, f"{who}_mitigation")',
        "usual = self.organiser_mitigation",
        f"{TERMS}[regulator 7]",
    ),
    Mutant(
        "orders are counted by what was gained",
        "policies/regulator/regulator.py",
        "orders = raids.turnover / mean_order_value",
        "orders = raids.gains / mean_order_value",
        f"{TERMS}[regulator 5]",
    ),
    Mutant(
        "fines abroad are not converted",
        "policies/regulator/laws.py",
        "usual) * self.rmb_per_unit * count",
        "usual) * count",
        f"{TERMS}[regulator 4]",
    ),
    Mutant(
        "no violation found, no fine",
        "policies/regulator/laws.py",
        "np.maximum(offences.violations, 1.0)",
        "1.0 * offences.violations",
        f"{TERMS}[regulator 5]",
    ),
    Mutant(
        "the floor binds nobody",
        "policies/regulator/laws.py",
        "return np.maximum(share * high, low) if",
        "return share * high if",
        f"{LAWS}::test_floors_bind_organisers_but_not_shops_and_a_mitigation_of_the_policy_undercuts_both",
    ),
    Mutant(
        "an old case is fined all the same",
        "policies/regulator/regulator.py",
        " & self.law.in_time(observation.day - opened_on(case))",
        "",
        f"{LAWS}::test_a_shop_is_not_fined_two_years_after_its_case",
    ),
    Mutant(
        "nothing is confiscated",
        "policies/regulator/regulator.py",
        " + self.law.confiscation * raids.gains",
        "",
        f"{LAWS}::test_an_organiser_is_fined_by_tier_with_its_gains_and_in_time",
    ),
]

COSTS_AND_DAYS = [
    Mutant(
        "one person sits at the appeal desk",
        "policies/platform/appeals.py",
        "self._quota.today(staff * self.hearings_per_staff_day)",
        "self._quota.today(self.hearings_per_staff_day)",
        "tests/contract/test_terms.py"
        "::test_as_much_is_done_as_the_staff_can_whatever_waits[appeals-settings0-hear]",
    ),
    Mutant(
        "fining a shop costs nothing",
        "policies/regulator/regulator.py",
        'amount, cost=self.shop_fine_cost, reason="referral"',
        'amount, reason="referral"',
        f"{TERMS}[regulator 2]",
    ),
    Mutant(
        "reviews cost nothing",
        "policies/platform/detection.py",
        "*accuracy, cost=self.review_cost",
        "*accuracy",
        f"{TERMS}[detection 4]",
    ),
    Mutant(
        "appeals are won as often as they are refused",
        "policies/platform/appeals.py",
        "self.innocent_wins, self.guilty_refused, cost",
        "self.innocent_wins, self.innocent_wins, cost",
        f"{TERMS}[appeals 2]",
    ),
    Mutant(
        "accounts are banned for the length of a demotion",
        "policies/platform/ledger.py",
        "self.ban_days)",
        "self.demotion_days)",
        f"{TERMS}[ledger_use 2]",
    ),
    Mutant(
        "a suit is tried as fast as it was filed",
        "policies/courts/civil_suits.py",
        "day + self.judgment_delay_days",
        "day + self.filing_delay_days",
        f"{DATES}[5]",
    ),
    Mutant(
        "shops are fined when organisers are",
        "policies/regulator/regulator.py",
        "observation.day + self.shop_fine_delay_days",
        "observation.day + self.fine_delay_days",
        f"{DATES}[5]",
    ),
]

MUTANTS = [*DOSES, *AMOUNTS, *COSTS_AND_DAYS]
