"""Findings: what institutions find out, drawn by the world from the truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.chance import Stream, day_key, uniforms
from sim.contract import NONE, Act, Appeals, Findings, Ledgers, Raids, Referrals
from sim.events import judge

if TYPE_CHECKING:
    from sim.market import Market


NOTHING_FOUND = Findings(np.zeros(0, dtype="U6"), NONE, NONE, np.zeros(0, dtype=bool), np.zeros(0))
NO_APPEALS = Appeals(NONE, NONE)
NO_REFERRALS = Referrals(NONE, NONE, np.zeros(0, dtype="U9"))
NO_RAIDS = Raids(NONE, np.zeros(0), np.zeros(0), np.zeros(0))
NO_LEDGERS = Ledgers(NONE, NONE, NONE, NONE)


@dataclass
class Inbox:
    """What reaches the institutions tomorrow, or on a later day.

    A finding is kind, cases, slots, identities, verdicts and intensities; an appeal is day, case, slot
    and identity.
    """

    findings: list[tuple[str, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = field(
        default_factory=list
    )
    referrals: list[tuple[np.ndarray, np.ndarray, str]] = field(default_factory=list)
    raids: list[tuple[int, float, float, float]] = field(default_factory=list)
    appeals: list[tuple[int, int, int, int]] = field(default_factory=list)
    ledgers: list[tuple[int, int, np.ndarray, np.ndarray]] = field(default_factory=list)


def review(market: Market, act: Act) -> None:
    """Draw for each target whether it is found to brush, and how much."""
    slots = act.targets
    guilty = ~judge(market.merchants, slots, market.day).innocent
    found = draw_verdicts(market, act, guilty, k=0)
    counted = np.where(found & guilty, market.traces.brushed_30[slots] / 30, 0.0)
    identity = market.shops.identity[slots]
    market.inbox.findings.append(("review", act.cases, slots, identity, found, counted))


def hear(market: Market, act: Act) -> None:
    """Draw for each appeal whether it is refused; innocence counts as judged at the flag."""
    rows = market.cases.find(act.cases)
    innocent = np.array(
        [market.cases.columns["innocent"][row] if row >= 0 else True for row in rows], dtype=bool
    )
    refused = ~draw_verdicts(market, act, innocent, k=1)
    identity, counted = market.shops.identity[act.targets], np.zeros(act.targets.size)
    market.inbox.findings.append(("appeal", act.cases, act.targets, identity, refused, counted))


def draw_verdicts(market: Market, act: Act, truth: np.ndarray, k: int) -> np.ndarray:
    """Return verdicts: true ones are found with the sensitivity, false ones with 1 − specificity."""
    luck = uniforms(day_key(market.seed, Stream.FINDING, market.day), market.shops.identity[act.targets], k)
    return luck < np.where(truth, act.terms["sensitivity"], 1 - act.terms["specificity"])


def file_appeals(market: Market, slots: np.ndarray, rows: np.ndarray, innocent: np.ndarray) -> None:
    """Let merchants hit today appeal some days later; the innocent do so more often."""
    config, identity = market.world.appeals, market.shops.identity[slots]
    key = day_key(market.seed, Stream.APPEAL, market.day)
    files = uniforms(key, identity, 0) < np.where(innocent, config.innocent_rate, config.guilty_rate)
    delay = (-config.delay * np.log(uniforms(key, identity, 1))).astype(np.int64)
    for i in np.flatnonzero(files):
        case = market.cases.columns["case"][rows[i]]
        market.inbox.appeals.append((int(market.day + delay[i]), case, int(slots[i]), int(identity[i])))


def clear_delivered(market: Market) -> None:
    """Take what was delivered this evening out of the inbox, before today's acts fill it."""
    inbox, day = market.inbox, market.day
    market.today.appeals += deliver_appeals(market).shop.size
    for due, _, identities, _ in inbox.ledgers:
        if due <= day:
            market.named.update(dict.fromkeys(identities.tolist(), day))
    inbox.findings, inbox.referrals, inbox.raids = [], [], []
    inbox.appeals = [entry for entry in inbox.appeals if entry[0] > day]
    inbox.ledgers = [entry for entry in inbox.ledgers if entry[0] > day]


def deliver_findings(market: Market) -> Findings:
    """Return what was found since yesterday, by today's slots."""
    entries = market.inbox.findings
    if not entries:
        return NOTHING_FOUND
    kinds, cases, slots, identities, guilty, counted = zip(*entries, strict=True)
    return Findings(
        kind=np.repeat(np.array(kinds), [c.size for c in cases]),
        case=np.concatenate(cases),
        shop=still_there(market, np.concatenate(slots), np.concatenate(identities)),
        guilty=np.concatenate(guilty),
        intensity=np.concatenate(counted),
    )


def deliver_appeals(market: Market) -> Appeals:
    """Return appeals that are filed today, of shops that still have their slot."""
    due = [entry for entry in market.inbox.appeals if entry[0] <= market.day]
    if not due:
        return NO_APPEALS
    _, case, slots, identities = np.array(due, dtype=np.int64).T
    shop = still_there(market, slots, identities)
    return Appeals(case[shop >= 0], shop[shop >= 0])


def still_there(market: Market, slots: np.ndarray, identities: np.ndarray) -> np.ndarray:
    """Return ``slots``, −1 where the shop of that identity has left; a shop keeps its slot for life."""
    return np.where(market.shops.identity[slots] == identities, slots, -1)


def deliver_referrals(market: Market) -> Referrals:
    """Return what was shared yesterday."""
    entries = market.inbox.referrals
    if not entries:
        return NO_REFERRALS
    shops, cases, senders = zip(*entries, strict=True)
    sender = np.repeat(np.array(senders), [s.size for s in shops])
    return Referrals(np.concatenate(shops), np.concatenate(cases), sender)


def deliver_raids(market: Market) -> Raids:
    """Return yesterday's raids."""
    if not market.inbox.raids:
        return NO_RAIDS
    columns = np.array(market.inbox.raids, dtype=float).T
    return Raids(columns[0].astype(np.int64), *columns[1:])


def deliver_ledgers(market: Market) -> Ledgers:
    """Return names from seized ledgers that reach the platform today, of shops still there."""
    due = [entry for entry in market.inbox.ledgers if entry[0] <= market.day]
    if not due:
        return NO_LEDGERS
    slots = [market.slots_of(identities) for _, _, identities, _ in due]
    shops = [s[s >= 0] for s in slots]
    return Ledgers(
        organiser=np.repeat(np.array([o for _, o, _, _ in due], dtype=np.int64), [s.size for s in shops]),
        shop=np.concatenate([NONE, *shops]),
        account=np.concatenate([NONE, *(a.astype(np.int64) for _, _, _, a in due)]),
        account_organiser=np.repeat(
            np.array([o for _, o, _, _ in due], dtype=np.int64), [a.size for _, _, _, a in due]
        ),
    )
