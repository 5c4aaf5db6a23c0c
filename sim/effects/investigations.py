"""What institutions find out about organisers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from sim.chance import Stream, uniforms
from sim.contract import NONE, ORGANISER, Investigate
from sim.effects.records import log_act
from sim.state import State
from sim.state.institutions import institution_of
from sim.state.today import Tally

FIRST_DRAW = 4
"""Draw of the stream of findings that is the first institution's; others have the next ones."""


@dataclass(frozen=True, slots=True)
class Found(Investigate):
    """An investigation with the names that it brought to light, for the record."""

    organisers: np.ndarray = field(default_factory=lambda: NONE)
    target_kind = ORGANISER


def investigate(state: State, tally: Tally, act: Investigate) -> None:
    """Find open organisers that the institution does not know, at the hazard that its effort makes.

    From tomorrow it knows under what name each of them is open now.
    """
    names, trade = state.names, state.trade
    number = institution_of(state.institutions, act.actor).number
    places = np.flatnonzero(trade.is_open & ~names.known[number, names.current])
    who = -2 - state.founders.identity[trade.founder[places]]
    draws = uniforms(state.clock.key(Stream.FINDING), who, FIRST_DRAW + number)
    found = names.current[places[draws < -math.expm1(-act.effort)]]
    names.known[number, found] = True
    if found.size:
        record = {name: getattr(act, name) for name in ("effort", "cost", "reason", "actor", "policy")}
        log_act(state, Found(**record, organisers=names.number[found]))
