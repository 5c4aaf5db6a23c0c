"""Sanctions on shops, and how an appeal that is won undoes them (7.8, Sanctions)."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from oracle.cases import NEVER, Case, Sanction
from oracle.losses import follow_up, watch
from oracle.settling import take_fine
from sim.chance import Stream
from sim.contract import Close, Demote, Fine, Reinstate, RemoveSales, Warn

if TYPE_CHECKING:
    from oracle.model import AgentMarket
    from oracle.shop import Shop

FEN = 100


def sanction(market: AgentMarket, act: Sanction) -> None:
    """Strike, carry out, log, hit, tell: a sanction on any number of shops (7.8, Sanctions)."""
    if act.shops.size == 0:
        return
    cases = market.file.find(market, act)
    shops = [market.shops[slot] for slot in act.shops.tolist()]
    for shop, case in zip(shops, cases, strict=True):
        if case.strike_day == NEVER:
            case.strike_day = market.day
            shop.strike()
    bites = who_loses(market, act, shops)
    amounts = [carry_out(market, act, at, shop, cases[at]) for at, shop in enumerate(shops)]
    market.log.write(market, act, amounts)
    if isinstance(act, Demote):
        market.acts_today.demotion_days += act.days * sum(bites)
        market.acts_today.demotions += sum(bites)
    if isinstance(act, RemoveSales):
        market.acts_today.removals += sum(bites)
    for shop, case, bit in zip(shops, cases, bites, strict=True):
        if bit:
            hit(market, shop, case)
        if bit or isinstance(act, Warn):
            tell(market, shop, case)


def who_loses(market: AgentMarket, act: Sanction, shops: list[Shop]) -> list[bool]:
    """Tell from whom an act takes something: from a shop named twice once, but for fines (7.8)."""
    bites, lost = [], set()
    for at, shop in enumerate(shops):
        bites.append(would_take(market, act, at, shop) and (isinstance(act, Fine) or shop not in lost))
        lost.add(shop)
    return bites


def would_take(market: AgentMarket, act: Sanction, at: int, shop: Shop) -> bool:
    """Tell whether a sanction takes something from a shop as it stands: a warning does not (7.8)."""
    match act:
        case Fine():
            return in_fen(act, at) > 0
        case Demote():
            return shop.hidden_until < market.day + 1 + act.days
        case RemoveSales():
            return shop.displayed > 0
        case Close():
            return shop.open
        case _:
            return False


def in_fen(act: Fine, at: int) -> int:
    """Return the fine of one target, fen (7.8)."""
    return round(FEN * float(act.amount[at]))


def carry_out(market: AgentMarket, act: Sanction, at: int, shop: Shop, case: Case) -> float:
    """Let one sanction take effect on one shop; return what was collected, RMB (7.8, Sanctions)."""
    today, mute = market.acts_today, "incapacitation" in market.mute
    if isinstance(act, Fine):
        return fine(market, act, shop, case, in_fen(act, at)) / FEN
    if isinstance(act, Demote) and not mute:
        shop.hidden_until = max(shop.hidden_until, market.day + 1 + act.days)
    if isinstance(act, RemoveSales) and not mute:
        shop.remove_sales()
    if isinstance(act, Close) and shop.open:
        today.closures += 1
        if not mute:
            shop.open, shop.closed_day = False, market.day
    return 0.0


def fine(market: AgentMarket, act: Fine, shop: Shop, case: Case, fen: int) -> int:
    """Impose a fine, to the platform if it fines, else to the state; return fen collected (7.8)."""
    payee = "platform" if act.actor == "platform" else "state"
    collected = take_fine(market, shop.merchant, fen, payee)
    case.fines[payee] += fen
    market.acts_today.fines += collected
    market.acts_today.shop_fines += fen
    market.acts_today.shops_fined += fen > 0
    return collected


def hit(market: AgentMarket, shop: Shop, case: Case) -> None:
    """Count a case's first sanction that takes something; watch the innocent (7.8)."""
    counts = market.acts_today.counts
    if case.hit_day == NEVER:
        case.hit_day = market.day
        counts["hits_innocent"] += case.innocent
        counts["hits_guilty"] += not case.innocent
        counts["hits_honest"] += case.honest
        appeal(market, shop, case)
    if case.innocent:
        watch(market, shop)


def tell(market: AgentMarket, shop: Shop, case: Case) -> None:
    """Let a sanction be heard of, and the merchant reconsider a campaign that runs (7.8, step 5)."""
    if case.heard_day in (NEVER, market.day):
        case.heard_day = market.day
        market.acts_today.heard.setdefault(shop, []).append(case.source)
    if shop.merchant.in_campaign:
        shop.merchant.struck = True


def appeal(market: AgentMarket, shop: Shop, case: Case) -> None:
    """Let a merchant hit today appeal some days later (7.8, Appeals)."""
    config, i = market.world.appeals, shop.identity
    share = config.innocent_rate if case.innocent else config.guilty_rate
    if market.luck.one(Stream.APPEAL, market.day, i, 0) < share:
        delay = int(-config.delay * log(market.luck.one(Stream.APPEAL, market.day, i, 1)))
        market.inbox.appeals.append((market.day + delay, case.case, i))


def reinstate(market: AgentMarket, act: Reinstate) -> None:
    """Lift all that weighs on the shops, and overturn the cases named (7.8)."""
    for slot, number in zip(act.shops.tolist(), act.cases.tolist(), strict=True):
        shop = market.shops[slot]
        shop.hidden_until = min(shop.hidden_until, market.day + 1)
        shop.restore_sales()
        if shop.closed_day != NEVER:
            shop.open, shop.closed_day = True, NEVER
        case = market.file.by_number.get(number)
        if case is not None:
            refund(market, shop, case)
            shop.forgive(case.strike_day)
            case.overturned = True
            market.acts_today.counts["overturned"] += 1
        follow_up(market, shop)
    market.log.write(market, act)


def refund(market: AgentMarket, shop: Shop, case: Case) -> None:
    """Take the fines of an overturned case back: what is owed is forgiven, the rest repaid (7.8)."""
    for payee, fen in case.fines.items():
        forgiven = min(shop.merchant.owed[payee], fen)
        shop.merchant.owed[payee] -= forgiven
        market.ledger.move(payee, shop.merchant, fen - forgiven)
        market.acts_today.restitution += fen - forgiven
        case.fines[payee] = 0
