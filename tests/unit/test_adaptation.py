"""Brushers who adapt: gradual starts, what the trade learns, camouflage, channels that are mute."""

import numpy as np
import pytest

from experiments import load_config
from policies import build_package
from sim import Market, World
from sim.brushing.adaptation import adapt, make_experience, meet_customers
from sim.brushing.ways import ways_to_brush
from sim.kernels.adapting import buy_camouflage, wanted_camouflage
from sim.kernels.brushing import full_days, planned
from sim.parameters import ConfigError


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
    before = ways_to_brush(world)
    assert ways_to_brush(World()) is before
    world.brushing.levels, world.adaptation.gradual_days = [3, 7], 10
    world.brushing.campaign_days_high += 20
    after = ways_to_brush(world)
    assert after.level.tolist() == [3, 3, 7, 7] and after.start.tolist() == [0, 10, 0, 10]
    length = (world.brushing.campaign_days_low + world.brushing.campaign_days_high) / 2
    assert after.mean_level[1] == pytest.approx(3 * (5.5 + length - 10) / length)
    with pytest.raises(ValueError, match="read-only"):
        after.level[0] = 1


def test_a_way_that_is_hit_more_than_its_exposure_is_held_more_dangerous():
    experience = make_experience(World())
    assert np.all(experience.relative_hazard() == 1)
    experience.exposure[:] = 100.0
    experience.sanctions[5] = 50.0
    hazard = experience.relative_hazard()
    assert hazard[5] > 5 and np.all(np.delete(hazard, 5) < 1)


@pytest.mark.parametrize("way", [0, 5, 10])
def test_sanctions_count_against_the_way_of_those_that_are_hit(trunk: Market, way: int) -> None:
    market = trunk.branch()
    experience, day = make_experience(market.world), market.day
    recent = np.flatnonzero(day - market.merchants.last_brushed_day < 30)
    long_ago = np.flatnonzero(day - market.merchants.last_brushed_day >= 30)
    market.merchants.way[:] = 7
    market.merchants.way[recent[:10]] = way
    sanctioned = np.zeros(market.shops.n, dtype=bool)
    sanctioned[recent[:10]] = sanctioned[long_ago] = True
    customers = meet_customers(
        market.tasks, market.trade.n, market.merchants, market.shops, market.traces,
        market.ledger.merchants, market.severity, market.world, day,
    )  # fmt: skip
    adapt(experience, market.trade, customers, market.merchants, sanctioned, market.world.adaptation, day)
    assert experience.sanctions.tolist() == [10.0 if i == way else 0.0 for i in range(12)]
    brushing = market.tasks.count > 0
    number, orders, _ = customers.by_organiser.sum(axis=1)
    assert number == brushing.sum() and orders == market.tasks.n
    assert customers.blatant == pytest.approx((1 - market.tasks.cover[brushing]).sum())
    assert np.array_equal(
        experience.exposure > 0, np.bincount(market.merchants.way[brushing], minlength=12) > 0
    )
    assert experience.lost == 10
    assert experience.relative_hazard().argmax() == way


def test_camouflage_is_bought_where_it_saves_more_than_it_costs(trunk):
    config, camouflage = trunk.world.adaptation, np.array([0.3, 0.3])
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
    assert free.ledger.total() == 0


def test_without_incapacitation_sanctions_are_pronounced_but_not_carried_out(trunk):
    market = under(trunk, "all_cases", ("incapacitation",))
    policy = market.daily().query("day >= 0")
    assert policy["sanctions"].sum() > 0
    assert not np.any(market.shops.closed_day >= market.policy_start)
    assert not np.any(market.shops.hidden_until > market.policy_start + 40)


def test_without_deterrence_perceived_risk_stands_still(trunk):
    market = under(trunk, "all_cases", ("deterrence",))
    ready = market.shops.open & market.merchants.opportunist
    assert market.merchants.risk[ready].mean() == pytest.approx(market.mute.risk, rel=0.2)
    assert under(trunk, "all_cases").merchants.risk[ready].mean() > 2 * market.mute.risk


def test_without_price_fees_stay(trunk):
    before = [organiser.fee for organiser in trunk.organisers]
    market = under(trunk, "all_cases", ("price",), days=40)
    assert [o.fee for o in market.organisers if o.names == 1] == [
        fee for fee, o in zip(before, market.organisers, strict=True) if o.names == 1
    ]


def test_an_unknown_channel_is_an_error(trunk):
    with pytest.raises(ConfigError, match="mute must name some of"):
        trunk.branch().adopt(None, ("morals",))
