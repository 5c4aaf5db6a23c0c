"""What courts decide: civil suits against organisers."""

from __future__ import annotations

import numpy as np

from sim.chance import Stream, uniforms
from sim.contract import Sue, TrySuit
from sim.effects.organisers import bar, collect, founders_reached
from sim.state import State
from sim.state.today import Tally
from sim.state.units import FEN


def sue(state: State, tally: Tally, act: Sue) -> np.ndarray:
    """File civil suits: nothing happens until they are tried, but that they cost."""
    tally.suits += act.organisers.size
    return act.amount


def try_suit(state: State, tally: Tally, act: TrySuit) -> np.ndarray:
    """Try suits: the world draws who wins; damages are paid from assets; return damages, real RMB."""
    key, damages = state.clock.key(Stream.FINDING), np.zeros(act.organisers.size)
    for i, place, row in founders_reached(state, act.organisers):
        who = np.array([-2 - state.founders.identity[row]])
        won, ruined = (uniforms(key, who, k)[0] for k in (2, 3))
        if won >= act.odds:
            continue
        award = act.award_ratio * act.amount[i] * act.collectability
        fen = collect(state, tally, (place, row), award, "platform")
        tally.damages += fen
        damages[i] = fen / FEN * state.trade.weight
        tally.announcements += act.publicity
        if ruined < act.ruin:
            bar(state, place, row)
    return damages
