"""What institutions do to organisers, and how organisers come back (7.4 Closing, 7.8 Organisers)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import expm1
from typing import TYPE_CHECKING

import numpy as np

from oracle.merchant import Merchant
from oracle.naming import Founder, Name, is_reached, number_of
from oracle.organiser import Organiser
from sim.chance import Stream
from sim.contract import FineOrganisers, Investigate, Raid, Shut, Sue, TrySuit

if TYPE_CHECKING:
    from oracle.model import AgentMarket

FEN = 100


@dataclass(frozen=True)
class SeizedLedger:
    """Names from a raid: identities of shops, numbers of accounts; ``due`` is a day of the world."""

    due: int
    organiser: int
    identities: list[int]
    accounts: list[int]


@dataclass(frozen=True)
class RaidReport:
    """What a raid brought to light, real RMB."""

    organiser: int
    gains: float
    turnover: float
    seized: float


def run_organisers(market: AgentMarket) -> None:
    """Let founders give up, ruined organisers close, and closed ones reopen or be replaced (7.1, step 2)."""
    for organiser in market.organisers:
        u = market.luck.one(Stream.ORGANISER, market.day, organiser.founder.identity, 4)
        if organiser.is_open and u < market.world.trade.exit_rate / 365:
            organiser.founder.gone = True
            let_customers_go(market, organiser)
    attractive = market.trade.income > market.trade.sanctions
    for organiser in market.organisers:
        if organiser.is_open and organiser.cash < 0:
            market.ledger.move("owners", organiser, -organiser.cash)
            bar(market, organiser, organiser.founder)
        elif not organiser.is_open and organiser.comes_back(attractive):
            organiser.open_again()


def bar(market: AgentMarket, organiser: Organiser, founder: Founder) -> None:
    """Bar a founder from the trade, and close for good what he still runs (7.8)."""
    if "incapacitation" in market.mute:
        return
    founder.barred, founder.gone = True, False
    if organiser.founder is founder:
        close(market, organiser)


def close(market: AgentMarket, organiser: Organiser) -> None:
    """Close an organiser, unless sanctions are not carried out (7.4, Closing)."""
    if "incapacitation" in market.mute:
        organiser.rename()
        return
    let_customers_go(market, organiser)


def let_customers_go(market: AgentMarket, organiser: Organiser) -> None:
    """Close an organiser; of its customers in campaigns some wait for it if it reopens (7.4, Closing)."""
    organiser.close()
    kept = market.world.trade.kept_customers
    for shop in market.shops:
        if shop.merchant.organiser is organiser and shop.merchant.in_campaign:
            u = market.luck.one(Stream.ORGANISER, market.day, shop.identity, 10 + organiser.number)
            if organiser.reopen_day < market.day or u >= kept:
                shop.merchant.organiser = None


def current(market: AgentMarket, organisers: np.ndarray) -> Iterator[tuple[int, Name]]:
    """Yield place in the act and name of those under which somebody is open (7.8)."""
    for at, number in enumerate(organisers.tolist()):
        if market.register.names[number].is_current:
            yield at, market.register.names[number]


def reached(market: AgentMarket, organisers: np.ndarray) -> Iterator[tuple[int, Name]]:
    """Yield place in the act and name of those whose founder the law reaches (7.8)."""
    for at, number in enumerate(organisers.tolist()):
        if is_reached(market, market.register.names[number]):
            yield at, market.register.names[number]


def investigate(market: AgentMarket, act: Investigate) -> list[int]:
    """Let an institution look for organisers; return the names that it found (7.8)."""
    institution, found = number_of(act.actor), []
    for organiser in market.organisers:
        if organiser.is_open and institution not in organiser.name.known:
            u = market.luck.one(Stream.FINDING, market.day, organiser.founder.luck, 4 + institution)
            if u < -expm1(-act.effort):
                organiser.name.known.add(institution)
                found.append(organiser.name.number)
    return found


def raid(market: AgentMarket, act: Raid) -> list[float]:
    """Seize funds and the ledger, and close; return what was seized, real RMB (7.8)."""
    amounts = [0.0] * act.organisers.size
    for at, name in current(market, act.organisers):
        organiser, founder = name.organiser, name.founder
        fen = int(max(organiser.cash, 0) * market.world.trade.seized_share)
        market.ledger.move(organiser, "state", fen)
        founder.paid += fen
        amounts[at] = real(organiser, fen)
        gains, turnover = real(organiser, founder.gains), real(organiser, founder.turnover)
        name.known.add(number_of(act.actor))
        market.inbox.raids.append(RaidReport(name.number, gains, turnover, amounts[at]))
        market.inbox.ledgers.append(copy_ledger(market, organiser))
        close(market, organiser)
        market.acts_today.counts["raids"] += 1
        market.acts_today.taken_from_organisers += fen
    return amounts


def shut(market: AgentMarket, act: Shut) -> list[float]:
    """Close organisers without seizure (7.8)."""
    for _, name in current(market, act.organisers):
        close(market, name.organiser)
    return [0.0] * act.organisers.size


def copy_ledger(market: AgentMarket, organiser: Organiser) -> SeizedLedger:
    """Return the names that will reach the platform: some are missing, few are wrong (7.8, Ledger)."""
    trade, luck, day = market.world.trade, market.luck, market.day
    names = set()
    for shop in market.shops:
        i = shop.identity
        if i < 0 or not served_recently(market, organiser, shop.merchant):
            continue
        if luck.one(Stream.LEDGER, day, i, 0) < trade.ledger_completeness:
            if luck.one(Stream.LEDGER, day, i, 1) < trade.ledger_error:
                i = market.shops[int(luck.one(Stream.LEDGER, day, i, 2) * len(market.shops))].identity
            names.add(i)
    accounts = [buyer.number for buyer in organiser.pool]
    listed = luck.many(Stream.LEDGER, day, accounts, 3)
    accounts = [a for a, u in zip(accounts, listed, strict=True) if u < trade.ledger_completeness]
    identities = sorted(name for name in names if name >= 0)
    return SeizedLedger(day + trade.ledger_days, organiser.name.number, identities, accounts)


def served_recently(market: AgentMarket, organiser: Organiser, merchant: Merchant) -> bool:
    """Tell whether ``organiser`` is one of the last two that served a merchant lately (7.8, Ledger)."""
    since = market.day - market.world.trade.ledger_window
    latest = merchant.last_organiser is organiser and merchant.served_until >= since
    earlier = merchant.previous_organiser is organiser and merchant.last_served_until >= since
    return latest or earlier


def collect(market: AgentMarket, name: Name, real_rmb: float, payee: str) -> int:
    """Take an amount from assets, then from what the founder drew; return fen (7.8, Collecting)."""
    organiser, founder = name.organiser, name.founder
    fen = int(min(real_rmb / organiser.weight * FEN, founder.owed))
    founder.paid += fen
    from_assets = min(max(organiser.cash, 0), fen) if organiser.founder is founder else 0
    market.ledger.move(organiser, payee, from_assets)
    market.ledger.move("owners", payee, fen - from_assets)
    market.acts_today.taken_from_organisers += fen
    return fen


def fine_organisers(market: AgentMarket, act: FineOrganisers) -> list[float]:
    """Collect fines for the state; return what came, real RMB (7.8)."""
    amounts = [0.0] * act.organisers.size
    for at, name in reached(market, act.organisers):
        fen = collect(market, name, float(act.amount[at]), "state")
        market.acts_today.fines += fen
        amounts[at] = real(name.organiser, fen)
    return amounts


def sue(market: AgentMarket, act: Sue) -> list[float]:
    """Count suits; nothing else happens until they are tried (7.8)."""
    market.acts_today.counts["suits"] += act.organisers.size
    return [float(amount) for amount in act.amount]


def try_suit(market: AgentMarket, act: TrySuit) -> list[float]:
    """Let the court decide; return the damages collected, real RMB (7.8)."""
    today = market.acts_today
    amounts = [0.0] * act.organisers.size
    for at, name in reached(market, act.organisers):
        who = name.founder.luck
        if market.luck.one(Stream.FINDING, market.day, who, 2) >= act.odds:
            continue
        award = act.award_ratio * float(act.amount[at]) * act.collectability
        fen = collect(market, name, award, "platform")
        today.damages += fen
        amounts[at] = real(name.organiser, fen)
        today.announcements += act.publicity
        if market.luck.one(Stream.FINDING, market.day, who, 3) < act.ruin:
            bar(market, name.organiser, name.founder)
    return amounts


def real(organiser: Organiser, fen: int) -> float:
    """Return simulated fen as real RMB (2, Scale of the trade)."""
    return fen / FEN * organiser.weight
