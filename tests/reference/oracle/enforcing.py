"""Enforce: the evening's acts take effect in the order given (7.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from oracle import raiding
from oracle.sanctioning import reinstate, sanction
from sim.chance import Stream
from sim.contract import (
    SANCTIONS,
    Act,
    Announce,
    Ban,
    Bound,
    Compensate,
    FineOrganisers,
    Flag,
    Hear,
    Investigate,
    Raid,
    Reinstate,
    Review,
    Screen,
    SetRanking,
    Share,
    Shut,
    Sue,
    TrySuit,
)

if TYPE_CHECKING:
    from oracle.model import AgentMarket

FEN = 100


def enforce(market: AgentMarket, acts: list[Act]) -> None:
    """Let acts take effect (7.8)."""
    for act in acts:
        pay_for(market, act)
        EFFECTS[type(act)](market, act)


def pay_for(market: AgentMarket, act: Act) -> None:
    """Charge the state for the regulator, the platform for all others (7.8)."""
    cost, findings = act.cost, market.world.findings
    units = act.targets.size / (market.trade.weight if act.target_kind.name == "organiser" else 1.0)
    if isinstance(act, Review):
        cost = act.effort * findings.review_cost
    elif isinstance(act, Hear):
        cost = act.effort * findings.hearing_cost
    elif isinstance(act, Investigate):
        units = 1.0
    fen = round(cost * units * FEN)
    market.ledger.move("state" if act.actor == "regulator" else "platform", "services", fen)
    market.acts_today.enforcement_cost += fen


def screen(market: AgentMarket, act: Screen) -> None:
    """Tell who is above the threshold: for the record of the detector only (7.8)."""


def flag(market: AgentMarket, act: Flag) -> None:
    """Open a case on each target, and start its cool-down (7.8, Cases)."""
    for slot, number in zip(act.shops.tolist(), act.cases.tolist(), strict=True):
        if number not in market.file.by_number:
            market.file.open(market, market.shops[slot], number, "detector")
        market.shops[slot].last_case_day = market.day
    market.log.write(market, act)


def review(market: AgentMarket, act: Review) -> None:
    """Draw from the truth of today what a review finds (7.8, Findings)."""
    findings = market.world.findings
    for slot, number in zip(act.shops.tolist(), act.cases.tolist(), strict=True):
        shop, case = market.shops[slot], market.file.by_number.get(number)
        if case is not None:
            case.bothered = True
        guilty = not shop.merchant.innocent()
        u = market.luck.one(Stream.FINDING, market.day, shop.identity, 0)
        found = u < chance_to_find(
            guilty, findings.review_sensitivity, findings.review_specificity, act.effort
        )
        intensity = shop.traces.brushed / 30 if found and guilty else 0.0
        market.inbox.findings.append(("review", number, shop.identity, found, intensity))
    market.acts_today.counts["reviews"] += act.shops.size
    market.log.write(market, act)


def hear(market: AgentMarket, act: Hear) -> None:
    """Draw whether an appeal is won, from the truth of the case (7.8, Findings)."""
    findings = market.world.findings
    accuracy = findings.hearing_innocent_wins, findings.hearing_guilty_refused
    for slot, number in zip(act.shops.tolist(), act.cases.tolist(), strict=True):
        case = market.file.by_number.get(number)
        identity = market.shops[slot].identity
        innocent = case is None or case.innocent
        u = market.luck.one(Stream.FINDING, market.day, identity, 1)
        won = u < chance_to_find(innocent, *accuracy, act.effort)
        market.inbox.findings.append(("appeal", number, identity, not won, 0.0))
    market.log.write(market, act)


def chance_to_find(truth: bool, sensitivity: float, specificity: float, effort: float) -> float:
    """Return how likely something is found where it is true, or where it is not (7.8, Findings)."""
    return 1 - (1 - sensitivity) ** effort if truth else (1 - specificity) ** effort


def investigate(market: AgentMarket, act: Investigate) -> None:
    """Let an institution look for organisers (7.8)."""
    market.log.write_found(market, act, raiding.investigate(market, act))


def compensate(market: AgentMarket, act: Compensate) -> None:
    """Pay restitution from the platform (7.8)."""
    amounts = [float(amount) for amount in act.amount]
    for slot, amount in zip(act.shops.tolist(), amounts, strict=True):
        fen = round(FEN * amount)
        market.ledger.move("platform", market.shops[slot].merchant, fen)
        market.acts_today.restitution += fen
    market.log.write(market, act, amounts)


def ban(market: AgentMarket, act: Ban) -> None:
    """Ban accounts from orders and tasks (7.8)."""
    until = market.day if "incapacitation" in market.mute else market.day + 1 + act.days
    for number in act.accounts.tolist():
        buyer = market.buyers[number]
        buyer.banned_until = max(buyer.banned_until, until)
        market.acts_today.counts["wrong_bans"] += not buyer.works
    market.acts_today.counts["bans"] += act.accounts.size
    market.log.write(market, act)


def share(market: AgentMarket, act: Share) -> None:
    """Hand slots and cases to the other institutions (7.8)."""
    rows = zip(act.shops.tolist(), act.cases.tolist(), strict=True)
    market.inbox.referrals += [(slot, case, act.actor) for slot, case in rows]
    market.log.write(market, act)


def announce(market: AgentMarket, act: Announce) -> None:
    """Publish with some salience; announced severity is believed a little (7.8, 7.10)."""
    market.acts_today.announcements += act.salience
    weight = min(1.0, market.world.beliefs.announcement * act.salience)
    stated = {"demotion": act.demotion, "fine": act.fine, "closure": act.closure}
    known = [(name, severity, weight) for name, severity in stated.items() if severity is not None]
    market.acts_today.announced += known
    market.log.write(market, act)


def set_ranking(market: AgentMarket, act: SetRanking) -> None:
    """Change the ranking rule's weights from tomorrow (7.8)."""
    if act.sales_weight is not None:
        market.ranking.sales_weight = act.sales_weight
    if act.rating_weight is not None:
        market.ranking.rating_weight = act.rating_weight
    if act.freshness_weight is not None:
        market.ranking.freshness_weight = act.freshness_weight
    market.log.write(market, act)


def bound(market: AgentMarket, act: Bound) -> None:
    """Note that cases waited for want of capacity (7.8)."""
    market.acts_today.capacity_bound = True


def on_organisers(effect: Callable[[AgentMarket, Any], list[float]]) -> Callable[[AgentMarket, Any], None]:
    """Return an effect that lets ``effect`` happen to organisers and logs the amounts it returns (7.8)."""

    def logged(market: AgentMarket, act: Act) -> None:
        market.log.write(market, act, effect(market, act))

    return logged


EFFECTS: dict[type[Act], Callable[[AgentMarket, Any], None]] = {
    **dict.fromkeys(SANCTIONS, sanction),
    Screen: screen, Flag: flag, Review: review, Ban: ban, Reinstate: reinstate, Compensate: compensate,
    Hear: hear, Share: share, Announce: announce, SetRanking: set_ranking, Bound: bound,
    Investigate: investigate,
    FineOrganisers: on_organisers(raiding.fine_organisers), Raid: on_organisers(raiding.raid),
    Shut: on_organisers(raiding.shut), Sue: on_organisers(raiding.sue),
    TrySuit: on_organisers(raiding.try_suit),
}  # fmt: skip
