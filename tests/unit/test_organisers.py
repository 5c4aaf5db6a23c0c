"""Organisers: capacity, fees, workers, raids, suits, what becomes of their customers."""

import numpy as np
import pytest
from evenings import at_evening, carry_out, sleep
from willing import willing_world

from sim import Market
from sim.contract import Raid, Sue, TrySuit
from sim.kernels.brush import serve
from sim.state.founders import Status


def busy_market(seed: int = 1, shops: int = 300) -> Market:
    """A small market in which all would brush, after 80 days, ready for acts."""
    return at_evening(Market(willing_world(shops), None, seed=seed).run(80))


def name_of(market: Market, number: int) -> np.ndarray:
    """Return the present name of an organiser, as acts have it."""
    names = market.state.names
    return names.number[names.current[[number]]]


def raid(market: Market, number: int) -> None:
    carry_out(market, Raid(name_of(market, number), cost=50_000.0))


def largest(market: Market) -> int:
    return int(market.state.founders.turnover[market.state.trade.founder].argmax())


def status(market: Market, number: int) -> Status:
    """Return what the founder of a closed organiser may do."""
    assert not market.state.trade.is_open[number]
    return Status(market.state.founders.status[market.state.trade.founder[number]])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_raid_seizes_funds_and_the_ledger_and_closes(seed):
    market = busy_market(seed)
    number = largest(market)
    before = int(market.state.trade.cash[number])
    raid(market, number)
    assert status(market, number) == Status.FREE
    assert market.state.trade.cash[number] == pytest.approx(before / 2, abs=1)
    assert market.state.money.total(market.state.merchants, market.state.trade) == 0
    ((raided, gains, turnover, seized),) = market.state.inbox.raids
    assert raided == name_of(market, number) and seized <= before / 100 * market.state.trade.weight
    assert 0.010 <= gains / turnover <= 0.02, "the organiser's share of brushed value"


def test_the_names_come_after_the_delay_and_most_are_customers():
    market = busy_market()
    number = largest(market)
    customers = set(market.state.shops.identity[market.state.campaigns.last_organiser == number])
    customers |= set(market.state.shops.identity[market.state.campaigns.previous_organiser == number])
    raid(market, number)
    due, _, named, accounts = market.state.inbox.ledgers[0]
    assert due == market.day + market.state.parameters.trade.ledger_days
    assert 0.4 * len(customers) < named.size < 0.8 * len(customers)
    assert len(set(named) - customers) <= 2
    assert set(accounts) <= set(market.state.trade.accounts(number))


def test_customers_of_a_closed_organiser_brush_elsewhere_within_two_weeks():
    market = busy_market()
    number = largest(market)
    mine = (market.state.campaigns.organiser == number) & (market.state.campaigns.until > market.day + 14)
    assert mine.sum() > 5
    market.state.parameters.trade.reopen_probability = 0.0
    raid(market, number)
    day = market.day
    market.run(14)
    campaigns = market.state.campaigns
    still = mine & (campaigns.organiser != number) & (campaigns.last_brushed_day > day)
    assert still.sum() >= mine.sum() / 2


def test_a_ruined_founder_is_barred_and_a_suit_takes_no_more_than_was_earned():
    market = busy_market()
    number = largest(market)
    name = name_of(market, number)
    carry_out(market, Sue(name, np.array([1e9])))
    terms = {"odds": 1.0, "award_ratio": 1.0, "collectability": 1.0, "ruin": 1.0, "publicity": 1.0}
    carry_out(market, TrySuit(name, np.array([1e9]), **terms))
    assert status(market, number) == Status.BARRED
    assert market.today.tally.damages == market.state.founders.gains[market.state.trade.founder[number]]
    assert market.state.money.total(market.state.merchants, market.state.trade) == 0


def test_capacity_is_never_exceeded_and_every_customer_is_served_in_proportion():
    rng = np.random.default_rng(1)
    for _ in range(200):
        wanted = rng.integers(1, 50, 40)
        capacity = int(rng.integers(0, wanted.sum() + 50))
        served = np.empty_like(wanted)
        ends, demanded = np.array([0, wanted.size]), np.array([wanted.sum()])
        totals = serve(ends, demanded, wanted, np.array([capacity]), rng.random(1), served)
        assert totals.tolist() == [served.sum()]
        assert np.all(served <= wanted)
        if capacity >= wanted.sum():
            assert np.array_equal(served, wanted)
        else:
            assert capacity - 1 <= served.sum() <= capacity
            assert np.all(np.abs(served - wanted * capacity / wanted.sum()) < 1)


def test_workers_keep_to_their_monthly_number_of_tasks():
    market = busy_market()
    tasks = np.zeros(market.state.buyers.n, dtype=int)
    for _ in range(30):
        market.step()
        np.add.at(tasks, market.today.tasks.account, 1)
    # Turns are taken in a ring that recruits join, so a worker may come round once more.
    assert tasks.max() <= market.state.parameters.trade.tasks_per_account + 2


def test_fees_stay_in_their_range_and_rise_when_orders_exceed_capacity():
    market = busy_market()
    trade = market.state.parameters.trade
    fees = market.daily()["fee"]
    assert fees.between(trade.fee_low, trade.fee_high).all()
    assert fees.iloc[:40].max() > trade.fee


def test_real_money_counts_one_over_the_weight():
    market = busy_market()
    weight = market.state.trade.weight
    raid(market, 0)
    assert market.today.tally.enforcement_cost == pytest.approx(50_000 / weight * 100, abs=1)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_most_customers_do_not_wait_for_a_closed_organiser_to_reopen(seed: int) -> None:
    market = busy_market(seed, shops=1200)
    market.state.parameters.trade.reopen_probability, kept = 1.0, market.state.parameters.trade.kept_customers
    number = largest(market)
    brushing = market.state.campaigns.until > market.day + 5
    mine = np.flatnonzero(brushing & (market.state.campaigns.organiser == number))
    raid(market, number)
    market.state.trade.reopen_day[number] = market.day + 100
    stay = (market.state.campaigns.organiser[mine] == number).mean()
    assert mine.size > 20 and abs(stay - kept) < 4.5 * np.sqrt(kept * (1 - kept) / mine.size)
    gone = mine[market.state.campaigns.organiser[mine] != number]
    sleep(market)
    market.run(1)
    assert status(market, number) == Status.FREE
    now = market.state.campaigns.organiser[gone]
    assert np.all(now >= 0) and np.all(now != number)
