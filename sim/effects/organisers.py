"""What institutions do to organisers: raids, closures, fines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.chance import Stream, uniform, uniforms
from sim.contract import FineOrganisers, Raid, Shut
from sim.effects.records import NOTHING
from sim.state import State
from sim.state.founders import Status
from sim.state.institutions import institution_of
from sim.state.money import fund_organiser
from sim.state.names import take_name
from sim.state.today import Tally
from sim.state.units import FEN
from sim.trade.life import close_organiser, open_again

FOUND = 20
"""Draw of the stream of findings, on day 0, whether a founder who has left the trade is found."""


def places_open(state: State, targets: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Yield place in the act, row of the name and place in the trade where somebody is open under it."""
    names, trade = state.names, state.trade
    for i, name in names.rows_of(targets):
        place = int(names.place[name])
        if trade.is_open[place] and names.current[place] == name:
            yield i, name, place


def founders_reached(state: State, targets: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Yield place in the act, place in the trade and row of each founder whom the law reaches by a name.

    Who runs the place still is always found; who has left the trade once and for all or never. Whoever took
    the place answers for nothing.
    """
    names = state.names
    for i, name in names.rows_of(targets):
        place, row = int(names.place[name]), int(names.founder[name])
        if is_reached(state, place, row):
            yield i, place, row


def is_reached(state: State, place: int, row: int) -> bool:
    """Tell whether the law reaches a founder: who runs the place still, or left the trade and is found."""
    return state.trade.founder[place] == row or is_found(state, row)


def is_found(state: State, row: int) -> bool:
    """Tell whether a founder who has left the trade is found."""
    who = -2 - int(state.founders.identity[row])
    return uniform(state.clock.seed, Stream.FINDING, 0, who, FOUND) < state.trade.parameters.founder_found


def raid(state: State, tally: Tally, act: Raid) -> np.ndarray:
    """Seize funds and the ledger and close the organiser; return funds seized, real RMB."""
    seized, trade, founders = np.zeros(act.organisers.size), state.trade, state.founders
    raider = institution_of(state.institutions, act.actor).number
    for i, name, place in places_open(state, act.organisers):
        row = int(trade.founder[place])
        fen = int(max(trade.cash[place], 0) * trade.parameters.seized_share)
        state.money.charge_organiser(trade, place, fen, "state")
        founders.paid[row] += fen
        seized[i] = fen / FEN * trade.weight
        gains, turnover = (int(x[row]) / FEN * trade.weight for x in (founders.gains, founders.turnover))
        number = int(state.names.number[name])
        state.names.known[raider, name] = True
        state.inbox.raids.append((number, gains, turnover, seized[i]))
        state.inbox.ledgers.append(copy_ledger(state, place, number))
        close(state, place)
        tally.raids += 1
        tally.organiser_sanctions += fen
    return seized


def shut(state: State, tally: Tally, act: Shut) -> np.ndarray:
    """Close organisers without seizing anything."""
    for _, _, place in places_open(state, act.organisers):
        close(state, place)
    return NOTHING


def close(state: State, place: int) -> None:
    """Close an organiser; where sanctions are not carried out, it goes on at once under another name."""
    trade = state.trade
    if state.switched_off.incapacitation:
        trade.names[place] += 1
        rename(state, place)
    else:
        close_organiser(state.clock, trade, state.founders, state.campaigns, state.shops, place)


def give_up(state: State, place: int) -> None:
    """Let a founder leave the trade of his own accord; the place closes for good."""
    state.founders.status[state.trade.founder[place]] = Status.LEFT
    close_organiser(state.clock, state.trade, state.founders, state.campaigns, state.shops, place)


def bar(state: State, place: int, row: int) -> None:
    """Bar a founder from the trade; the place that is still run by that founder closes for good."""
    if state.switched_off.incapacitation:
        return
    state.founders.status[row] = Status.BARRED
    if state.trade.founder[place] == row:
        close(state, place)


def reopen(state: State, place: int) -> None:
    """Let an organiser open again; a newcomer starts with founding assets and without workers."""
    trade = state.trade
    newcomer = open_again(state.clock, trade, state.founders, place)
    rename(state, place)
    if newcomer:
        state.buyers.works[trade.accounts(place)] = False
        trade.workers[place] = 0
        fund_organiser(state.money, trade, place)


def rename(state: State, place: int) -> None:
    """Enter the name under which an organiser is open from now on."""
    founder = int(state.founders.identity[state.trade.founder[place]])
    take_name(state.names, state.trade, place, founder, state.clock.seed)


def copy_ledger(state: State, place: int, name: int) -> tuple[int, int, np.ndarray, np.ndarray]:
    """Return day, organiser's name, merchants' identities and accounts as the platform will get them."""
    terms, campaigns, shops, clock = state.trade.parameters, state.campaigns, state.shops, state.clock
    since = clock.day - terms.ledger_window
    latest = (campaigns.last_organiser == place) & (campaigns.served_until >= since)
    earlier = (campaigns.previous_organiser == place) & (campaigns.last_served_until >= since)
    key = clock.key(Stream.LEDGER)
    named = uniforms(key, shops.identity, 0) < terms.ledger_completeness
    slots = np.flatnonzero((latest | earlier) & named & (shops.identity >= 0))
    identity = shops.identity[slots].copy()
    wrong = np.flatnonzero(uniforms(key, identity, 1) < terms.ledger_error)
    others = (uniforms(key, identity[wrong], 2) * shops.n).astype(np.int64)
    identity[wrong] = shops.identity[others]
    accounts = state.trade.accounts(place)
    listed = uniforms(key, accounts, 3) < terms.ledger_completeness
    return clock.day + terms.ledger_days, name, np.unique(identity[identity >= 0]), accounts[listed].copy()


def fine_organisers(state: State, tally: Tally, act: FineOrganisers) -> np.ndarray:
    """Take fines in real RMB, never more than the organiser ever earned; return what was collected."""
    collected = np.zeros(act.organisers.size)
    for i, place, row in founders_reached(state, act.organisers):
        fen = collect(state, tally, (place, row), act.amount[i], "state")
        tally.fines += fen
        collected[i] = fen / FEN * state.trade.weight
    return collected


def collect(state: State, tally: Tally, debtor: tuple[int, int], real_rmb: float, payee: str) -> int:
    """Take ``real_rmb`` from an organiser's assets, then from what its founder drew; return fen.

    The ``debtor`` is place and founder, who has no assets there any more after leaving. Seizure, fines and
    damages together never exceed what the founder ever earned.
    """
    (place, row), trade, founders = debtor, state.trade, state.founders
    due = int(min(real_rmb / trade.weight * FEN, founders.owed(row)))
    founders.paid[row] += due
    from_assets = int(np.clip(trade.cash[place], 0, due)) if trade.founder[place] == row else 0
    state.money.charge_organiser(trade, place, from_assets, payee)
    state.money.move("owners", payee, due - from_assets)
    tally.organiser_sanctions += due
    return due
