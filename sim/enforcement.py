"""Enforce: acts of the institutions take effect; what each verb does to shops is in `sim.sanctions`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim import findings, raids
from sim.contract import SANCTIONS, Act, ContractError, Verb
from sim.events import log_act
from sim.kernels.targets import span
from sim.sanctions import flag, reinstate, sanction
from sim.state import FEN

if TYPE_CHECKING:
    from sim.market import Market


def enforce(market: Market, acts: list[Act]) -> None:
    """Let the evening's acts take effect, in the order given."""
    for act in acts:
        check_targets(market, act)
        pay_for(market, act)
        VERBS[act.verb](market, act)


def check_targets(market: Market, act: Act) -> None:
    """Raise `ContractError` for a target that does not exist; `sim.contract.check_act` did the rest."""
    if act.targets.size == 0:
        return
    room, (low, high) = count(market, act.who), span(act.targets)
    if not 0 <= low <= high < room:
        raise ContractError(f"{act.policy}: {act.verb}: there are only {room} {act.who}s, from 0")


def count(market: Market, who: str) -> int:
    """Return how many there are of ``who``: shop, account or organiser (founders, with those who left)."""
    if who == "organiser":
        return int(market.trade.public_id.max()) + 1
    return market.shops.n if who == "shop" else market.buyers.n


def pay_for(market: Market, act: Act) -> None:
    """Charge the institution what the act costs; costs per organiser are real, so they weigh 1/weight."""
    if act.cost == 0:
        return
    units = float(act.targets.size)
    if act.who == "organiser":
        units /= market.trade.weight
    fen = round(act.cost * units * FEN)
    # The platform is the plaintiff of civil suits; only the regulator works at the state's cost.
    payer = "state" if act.actor == "regulator" else "platform"
    market.ledger.move(payer, "services", fen)
    market.today.enforcement_cost += fen


def screen(market: Market, act: Act) -> None:
    """Note who is above the threshold today."""
    market.last_above[act.targets] = market.day
    market.detector_record.last_screened = market.day


def compensate(market: Market, act: Act) -> None:
    """Pay restitution from the platform."""
    fen = np.rint(act.amount * FEN).astype(np.int64)
    market.ledger.charge_merchants(act.targets, -fen, "platform")
    market.today.restitution += int(fen.sum())
    log_act(market, act, act.amount)


def ban(market: Market, act: Act) -> None:
    """Ban accounts: they order nothing and carry out no task."""
    until = market.day if market.mute.incapacitation else market.day + 1 + act.days
    market.buyers.banned_until[act.targets] = np.maximum(market.buyers.banned_until[act.targets], until)
    market.today.bans += act.targets.size
    market.today.wrong_bans += int((~market.buyers.works[act.targets]).sum())
    log_act(market, act)


def share(market: Market, act: Act) -> None:
    """Hand shops to the other institutions; they see them tomorrow."""
    market.inbox.referrals.append((act.targets, act.cases, act.actor))
    log_act(market, act)


def announce(market: Market, act: Act) -> None:
    """Publish; merchants take note, and believe announced severity a little."""
    salience = act.terms.get("salience", 1.0)
    market.today.announcements += salience
    weight = min(1.0, market.world.beliefs.announcement * salience)
    for name in ("demotion", "fine", "closure"):
        if name in act.terms:
            market.today.announced.append((name, act.terms[name], weight))
    log_act(market, act)


def set_ranking(market: Market, act: Act) -> None:
    """Change the ranking rule's weights from tomorrow."""
    for name, value in act.terms.items():
        if name not in ("sales_weight", "rating_weight", "freshness_weight"):
            raise ContractError(f"policy {act.policy!r}: set_ranking has no {name!r}")
        setattr(market.ranking, name, float(value))
    log_act(market, act)


def bound(market: Market, act: Act) -> None:
    """Note that capacity was exhausted while cases waited."""
    market.today.capacity_bound = True


def review(market: Market, act: Act) -> None:
    """Have cases reviewed: the finding is drawn from the truth and arrives tomorrow."""
    market.today.reviews += act.targets.size
    rows = market.cases.find(act.cases)
    market.cases.set("bothered", rows[rows >= 0], True)
    findings.review(market, act)
    log_act(market, act)


def hear(market: Market, act: Act) -> None:
    """Have appeals heard: the finding is drawn from the truth and arrives tomorrow."""
    findings.hear(market, act)
    log_act(market, act)


def on_organisers(effect: Callable[[Market, Act], np.ndarray]) -> Callable[[Market, Act], None]:
    """Return a verb that lets ``effect`` happen to organisers and logs the real amounts it returns."""

    def verb(market: Market, act: Act) -> None:
        log_act(market, act, effect(market, act))

    return verb


def fine_anyone(market: Market, act: Act) -> None:
    """Fine shops or organisers."""
    if act.who == "organiser":
        log_act(market, act, raids.fine_organisers(market, act))
    else:
        sanction(market, act)


VERBS: dict[Verb, Callable[[Market, Act], None]] = {
    **dict.fromkeys(SANCTIONS, sanction),
    Verb.SCREEN: screen, Verb.FLAG: flag, Verb.REVIEW: review, Verb.FINE: fine_anyone, Verb.BAN: ban,
    Verb.REINSTATE: reinstate, Verb.COMPENSATE: compensate, Verb.HEAR: hear, Verb.SHARE: share,
    Verb.ANNOUNCE: announce, Verb.SET_RANKING: set_ranking, Verb.BOUND: bound,
    Verb.RAID: on_organisers(raids.raid), Verb.SHUT: on_organisers(raids.shut),
    Verb.SUE: on_organisers(raids.sue), Verb.TRY_SUIT: on_organisers(raids.try_suit),
}  # fmt: skip
