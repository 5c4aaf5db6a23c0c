"""The record of acts, and who pays for them."""

from __future__ import annotations

import numpy as np

from sim.contract import NONE, Act
from sim.state import State
from sim.state.institutions import institution_of
from sim.state.today import Tally
from sim.state.truth import judge
from sim.state.units import FEN

NOTHING = np.zeros(0)


def log_act(state: State, act: Act, amount: np.ndarray = NOTHING) -> None:
    """Write the act to the event log, with the truth if it concerns shops."""
    targets, kind = act.targets, act.target_kind
    truth, identity = None, kind.identities(targets, state.shops.identity)
    if kind.is_place and targets.size:
        truth = judge(state.shops, state.merchants, state.campaigns, targets, state.clock.day)
    state.events.write(state.clock.day, act, identity, amount, truth)


def pay_for(state: State, tally: Tally, act: Act) -> None:
    """Charge the institution what the act costs; costs per organiser are real, so they weigh 1/weight."""
    if act.cost == 0:
        return
    units = float(act.targets.size)
    if act.target_kind.in_real_rmb:
        units /= state.trade.weight
    fen = round(act.cost * units * FEN)
    state.money.move(institution_of(state.institutions, act.actor).pays, "services", fen)
    tally.enforcement_cost += fen


def cases_of(act: Act) -> np.ndarray:
    """Return the numbers of an act's cases, none where the verb has none."""
    cases: np.ndarray = getattr(act, "cases", NONE)
    return cases
