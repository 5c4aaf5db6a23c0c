"""What institutions do to organisers: raids, closures, fines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.chance import Stream, uniforms
from sim.contract import FineOrganisers, Raid, Shut
from sim.effects.records import NOTHING
from sim.state import State
from sim.state.founders import Status
from sim.state.money import fund_organiser
from sim.state.today import Tally
from sim.state.units import FEN
from sim.trade.life import close_organiser, open_again


def places_of(state: State, targets: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Yield place in the act, place in the trade and founder's row for each target still in the trade.

    Nothing reaches a founder who has been replaced, and whoever took the place answers for nothing.
    """
    trade, founders = state.trade, state.founders
    for i, identity in enumerate(targets.tolist()):
        place = identity % trade.n
        row = int(trade.founder[place])
        if founders.identity[row] == identity:
            yield i, place, row


def raid(state: State, tally: Tally, act: Raid) -> np.ndarray:
    """Seize funds and the ledger and close the organiser; return funds seized, real RMB."""
    seized, trade, founders = np.zeros(act.organisers.size), state.trade, state.founders
    for i, place, row in places_of(state, act.organisers):
        if not trade.is_open[place]:
            continue
        fen = int(max(trade.cash[place], 0) * trade.parameters.seized_share)
        state.money.charge_organiser(trade, place, fen, "state")
        founders.paid[row] += fen
        seized[i] = fen / FEN * trade.weight
        gains, turnover = (int(x[row]) / FEN * trade.weight for x in (founders.gains, founders.turnover))
        state.inbox.raids.append((int(founders.identity[row]), gains, turnover, seized[i]))
        state.inbox.ledgers.append(copy_ledger(state, place, row))
        close(state, place)
        tally.raids += 1
        tally.organiser_sanctions += fen
    return seized


def shut(state: State, tally: Tally, act: Shut) -> np.ndarray:
    """Close organisers without seizing anything."""
    for _, place, _ in places_of(state, act.organisers):
        if state.trade.is_open[place]:
            close(state, place)
    return NOTHING


def close(state: State, place: int) -> None:
    """Close an organiser, unless sanctions are not carried out."""
    if not state.switched_off.incapacitation:
        close_organiser(state.clock, state.trade, state.founders, state.campaigns, state.shops, place)


def put_out_of_business(state: State, place: int) -> None:
    """Close an organiser for good: its founder is barred from the trade."""
    if not state.switched_off.incapacitation:
        state.founders.status[state.trade.founder[place]] = Status.BARRED
        close(state, place)


def reopen(state: State, place: int) -> None:
    """Let an organiser open again; a newcomer starts with founding assets and without workers."""
    trade = state.trade
    if open_again(state.clock, trade, state.founders, place):
        state.buyers.works[trade.accounts(place)] = False
        trade.workers[place] = 0
        fund_organiser(state.money, trade, place)


def copy_ledger(state: State, place: int, founder: int) -> tuple[int, int, np.ndarray, np.ndarray]:
    """Return day, organiser, merchants' identities and accounts as the platform will get them."""
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
    due, name = clock.day + terms.ledger_days, int(state.founders.identity[founder])
    return due, name, np.unique(identity[identity >= 0]), accounts[listed].copy()


def fine_organisers(state: State, tally: Tally, act: FineOrganisers) -> np.ndarray:
    """Take fines in real RMB, never more than the organiser ever earned; return what was collected."""
    collected = np.zeros(act.organisers.size)
    for i, place, row in places_of(state, act.organisers):
        fen = collect(state, tally, (place, row), act.amount[i], "state")
        tally.fines += fen
        collected[i] = fen / FEN * state.trade.weight
    return collected


def collect(state: State, tally: Tally, debtor: tuple[int, int], real_rmb: float, payee: str) -> int:
    """Take ``real_rmb`` from an organiser's assets, then from what its founder drew; return fen.

    The ``debtor`` is place and founder. Seizure, fines and damages together never exceed what the founder
    ever earned.
    """
    (place, row), trade, founders = debtor, state.trade, state.founders
    due = int(min(real_rmb / trade.weight * FEN, founders.owed(row)))
    founders.paid[row] += due
    from_assets = int(np.clip(trade.cash[place], 0, due))
    state.money.charge_organiser(trade, place, from_assets, payee)
    state.money.move("owners", payee, due - from_assets)
    tally.organiser_sanctions += due
    return due
