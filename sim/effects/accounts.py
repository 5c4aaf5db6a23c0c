"""What institutions do to accounts."""

from __future__ import annotations

import numpy as np

from sim.contract import Ban
from sim.effects.records import log_act
from sim.state import State
from sim.state.today import Tally


def ban(state: State, tally: Tally, act: Ban) -> None:
    """Ban accounts: they order nothing and carry out no task."""
    buyers, day = state.buyers, state.clock.day
    until = day if state.switched_off.incapacitation else day + 1 + act.days
    buyers.banned_until[act.accounts] = np.maximum(buyers.banned_until[act.accounts], until)
    tally.bans += act.accounts.size
    tally.wrong_bans += int((~buyers.works[act.accounts]).sum())
    log_act(state, act)
