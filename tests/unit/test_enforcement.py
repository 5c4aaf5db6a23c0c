"""Acts take effect, are judged, can be undone, and cost what they cost."""

import numpy as np
import pytest

from sim import Market, World
from sim.contract import Act, ContractError, Verb, case_number
from sim.enforcement import enforce
from sim.entry import CLOSED_DAYS
from sim.findings import clear_delivered
from sim.metrics import Today
from sim.state import NEVER

SHOP = np.array([7])


@pytest.fixture
def market(small_market) -> Market:
    small_market.today = Today(np.zeros(small_market.shops.n, dtype=bool))
    return small_market


def cases_of(market: Market, shops: np.ndarray = SHOP) -> np.ndarray:
    return case_number(market.policy_day, market.shops.identity[shops])


def sanction(market: Market, verb: Verb, shops: np.ndarray = SHOP, actor: str = "platform", **terms) -> None:
    cases = cases_of(market, shops)
    enforce(market, [Act(verb, shops, cases, actor=actor, policy="test", **terms)])


def flag(market: Market, shops: np.ndarray = SHOP) -> None:
    sanction(market, Verb.FLAG, shops)


def test_innocence_is_judged_at_the_flag_and_for_good(market):
    market.merchants.last_brushed_day[[7, 8, 9]] = market.day - np.array([91, 60, 5])
    flag(market, np.array([7, 8, 9]))
    market.merchants.last_brushed_day[7] = market.day
    table = market.case_table()
    assert table["innocent"].tolist() == [True, False, False]
    assert table["stale"].tolist() == [False, True, False]


def test_innocence_begins_on_the_ninety_first_day(market: Market) -> None:
    market.merchants.last_brushed_day[[7, 8]] = market.day - np.array([91, 90])
    flag(market, np.array([7, 8]))
    assert market.case_table()["innocent"].tolist() == [True, False]


def test_several_verbs_in_one_case_are_one_hit_and_one_strike(market):
    flag(market)
    for verb, terms in (
        (Verb.REMOVE_SALES, {}),
        (Verb.DEMOTE, {"days": 30}),
        (Verb.FINE, {"amount": np.array([50.0])}),
    ):
        sanction(market, verb, **terms)
    assert market.today.hits_innocent + market.today.hits_guilty == 1
    assert (market.shops.sanction_days[7] != NEVER).sum() == 1


def test_a_warning_is_a_strike_but_no_hit(market):
    flag(market)
    sanction(market, Verb.WARN)
    assert market.today.hits_innocent + market.today.hits_guilty == 0
    assert market.shops.sanction_days[7, 0] == market.day


def test_a_demotion_hides_from_tomorrow_for_its_days(market):
    flag(market)
    sanction(market, Verb.DEMOTE, days=5)
    hidden = []
    for _ in range(8):
        market.day += 1
        hidden.append(market.shops.hidden_until[7] > market.day)
    assert hidden == [True] * 5 + [False] * 3


def test_a_won_appeal_gives_back_sales_fines_place_and_strike(market):
    before = (market.shops.displayed[7], int(market.ledger.merchants[7]), int(market.merchants.deposit[7]))
    flag(market)
    for actor, amount in (("platform", 300.0), ("regulator", 200.0)):
        sanction(market, Verb.FINE, actor=actor, amount=np.array([amount]))
    sanction(market, Verb.REMOVE_SALES)
    sanction(market, Verb.DEMOTE, days=30)
    assert market.shops.displayed[7] == 0
    owned = int(market.ledger.merchants[7] + market.merchants.deposit[7])
    assert owned == before[1] + before[2] - 50_000
    sanction(market, Verb.REINSTATE)
    assert market.shops.displayed[7] == before[0]
    assert int(market.ledger.merchants[7] + market.merchants.deposit[7]) == before[1] + before[2]
    assert market.shops.hidden_until[7] <= market.day + 1
    assert (market.shops.sanction_days[7] == NEVER).all()
    assert market.case_table()["overturned"].tolist() == [True]
    assert market.ledger.total() == 0


def test_a_fine_never_takes_more_than_cash_and_deposit(market):
    owned = max(int(market.ledger.merchants[7]), 0) + int(market.merchants.deposit[7])
    flag(market)
    sanction(market, Verb.FINE, amount=np.array([1e9]))
    assert market.today.fines == owned
    assert market.merchants.deposit[7] == 0 and market.ledger.total() == 0


def test_a_closed_shop_keeps_its_slot_until_an_appeal_is_too_late(market):
    flag(market)
    identity = market.shops.identity[7]
    sanction(market, Verb.CLOSE)
    market.world.shops.leave_rate = 0.0
    market.day += 1
    market.run(CLOSED_DAYS - 2)
    assert market.shops.identity[7] == identity and not market.shops.open[7]
    market.run(2)
    assert market.shops.identity[7] != identity


def test_flagging_a_case_again_opens_no_second_one(market):
    flag(market)
    flag(market)
    assert len(market.case_table()) == 1 and market.today.cases == 1


def test_a_ledger_is_evidence_of_older_purchases_than_a_trace(market):
    market.merchants.last_brushed_day[[7, 8]] = market.day - 150
    names = market.shops.identity[SHOP].copy()
    market.inbox.ledgers.append((market.day, 0, names, np.zeros(0, dtype=np.int32)))
    clear_delivered(market)
    sanction(market, Verb.DEMOTE, np.array([7, 8]), days=3)
    table = market.case_table().set_index("slot")
    assert table.loc[7, ["source", "innocent"]].tolist() == ["ledger", False]
    assert table.loc[8, ["source", "innocent"]].tolist() == ["other", True]


@pytest.mark.parametrize("truth", [True, False])
def test_findings_have_the_stated_sensitivity_and_specificity(truth):
    world = World()
    market = Market(world, None, seed=3).run(2)
    market.today = Today(np.zeros(2000, dtype=bool))
    market.merchants.last_brushed_day[:] = market.day if truth else NEVER
    shops = np.arange(2000)
    flag(market, shops)
    sanction(market, Verb.REVIEW, shops, terms={"sensitivity": 0.8, "specificity": 0.95})
    found = market.observe().findings.guilty.mean()
    expected = 0.8 if truth else 0.05
    assert found == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 2000))


def test_looking_twice_sees_the_same_and_tomorrow_nothing_old(market):
    flag(market)
    sanction(market, Verb.REVIEW, terms={"sensitivity": 1.0, "specificity": 1.0})
    assert market.observe().findings.case.tolist() == market.observe().findings.case.tolist() != []
    clear_delivered(market)
    assert market.observe().findings.case.size == 0


def test_what_is_found_of_a_shop_that_has_left_names_no_slot(market: Market) -> None:
    shops = np.array([7, 8])
    flag(market, shops)
    sanction(market, Verb.REVIEW, shops, terms={"sensitivity": 1.0, "specificity": 1.0})
    sanction(market, Verb.HEAR, shops, terms={"sensitivity": 1.0, "specificity": 1.0})
    market.shops.identity[7] = market.shops.n
    assert market.observe().findings.shop.tolist() == [-1, 8, -1, 8]


def test_a_change_of_the_ranking_rule_ends_with_its_package(market):
    enforce(market, [Act(Verb.SET_RANKING, terms={"sales_weight": 0.0}, policy="test")])
    assert market.ranking.sales_weight == 0
    market.adopt(None)
    assert market.ranking.sales_weight == market.world.ranking.sales_weight > 0


def test_an_unknown_target_is_one_clear_sentence(market):
    with pytest.raises(ContractError, match="there are only 6 organisers"):
        enforce(market, [Act(Verb.RAID, np.array([99]), who="organiser", policy="test")])


def test_a_ban_keeps_accounts_from_ordering_and_from_tasks(market):
    accounts = np.arange(0, market.buyers.n, 2)
    enforce(market, [Act(Verb.BAN, accounts, days=20, who="account", policy="test", actor="platform")])
    market.day += 1
    for _ in range(15):
        market.step()
        ordered = np.concatenate(market.traces.accounts[(market.day - 1) % 30])
        assert not np.isin(ordered, accounts).any()


@pytest.mark.parametrize("days", [1, 5, 20])
def test_a_ban_lasts_from_tomorrow_for_its_days(market: Market, days: int) -> None:
    accounts = np.arange(market.buyers.n)
    enforce(market, [Act(Verb.BAN, accounts, days=days, who="account", policy="test", actor="platform")])
    market.day += 1
    orders = []
    for _ in range(days + 2):
        market.run(1)
        orders.append(market.orders.n + market.tasks.n)
    assert orders[:days] == [0] * days
    assert min(orders[days:]) > 100


def test_a_list_weighs_by_its_salience_and_not_by_its_length(market: Market) -> None:
    moved = []
    for n, salience in ((1, 1.0), (50, 1.0), (300, 1.0), (50, 3.0)):
        branch = market.branch()
        branch.today = Today(np.zeros(branch.shops.n, dtype=bool))
        terms = {"salience": salience, "fine": 9000.0}
        enforce(branch, [Act(Verb.ANNOUNCE, np.arange(n), terms=terms, policy="test")])
        moved.append((branch.today.announcements, branch.today.announced))
    assert moved[0] == moved[1] == moved[2] != moved[3]
    assert moved[3][0] == 3 * moved[0][0] == 3.0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_reviews_and_appeals_of_one_day_err_independently(seed: int) -> None:
    market = Market(World(), None, seed=seed).run(1)
    market.today = Today(np.zeros(2000, dtype=bool))
    shops, half = np.arange(2000), {"sensitivity": 0.5, "specificity": 0.5}
    flag(market, shops)
    for verb in (Verb.REVIEW, Verb.HEAR):
        sanction(market, verb, shops, terms=half)
    found = market.observe().findings
    guilty = [found.guilty[found.kind == kind] for kind in ("review", "appeal")]
    assert guilty[0].size == guilty[1].size == 2000
    # The correlation of independent verdicts has standard deviation 1/√n.
    assert abs(np.corrcoef(*guilty)[0, 1]) < 4.5 / np.sqrt(2000)


@pytest.mark.parametrize(("truth", "refused"), [(True, 0.8), (False, 0.05)])
def test_appeals_are_refused_by_the_truth_at_the_flag(truth: bool, refused: float) -> None:
    market = Market(World(), None, seed=3).run(1)
    market.today = Today(np.zeros(2000, dtype=bool))
    shops = np.arange(2000)
    market.merchants.last_brushed_day[:] = market.day if truth else NEVER
    flag(market, shops)
    market.merchants.last_brushed_day[:] = NEVER if truth else market.day
    # An innocent shop wins with the sensitivity, a guilty one is refused with the specificity.
    sanction(market, Verb.HEAR, shops, terms={"sensitivity": 0.95, "specificity": 0.8})
    share = market.observe().findings.guilty.mean()
    assert share == pytest.approx(refused, abs=4 * np.sqrt(refused * (1 - refused) / 2000))
