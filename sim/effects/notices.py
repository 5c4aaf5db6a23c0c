"""What institutions say: to each other, to the public, to the rule of rank."""

from __future__ import annotations

from sim.contract import Announce, Bound, Screen, SetRanking, Share
from sim.effects.records import log_act
from sim.state import State
from sim.state.beliefs import STATED
from sim.state.today import Tally


def screen(state: State, tally: Tally, act: Screen) -> None:
    """Note who is above the threshold today."""
    state.detectors.last_above[act.shops] = state.clock.day
    state.detectors.last_screened = state.clock.day


def share(state: State, tally: Tally, act: Share) -> None:
    """Hand shops to the other institutions; they see them tomorrow."""
    state.inbox.referrals.append((act.shops, act.cases, act.actor))
    log_act(state, act)


def announce(state: State, tally: Tally, act: Announce) -> None:
    """Publish; merchants take note, and believe announced severity a little."""
    tally.announcements += act.salience
    weight = min(1.0, state.beliefs.parameters.announcement * act.salience)
    for name in STATED:
        if (value := getattr(act, name)) is not None:
            tally.announced.append((name, value, weight))
    for name, value in (("demoted", act.demotion), ("fined", act.fine), ("removed", act.demotion)):
        if value is not None:
            tally.announced.append((name, float(value > 0), weight))
    log_act(state, act)


def set_ranking(state: State, tally: Tally, act: SetRanking) -> None:
    """Change the weights of the rule of rank from tomorrow."""
    for platform in state.platforms:
        for name in ("sales_weight", "rating_weight", "freshness_weight"):
            if (value := getattr(act, name)) is not None:
                setattr(platform.ranking, name, float(value))
    log_act(state, act)


def bound(state: State, tally: Tally, act: Bound) -> None:
    """Note that capacity was exhausted while cases waited."""
    tally.capacity_bound = True
