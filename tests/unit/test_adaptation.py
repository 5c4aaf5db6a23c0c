"""Brushers who adapt: gradual starts, what the trade learns, camouflage, channels that are mute."""

import numpy as np
import pytest

from experiments import load_config
from policies import build_package
from sim import Market, World
from sim.kernels.brush import full_days, planned
from sim.kernels.pricing import move_cuts, offer_camouflage
from sim.parameters import ConfigError
from sim.phases.adapt import learn_of_customers
from sim.state.ways import ways_to_brush


@pytest.fixture(scope="module")
def trunk() -> Market:
    """A lawless small market after 60 days: much to sanction."""
    config = load_config(["market=small", "scenario=lawless"])
    return Market(config.world, build_package(config.status_quo), seed=3).run(60)


def under(trunk: Market, package: str, mute: tuple[str, ...] = (), days: int = 120) -> Market:
    return trunk.branch().adopt(build_package(load_config([f"package={package}"]).package), mute).run(days)


def test_a_gradual_start_plans_whole_orders_that_add_up():
    orders = np.array([planned.py_func(day, 30, 2) for day in range(60)])
    assert orders.sum() == np.floor(2 * full_days.py_func(60, 30))
    assert orders[:10].sum() < orders[30:40].sum() == 20


def test_the_ways_follow_a_world_that_is_changed_and_cannot_be_written_to() -> None:
    world = World()
    world.brushing.levels, world.adaptation.gradual_days = [3, 7], 10
    world.brushing.campaign_days_high += 20
    after = ways_to_brush(world)
    assert after.level.tolist() == [3, 3, 7, 7] and after.start.tolist() == [0, 10, 0, 10]
    length = (world.brushing.campaign_days_low + world.brushing.campaign_days_high) / 2
    assert after.mean_level[1] == pytest.approx(3 * (5.5 + length - 10) / length)
    with pytest.raises(ValueError, match="read-only"):
        after.level[0] = 1


def test_organisers_deliver_in_time_what_their_keenest_customer_wants() -> None:
    camouflage, keenest = np.array([0.3, 0.3, 0.3]), np.array([1.0, -1.0, 0.0])
    for _ in range(500):
        offer_camouflage(keenest, 30.0, camouflage)
    assert camouflage == pytest.approx([1.0, 0.3, 0.0], abs=1e-3), "who has no customers stays as it is"


@pytest.mark.parametrize(("risk", "wanted"), [(0.0, 0.0), (1e3, 1.0)])
def test_camouflage_on_offer_follows_what_customers_fear(trunk: Market, risk: float, wanted: float) -> None:
    market = trunk.branch()
    state, today = market.state, market.today
    owners, sold = (state.shops, state.merchants), state.traces.genuine_30()
    state.trade.camouflage[:], state.merchants.risk[:] = 0.5, risk
    served = np.unique(today.tasks.organiser[today.tasks.count > 0])
    for _ in range(400):
        learn_of_customers(today, owners, state.campaigns, sold, state.beliefs, state.trade)
    expected = np.full(state.trade.n, 0.5)
    expected[served] = wanted
    assert 0 < served.size < state.trade.n and state.trade.camouflage == pytest.approx(expected, abs=1e-3)


def cuts_after(earned_above: float, earned_below: float, days: int = 100) -> float:
    """Return the cut of an organiser whose quotes above and below it earn that much a caller, day by day."""
    asked = np.array([[[3.0], [3.0]], [[3 * earned_below], [3 * earned_above]]])
    callers, earned, cut = np.zeros((2, 1)), np.zeros((2, 1)), np.array([0.0136])
    for _ in range(days):
        move_cuts(asked, (60.0, 10.0, 0.02, 0.01, 0.0375), callers, earned, cut)
    return float(cut[0])


def test_an_organiser_moves_its_cut_to_where_it_earns_more() -> None:
    assert cuts_after(1.0, 1.0) == pytest.approx(0.0136) == cuts_after(0.0, 0.0)
    assert 0.01 == cuts_after(0.0, 1.0) < cuts_after(0.9, 1.0) < 0.0136 < cuts_after(1.0, 0.9)
    assert cuts_after(1.0, 0.0) == 0.0375


def test_what_is_earned_of_quotes_is_noted_by_their_sign(trunk: Market) -> None:
    market = trunk.branch()
    market.state.trade.cut[:], market.state.parameters.brushing.decision_days = 0.02, 1
    market.run(1)
    today, campaigns, shops = market.today, market.state.campaigns, market.state.shops
    callers, earned = today.asked
    started, cut = today.started, market.today.offers.cut
    assert callers.sum() % 3 == 0 and callers.sum() >= 3 * started.size > 9
    value = market.state.parameters.brushing.value_ratio * shops.price[started]
    brings = campaigns.quote[started] * value * campaigns.ways.mean_level[campaigns.way[started]]
    above = (campaigns.quote > cut[campaigns.organiser])[started]
    assert earned.sum(axis=1) == pytest.approx([brings[~above].sum(), brings[above].sum()])


def test_strict_enforcement_brings_camouflage_which_blunts_the_traces(trunk):
    cheap = trunk.branch()
    cheap.state.parameters.adaptation.camouflage_price = 0.1
    free, frozen = under(cheap, "ten_times_action"), under(cheap, "ten_times_action", ("evasion",))
    assert free.daily()["camouflage"].iloc[-60:].mean() > 0.2
    assert free.outcomes()["recall_last_90"] < frozen.outcomes()["recall_last_90"]
    assert free.state.money.total(free.state.merchants, free.state.trade) == 0


def test_without_incapacitation_sanctions_are_pronounced_but_not_carried_out(trunk):
    market = under(trunk, "all_cases", ("incapacitation",))
    policy = market.daily().query("day >= 0")
    assert policy["sanctions"].sum() > 0
    assert not np.any(market.state.shops.closed_day >= market.state.clock.policy_start)
    assert not np.any(market.state.shops.hidden_until > market.state.clock.policy_start + 40)


def test_without_deterrence_perceived_risk_stands_still(trunk):
    market = under(trunk, "all_cases", ("deterrence",))
    ready = market.state.shops.open & market.state.merchants.opportunist
    assert market.state.merchants.risk[ready].mean() == pytest.approx(market.state.switched_off.risk, rel=0.2)
    assert under(trunk, "all_cases").state.merchants.risk[ready].mean() > 2 * market.state.switched_off.risk


def test_without_price_fees_and_cuts_stay(trunk):
    before = trunk.state.trade
    after, free = (under(trunk, "all_cases", mute, days=40).state.trade for mute in (("price",), ()))
    assert np.array_equal(after.fee, before.fee) and np.array_equal(after.cut, before.cut)
    assert not np.array_equal(free.cut, before.cut) and not np.array_equal(free.fee, before.fee)


def test_an_unknown_channel_is_an_error(trunk):
    with pytest.raises(ConfigError, match="mute must name some of"):
        trunk.branch().adopt(None, ("morals",))
