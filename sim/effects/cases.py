"""What happens to cases: opened, reviewed, heard, struck, hit."""

from __future__ import annotations

import numpy as np

from sim.chance import Stream, uniforms
from sim.contract import Act, Flag, Hear, Review
from sim.effects.records import cases_of, log_act
from sim.state import State
from sim.state.today import Tally
from sim.state.truth import INNOCENT_DAYS, judge
from sim.state.units import NEVER

NAMED_DAYS = 30
"""A sanction so soon after a ledger named the shop rests on that ledger."""


def flag(state: State, tally: Tally, act: Flag) -> None:
    """Open a case on each target; whether it is innocent is judged now, for good."""
    new = state.cases.find(act.cases) < 0
    open_cases(state, tally, act.shops[new], act.cases[new], "detector")
    state.shops.last_case_day[act.shops] = state.clock.day
    log_act(state, act)


def open_cases(state: State, tally: Tally, slots: np.ndarray, numbers: np.ndarray, source: str) -> None:
    """Enter cases with the truth of today; a ledger is evidence of purchases further back than a trace."""
    shops, trade, day = state.shops, state.trade.parameters, state.clock.day
    window = trade.ledger_window + trade.ledger_days if source == "ledger" else INNOCENT_DAYS
    truth = judge(shops, state.merchants, state.campaigns, slots, day, window)
    facts = {
        "identity": shops.identity[slots],
        "slot": slots,
        "category": shops.category[slots],
        "age_days": day - shops.opened_day[slots],
        "orders_30": state.traces.sums[2, 0, slots],
        "in_burst": day - shops.burst_until[slots] <= 14,
        "innocent": truth.innocent,
        "honest": truth.honest,
        "stale": truth.stale,
    }
    state.cases.open(day, numbers, source, facts)
    tally.cases += slots.size


def case_rows(state: State, tally: Tally, act: Act) -> np.ndarray:
    """Return the rows of the act's cases, opening those that nobody flagged (names from ledgers, others)."""
    cases, targets = cases_of(act), act.targets
    rows = state.cases.find(cases)
    new = rows < 0
    if new.any():
        first = np.unique(cases[new], return_index=True)[1]
        slots, numbers = targets[new][first], cases[new][first]
        named = np.isin(state.shops.identity[slots], state.cases.named_since(state.clock.day - NAMED_DAYS))
        open_cases(state, tally, slots[named], numbers[named], "ledger")
        open_cases(state, tally, slots[~named], numbers[~named], "other")
        rows = state.cases.find(cases)
    return rows


def strike(state: State, slots: np.ndarray, rows: np.ndarray) -> None:
    """Enter one strike a case in the platform's file."""
    fresh = state.cases.get("strike_day", rows) == NEVER
    state.cases.set("strike_day", rows[fresh], state.clock.day)
    struck, days = slots[fresh], state.shops.sanction_days
    days[struck, 1:] = days[struck, :-1]
    days[struck, 0] = state.clock.day


def hit(state: State, tally: Tally, slots: np.ndarray, rows: np.ndarray) -> None:
    """Count a case with a sanction that took something, once; its merchant may appeal."""
    fresh = state.cases.get("hit_day", rows) == NEVER
    rows, slots = rows[fresh], slots[fresh]
    if rows.size == 0:
        return
    state.cases.set("hit_day", rows, state.clock.day)
    innocent, honest = state.cases.get("innocent", rows), state.cases.get("honest", rows)
    tally.count_hits(innocent, honest)
    state.harm.add_hits(state.shops, state.traces.sums[2, 0], slots[innocent], state.clock.day)
    file_appeals(state, slots, rows, innocent)


def file_appeals(state: State, slots: np.ndarray, rows: np.ndarray, innocent: np.ndarray) -> None:
    """Let merchants hit today appeal some days later; the innocent do so more often."""
    config, identity = state.parameters.appeals, state.shops.identity[slots]
    key = state.clock.key(Stream.APPEAL)
    files = uniforms(key, identity, 0) < np.where(innocent, config.innocent_rate, config.guilty_rate)
    delay = (-config.delay * np.log(uniforms(key, identity, 1))).astype(np.int64)
    numbers = state.cases.columns["case"]
    for i in np.flatnonzero(files):
        due = int(state.clock.day + delay[i])
        state.inbox.appeals.append((due, numbers[rows[i]], int(slots[i]), int(identity[i])))


def review(state: State, tally: Tally, act: Review) -> None:
    """Have cases reviewed: the finding is drawn from the truth and arrives tomorrow."""
    tally.reviews += act.shops.size
    rows = state.cases.find(act.cases)
    state.cases.set("bothered", rows[rows >= 0], True)
    slots, identity = act.shops, state.shops.identity[act.shops]
    truth = judge(state.shops, state.merchants, state.campaigns, slots, state.clock.day)
    guilty = ~truth.innocent
    findings = state.parameters.findings
    errors = 1 - findings.review_sensitivity, 1 - findings.review_specificity
    found = draw_verdicts(state, act, guilty, errors, k=0)
    counted = np.where(found & guilty, state.traces.brushed_30[slots] / 30, 0.0)
    state.inbox.findings.append(("review", act.cases, slots, identity, found, counted))
    log_act(state, act)


def hear(state: State, tally: Tally, act: Hear) -> None:
    """Have appeals heard: the finding is drawn from the truth at the flag and arrives tomorrow."""
    rows = state.cases.find(act.cases)
    column = state.cases.columns["innocent"]
    innocent = np.array([column[row] if row >= 0 else True for row in rows], dtype=bool)
    findings = state.parameters.findings
    errors = 1 - findings.hearing_innocent_wins, 1 - findings.hearing_guilty_refused
    refused = ~draw_verdicts(state, act, innocent, errors, k=1)
    identity, counted = state.shops.identity[act.shops], np.zeros(act.shops.size)
    state.inbox.findings.append(("appeal", act.cases, act.shops, identity, refused, counted))
    log_act(state, act)


def draw_verdicts(
    state: State, act: Review | Hear, truth: np.ndarray, errors: tuple[float, float], k: int
) -> np.ndarray:
    """Return verdicts (n,): ``truth`` is missed, or seen where there is none, with the chances of ``errors``.

    An effort is so many looks, all of which have to err.
    """
    missed, imagined = (error**act.effort for error in errors)
    luck = uniforms(state.clock.key(Stream.FINDING), state.shops.identity[act.shops], k)
    return luck < np.where(truth, 1 - missed, imagined)
