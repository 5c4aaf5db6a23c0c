"""How severe sanctions on shops are: which of them take something, and what is heard of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.contract import Act, Close, Demote, Fine, RemoveSales, Warn
from sim.state import State
from sim.state.today import Tally
from sim.state.units import FEN


def taken(state: State, act: Act) -> np.ndarray:
    """Tell from which of its targets (n,) a sanction will take something; a shop loses a thing once."""
    takes = TAKES[type(act)](state, act)
    if not isinstance(act, Fine):
        again = np.ones(takes.size, dtype=bool)
        again[np.unique(act.targets, return_index=True)[1]] = False
        takes &= ~again
    return takes


def takes_nothing(state: State, act: Warn) -> np.ndarray:
    """Tell of nobody that a warning takes something."""
    return np.zeros(act.shops.size, dtype=bool)


def takes_sales(state: State, act: RemoveSales) -> np.ndarray:
    """Tell who displays sales that could be removed."""
    return state.shops.displayed[act.shops] > 0


def takes_days(state: State, act: Demote) -> np.ndarray:
    """Tell whom a demotion hides longer than it would be hidden."""
    return state.shops.hidden_until[act.shops] < state.clock.day + 1 + act.days


def takes_money(state: State, act: Fine) -> np.ndarray:
    """Tell who is fined a fen at least."""
    return imposed(act) > 0


def takes_the_shop(state: State, act: Close) -> np.ndarray:
    """Tell who is open."""
    return state.shops.open[act.shops].copy()


def imposed(act: Fine) -> np.ndarray:
    """Return the fines that are imposed (n,), fen."""
    return np.rint(act.amount * FEN).astype(np.int64)


def tell(state: State, tally: Tally, act: Act, rows: np.ndarray, took: np.ndarray) -> None:
    """Let others hear of warnings and of sanctions that ``took`` something (n,), and how severe they were.

    ``rows`` (n,) are those of the cases: others hear once of each, and learn later what else it brought. The
    struck whose campaigns are still in force will reconsider them.
    """
    heard = took | isinstance(act, Warn)
    if not heard.any():
        return
    slots, campaigns = act.targets[heard], state.campaigns
    new = state.cases.first_heard(rows[heard], state.clock.day)
    tally.sanctioned[slots[new]] = True
    tally.traced[slots[new & (state.cases.get("source", rows[heard]) != "ledger")]] = True
    campaigns.struck[slots[campaigns.until[slots] > state.clock.day]] = True
    if isinstance(act, Demote):
        demoted = int(np.count_nonzero(took))
        tally.demotion_days += float(act.days * demoted)
        tally.demotions += demoted
    elif isinstance(act, RemoveSales):
        tally.removals += int(np.count_nonzero(took))
    elif isinstance(act, Fine):
        tally.imposed += int(imposed(act).sum())
        tally.fined += int(np.count_nonzero(took))
    elif isinstance(act, Close):
        tally.closures += int(np.count_nonzero(took))


TAKES: dict[type[Act], Callable[[State, Any], np.ndarray]] = {
    Warn: takes_nothing, RemoveSales: takes_sales, Demote: takes_days, Fine: takes_money,
    Close: takes_the_shop,
}  # fmt: skip
