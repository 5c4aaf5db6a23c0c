"""The file of cases and the log of acts, with the truth (7.8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.contract import NONE, Act, Close, Demote, Fine, RemoveSales, Warn

if TYPE_CHECKING:
    from oracle.model import AgentMarket
    from oracle.shop import Shop

Sanction = Warn | RemoveSales | Demote | Fine | Close

NEVER = -100_000
TRACE_DAYS, FRESH_DAYS, BURST_DAYS, NAMED_DAYS = 90, 30, 14, 30


@dataclass
class Case:
    """One case; the truth is that of the day on which it was opened (7.8, Cases)."""

    case: int
    day: int
    source: str
    identity: int
    slot: int
    category: int
    age_days: int
    orders_30: int
    in_burst: bool
    innocent: bool
    honest: bool
    stale: bool
    hit_day: int = NEVER
    heard_day: int = NEVER
    strike_day: int = NEVER
    bothered: bool = False
    overturned: bool = False
    fines: dict[str, int] = field(default_factory=lambda: {"platform": 0, "state": 0})


class CaseFile:
    """All cases in the order of opening, and those of the package in force by number."""

    def __init__(self) -> None:
        self.cases: list[Case] = []
        self.by_number: dict[int, Case] = {}

    def open(self, market: AgentMarket, shop: Shop, number: int, source: str) -> None:
        """Open a case on ``shop`` with the truth of today (7.8, Cases)."""
        trade, merchant, day = market.world.trade, shop.merchant, market.day
        window = trade.ledger_window + trade.ledger_days if source == "ledger" else TRACE_DAYS
        innocent = merchant.innocent(window)
        case = Case(
            case=number, day=day, source=source, identity=shop.identity, slot=shop.slot,
            category=shop.category, age_days=shop.age, orders_30=shop.traces.orders,
            in_burst=day - shop.burst_until <= BURST_DAYS, innocent=innocent,
            honest=not merchant.opportunist, stale=is_stale(market, shop, innocent),
        )  # fmt: skip
        self.cases.append(case)
        self.by_number[number] = case
        market.acts_today.counts["cases"] += 1

    def find(self, market: AgentMarket, act: Sanction) -> list[Case]:
        """Return the cases of a sanction, opening those that nobody flagged (7.8, Cases)."""
        numbers = act.cases.tolist()
        new = {c: s for c, s in zip(numbers, act.shops.tolist(), strict=True) if c not in self.by_number}
        for number in sorted(new):
            shop = market.shops[new[number]]
            named = market.day - market.named.get(shop.identity, NEVER) <= NAMED_DAYS
            self.open(market, shop, number, "ledger" if named else "other")
        return [self.by_number[number] for number in numbers]


def is_stale(market: AgentMarket, shop: Shop, innocent: bool) -> bool:
    """Tell whether a guilty shop's last brushed order is more than 30 days ago (7.8, Truth)."""
    return not innocent and market.day - shop.merchant.last_brushed_day > FRESH_DAYS


class EventLog:
    """Every act, one row a target; truth is −1 where there is none (7.8)."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def write_found(self, market: AgentMarket, act: Act, names: list[int]) -> None:
        """Enter an investigation, a row for each name that it found (7.8)."""
        for name in names:
            self.rows.append(
                {
                    "day": market.day, "actor": act.actor, "policy": act.policy, "verb": act.verb,
                    "target_kind": "organiser", "target": name, "identity": name, "case": -1,
                    "amount_rmb": 0.0, "reason": act.reason, **truth_about(market, None),
                }
            )  # fmt: skip

    def write(self, market: AgentMarket, act: Act, amounts: list[float] | None = None) -> None:
        """Enter an act; one without targets is one row."""
        kind, targets = act.target_kind.name, act.targets.tolist() or [-1]
        cases = getattr(act, "cases", NONE).tolist() or [-1] * len(targets)
        for target, case, amount in zip(targets, cases, amounts or [0.0] * len(targets), strict=True):
            shop = market.shops[target] if kind == "shop" and act.targets.size else None
            self.rows.append(
                {
                    "day": market.day, "actor": act.actor, "policy": act.policy, "verb": act.verb,
                    "target_kind": kind, "target": target,
                    "identity": target if shop is None else shop.identity, "case": case,
                    "amount_rmb": amount, "reason": act.reason, **truth_about(market, shop),
                }
            )  # fmt: skip


def truth_about(market: AgentMarket, shop: Shop | None) -> dict[str, int]:
    """Return the truth about a shop at this moment (7.8, Truth)."""
    if shop is None:
        return dict.fromkeys(("innocent", "honest", "stale"), -1)
    innocent = shop.merchant.innocent()
    return {
        "innocent": int(innocent),
        "honest": int(not shop.merchant.opportunist),
        "stale": int(is_stale(market, shop, innocent)),
    }
