"""Organisers: capacity, fees, workers, raids, suits, what becomes of their customers."""

import numpy as np
import pytest

from sim import Market, World
from sim.brushing.organisers import BARRED, CLOSED
from sim.contract import Act, Verb
from sim.enforcement import enforce
from sim.kernels.brushing import serve
from sim.metrics import Today


def busy_market(seed: int = 1) -> Market:
    """A small market in which all would brush, after 80 days, ready for acts."""
    world = World()
    world.market.n_shops = 300
    world.brushing.opportunist_share, world.brushing.moral_cost = 1.0, 0.0
    market = Market(world, None, seed=seed).run(80)
    market.today = Today(np.zeros(300, dtype=bool))
    return market


def raid(market: Market, number: int) -> None:
    enforce(market, [Act(Verb.RAID, np.array([number]), who="organiser", cost=50_000.0)])


def largest(market: Market) -> int:
    return max(market.organisers, key=lambda o: o.turnover).number


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_raid_seizes_funds_and_the_ledger_and_closes(seed):
    market = busy_market(seed)
    number = largest(market)
    before = int(market.ledger.organisers[number])
    raid(market, number)
    organiser = market.organisers[number]
    assert organiser.status == CLOSED
    assert market.ledger.organisers[number] == pytest.approx(before / 2, abs=1)
    assert market.ledger.total() == 0
    ((raided, gains, turnover, seized),) = market.inbox.raids
    assert raided == number and seized <= before / 100 * organiser.weight
    assert 0.010 <= gains / turnover <= 0.02, "the organiser's share of brushed value"


def test_the_names_come_after_the_delay_and_most_are_customers():
    market = busy_market()
    number = largest(market)
    customers = set(market.shops.identity[market.merchants.last_organiser == number])
    customers |= set(market.shops.identity[market.merchants.previous_organiser == number])
    raid(market, number)
    due, _, named, accounts = market.inbox.ledgers[0]
    assert due == market.day + market.world.trade.ledger_days
    assert 0.4 * len(customers) < named.size < 0.8 * len(customers)
    assert len(set(named) - customers) <= 2
    assert set(accounts) <= set(market.organisers[number].pool)


def test_customers_of_a_closed_organiser_brush_elsewhere_within_two_weeks():
    market = busy_market()
    number = largest(market)
    mine = (market.merchants.organiser == number) & (market.merchants.campaign_until > market.day + 14)
    assert mine.sum() > 5
    market.world.trade.reopen_probability = 0.0
    raid(market, number)
    day = market.day
    market.run(14)
    still = mine & (market.merchants.organiser != number) & (market.merchants.last_brushed_day > day)
    assert still.sum() >= mine.sum() / 2


def test_a_ruined_founder_is_barred_and_a_suit_takes_no_more_than_was_earned():
    market = busy_market()
    number = largest(market)
    organiser = market.organisers[number]
    enforce(market, [Act(Verb.SUE, np.array([number]), amount=np.array([1e9]), who="organiser")])
    terms = {"odds": 1.0, "award_ratio": 1.0, "collectability": 1.0, "ruin": 1.0, "publicity": 1.0}
    enforce(
        market, [Act(Verb.TRY_SUIT, np.array([number]), amount=np.array([1e9]), who="organiser", terms=terms)]
    )
    assert organiser.status == BARRED
    assert market.today.damages == organiser.gains
    assert market.ledger.total() == 0


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
    tasks = np.zeros(market.buyers.n, dtype=int)
    for _ in range(30):
        market.step()
        np.add.at(tasks, market.tasks.account, 1)
    # Turns are taken in a ring that recruits join, so a worker may come round once more.
    assert tasks.max() <= market.world.trade.tasks_per_account + 2


def test_fees_stay_in_their_range_and_rise_when_orders_exceed_capacity():
    market = busy_market()
    trade = market.world.trade
    fees = market.daily()["fee"]
    assert fees.between(trade.fee_low, trade.fee_high).all()
    assert fees.iloc[:40].max() > trade.fee


def test_real_money_counts_one_over_the_weight():
    market = busy_market()
    weight = market.organisers[0].weight
    raid(market, 0)
    assert market.today.enforcement_cost == pytest.approx(50_000 / weight * 100, abs=1)


def test_nobody_answers_for_the_founder_before():
    market = busy_market()
    organiser = market.organisers[largest(market)]
    raided = organiser.public_id
    raid(market, raided)
    organiser.reopen_day = -100_000  # does not come back: a newcomer takes the place
    organiser.open_again(market.day)
    assert organiser.public_id != raided
    organiser.gains = 10**9
    terms = {"odds": 1.0, "award_ratio": 1.0, "collectability": 1.0, "ruin": 1.0, "publicity": 0.0}
    one, claim = np.array([raided]), np.array([1e6])
    enforce(market, [Act(Verb.FINE, one, amount=claim, who="organiser", actor="regulator")])
    enforce(market, [Act(Verb.TRY_SUIT, one, amount=claim, who="organiser", terms=terms)])
    assert market.today.fines == market.today.damages == 0 and organiser.is_open


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_most_customers_do_not_wait_for_a_closed_organiser_to_reopen(seed: int) -> None:
    market = busy_market(seed)
    market.world.trade.reopen_probability, kept = 1.0, market.world.trade.kept_customers
    number = largest(market)
    brushing = market.merchants.campaign_until > market.day + 5
    mine = np.flatnonzero(brushing & (market.merchants.organiser == number))
    raid(market, number)
    organiser = market.organisers[number]
    organiser.reopen_day = market.day + 100
    stay = (market.merchants.organiser[mine] == number).mean()
    assert mine.size > 20 and abs(stay - kept) < 4.5 * np.sqrt(kept * (1 - kept) / mine.size)
    gone = mine[market.merchants.organiser[mine] != number]
    market.day += 1
    market.run(1)
    assert organiser.status == CLOSED
    now = market.merchants.organiser[gone]
    assert np.all(now >= 0) and np.all(now != number)
