"""What institutions can know on an evening, and what reaches them later (3, 4, 7.7, 7.8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from oracle.draws import PolicyLuck
from oracle.naming import NUMBERS
from oracle.raiding import RaidReport, SeizedLedger
from oracle.shop import NEVER
from oracle.traces import QUANTITIES
from sim.contract import Appeals, Counts, Findings, Ledgers, Observation, Raids, Referrals

if TYPE_CHECKING:
    from oracle.model import AgentMarket


@dataclass
class Inbox:
    """What reaches the institutions tomorrow or later; days are of the world.

    Rows are (kind, case, identity, guilty, intensity), (slot, case, sender) and (due, case, identity).
    """

    findings: list[tuple[str, int, int, bool, float]] = field(default_factory=list)
    referrals: list[tuple[int, int, str]] = field(default_factory=list)
    appeals: list[tuple[int, int, int]] = field(default_factory=list)
    raids: list[RaidReport] = field(default_factory=list)
    ledgers: list[SeizedLedger] = field(default_factory=list)

    def clear_delivered(self, market: AgentMarket) -> None:
        """Let what was delivered this evening leave the inbox; note the names that came (3, phase 9)."""
        day, holders = market.day, set(market.identities())
        filed = [identity for due, _, identity in self.appeals if due <= day and identity in holders]
        market.acts_today.counts["appeals"] += len(filed)
        for ledger in self.ledgers:
            if ledger.due <= day:
                market.named.update(dict.fromkeys(ledger.identities, day))
        self.findings, self.referrals, self.raids = [], [], []
        self.appeals = [row for row in self.appeals if row[0] > day]
        self.ledgers = [ledger for ledger in self.ledgers if ledger.due > day]


def observe(market: AgentMarket) -> Observation:
    """Return what institutions can know this evening; arrays are their own (3, 7.7)."""
    shops, day = market.shops, market.day
    slots = {shop.identity: shop.slot for shop in shops if shop.identity >= 0}
    inbox = market.inbox
    return Observation(
        day=day - market.policy_start,
        ramp=1.0,
        n_shops=len(shops),
        identity=column(shops, "identity", np.int64),
        category=column(shops, "category", np.int32),
        age=column(shops, "age", np.int64),
        open=column(shops, "open", bool),
        demoted=column(shops, "hidden_until", np.int64) > day,
        rating=column(shops, "rating", float),
        price=column(shops, "price", float),
        displayed_sales=column(shops, "displayed", float),
        traces=counts(market),
        days_since_case=days_since(column(shops, "last_case_day", np.int64), day),
        days_since_sanction=days_since(column(shops, "strikes", np.int64), day),
        findings=deliver_findings(inbox, slots),
        appeals=deliver_appeals(inbox, slots, day),
        referrals=deliver_referrals(inbox),
        ledgers=deliver_ledgers(inbox, slots, day),
        raids=deliver_raids(inbox),
        organisers=integers([]),
        luck=PolicyLuck(market.seed, day),
        known={name: known_by(market, number) for name, number in NUMBERS.items()},
    )


def known_by(market: AgentMarket, institution: int) -> np.ndarray:
    """Return the names that an institution knows and under which somebody is open, by place (7.8)."""
    names = [organiser.name for organiser in market.organisers if organiser.is_open]
    return integers(name.number for name in names if institution in name.known)


def column(agents: list[Any], name: str, kind: Any) -> np.ndarray:
    """Return one attribute of all agents."""
    return np.array([getattr(agent, name) for agent in agents], dtype=kind)


def integers(values: Any) -> np.ndarray:
    """Return integers as an array, also if there are none."""
    return np.array(list(values), dtype=np.int64)


def days_since(days: np.ndarray, today: int) -> np.ndarray:
    """Return days since events, infinite where they never happened."""
    return np.where(days == NEVER, np.inf, today - days)


def counts(market: AgentMarket) -> Counts:
    """Return the traces of all shops over 1, 7 and 30 days (7.7)."""
    table = np.array([shop.traces.windows for shop in market.shops], dtype=np.int64)
    columns = {name: table[:, :, i].T for i, name in enumerate(QUANTITIES)}
    return Counts(**(columns | {"turnover": columns["turnover"] / 100}))


def deliver_findings(inbox: Inbox, slots: dict[int, int]) -> Findings:
    """Return yesterday's findings, by today's slots (7.8, Findings)."""
    rows = inbox.findings
    return Findings(
        kind=np.array([kind for kind, *_ in rows], dtype="U6"),
        case=integers(case for _, case, *_ in rows),
        shop=integers(slots.get(identity, -1) for _, _, identity, *_ in rows),
        guilty=np.array([guilty for *_, guilty, _ in rows], dtype=bool),
        intensity=np.array([intensity for *_, intensity in rows], dtype=float),
    )


def deliver_appeals(inbox: Inbox, slots: dict[int, int], day: int) -> Appeals:
    """Return the appeals that are filed today, of shops that still have their slot (7.8, Appeals)."""
    filed = [(case, slots[who]) for due, case, who in inbox.appeals if due <= day and who in slots]
    return Appeals(case=integers(case for case, _ in filed), shop=integers(shop for _, shop in filed))


def deliver_referrals(inbox: Inbox) -> Referrals:
    """Return what was shared yesterday (7.8)."""
    return Referrals(
        shop=integers(slot for slot, _, _ in inbox.referrals),
        case=integers(case for _, case, _ in inbox.referrals),
        sender=np.array([sender for *_, sender in inbox.referrals], dtype="U9"),
    )


def deliver_ledgers(inbox: Inbox, slots: dict[int, int], day: int) -> Ledgers:
    """Return the names that reach the platform today, of shops still there (7.8, Ledger)."""
    due = [ledger for ledger in inbox.ledgers if ledger.due <= day]
    names = [(ledger.organiser, slots[i]) for ledger in due for i in ledger.identities if i in slots]
    accounts = [(ledger.organiser, account) for ledger in due for account in ledger.accounts]
    return Ledgers(
        organiser=integers(organiser for organiser, _ in names),
        shop=integers(shop for _, shop in names),
        account=integers(account for _, account in accounts),
        account_organiser=integers(organiser for organiser, _ in accounts),
    )


def deliver_raids(inbox: Inbox) -> Raids:
    """Return yesterday's raids, real RMB (7.8)."""
    return Raids(
        organiser=integers(report.organiser for report in inbox.raids),
        gains=np.array([report.gains for report in inbox.raids], dtype=float),
        turnover=np.array([report.turnover for report in inbox.raids], dtype=float),
        seized=np.array([report.seized for report in inbox.raids], dtype=float),
    )
