"""Enter and age: shops leave, entrants take free slots, genuine bursts and organisers' lives go on."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import pdtrik

from sim.chance import Stream, uniform, uniforms
from sim.effects.organisers import bar, give_up, reopen
from sim.kernels import enter as kernels
from sim.parameters import Parameters
from sim.state import State
from sim.state.buyers import fade_buyers
from sim.state.campaigns import clear_campaigns, stop_campaigns
from sim.state.clock import Clock
from sim.state.entrants import Entrants
from sim.state.harm import CLOSURE_DAYS
from sim.state.merchants import Merchants
from sim.state.money import fund_merchants, pay_in, whole_deposit, wind_up
from sim.state.shops import Shops, clear_records, vacate
from sim.state.today import Today
from sim.state.traces import clear_traces
from sim.state.traits import give_merchant_traits, give_shop_traits
from sim.state.units import FEN, NEVER
from sim.trade.life import givers_up, may_return

CLOSED_DAYS = 30
"""A shop closed by a sanction keeps its slot this long: until then an appeal can reopen it."""

NOBODY = np.zeros(0, dtype=np.int64)


def enter_and_age(state: State, today: Today) -> None:
    """Let a night pass: trust returns, organisers reopen, shops leave, entrants take their slots."""
    fade_buyers(state.buyers, state.parameters)
    run_organisers(state, today)
    leaving, paying = age_shops(today.clock, state.shops, state.merchants, state.parameters)
    leave(state, today, leaving)
    rescue(state, today, paying)
    slots = admit_entrants(today.clock, state.entrants, state.shops, state.parameters)
    if slots.size:
        open_shops(state, today, slots)


def run_organisers(state: State, today: Today) -> None:
    """Let founders give up, the ruined close, the closed reopen or be replaced where the trade pays."""
    trade = state.trade
    for place in givers_up(today.clock, trade, state.founders).tolist():
        give_up(state, place)
    for place in np.flatnonzero(~trade.is_open | (trade.cash < 0)).tolist():
        if trade.is_open[place]:
            state.money.charge_organiser(trade, place, int(trade.cash[place]), "owners")
            bar(state, place, int(trade.founder[place]))
        elif may_return(today.clock, trade, place):
            reopen(state, place)


def age_shops(
    clock: Clock, shops: Shops, merchants: Merchants, parameters: Parameters
) -> tuple[np.ndarray, np.ndarray]:
    """End what is over, start bursts; return the slots whose shops leave, and whose owners pay in."""
    key, fate = clock.key(Stream.BURST), np.empty(shops.n, dtype=np.uint8)
    keys, law = (key, clock.key(Stream.LEAVE)), fate_law(clock.day, parameters)
    columns = kernels.shop_columns(shops), kernels.merchant_columns(merchants)
    kernels.decide_fates(shops.n, clock.day, keys, law, *columns, fate)
    start_bursts(shops, kernels.collect(fate, kernels.STARTS), key, clock.day)
    return kernels.collect(fate, kernels.LEAVES), kernels.collect(fate, kernels.PAYS_IN)


def fate_law(day: int, parameters: Parameters) -> tuple[float, ...]:
    """Return the `sim.kernels.enter.FateLaw` of a day."""
    config = parameters.shops
    leaving = config.leave_rate, float(config.newcomer_leave), float(config.newcomer_days), config.growth
    solvency = day - config.grace_days, float(parameters.brushing.shop_value_days), whole_deposit(config)
    return (
        config.burst_rate / 365,
        *map(float, leaving),
        float(config.losing_days),
        day - CLOSED_DAYS,
        NEVER,
        *solvency,
    )


def start_bursts(shops: Shops, slots: np.ndarray, key: np.uint64, day: int) -> None:
    """Let genuine bursts begin: promotions and livestreams multiply a shop's attention for some days."""
    if slots.size == 0:
        return
    config, who = shops.parameters, shops.identity[slots]
    ratio = config.burst_multiple_high / config.burst_multiple_low
    days = config.burst_days_high - config.burst_days_low + 1
    shops.burst[slots] = config.burst_multiple_low * ratio ** uniforms(key, who, 1)
    shops.burst_until[slots] = day + config.burst_days_low + (uniforms(key, who, 2) * days).astype(np.int64)


def leave(state: State, today: Today, slots: np.ndarray) -> None:
    """Wind up shops that leave; the closure of an innocent one costs it a year of sales."""
    if slots.size == 0:
        return
    shops, harm = state.shops, state.harm
    closed = slots[(shops.closed_day[slots] != NEVER) & (harm.until[slots] > today.clock.day)]
    rest = (CLOSURE_DAYS - CLOSED_DAYS + 1) * harm.expected[closed] * shops.price[closed]
    harm.add_sales(closed, rest)
    today.tally.closure_losses = round(float(rest.sum()) * FEN)
    harm.until[slots] = NEVER
    stop_campaigns(state.campaigns, slots)
    wind_up(state.money, state.merchants, shops.owner[slots])
    vacate(shops, slots)


def rescue(state: State, today: Today, slots: np.ndarray) -> None:
    """Let owners pay what their shops owe and what is missing in their deposits."""
    if slots.size:
        deposit, rows = whole_deposit(state.parameters.shops), state.shops.owner[slots]
        today.tally.paid_in = pay_in(state.money, state.merchants, rows, deposit)


def admit_entrants(clock: Clock, entrants: Entrants, shops: Shops, parameters: Parameters) -> np.ndarray:
    """Let entrants arrive and take free slots, lowest first; return the slots taken.

    Number and traits of entrants are keyed by day and identity, so no policy can change them.
    """
    rate, day = parameters.shops.entrant_rate + parameters.shops.growth, clock.day
    mean = rate / 365 * parameters.market.n_shops
    n = poisson(uniform(clock.seed, Stream.ENTRY, day, 0), mean)
    entrants.waiting += [(entrants.next + i, day) for i in range(n)]
    entrants.next += n
    patience, waiting = parameters.shops.entrant_patience, entrants.waiting
    del waiting[: next((i for i, (_, came) in enumerate(waiting) if day - came < patience), len(waiting))]
    if not waiting:
        return NOBODY
    free = np.flatnonzero(shops.identity < 0)[: len(waiting)]
    if free.size:
        shops.identity[free] = [who for who, _ in waiting[: free.size]]
        del waiting[: free.size]
    return free


def open_shops(state: State, today: Today, slots: np.ndarray) -> None:
    """Give ``slots`` to new shops with the traits of their new identities, and to new merchants."""
    shops, merchants, off = state.shops, state.merchants, state.switched_off
    rows = shops.owner[slots]
    clear_records(shops, slots)
    clear_campaigns(state.campaigns, slots)
    clear_traces(state.traces, slots)
    state.detectors.last_above[slots] = NEVER
    shops.open[slots] = True
    shops.opened_day[slots] = today.clock.day
    merchants.identity[rows] = shops.identity[slots]
    give_shop_traits(shops, slots, state.parameters, today.clock.seed)
    give_merchant_traits(merchants, rows, state.parameters.brushing, today.clock.seed)
    merchants.losing_days[rows], merchants.profit[rows], merchants.gain_belief[rows] = 0, 0, 1.0
    merchants.risk[rows] = off.risk if off.deterrence else state.beliefs.newcomer_risk()
    merchants.blameless_risk[rows] = state.beliefs.newcomer_blameless_risk()
    fund_merchants(state.money, merchants, rows, whole_deposit(shops.parameters))


def poisson(u: float, mean: float) -> int:
    """Return the Poisson count at quantile ``u``."""
    return max(0, math.ceil(pdtrik(u, mean))) if mean > 0 and u > math.exp(-mean) else 0
