"""Sanctions on shops: cases, strikes, hits, what each sanction does, and how an appeal undoes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import findings
from sim.brushing.decisions import stop_campaigns
from sim.contract import Act, Verb
from sim.events import INNOCENT_DAYS, judge, log_act
from sim.settlement import collect_fines
from sim.state import FEN, NEVER

if TYPE_CHECKING:
    from sim.market import Market

NOTHING = np.zeros(0)

NAMED_DAYS = 30
"""A sanction so soon after a ledger named the shop rests on that ledger."""


def flag(market: Market, act: Act) -> None:
    """Open a case on each target; whether it is innocent is judged now, for good."""
    new = market.cases.find(act.cases) < 0
    open_cases(market, act.targets[new], act.cases[new], "detector")
    market.shops.last_case_day[act.targets] = market.day
    log_act(market, act)


def open_cases(market: Market, slots: np.ndarray, numbers: np.ndarray, source: str) -> None:
    """Enter cases with the truth of today; a ledger is evidence of purchases further back than a trace."""
    shops, trade = market.shops, market.world.trade
    window = trade.ledger_window + trade.ledger_days if source == "ledger" else INNOCENT_DAYS
    truth = judge(market.merchants, slots, market.day, window)
    facts = {
        "identity": shops.identity[slots],
        "slot": slots,
        "category": shops.category[slots],
        "age_days": market.day - shops.opened_day[slots],
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
    log_act(market, act, amount)
    if act.verb != Verb.WARN:
        hit(market, slots, rows)
        if not market.mute.incapacitation:
            stop_campaigns(market.merchants, slots)
        market.losses.watch(market, slots, market.cases.get("innocent", rows))


def case_rows(market: Market, act: Act) -> np.ndarray:
    """Return the rows of the act's cases, opening those that nobody flagged (names from ledgers, others)."""
    rows = market.cases.find(act.cases)
    new = rows < 0
    if new.any():
        first = np.unique(act.cases[new], return_index=True)[1]
        slots, numbers = act.targets[new][first], act.cases[new][first]
        recent = [who for who, day in market.named.items() if market.day - day <= NAMED_DAYS]
        named = np.isin(market.shops.identity[slots], recent)
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
    if market.mute.incapacitation:
        return NOTHING
    shops.removed[act.targets] += shops.displayed[act.targets]
    shops.displayed[act.targets] = 0.0
    return NOTHING


def demote(market: Market, act: Act) -> np.ndarray:
    """Hide shops from the ranking for ``days`` from tomorrow."""
    market.today.demotion_days += float(act.days * act.targets.size)
    if market.mute.incapacitation:
        return NOTHING
    until = market.day + 1 + act.days
    market.shops.hidden_until[act.targets] = np.maximum(market.shops.hidden_until[act.targets], until)
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
    market.today.closures += slots.size
    if market.mute.incapacitation:
        return NOTHING
    market.shops.open[slots] = False
    market.shops.closed_day[slots] = market.day
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
    log_act(market, act)


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


SANCTION_EFFECTS = {
    Verb.WARN: warn, Verb.REMOVE_SALES: remove_sales, Verb.DEMOTE: demote, Verb.FINE: fine, Verb.CLOSE: close,
}  # fmt: skip
