"""What institutions do to organisers: raids, closures, fines, civil suits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.chance import Stream, day_key, uniforms
from sim.contract import Act
from sim.state import FEN, NEVER

if TYPE_CHECKING:
    from sim.brushing.organisers import Organiser
    from sim.market import Market


def known(market: Market, act: Act) -> Iterator[tuple[int, Organiser]]:
    """Yield place in the act and organiser for each target whose founder is still in the trade.

    Nothing reaches a founder who has been replaced, and whoever took the place answers for nothing.
    """
    for i, public_id in enumerate(act.targets.tolist()):
        organiser = market.organisers[public_id % len(market.organisers)]
        if organiser.public_id == public_id:
            yield i, organiser


def raid(market: Market, act: Act) -> np.ndarray:
    """Seize funds and the ledger and close the organiser; return funds seized, real RMB."""
    seized = np.zeros(act.targets.size)
    for i, organiser in known(market, act):
        if not organiser.is_open:
            continue
        fen = int(max(market.ledger.organisers[organiser.number], 0) * market.world.trade.seized_share)
        market.ledger.charge_organiser(organiser.number, fen, "state")
        organiser.paid += fen
        seized[i] = fen / FEN * organiser.weight
        gains, turnover = (x / FEN * organiser.weight for x in (organiser.gains, organiser.turnover))
        market.inbox.raids.append((organiser.public_id, gains, turnover, seized[i]))
        market.inbox.ledgers.append(copy_ledger(market, organiser))
        close_organiser(market, organiser, barred=False)
        market.today.raids += 1
        market.today.organiser_sanctions += fen
    return seized


def shut(market: Market, act: Act) -> np.ndarray:
    """Close organisers without seizing anything."""
    for _, organiser in known(market, act):
        if organiser.is_open:
            close_organiser(market, organiser, barred=False)
    return np.zeros(0)


def close_organiser(market: Market, organiser: Organiser, barred: bool) -> None:
    """Close an organiser; most customers turn to others at once, some wait for it to reopen."""
    if market.mute.incapacitation:
        return
    organiser.close(market.day, barred)
    mine = (market.merchants.organiser == organiser.number) & (market.merchants.campaign_until > market.day)
    slots = np.flatnonzero(mine)
    key = day_key(market.seed, Stream.ORGANISER, market.day)
    luck = uniforms(key, market.shops.identity[slots], 10 + organiser.number)
    leaves = (luck >= market.world.trade.kept_customers) | (organiser.reopen_day == NEVER)
    market.merchants.organiser[slots[leaves]] = -1


def copy_ledger(market: Market, organiser: Organiser) -> tuple[int, int, np.ndarray, np.ndarray]:
    """Return day, organiser, merchants' identities and accounts as the platform will get them."""
    trade, merchants, shops = market.world.trade, market.merchants, market.shops
    since = market.day - trade.ledger_window
    latest = (merchants.last_organiser == organiser.number) & (merchants.served_until >= since)
    earlier = (merchants.previous_organiser == organiser.number) & (merchants.last_served_until >= since)
    key = day_key(market.seed, Stream.LEDGER, market.day)
    named = uniforms(key, shops.identity, 0) < trade.ledger_completeness
    slots = np.flatnonzero((latest | earlier) & named & (shops.identity >= 0))
    identity = shops.identity[slots].copy()
    wrong = np.flatnonzero(uniforms(key, identity, 1) < trade.ledger_error)
    others = (uniforms(key, identity[wrong], 2) * shops.n).astype(np.int64)
    identity[wrong] = shops.identity[others]
    listed = uniforms(key, organiser.pool, 3) < trade.ledger_completeness
    due = market.day + trade.ledger_days
    return due, organiser.public_id, np.unique(identity[identity >= 0]), organiser.pool[listed].copy()


def fine_organisers(market: Market, act: Act) -> np.ndarray:
    """Take fines in real RMB, never more than the organiser ever earned; return what was collected."""
    collected = np.zeros(act.targets.size)
    for i, organiser in known(market, act):
        fen = collect(market, organiser, act.amount[i], "state")
        market.today.fines += fen
        collected[i] = fen / FEN * organiser.weight
    return collected


def collect(market: Market, organiser: Organiser, real_rmb: float, payee: str) -> int:
    """Take ``real_rmb`` from an organiser's assets, then from what its founder drew; return fen.

    Seizure, fines and damages together never exceed what the founder ever earned.
    """
    due = int(min(real_rmb / organiser.weight * FEN, max(organiser.gains - organiser.paid, 0)))
    organiser.paid += due
    from_assets = int(np.clip(market.ledger.organisers[organiser.number], 0, due))
    market.ledger.charge_organiser(organiser.number, from_assets, payee)
    market.ledger.move("owners", payee, due - from_assets)
    market.today.organiser_sanctions += due
    return due


def sue(market: Market, act: Act) -> np.ndarray:
    """File civil suits: nothing happens until they are tried, but that they cost."""
    market.today.suits += act.targets.size
    return act.amount


def try_suit(market: Market, act: Act) -> np.ndarray:
    """Try suits: the world draws who wins; damages are paid from assets; return damages, real RMB."""
    key = day_key(market.seed, Stream.FINDING, market.day)
    damages = np.zeros(act.targets.size)
    for i, organiser in known(market, act):
        won, ruined = (uniforms(key, np.array([-2 - organiser.public_id]), k)[0] for k in (2, 3))
        if won >= act.terms["odds"]:
            continue
        award = act.terms["award_ratio"] * act.amount[i] * act.terms["collectability"]
        fen = collect(market, organiser, award, "platform")
        market.today.damages += fen
        damages[i] = fen / FEN * organiser.weight
        market.today.announcements += act.terms.get("publicity", 0.0)
        if ruined < act.terms.get("ruin", 0.0):
            close_organiser(market, organiser, barred=True)
    return damages


def run_organisers(market: Market) -> None:
    """Let ruined organisers close, and closed ones reopen or be replaced where the trade pays."""
    attractive = market.trade_income > market.trade_sanctions
    cash = market.ledger.organisers
    for number in np.flatnonzero(~market.trade.is_open | (cash < 0)).tolist():
        organiser = market.organisers[number]
        if organiser.is_open:
            market.ledger.charge_organiser(number, int(cash[number]), "owners")
            close_organiser(market, organiser, barred=True)
        elif organiser.may_return(market.day, attractive):
            reopen(market, organiser)


def reopen(market: Market, organiser: Organiser) -> None:
    """Let an organiser open again; a newcomer starts with founding assets and without workers."""
    if organiser.open_again(market.day):
        organiser.dismiss(market.buyers)
        fund_organiser(market, organiser)


def fund_organiser(market: Market, organiser: Organiser) -> None:
    """Give a new organiser its founding assets; what the last founder left goes to its owner."""
    number = organiser.number
    market.ledger.charge_organiser(number, int(market.ledger.organisers[number]), "owners")
    founding = round(market.world.trade.founding_assets * FEN / organiser.weight)
    market.ledger.charge_organiser(number, -founding, "owners")
