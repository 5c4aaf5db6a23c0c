"""Organisers' life: closed, reopened under another name, replaced by a newcomer."""

from __future__ import annotations

import numpy as np

from sim.chance import Stream, uniform, uniforms
from sim.state.campaigns import Campaigns
from sim.state.clock import Clock
from sim.state.founders import Founders, Status, add_founder
from sim.state.shops import Shops
from sim.state.trade import Trade, draw_sizes
from sim.state.units import NEVER


def close_organiser(
    clock: Clock, trade: Trade, founders: Founders, campaigns: Campaigns, shops: Shops, place: int
) -> None:
    """Close an organiser; most customers turn to others at once, some wait for it to reopen.

    Whether and when it reopens under a new name is drawn; a founder who is not free does not.
    """
    terms, founder = trade.parameters, trade.founder[place]
    trade.is_open[place], trade.demanded[place] = False, 0.0
    if not trade.fixed_prices:
        trade.fee[place] = terms.fee
    lag = -terms.reopen_days * np.log(luck(clock, place, 1))
    returns = luck(clock, place, 0) < terms.reopen_probability and founders.status[founder] == Status.FREE
    trade.reopen_day[place] = clock.day + 1 + int(lag) if returns else NEVER
    lose_customers(clock, trade, campaigns, shops, place)


def lose_customers(clock: Clock, trade: Trade, campaigns: Campaigns, shops: Shops, place: int) -> None:
    """Let customers of a closed organiser leave it, but for some if it will reopen."""
    mine = (campaigns.organiser == place) & (campaigns.until > clock.day)
    slots = np.flatnonzero(mine)
    draws = uniforms(clock.key(Stream.ORGANISER), shops.identity[slots], 10 + place)
    leaves = (draws >= trade.parameters.kept_customers) | (trade.reopen_day[place] == NEVER)
    campaigns.organiser[slots[leaves]] = -1


def givers_up(clock: Clock, trade: Trade, founders: Founders) -> np.ndarray:
    """Return the places whose founders leave the trade today for reasons of their own."""
    draws = uniforms(clock.key(Stream.ORGANISER), founders.identity[trade.founder], 4)
    return np.flatnonzero(trade.is_open & (draws < trade.parameters.exit_rate / 365))


def may_return(clock: Clock, trade: Trade, place: int) -> bool:
    """Tell whether a closed organiser is in business again today: reopened, or replaced by a newcomer.

    Newcomers come where the trade earns more than institutions take of it.
    """
    if trade.reopen_day[place] != NEVER:
        return bool(clock.day >= trade.reopen_day[place])
    return trade.income > trade.sanctions and luck(clock, place, 2) < 1 / trade.parameters.return_days


def open_again(clock: Clock, trade: Trade, founders: Founders, place: int) -> bool:
    """Reopen; return whether a newcomer, who starts without workers, took the place."""
    newcomer = bool(trade.reopen_day[place] == NEVER)
    trade.is_open[place], trade.reopen_day[place] = True, NEVER
    trade.names[place] += 1
    if newcomer:
        before = trade.founder[place]
        trade.founder[place] = add_founder(founders, int(founders.identity[before]) + trade.n, clock.day)
        begin_business(clock, trade, int(founders.identity[trade.founder[place]]), place)
    return newcomer


def begin_business(clock: Clock, trade: Trade, founder: int, place: int) -> None:
    """Let a newcomer, whose identity is ``founder``, begin as every organiser once began."""
    terms = trade.parameters
    trade.size[place] = draw_sizes(clock.seed, np.array([founder]), terms.size_sd)[0]
    trade.staff[place], trade.camouflage[place] = 1.0, 0.0
    trade.fixed_cover[place] = trade.fixed_cover[-1]
    if not trade.fixed_prices:
        trade.callers[:, place] = trade.earned[:, place] = 0.0
        trade.cut[place] = terms.cut


def luck(clock: Clock, place: int, k: int) -> float:
    """Return draw ``k`` of today about an organiser."""
    return uniform(clock.seed, Stream.ORGANISER, clock.day, int(place), k)
