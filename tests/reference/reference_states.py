"""The state of the engine and of the oracle as tables of one shape, and where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
from oracle import AgentMarket

from sim import Market
from sim.contract import Observation
from sim.state.beliefs import SEVERITIES
from sim.state.founders import Status
from sim.state.units import NEVER

State = dict[str, np.ndarray]
TOLERANCE = 1e-9

SHOPS = (
    "identity", "open", "opened_day", "quality", "price", "margin", "following", "parcel_flag", "displayed",
    "removed", "rating_sum", "rating_count", "rating", "hidden_until", "closed_day", "burst", "burst_until",
    "last_case_day", "counted_from",
)  # fmt: skip
DAYS_OF_SHOPS = "sold", "coming_reviews", "coming_stars"
"""What shops keep of each of the last days: the engine day by day in turn, the oracle the oldest first."""
MERCHANTS = (
    "opportunist", "moral_cost", "risk", "blameless_risk", "gain_belief", "profit", "losing_days", "deposit",
    "cash", "owed_platform", "owed_state", "short_since",
)  # fmt: skip
CAMPAIGNS = {
    "level": "level", "campaign_until": "until", "campaign_start": "start", "sales_before": "sales_before",
    "served_until": "served_until", "last_served_until": "last_served_until",
    "last_brushed_day": "last_brushed_day", "quote": "quote", "cover": "cover", "resolve": "resolve",
    "feared": "feared", "ordered": "ordered", "served": "served",
}  # fmt: skip
"""What the oracle's merchants know of their campaigns, and where the engine keeps it."""
BUYERS = (
    "visit_rate", "segment", "sales_mistrust", "platform_mistrust", "past_orders", "recent_orders",
    "last_shop", "last_day", "banned_until", "works",
)  # fmt: skip
TRADE = "is_open", "fee", "cut", "camouflage", "staff", "cursor", "recruits", "demanded", "reopen_day", "cash"
FOUNDERS = "identity", "gains", "turnover", "paid"


def state_of_engine(market: Market) -> State:
    """Return everything that the engine's next day depends on."""
    now = market.state
    shops, merchants, campaigns, buyers, harm = now.shops, now.merchants, now.campaigns, now.buyers, now.harm
    trade, founders, places = now.trade, now.founders, range(now.trade.n)
    chose = campaigns.start != NEVER
    watched = harm.until > market.day
    state = {f"shop {name}": getattr(shops, name) for name in SHOPS}
    state |= {f"shop {name}": oldest_first(getattr(shops, name), market.day) for name in DAYS_OF_SHOPS}
    state |= {f"merchant {name}": getattr(merchants, name)[shops.owner] for name in MERCHANTS}
    state |= {f"merchant {name}": getattr(campaigns, ours) for name, ours in CAMPAIGNS.items()}
    state["merchant struck"] = campaigns.struck & (shops.identity >= 0)
    state["merchant drawn"] = merchants.drawn[shops.owner] * (shops.identity >= 0)
    state |= {f"buyer {name}": getattr(buyers, name) for name in BUYERS}
    state |= {f"organiser {name}": getattr(trade, name) for name in TRADE}
    state |= {f"organiser {name}": getattr(founders, name)[trade.founder] for name in FOUNDERS}
    state |= {f"ledger {name}": np.array([fen]) for name, fen in now.money.balances.items()}
    severity, talk, experience = now.beliefs.severity, now.beliefs.talk, now.beliefs.experience
    return state | {
        "shop strikes": shops.sanction_days,
        "shop watched_until": np.where(watched, harm.until, NEVER),
        "shop shadow": harm.shadow * watched,
        "shop expected": harm.expected * watched,
        "shop traces": np.moveaxis(now.traces.sums, 2, 0),
        "shop turnover": now.traces.turnover_sums.T,
        "shop brushed_30": now.traces.brushed_30,
        "merchant way": np.where(chose, campaigns.way, -1),
        "merchant expected_gain": campaigns.expected_gain * chose,
        "merchant organiser": campaigns.organiser,
        "merchant last_organiser": campaigns.last_organiser,
        "merchant previous_organiser": campaigns.previous_organiser,
        "buyer scales": np.array([buyers.sales_scale, buyers.platform_scale, buyers.past_scale]),
        "organiser names": trade.names,
        "organiser barred": founders.status[trade.founder] == Status.BARRED,
        "organiser gone": founders.status[trade.founder] == Status.LEFT,
        "names": now.names.number,
        "names' founders": founders.identity[now.names.founder],
        "names' debts": founders.gains[now.names.founder] - founders.paid[now.names.founder],
        "names' bars": founders.status[now.names.founder] == Status.BARRED,
        "names' places": now.names.place,
        "names known": now.names.known.T,
        "names now": now.names.number[now.names.current],
        "organiser callers": trade.callers,
        "organiser earned": trade.earned,
        "organiser pools": np.concatenate([trade.accounts(place) for place in places]),
        "severity": np.array([*(getattr(severity, name) for name in SEVERITIES), severity.rate]),
        "severity memory": np.array([severity.weight, *severity.sums]),
        "talk": np.array([talk.heard, talk.guilty, talk.expected, talk.variance, talk.brushers]),
        "trade": np.array([trade.income, trade.sanctions]),
        "experience hits": experience.sanctions,
        "experience exposure": experience.exposure,
        "experience contrast": experience.contrast,
        "experience traced": np.array([experience.traced]),
        "experience named": np.array([experience.named]),
        "experience hides": np.array([experience.hides]),
        "entrants": np.array([x for row in now.entrants.waiting for x in row] + [now.entrants.next]),
        "named": np.array(sorted(now.cases.named.items())).ravel(),
        "outside": np.array([now.platforms[0].demand.outside]),
    }


def oldest_first(columns: np.ndarray, day: int) -> np.ndarray:
    """Return columns of the last days (shops, days), a day's at day mod days, in order up to yesterday."""
    return np.roll(columns, -day % max(columns.shape[1], 1), axis=1)


def state_of_oracle(market: AgentMarket) -> State:
    """Return the same of the oracle."""
    shops, trade, severity, talk = market.shops, market.trade, market.severity, market.talk
    experience = market.experience
    merchants = [shop.merchant for shop in shops]
    state = {f"shop {name}": column(shops, name) for name in SHOPS}
    state |= {f"shop {name}": column(shops, name) for name in DAYS_OF_SHOPS}
    state |= {f"merchant {name}": column(merchants, name) for name in (*MERCHANTS, *CAMPAIGNS)}
    state |= {f"buyer {name}": column(market.buyers, name) for name in BUYERS}
    organisers = *TRADE, "names"
    state |= {f"organiser {name}": column(market.organisers, name) for name in organisers}
    founders, names = [o.founder for o in market.organisers], list(market.register.names.values())
    state |= {f"organiser {name}": column(founders, name) for name in (*FOUNDERS, "barred", "gone")}
    state |= {
        "names": column(names, "number"),
        "names' founders": np.array([name.founder.identity for name in names]),
        "names' debts": np.array([name.founder.gains - name.founder.paid for name in names]),
        "names' bars": np.array([name.founder.barred for name in names]),
        "names' places": np.array([name.organiser.number for name in names]),
        "names known": np.array([[n in name.known for n in range(4)] for name in names]),
        "names now": np.array([o.name.number for o in market.organisers]),
    }
    state |= {f"ledger {name}": np.array([fen]) for name, fen in market.ledger.others.items()}
    watched = column(shops, "watched_until") > market.day
    scales = [market.sales_mistrust.scale, market.platform_mistrust.scale, market.past.scale]
    names = ("organiser", "last_organiser", "previous_organiser")
    by = {f"merchant {n}": np.array([number(getattr(m, n)) for m in merchants]) for n in names}
    return state | by | {
        "shop strikes": column(shops, "strikes"),
        "shop watched_until": np.where(watched, column(shops, "watched_until"), NEVER),
        "shop shadow": column(shops, "shadow") * watched,
        "shop expected": column(shops, "expected") * watched,
        "shop traces": np.array([[w[:-2] for w in shop.traces.windows] for shop in shops]),
        "shop turnover": np.array([[w[-2] for w in shop.traces.windows] for shop in shops]),
        "shop brushed_30": np.array([shop.traces.brushed for shop in shops]),
        "merchant struck": column(merchants, "struck") & (column(shops, "identity") >= 0),
        "merchant drawn": column(merchants, "drawn") * (column(shops, "identity") >= 0),
        "merchant way": np.array([number(merchant.way) for merchant in merchants]),
        "merchant expected_gain": column(merchants, "expected_gain"),
        "buyer scales": np.array(scales),
        "organiser callers": np.array([[o.callers[sign] for o in market.organisers] for sign in (-1, 1)]),
        "organiser earned": np.array([[o.earned[sign] for o in market.organisers] for sign in (-1, 1)]),
        "organiser pools": np.array([buyer.number for o in market.organisers for buyer in o.pool]),
        "severity": np.array([*severity.believed.values(), severity.rate]),
        "severity memory": np.array([severity.weight, *severity.sums.values()]),
        "talk": np.array([talk.heard, talk.guilty, talk.expected, talk.variance, talk.brushers]),
        "trade": np.array([trade.income, trade.sanctions]),
        "experience hits": np.array(experience.hits),
        "experience exposure": np.array(experience.exposure),
        "experience contrast": np.array([experience.less_cover, experience.at_most]),
        "experience traced": np.array([experience.traced]),
        "experience named": np.array([experience.named]),
        "experience hides": np.array([experience.hides]),
        "entrants": np.array([x for row in market.waiting for x in row] + [market.next_identity]),
        "named": np.array(sorted(market.named.items())).ravel(),
        "outside": np.array([market.outside]),
    }  # fmt: skip


def column(agents: list[Any], name: str) -> np.ndarray:
    """Return one attribute of all agents."""
    return np.array([getattr(agent, name) for agent in agents])


def number(thing: Any) -> int:
    """Return the number of an organiser or a way, −1 for none."""
    return -1 if thing is None else int(thing.number)


def agree(one: np.ndarray, other: np.ndarray) -> bool:
    """Tell whether two arrays agree: exactly, or within the tolerance if they are floating-point."""
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape:
        return False
    if "f" in (one.dtype.kind, other.dtype.kind):
        return np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
    return np.array_equal(one, other)


def state_differences(engine: Market, oracle: AgentMarket) -> list[str]:
    """Return the names of what differs in the state."""
    one, other = state_of_engine(engine), state_of_oracle(oracle)
    return sorted(one.keys() ^ other.keys()) + [name for name in one if not agree(one[name], other[name])]


def row_differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Return the columns in which two rows of the daily table differ, with both values."""
    missing = sorted(one.keys() ^ other.keys())
    unlike = [name for name in one.keys() & other.keys() if not agree(one[name], other[name])]
    return missing + [f"{name}: {one[name]} and {other[name]}" for name in sorted(unlike)]


def observation_differences(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """Yield the fields in which two observations differ."""
    for field in fields(Observation) if isinstance(one, Observation) else fields(one):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, dict):
            yield from (name for name in a.keys() | b.keys() if not agree(a[name], b[name]))
        elif is_dataclass(a):
            yield from observation_differences(a, b, f"{field.name}.")
        elif not callable(a) and not agree(a, b):
            yield where + field.name


def table_differences(one: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    """Return the columns in which two tables of events or cases differ."""
    if list(one.columns) != list(other.columns) or len(one) != len(other):
        return [f"{list(one.columns)} × {len(one)} and {list(other.columns)} × {len(other)}"]
    return [
        str(name)
        for name in one
        if one[name].tolist() != other[name].tolist()
        and not (one[name].dtype.kind == "f" and agree(one[name].to_numpy(), other[name].to_numpy()))
    ]


def tables_of(market: AgentMarket) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the oracle's events and cases in the columns of the engine's."""
    events = pd.DataFrame(market.log.rows)
    cases = pd.DataFrame([vars(case) for case in market.file.cases])
    if len(cases):
        for payee in ("platform", "state"):
            cases[f"{payee}_fine_fen"] = [fines[payee] for fines in cases["fines"]]
        for name in ("day", "hit_day"):
            days = cases[name].astype("Int64")
            cases[name] = days.mask(days == NEVER) - market.policy_start
    if len(events):
        events["day"] -= market.policy_start
    return events, cases.drop(columns=["fines", "strike_day", "heard_day"], errors="ignore")
