"""The record of acts, and who pays for them."""

from __future__ import annotations

import numpy as np

from sim.contract import NONE, Act, Hear, Investigate, Review
from sim.parameters import FindingParameters
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
    """Charge the institution what the act costs; costs per organiser are real, so they weigh 1/weight.

    What a review or a hearing costs the world says, an investigation costs once.
    """
    cost, units = cost_of(act, state.parameters.findings), float(act.targets.size)
    if cost == 0:
        return
    if isinstance(act, Investigate):
        units = 1.0
    if act.target_kind.in_real_rmb:
        units /= state.trade.weight
    fen = round(cost * units * FEN)
    state.money.move(institution_of(state.institutions, act.actor).pays, "services", fen)
    tally.enforcement_cost += fen


def cost_of(act: Act, findings: FindingParameters) -> float:
    """Return what an act costs for each target, RMB."""
    if isinstance(act, Review):
        return act.effort * findings.review_cost
    if isinstance(act, Hear):
        return act.effort * findings.hearing_cost
    return act.cost


def cases_of(act: Act) -> np.ndarray:
    """Return the numbers of an act's cases, none where the verb has none."""
    cases: np.ndarray = getattr(act, "cases", NONE)
    return cases
