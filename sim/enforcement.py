"""Enforce: acts of the institutions take effect, each of them logged with the truth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim import findings, raids
from sim.brushing.decisions import stop_campaigns
from sim.chance import Stream, day_key, uniforms
from sim.contract import SANCTIONS, Act, ContractError, Verb
from sim.events import INNOCENT_DAYS, judge
from sim.settlement import collect_fines
from sim.state import FEN, NEVER

if TYPE_CHECKING:
    from sim.market import Market

NOTHING = np.zeros(0)


def enforce(market: Market, acts: list[Act]) -> None:
    """Let the evening's acts take effect, in the order given."""
    for act in acts:
        check_targets(market, act)
        pay_for(market, act)
        VERBS[act.verb](market, act)


def check_targets(market: Market, act: Act) -> None:
    """Raise `ContractError` for a target that does not exist; `sim.contract.check_act` did the rest."""
    room = {"shop": market.shops.n, "organiser": len(market.organisers), "account": market.buyers.n}[act.who]
    if act.targets.size and not 0 <= act.targets.min() <= act.targets.max() < room:
        raise ContractError(f"{act.policy}: {act.verb}: there are only {room} {act.who}s, from 0")


def pay_for(market: Market, act: Act) -> None:
    """Charge the institution what the act costs; costs per organiser are real, so they weigh 1/weight."""
    if act.cost == 0:
        return
    units = act.targets.size
    if act.who == "organiser":
        units = sum(1 / market.organisers[number].weight for number in act.targets)
    fen = round(act.cost * units * FEN)
    # The platform is the plaintiff of civil suits; only the regulator works at the state's cost.
    payer = "state" if act.actor == "regulator" else "platform"
    market.ledger.move(payer, "services", fen)
    market.today.enforcement_cost += fen


def log(market: Market, act: Act, amount: np.ndarray = NOTHING) -> None:
    """Write the act to the event log, with the truth if it concerns shops."""
    if act.who == "shop" and act.targets.size:
        truth = judge(market.merchants, act.targets, market.day)
        market.log.write(market.day, act, market.shops.identity[act.targets], amount, truth)
    else:
        market.log.write(market.day, act, act.targets, amount, None)


def screen(market: Market, act: Act) -> None:
    """Note who is above the threshold today."""
    market.last_above[act.targets] = market.day
    market.detector_record.screened = True


def flag(market: Market, act: Act) -> None:
    """Open a case on each target; whether it is innocent is judged now, for good."""
    new = market.cases.find(act.cases) < 0
    open_cases(market, act.targets[new], act.cases[new], "detector")
    market.shops.last_case_day[act.targets] = market.day
    log(market, act)


def open_cases(market: Market, slots: np.ndarray, numbers: np.ndarray, source: str) -> None:
    """Enter cases with the truth of today; a ledger is evidence of purchases further back than a trace."""
    shops, trade = market.shops, market.world.trade
    window = trade.ledger_window + trade.ledger_days if source == "ledger" else INNOCENT_DAYS
    truth = judge(market.merchants, slots, market.day, window)
    facts = {
        "identity": shops.identity[slots],
        "slot": slots,
        "category": shops.category[slots],
        "age_days": shops.age(market.day)[slots],
        "orders_30": market.traces.sums[2, 0, slots],
        "in_burst": market.day - shops.burst_until[slots] <= 14,
        "innocent": truth.innocent,
        "honest": truth.honest,
        "stale": truth.stale,
    }
    market.cases.open(market.day, numbers, source, facts)
    market.today.cases += slots.size


def sanction(market: Market, act: Act) -> None:
    """Carry out a sanction on shops: strike, effect, hit, appeal, and what others learn from it."""
    slots = act.targets
    if slots.size == 0:
        return
    rows = case_rows(market, act)
    strike(market, slots, rows)
    amount = SANCTION_EFFECTS[act.verb](market, act)
    log(market, act, amount)
    if act.verb != Verb.WARN:
        hit(market, slots, rows)
        stop_campaigns(market.merchants, slots)
        market.losses.watch(market, slots, market.cases.get("innocent", rows))


def case_rows(market: Market, act: Act) -> np.ndarray:
    """Return the rows of the act's cases, opening those that nobody flagged (names from ledgers, others)."""
    rows = market.cases.find(act.cases)
    new = rows < 0
    if new.any():
        first = np.unique(act.cases[new], return_index=True)[1]
        slots, numbers = act.targets[new][first], act.cases[new][first]
        named = np.isin(market.shops.identity[slots], list(market.named))
        open_cases(market, slots[named], numbers[named], "ledger")
        open_cases(market, slots[~named], numbers[~named], "other")
        rows = market.cases.find(act.cases)
    return rows


def strike(market: Market, slots: np.ndarray, rows: np.ndarray) -> None:
    """Enter one strike a case in the platform's file; neighbours hear of it."""
    fresh = market.cases.get("strike_day", rows) == NEVER
    market.cases.set("strike_day", rows[fresh], market.day)
    struck = slots[fresh]
    days = market.shops.sanction_days
    days[struck, 1:] = days[struck, :-1]
    days[struck, 0] = market.day
    market.today.sanctioned[struck] = True


def hit(market: Market, slots: np.ndarray, rows: np.ndarray) -> None:
    """Count a case with a sanction that took effect, once; its merchant may appeal."""
    fresh = market.cases.get("hit_day", rows) == NEVER
    rows, slots = rows[fresh], slots[fresh]
    if rows.size == 0:
        return
    market.cases.set("hit_day", rows, market.day)
    innocent, honest = market.cases.get("innocent", rows), market.cases.get("honest", rows)
    market.today.count_hits(innocent, honest)
    market.harm.add_hits(market, slots[innocent])
    findings.file_appeals(market, slots, rows, innocent)


def warn(market: Market, act: Act) -> np.ndarray:
    """Do nothing but tell."""
    return NOTHING


def remove_sales(market: Market, act: Act) -> np.ndarray:
    """Set displayed sales to zero (销量清零)."""
    shops = market.shops
    shops.removed[act.targets] += shops.displayed[act.targets]
    shops.displayed[act.targets] = 0.0
    return NOTHING


def demote(market: Market, act: Act) -> np.ndarray:
    """Hide shops from the ranking for ``days`` from tomorrow."""
    until = market.day + 1 + act.days
    market.shops.hidden_until[act.targets] = np.maximum(market.shops.hidden_until[act.targets], until)
    market.today.demotion_days += float(act.days * act.targets.size)
    return NOTHING


def fine(market: Market, act: Act) -> np.ndarray:
    """Take a fine, as far as the merchant owns it; return what was collected, RMB."""
    payee = "platform" if act.actor == "platform" else "state"
    due = np.rint(act.amount * FEN).astype(np.int64)
    collected = collect_fines(market.ledger, market.merchants, act.targets, due, payee)
    fined = market.cases.columns[f"{payee}_fine_fen"]
    for row, fen in zip(market.cases.find(act.cases).tolist(), collected.tolist(), strict=True):
        fined[row] += fen
    market.today.fines += int(collected.sum())
    market.today.shop_fines += int(collected.sum())
    return collected / FEN


def close(market: Market, act: Act) -> np.ndarray:
    """Close shops; they keep their slot for a while, so that an appeal can reopen them."""
    slots = act.targets[market.shops.open[act.targets]]
    market.shops.open[slots] = False
    market.shops.closed_day[slots] = market.day
    market.today.closures += slots.size
    return NOTHING


def reinstate(market: Market, act: Act) -> None:
    """Lift demotion and closure, give removed sales, fines and the strike back; the case is overturned."""
    shops, slots = market.shops, act.targets
    shops.hidden_until[slots] = np.minimum(shops.hidden_until[slots], market.day + 1)
    shops.displayed[slots] += shops.removed[slots]
    shops.removed[slots] = 0.0
    reopened = slots[shops.closed_day[slots] != NEVER]
    shops.open[reopened] = True
    shops.closed_day[reopened] = NEVER
    rows = market.cases.find(act.cases)
    refund(market, slots[rows >= 0], rows[rows >= 0])
    market.cases.set("overturned", rows[rows >= 0], True)
    market.today.overturned += int((rows >= 0).sum())
    market.losses.lift(market, slots)
    log(market, act)


def refund(market: Market, slots: np.ndarray, rows: np.ndarray) -> None:
    """Pay back the fines of overturned cases and strike them off the platform's file."""
    for payee in ("platform", "state"):
        column = market.cases.columns[f"{payee}_fine_fen"]
        fen = np.array([column[row] for row in rows], dtype=np.int64)
        market.ledger.charge_merchants(slots, -fen, payee)
        market.today.restitution += int(fen.sum())
        market.cases.set(f"{payee}_fine_fen", rows, 0)
    days = market.shops.sanction_days
    struck = days[slots] == market.cases.get("strike_day", rows).reshape(-1, 1)
    days[slots] = -np.sort(-np.where(struck, NEVER, days[slots]), axis=1)


def compensate(market: Market, act: Act) -> None:
    """Pay restitution from the platform."""
    fen = np.rint(act.amount * FEN).astype(np.int64)
    market.ledger.charge_merchants(act.targets, -fen, "platform")
    market.today.restitution += int(fen.sum())
    log(market, act, act.amount)


def ban(market: Market, act: Act) -> None:
    """Ban accounts: they order nothing and carry out no task."""
    until = market.day + 1 + act.days
    market.buyers.banned_until[act.targets] = np.maximum(market.buyers.banned_until[act.targets], until)
    market.today.bans += act.targets.size
    market.today.wrong_bans += int((~market.buyers.works[act.targets]).sum())
    log(market, act)


def share(market: Market, act: Act) -> None:
    """Hand shops to the other institutions; they see them tomorrow."""
    market.inbox.referrals.append((act.targets, act.cases, act.actor))
    log(market, act)


def announce(market: Market, act: Act) -> None:
    """Publish; merchants take note, and believe announced severity a little."""
    salience = act.terms.get("salience", 1.0)
    market.today.announcements += salience
    weight = min(1.0, market.world.beliefs.announcement * salience)
    for name in ("demotion", "fine", "closure"):
        if name in act.terms:
            market.today.announced.append((name, act.terms[name], weight))
    log(market, act)


def set_ranking(market: Market, act: Act) -> None:
    """Change the ranking rule's weights from tomorrow."""
    for name, value in act.terms.items():
        if name not in ("sales_weight", "rating_weight", "freshness_weight"):
            raise ContractError(f"policy {act.policy!r}: set_ranking has no {name!r}")
        setattr(market.ranking, name, float(value))
    log(market, act)


def bound(market: Market, act: Act) -> None:
    """Note that capacity was exhausted while cases waited."""
    market.today.capacity_bound = True


def review(market: Market, act: Act) -> None:
    """Have cases reviewed: the finding is drawn from the truth and arrives tomorrow."""
    market.today.reviews += act.targets.size
    rows = market.cases.find(act.cases)
    market.cases.set("bothered", rows[rows >= 0], True)
    findings.review(market, act)
    log(market, act)


def hear(market: Market, act: Act) -> None:
    """Have appeals heard: the finding is drawn from the truth and arrives tomorrow."""
    findings.hear(market, act)
    log(market, act)


def on_organisers(effect: Callable[[Market, Act], np.ndarray]) -> Callable[[Market, Act], None]:
    """Return a verb that lets ``effect`` happen to organisers and logs the real amounts it returns."""

    def verb(market: Market, act: Act) -> None:
        log(market, act, effect(market, act))

    return verb


def fine_anyone(market: Market, act: Act) -> None:
    """Fine shops or organisers."""
    if act.who == "organiser":
        log(market, act, raids.fine_organisers(market, act))
    else:
        sanction(market, act)


def keyed(market: Market, stream: Stream, who: np.ndarray, k: int = 0) -> np.ndarray:
    """Return the day's draws of ``stream`` for identities."""
    return uniforms(day_key(market.seed, stream, market.day), who, k)


SANCTION_EFFECTS = {
    Verb.WARN: warn, Verb.REMOVE_SALES: remove_sales, Verb.DEMOTE: demote, Verb.FINE: fine, Verb.CLOSE: close,
}  # fmt: skip

VERBS: dict[Verb, Callable[[Market, Act], None]] = {
    **dict.fromkeys(SANCTIONS, sanction),
    Verb.SCREEN: screen, Verb.FLAG: flag, Verb.REVIEW: review, Verb.FINE: fine_anyone, Verb.BAN: ban,
    Verb.REINSTATE: reinstate, Verb.COMPENSATE: compensate, Verb.HEAR: hear, Verb.SHARE: share,
    Verb.ANNOUNCE: announce, Verb.SET_RANKING: set_ranking, Verb.BOUND: bound,
    Verb.RAID: on_organisers(raids.raid), Verb.SHUT: on_organisers(raids.shut),
    Verb.SUE: on_organisers(raids.sue), Verb.TRY_SUIT: on_organisers(raids.try_suit),
}  # fmt: skip
