"""Open the market: displayed sales, ratings and cash near where they settle; and let a package take over."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.allocator import keep_freed_memory
from sim.kernels.ahead import compile_ahead
from sim.parameters import Parameters, check_world, normalised
from sim.phases.buy_by_class import fit_quadrature
from sim.phases.rank import rank
from sim.state import State, make_state
from sim.state.attraction import attract, fit_outside
from sim.state.detectors import DetectorRecord
from sim.state.displayed import days_on_display, display_window, lay_out
from sim.state.inbox import Inbox
from sim.state.mechanisms import mean_risk, switch_off
from sim.state.money import fund_merchants, fund_organiser, whole_deposit
from sim.state.platform import Platform
from sim.state.units import FEN
from sim.trade.business import fix_cover

ROUNDS = 30


def open_market(parameters: Parameters, seed: int) -> State:
    """Return a market on its first morning, or raise `ConfigError` for parameters that cannot be."""
    parameters = normalised(parameters)
    check_world(parameters)
    compile_ahead()
    keep_freed_memory(parameters.market.n_shops)
    state = make_state(parameters, seed)
    settle_down(state)
    return state


def settle_down(state: State) -> None:
    """Give shops displayed sales, ratings and cash near where they would settle; the warm-up does the rest.

    Then the outside option is fitted, so that visits end in orders as often as the scenario says.
    """
    (platform,) = state.platforms
    for _ in range(ROUNDS):
        sales = expect_sales(state, platform)
        remember_sales(state, platform, sales)
    if display_window(platform.ranking):
        lay_out(state.shops, days_on_display(platform.ranking, state.shops.age(0)))
    attention, demand = rank(state.clock, platform, state.shops), platform.demand
    utility, _ = attract(demand, state.shops, attention.log_displayed)
    demand.outside = fit_outside(demand, attention, utility)
    if platform.classes is not None:
        fit_quadrature(platform.classes, demand, attention, utility)
    fund_everyone(state, sales)


def expect_sales(state: State, platform: Platform) -> np.ndarray:
    """Return mean-field orders a day (n_shops,): in proportion to attention × attraction in the category."""
    demand, shops = platform.demand, state.shops
    attention = rank(state.clock, platform, shops)
    utility, _ = attract(demand, shops, attention.log_displayed)
    pull = (attention.share * utility.mean(axis=0)).reshape(-1, demand.per_category)
    orders = demand.parameters.orders_per_buyer / 365 * state.buyers.people / pull.shape[0]
    return (orders * pull / pull.sum(axis=1, keepdims=True)).ravel()


def remember_sales(state: State, platform: Platform, sales: np.ndarray) -> None:
    """Move displayed sales half-way to what ``sales`` a day would have left by now; rate shops by them."""
    shops, rule, config = state.shops, platform.ranking, state.shops.parameters
    age = shops.age(0)
    rated_age = np.maximum(age - config.review_days, 0)
    reviewed = config.rating_half_life / np.log(2) * (1 - 0.5 ** (rated_age / config.rating_half_life))
    shops.displayed[:] = 0.5 * (shops.displayed + sales * days_on_display(rule, age))
    shops.rating_count[:] = sales * reviewed
    shops.rating_sum[:] = shops.quality * shops.rating_count
    shops.rating[:] = shops.rating_sum / (shops.rating_count + config.rating_prior)


def fund_everyone(state: State, sales: np.ndarray) -> None:
    """Give merchants their deposit and a buffer of cash, organisers their founding assets."""
    shops, merchants, money, config = state.shops, state.merchants, state.money, state.shops.parameters
    profit = sales * shops.price * (shops.margin - config.commission) - config.fixed_cost
    merchants.profit[shops.owner] = profit
    fund_merchants(money, merchants, shops.owner, whole_deposit(config))
    cash = np.rint(np.maximum(profit, 0) * config.cash_days * FEN).astype(np.int64)
    money.charge_merchants(merchants, shops.owner, -cash, "owners")
    for place in range(state.trade.n):
        fund_organiser(money, state.trade, place)


def take_over(state: State, mute: Iterable[str]) -> None:
    """Let other institutions begin today, without some mechanisms; nothing is pending, counts begin anew."""
    state.switched_off = switch_off(mute, mean_risk(state.shops, state.merchants))
    state.trade.fixed_prices = state.switched_off.price
    fix_cover(state.trade, state.campaigns, state.clock.day, state.switched_off.evasion)
    state.clock = state.clock._replace(policy_start=state.clock.day)
    for platform in state.platforms:
        platform.restore_rule()
    state.cases.forget_numbers()
    state.inbox = Inbox(ledgers=state.inbox.ledgers)
    state.harm.forget_counts()
    state.detectors = DetectorRecord(state.detectors.last_above)
