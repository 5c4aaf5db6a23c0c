"""Enforce: the evening's acts take effect, in the order given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.contract import (
    Act,
    Announce,
    Ban,
    Bound,
    Close,
    Compensate,
    Demote,
    Fine,
    FineOrganisers,
    Flag,
    Hear,
    Investigate,
    Raid,
    Reinstate,
    RemoveSales,
    Review,
    Screen,
    SetRanking,
    Share,
    Shut,
    Sue,
    TrySuit,
    Warn,
    check_targets,
)
from sim.effects.accounts import ban
from sim.effects.cases import flag, hear, review
from sim.effects.courts import sue, try_suit
from sim.effects.investigations import investigate
from sim.effects.notices import announce, bound, screen, set_ranking, share
from sim.effects.organisers import fine_organisers, raid, shut
from sim.effects.records import log_act, pay_for
from sim.effects.shops import compensate, reinstate, sanction
from sim.state import State
from sim.state.today import Tally, Today

Effect = Callable[[State, Tally, Any], None]


def enforce(state: State, today: Today, acts: list[Act]) -> None:
    """Let the evening's acts take effect, in the order given; the contract has checked all but targets."""
    census = state.census()  # nobody is founded in the evening
    for act in acts:
        check_targets(act, census)
        pay_for(state, today.tally, act)
        EFFECTS[type(act)](state, today.tally, act)


def logged(effect: Callable[[State, Tally, Any], np.ndarray]) -> Effect:
    """Return an effect that logs the real amounts that ``effect`` returns."""

    def effect_and_log(state: State, tally: Tally, act: Act) -> None:
        log_act(state, act, effect(state, tally, act))

    return effect_and_log


EFFECTS: dict[type[Act], Effect] = {
    Screen: screen, Flag: flag, Review: review, Warn: sanction, RemoveSales: sanction, Demote: sanction,
    Fine: sanction, Close: sanction, Hear: hear, Reinstate: reinstate, Compensate: compensate, Share: share,
    Ban: ban, Announce: announce, SetRanking: set_ranking, Bound: bound, Investigate: investigate,
    Raid: logged(raid),
    Shut: logged(shut), Sue: logged(sue), TrySuit: logged(try_suit), FineOrganisers: logged(fine_organisers),
}  # fmt: skip
"""What each act does."""
