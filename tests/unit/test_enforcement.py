"""Acts take effect, are judged, can be undone, and cost what they cost."""

import copy
from dataclasses import replace

import numpy as np
import pytest
from evenings import at_evening, carry_out, sleep

from sim import Market, World
from sim.contract import (
    Announce,
    Ban,
    Close,
    ContractError,
    Demote,
    Fine,
    Flag,
    Hear,
    Raid,
    Reinstate,
    RemoveSales,
    Review,
    SetRanking,
    Warn,
    case_number,
)
from sim.phases.enter import CLOSED_DAYS
from sim.phases.observe import clear_delivered
from sim.state.units import NEVER

SHOP = np.array([7])


@pytest.fixture
def market(small_market) -> Market:
    return at_evening(small_market)


def cases_of(market: Market, shops: np.ndarray = SHOP) -> np.ndarray:
    return case_number(market.state.clock.policy_day, market.state.shops.identity[shops])


def let(market: Market, kind: type, shops: np.ndarray = SHOP, actor: str = "platform", **terms) -> None:
    carry_out(market, kind(shops, cases_of(market, shops), actor=actor, policy="test", **terms))


def flag(market: Market, shops: np.ndarray = SHOP) -> None:
    let(market, Flag, shops)


def test_innocence_is_judged_at_the_flag_and_for_good(market):
    market.state.campaigns.last_brushed_day[[7, 8, 9]] = market.day - np.array([91, 60, 5])
    flag(market, np.array([7, 8, 9]))
    market.state.campaigns.last_brushed_day[7] = market.day
    table = market.case_table()
    assert table["innocent"].tolist() == [True, False, False]
    assert table["stale"].tolist() == [False, True, False]


def test_innocence_begins_on_the_ninety_first_day(market: Market) -> None:
    market.state.campaigns.last_brushed_day[[7, 8]] = market.day - np.array([91, 90])
    flag(market, np.array([7, 8]))
    assert market.case_table()["innocent"].tolist() == [True, False]


def test_several_verbs_in_one_case_are_one_hit_and_one_strike(market):
    flag(market)
    for kind, terms in (
        (RemoveSales, {}),
        (Demote, {"days": 30}),
        (Fine, {"amount": np.array([50.0])}),
    ):
        let(market, kind, **terms)
    assert market.today.tally.hits_innocent + market.today.tally.hits_guilty == 1
    assert (market.state.shops.sanction_days[7] != NEVER).sum() == 1


def test_a_warning_is_a_strike_that_is_heard_of_but_no_hit(market):
    flag(market)
    campaigns = market.state.campaigns
    campaigns.until[7] = market.day + 5
    let(market, Warn)
    tally = market.today.tally
    assert tally.hits_innocent + tally.hits_guilty == 0
    assert market.state.shops.sanction_days[7, 0] == market.day
    assert np.flatnonzero(tally.sanctioned).tolist() == np.flatnonzero(tally.traced).tolist() == [7]
    assert campaigns.struck[7]


EMPTY_HANDED: list[tuple[type, dict]] = [
    (Fine, {"amount": np.array([0.0])}),
    (Fine, {"amount": np.array([0.004])}),
    (Close, {}),
    (Demote, {"days": 5}),
    (RemoveSales, {}),
]
"""Sanctions that take nothing from a shop that is closed, hidden for longer, and displays no sales."""


@pytest.mark.parametrize("muted", [False, True])
@pytest.mark.parametrize(("kind", "terms"), EMPTY_HANDED)
def test_a_sanction_that_takes_nothing_is_a_strike_and_an_event_and_nothing_else(
    market: Market, kind: type, terms: dict, muted: bool
) -> None:
    state, tally = market.state, market.today.tally
    state.switched_off = replace(state.switched_off, incapacitation=muted)
    state.shops.open[7], state.shops.displayed[7] = False, 0.0
    state.shops.hidden_until[7], state.campaigns.until[7] = market.day + 50, market.day + 50
    flag(market)
    before, events = copy.deepcopy(state), len(market.events())
    let(market, kind, **terms)
    assert state.shops.sanction_days[7].tolist() == [market.day, NEVER, NEVER, NEVER]
    assert len(market.events()) == events + 1
    assert not tally.sanctioned.any() and not tally.traced.any() and not state.campaigns.struck.any()
    assert (tally.hits_innocent, tally.hits_guilty, tally.hits_honest) == (0, 0, 0)
    assert (tally.demotion_days, tally.imposed, tally.closures) == (0, 0, 0)
    assert np.array_equal(state.harm.until, before.harm.until) and not state.inbox.appeals
    assert state.cases.columns["hit_day"][-1] == NEVER
    for name in ("open", "displayed", "removed", "hidden_until", "closed_day"):
        assert np.array_equal(getattr(state.shops, name), getattr(before.shops, name)), name
    assert np.array_equal(state.merchants.cash, before.merchants.cash)


@pytest.mark.parametrize("muted", [False, True])
@pytest.mark.parametrize(
    ("kind", "terms", "sums"),
    [
        (Fine, {"amount": np.array([1e7])}, (0, 10**9, 0, 0, 1, 0)),
        (Close, {}, (0, 0, 1, 0, 0, 0)),
        (Demote, {"days": 5}, (5, 0, 0, 1, 0, 0)),
        (RemoveSales, {}, (0, 0, 0, 0, 0, 1)),
    ],
)
def test_what_a_sanction_takes_is_heard_of_and_stops_no_campaign(
    market: Market, kind: type, terms: dict, sums: tuple[int, ...], muted: bool
) -> None:
    state, tally, shops = market.state, market.today.tally, np.array([7, 8])
    state.switched_off = replace(state.switched_off, incapacitation=muted)
    state.campaigns.last_brushed_day[shops] = NEVER
    state.campaigns.level[shops], state.campaigns.until[shops] = 5, market.day + np.array([9, 0])
    for shop in shops[:, None]:
        let(market, kind, shop, **terms)
    assert np.flatnonzero(tally.sanctioned).tolist() == [7, 8]
    assert np.flatnonzero(state.campaigns.struck).tolist() == [7], "the other's campaign is over"
    told = tally.demotion_days, tally.imposed, tally.closures, tally.demotions, tally.fined, tally.removals
    assert told == tuple(2 * x for x in sums)
    assert tally.hits_innocent == 2 and np.all(state.harm.until[shops] > market.day)
    assert state.campaigns.level[shops].tolist() == [5, 5]
    assert state.campaigns.until[7] == market.day + 9


def test_a_case_is_hit_once_and_heard_of_once_and_told_with_all_that_it_brings(market: Market) -> None:
    case, hits, heard, told = cases_of(market), [], [], []
    for days in (5, 5, 30):
        carry_out(market, Demote(SHOP, case, days, policy="test"))
        tally = market.today.tally
        hits.append(tally.hits_innocent + tally.hits_guilty)
        heard.append(int(tally.sanctioned.sum()))
        told.append((tally.demotions, tally.demotion_days))
        sleep(market)
        at_evening(market)
    assert (hits, heard) == ([1, 0, 0], [1, 0, 0])
    assert told == [(1, 5), (1, 5), (1, 30)]
    assert (market.state.shops.sanction_days[7] != NEVER).sum() == 1


def test_a_sanction_rests_on_traces_unless_all_its_cases_come_from_ledgers(market: Market) -> None:
    names = market.state.shops.identity[[7, 8]].copy()
    market.state.inbox.ledgers.append((market.day, 0, names, np.zeros(0, dtype=np.int32)))
    clear_delivered(market.state, market.today.tally)
    flag(market, np.array([8]))
    let(market, Demote, np.array([7, 8, 9]), days=3)
    assert np.flatnonzero(market.today.tally.sanctioned).tolist() == [7, 8, 9]
    assert np.flatnonzero(market.today.tally.traced).tolist() == [8, 9]
    again = cases_of(market, np.array([7])) + 2**40
    carry_out(market, Flag(np.array([7]), again, policy="test"))
    carry_out(market, Fine(np.array([7]), again, np.array([9.0]), policy="test", actor="platform"))
    assert market.today.tally.traced[7]


def test_a_demotion_hides_from_tomorrow_for_its_days(market):
    flag(market)
    let(market, Demote, days=5)
    hidden = []
    for _ in range(8):
        sleep(market)
        hidden.append(market.state.shops.hidden_until[7] > market.day)
    assert hidden == [True] * 5 + [False] * 3


def test_a_won_appeal_gives_back_sales_fines_place_and_strike(market):
    shops, merchants = market.state.shops, market.state.merchants
    before = shops.displayed[7], int(merchants.cash[7]), int(merchants.deposit[7])
    flag(market)
    for actor, amount in (("platform", 300.0), ("regulator", 200.0)):
        let(market, Fine, actor=actor, amount=np.array([amount]))
    let(market, RemoveSales)
    let(market, Demote, days=30)
    assert market.state.shops.displayed[7] == 0
    owned = int(market.state.merchants.cash[7] + market.state.merchants.deposit[7])
    assert owned == before[1] + before[2] - 50_000
    let(market, Reinstate)
    assert market.state.shops.displayed[7] == before[0]
    assert int(market.state.merchants.cash[7] + market.state.merchants.deposit[7]) == before[1] + before[2]
    assert market.state.shops.hidden_until[7] <= market.day + 1
    assert (market.state.shops.sanction_days[7] == NEVER).all()
    assert market.case_table()["overturned"].tolist() == [True]
    assert market.state.money.total(market.state.merchants, market.state.trade) == 0


def test_a_closed_shop_keeps_its_slot_until_an_appeal_is_too_late(market):
    flag(market)
    identity = market.state.shops.identity[7]
    let(market, Close)
    market.state.parameters.shops.leave_rate = market.state.parameters.shops.growth = 0.0
    sleep(market)
    market.run(CLOSED_DAYS - 2)
    assert market.state.shops.identity[7] == identity and not market.state.shops.open[7]
    market.run(2)
    assert market.state.shops.identity[7] != identity


def test_flagging_a_case_again_opens_no_second_one(market):
    flag(market)
    flag(market)
    assert len(market.case_table()) == 1 and market.today.tally.cases == 1


def test_a_ledger_is_evidence_of_older_purchases_than_a_trace(market):
    market.state.campaigns.last_brushed_day[[7, 8]] = market.day - 150
    names = market.state.shops.identity[SHOP].copy()
    market.state.inbox.ledgers.append((market.day, 0, names, np.zeros(0, dtype=np.int32)))
    clear_delivered(market.state, market.today.tally)
    let(market, Demote, np.array([7, 8]), days=3)
    table = market.case_table().set_index("slot")
    assert table.loc[7, ["source", "innocent"]].tolist() == ["ledger", False]
    assert table.loc[8, ["source", "innocent"]].tolist() == ["other", True]


@pytest.mark.parametrize("truth", [True, False])
def test_findings_have_the_stated_sensitivity_and_specificity(truth):
    world = World()
    world.findings.review_sensitivity, world.findings.review_specificity = 0.8, 0.95
    market = at_evening(Market(world, None, seed=3).run(2))
    market.state.campaigns.last_brushed_day[:] = market.day if truth else NEVER
    shops = np.arange(2000)
    flag(market, shops)
    for effort, expected in ((1.0, 0.8 if truth else 0.05), (0.5, 1 - 0.2**0.5 if truth else 0.05**0.5)):
        let(market, Review, shops, effort=effort)
        found = market.observe().findings.guilty[-2000:].mean()
        assert found == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 2000))


def test_more_effort_errs_less_and_never_elsewhere(market: Market) -> None:
    shops = np.arange(300)
    market.state.campaigns.last_brushed_day[:] = np.where(shops % 2 == 0, market.day, NEVER)
    flag(market, shops)
    for effort in (0.5, 1.0, 3.0, 10.0):
        let(market, Review, shops, effort=effort)
    wrong = market.observe().findings.guilty.reshape(4, 300) != (shops % 2 == 0)
    assert np.all(wrong[:-1] >= wrong[1:]) and wrong[0].sum() > wrong[1].sum() > wrong[2].sum()
    assert not wrong[3].any()


@pytest.mark.parametrize(("kind", "cost"), [(Review, 30), (Hear, 60)])
def test_a_finding_costs_what_the_world_says(market: Market, kind: type, cost: float) -> None:
    shops = np.arange(10)
    flag(market, shops)
    let(market, kind, shops, cost=0.0)
    let(market, kind, shops, effort=2.5, cost=1e6)
    assert market.today.tally.enforcement_cost == 100 * 10 * cost * 3.5


def test_looking_twice_sees_the_same_and_tomorrow_nothing_old(market):
    flag(market)
    let(market, Review)
    assert market.observe().findings.case.tolist() == market.observe().findings.case.tolist() != []
    clear_delivered(market.state, market.today.tally)
    assert market.observe().findings.case.size == 0


def test_what_is_found_of_a_shop_that_has_left_names_no_slot(market: Market) -> None:
    shops = np.array([7, 8])
    flag(market, shops)
    let(market, Review, shops)
    let(market, Hear, shops)
    market.state.shops.identity[7] = market.state.shops.n
    assert market.observe().findings.shop.tolist() == [-1, 8, -1, 8]


def test_a_change_of_the_ranking_rule_ends_with_its_package(market):
    carry_out(market, SetRanking(sales_weight=0.0, policy="test"))
    assert market.state.platforms[0].ranking.sales_weight == 0
    market.adopt(None)
    assert market.state.platforms[0].ranking.sales_weight == market.state.parameters.ranking.sales_weight > 0


def test_an_unknown_target_is_one_clear_sentence(market):
    with pytest.raises(ContractError, match=r"^test: raid: a target is the name of no organiser$"):
        carry_out(market, Raid(np.array([99]), policy="test"))


def test_a_ban_keeps_accounts_from_ordering_and_from_tasks(market):
    accounts = np.arange(0, market.state.buyers.n, 2)
    carry_out(market, Ban(accounts, days=20, policy="test", actor="platform"))
    sleep(market)
    for _ in range(15):
        market.step()
        ordered = np.concatenate(market.state.traces.accounts[(market.day - 1) % 30])
        assert not np.isin(ordered, accounts).any()


@pytest.mark.parametrize("days", [1, 5, 20])
def test_a_ban_lasts_from_tomorrow_for_its_days(market: Market, days: int) -> None:
    accounts = np.arange(market.state.buyers.n)
    carry_out(market, Ban(accounts, days=days, policy="test", actor="platform"))
    sleep(market)
    orders = []
    for _ in range(days + 2):
        market.run(1)
        orders.append(market.today.sales.placed.sum() + market.today.tasks.n)
    assert orders[:days] == [0] * days
    assert min(orders[days:]) > 100


def test_a_list_weighs_by_its_salience_and_not_by_its_length(market: Market) -> None:
    moved = []
    for n, salience in ((1, 1.0), (50, 1.0), (300, 1.0), (50, 3.0)):
        branch = at_evening(market.branch())
        carry_out(branch, Announce(salience, np.arange(n), fine=9000.0, policy="test"))
        moved.append((branch.today.tally.announcements, branch.today.tally.announced))
    assert moved[0] == moved[1] == moved[2] != moved[3]
    assert moved[3][0] == 3 * moved[0][0] == 3.0
    assert [(name, value) for name, value, _ in moved[0][1]] == [("fine", 9000.0), ("fined", 1.0)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_reviews_and_appeals_of_one_day_err_independently(seed: int) -> None:
    market = at_evening(Market(World(), None, seed=seed).run(1))
    shops, findings = np.arange(2000), market.state.parameters.findings
    findings.review_sensitivity = findings.review_specificity = 0.5
    findings.hearing_innocent_wins = findings.hearing_guilty_refused = 0.5
    flag(market, shops)
    for kind in (Review, Hear):
        let(market, kind, shops)
    found = market.observe().findings
    guilty = [found.guilty[found.kind == kind] for kind in ("review", "appeal")]
    assert guilty[0].size == guilty[1].size == 2000
    # The correlation of independent verdicts has standard deviation 1/√n.
    assert abs(np.corrcoef(*guilty)[0, 1]) < 4.5 / np.sqrt(2000)


@pytest.mark.parametrize(("truth", "refused"), [(True, 0.8), (False, 0.05)])
def test_appeals_are_refused_by_the_truth_at_the_flag(truth: bool, refused: float) -> None:
    world = World()
    world.findings.hearing_innocent_wins, world.findings.hearing_guilty_refused = 0.95, 0.8
    market = at_evening(Market(world, None, seed=3).run(1))
    shops = np.arange(2000)
    market.state.campaigns.last_brushed_day[:] = market.day if truth else NEVER
    flag(market, shops)
    market.state.campaigns.last_brushed_day[:] = NEVER if truth else market.day
    let(market, Hear, shops)
    share = market.observe().findings.guilty.mean()
    assert share == pytest.approx(refused, abs=4 * np.sqrt(refused * (1 - refused) / 2000))
