"""Brushers who adapt: gradual starts, what the trade learns, camouflage, channels that are mute."""

import numpy as np
import pytest

from experiments import load_config
from policies import build_package
from sim import Market, World
from sim.kernels.adapt import buy_camouflage, wanted_camouflage
from sim.kernels.brush import full_days, planned
from sim.parameters import ConfigError
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


def test_camouflage_is_bought_where_it_saves_more_than_it_costs(trunk):
    config, camouflage = trunk.state.parameters.adaptation, np.array([0.3, 0.3])
    customers = np.array([[4.0, 0.0], [8.0, 0.0], [20_000.0, 0.0]])
    price = float(config.camouflage_price)
    for hazard, wanted in ((0.0, 0.0), (1.0, 1.0)):
        for _ in range(500):
            buy_camouflage(hazard, customers, config.hidden_share, price, config.camouflage_days, camouflage)
        assert camouflage == pytest.approx([wanted, 0.3], abs=1e-3), "who has no customers buys none"


@pytest.mark.parametrize("hazard", [0.0, 1e-4, 3e-4, 1e-3, 1e-1])
def test_no_other_camouflage_costs_customers_less(hazard: float) -> None:
    orders, loss, hidden, price = 2.0, 5000.0, 0.8, 2.0
    share = np.linspace(0, 1, 1001)
    cost = orders * price * (share + share**2) / 2 + hazard * (1 - hidden * share) * loss
    wanted = wanted_camouflage.py_func(hazard, orders, loss, hidden, price)
    assert wanted == pytest.approx(share[cost.argmin()], abs=1e-3)


def test_strict_enforcement_brings_camouflage_which_blunts_the_traces(trunk):
    free, frozen = under(trunk, "all_cases"), under(trunk, "all_cases", ("evasion",))
    assert free.daily()["camouflage"].iloc[-30:].mean() > 0.5
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


def test_without_price_fees_stay(trunk):
    before = trunk.state.trade.fee
    trade = under(trunk, "all_cases", ("price",), days=40).state.trade
    never_closed = trade.names == 1
    assert never_closed.any() and np.array_equal(trade.fee[never_closed], before[never_closed])


def test_an_unknown_channel_is_an_error(trunk):
    with pytest.raises(ConfigError, match="mute must name some of"):
        trunk.branch().adopt(None, ("morals",))
