"""What sanctions do to shops, and how an appeal undoes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.contract import Act, Close, Compensate, Demote, Fine, Reinstate, RemoveSales, Warn
from sim.effects.cases import case_rows, hit, strike
from sim.effects.records import NOTHING, cases_of, log_act
from sim.effects.severity import taken, tell
from sim.state import State, displayed
from sim.state.institutions import institution_of
from sim.state.today import Tally
from sim.state.units import FEN, NEVER


def sanction(state: State, tally: Tally, act: Act) -> None:
    """Carry out a sanction on shops: strike, effect, and hit and hearsay where it took something."""
    slots = act.targets
    if slots.size == 0:
        return
    rows = case_rows(state, tally, act)
    strike(state, slots, rows)
    took = taken(state, act)
    amount = SANCTION_EFFECTS[type(act)](state, tally, act)
    log_act(state, act, amount)
    hit(state, tally, slots[took], rows[took])
    tell(state, tally, act, rows, took)
    innocent = state.cases.get("innocent", rows).astype(bool)
    state.harm.watch(state.shops, state.traces, slots[took & innocent], state.clock.day)


def warn(state: State, tally: Tally, act: Warn) -> np.ndarray:
    """Do nothing but tell."""
    return NOTHING


def remove_sales(state: State, tally: Tally, act: RemoveSales) -> np.ndarray:
    """Set displayed sales to zero (销量清零)."""
    if not state.switched_off.incapacitation:
        displayed.remove(state.shops, act.shops, state.clock.day)
    return NOTHING


def demote(state: State, tally: Tally, act: Demote) -> np.ndarray:
    """Hide shops from the ranking for ``days`` from tomorrow."""
    hidden_until = state.shops.hidden_until
    if not state.switched_off.incapacitation:
        until = state.clock.day + 1 + act.days
        hidden_until[act.shops] = np.maximum(hidden_until[act.shops], until)
    return NOTHING


def fine(state: State, tally: Tally, act: Fine) -> np.ndarray:
    """Impose a fine; return what was collected at once, RMB. The rest is owed."""
    payee = institution_of(state.institutions, act.actor).receives
    reach, owners = state.shops.parameters.owner_reach, state.shops.owner[act.shops].tolist()
    due = np.rint(act.amount * FEN).astype(np.int64)
    collected, fined = np.zeros(due.size, dtype=np.int64), state.cases.columns[f"{payee}_fine_fen"]
    for i, (case, fen) in enumerate(zip(state.cases.find(act.cases).tolist(), due.tolist(), strict=True)):
        fined[case] += fen
        collected[i] = state.money.collect_fine(state.merchants, owners[i], fen, payee, reach)
    tally.fines += int(collected.sum())
    return collected / FEN


def close(state: State, tally: Tally, act: Close) -> np.ndarray:
    """Close shops; they keep their slot for a while, so that an appeal can reopen them."""
    shops = state.shops
    slots = act.shops[shops.open[act.shops]]
    if not state.switched_off.incapacitation:
        shops.open[slots] = False
        shops.closed_day[slots] = state.clock.day
    return NOTHING


def reinstate(state: State, tally: Tally, act: Reinstate) -> None:
    """Lift demotion and closure, give removed sales, fines and the strike back; the case is overturned."""
    shops, slots, day = state.shops, act.shops, state.clock.day
    shops.hidden_until[slots] = np.minimum(shops.hidden_until[slots], day + 1)
    displayed.give_back(shops, slots)
    reopened = slots[shops.closed_day[slots] != NEVER]
    shops.open[reopened] = True
    shops.closed_day[reopened] = NEVER
    rows = state.cases.find(cases_of(act))
    refund(state, tally, slots[rows >= 0], rows[rows >= 0])
    state.cases.set("overturned", rows[rows >= 0], True)
    tally.overturned += int((rows >= 0).sum())
    state.harm.lift(slots, day)
    log_act(state, act)


def refund(state: State, tally: Tally, slots: np.ndarray, rows: np.ndarray) -> None:
    """Take back the fines of overturned cases and strike them off the platform's file."""
    owners = state.shops.owner[slots].tolist()
    for payee in ("platform", "state"):
        column = state.cases.columns[f"{payee}_fine_fen"]
        for owner, row in zip(owners, rows.tolist(), strict=True):
            tally.restitution += state.money.return_fine(state.merchants, owner, column[row], payee)
            column[row] = 0
    days = state.shops.sanction_days
    struck = days[slots] == state.cases.get("strike_day", rows).reshape(-1, 1)
    days[slots] = -np.sort(-np.where(struck, NEVER, days[slots]), axis=1)


def compensate(state: State, tally: Tally, act: Compensate) -> None:
    """Pay restitution from the platform."""
    fen = np.rint(act.amount * FEN).astype(np.int64)
    state.money.charge_merchants(state.merchants, state.shops.owner[act.shops], -fen, "platform")
    tally.restitution += int(fen.sum())
    log_act(state, act, act.amount)


SANCTION_EFFECTS: dict[type[Act], Callable[[State, Tally, Any], np.ndarray]] = {
    Warn: warn, RemoveSales: remove_sales, Demote: demote, Fine: fine, Close: close,
}  # fmt: skip
