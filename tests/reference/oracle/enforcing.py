"""Enforce: the evening's acts take effect in the order given (7.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from oracle import raiding
from oracle.sanctioning import reinstate, sanction
from sim.chance import Stream
from sim.contract import Act, Verb

if TYPE_CHECKING:
    from oracle.model import AgentMarket

FEN = 100


def enforce(market: AgentMarket, acts: list[Act]) -> None:
    """Let acts take effect (7.8)."""
    for act in acts:
        pay_for(market, act)
        VERBS[act.verb](market, act)


def pay_for(market: AgentMarket, act: Act) -> None:
    """Charge the state for the regulator, the platform for all others (7.8)."""
    units = act.targets.size / (market.trade.weight if act.who == "organiser" else 1.0)
    fen = round(act.cost * units * FEN)
    market.ledger.move("state" if act.actor == "regulator" else "platform", "services", fen)
    market.acts_today.enforcement_cost += fen


def screen(market: AgentMarket, act: Act) -> None:
    """Tell who is above the threshold: for the record of the detector only (7.8)."""


def flag(market: AgentMarket, act: Act) -> None:
    """Open a case on each target, and start its cool-down (7.8, Cases)."""
    for slot, number in zip(act.targets.tolist(), act.cases.tolist(), strict=True):
        if number not in market.file.by_number:
            market.file.open(market, market.shops[slot], number, "detector")
        market.shops[slot].last_case_day = market.day
    market.log.write(market, act)


def review(market: AgentMarket, act: Act) -> None:
    """Draw from the truth of today what a review finds (7.8, Findings)."""
    for slot, number in zip(act.targets.tolist(), act.cases.tolist(), strict=True):
        shop, case = market.shops[slot], market.file.by_number.get(number)
        if case is not None:
            case.bothered = True
        guilty = not shop.merchant.innocent()
        found = draw_verdict(market, act, shop.identity, guilty, 0)
        intensity = shop.traces.brushed / 30 if found and guilty else 0.0
        market.inbox.findings.append(("review", number, shop.identity, found, intensity))
    market.acts_today.counts["reviews"] += act.targets.size
    market.log.write(market, act)


def hear(market: AgentMarket, act: Act) -> None:
    """Draw whether an appeal is won, from the truth of the case (7.8, Findings)."""
    for slot, number in zip(act.targets.tolist(), act.cases.tolist(), strict=True):
        case = market.file.by_number.get(number)
        identity = market.shops[slot].identity
        won = draw_verdict(market, act, identity, case is None or case.innocent, 1)
        market.inbox.findings.append(("appeal", number, identity, not won, 0.0))
    market.log.write(market, act)


def draw_verdict(market: AgentMarket, act: Act, identity: int, truth: bool, k: int) -> bool:
    """Draw what is found where ``truth`` holds or not (7.8, Findings)."""
    share = act.terms["sensitivity"] if truth else 1 - act.terms["specificity"]
    return market.luck.one(Stream.FINDING, market.day, identity, k) < share


def compensate(market: AgentMarket, act: Act) -> None:
    """Pay restitution from the platform (7.8)."""
    amounts = [float(amount) for amount in act.amount]
    for slot, amount in zip(act.targets.tolist(), amounts, strict=True):
        fen = round(FEN * amount)
        market.ledger.move("platform", market.shops[slot].merchant, fen)
        market.acts_today.restitution += fen
    market.log.write(market, act, amounts)


def ban(market: AgentMarket, act: Act) -> None:
    """Ban accounts from orders and tasks (7.8)."""
    until = market.day if "incapacitation" in market.mute else market.day + 1 + act.days
    for number in act.targets.tolist():
        buyer = market.buyers[number]
        buyer.banned_until = max(buyer.banned_until, until)
        market.acts_today.counts["wrong_bans"] += not buyer.works
    market.acts_today.counts["bans"] += act.targets.size
    market.log.write(market, act)


def share(market: AgentMarket, act: Act) -> None:
    """Hand slots and cases to the other institutions (7.8)."""
    rows = zip(act.targets.tolist(), act.cases.tolist(), strict=True)
    market.inbox.referrals += [(slot, case, act.actor) for slot, case in rows]
    market.log.write(market, act)


def announce(market: AgentMarket, act: Act) -> None:
    """Publish with some salience; announced severity is believed a little (7.8, 7.10)."""
    salience = act.terms["salience"]
    market.acts_today.announcements += salience
    weight = min(1.0, market.world.beliefs.announcement * salience)
    stated = [name for name in ("demotion", "fine", "closure") if name in act.terms]
    market.acts_today.announced += [(name, act.terms[name], weight) for name in stated]
    market.log.write(market, act)


def set_ranking(market: AgentMarket, act: Act) -> None:
    """Change the ranking rule's weights from tomorrow (7.8)."""
    for name, weight in act.terms.items():
        setattr(market.ranking, name, float(weight))
    market.log.write(market, act)


def bound(market: AgentMarket, act: Act) -> None:
    """Note that cases waited for want of capacity (7.8)."""
    market.acts_today.capacity_bound = True


def on_organisers(effect: Callable[[AgentMarket, Act], list[float]]) -> Callable[[AgentMarket, Act], None]:
    """Return a verb that lets ``effect`` happen to organisers and logs the amounts it returns (7.8)."""

    def verb(market: AgentMarket, act: Act) -> None:
        market.log.write(market, act, effect(market, act))

    return verb


def fine(market: AgentMarket, act: Act) -> None:
    """Fine shops or organisers (7.8)."""
    (on_organisers(raiding.fine_organisers) if act.who == "organiser" else sanction)(market, act)


VERBS: dict[Verb, Callable[[AgentMarket, Act], None]] = {
    Verb.SCREEN: screen, Verb.FLAG: flag, Verb.REVIEW: review, Verb.WARN: sanction,
    Verb.REMOVE_SALES: sanction, Verb.DEMOTE: sanction, Verb.FINE: fine, Verb.CLOSE: sanction,
    Verb.BAN: ban, Verb.REINSTATE: reinstate, Verb.COMPENSATE: compensate, Verb.HEAR: hear,
    Verb.SHARE: share, Verb.ANNOUNCE: announce, Verb.SET_RANKING: set_ranking, Verb.BOUND: bound,
    Verb.RAID: on_organisers(raiding.raid), Verb.SHUT: on_organisers(raiding.shut),
    Verb.SUE: on_organisers(raiding.sue), Verb.TRY_SUIT: on_organisers(raiding.try_suit),
}  # fmt: skip
