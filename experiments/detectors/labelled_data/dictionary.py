"""Every column of the exported tables: unit, meaning, and whether the platform sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from experiments.settings.schema import SCHEMA_VERSION
from policies.detectors import FEATURES
from sim.contract import WINDOWS

SHOP = ("-", "the shop, for as long as it exists; another one in its place has another number")
ACCOUNT = ("-", "the account that placed the order")
DAY = ("day", "day of the package, 0 the first")
SPLIT = ("-", "train, validation, test, gap (between two) or warm-up (before day 0)")

STRIKES = range(1, 5)

QUANTITIES = {
    "orders": ("orders", "orders, genuine and brushed"),
    "task_like": ("orders", "orders of accounts that order far more than they used to"),
    "repeats": ("orders", "orders of accounts whose last order was at this shop too, at most 30 days ago"),
    "flagged_parcels": ("parcels", "parcels that look empty or unlinked"),
    "returns": ("orders", "orders returned"),
    "complaints": ("complaints", "complaints"),
    "views": ("views", "page views"),
    "turnover_rmb": ("RMB", "value of orders that were not returned"),
}

MEANINGS = {
    "growth": "log of daily orders in 7 days over those in 30",
    "conversion": "log of orders in 7 days over what the views bring in the category",
    "task_like": "share of task-like orders in 30 days, above the market's",
    "flagged_parcels": "share of flagged parcels in 30 days, above the market's",
    "repeats": "share of repeated orders in 30 days, above the market's",
    "returns": "share of returned orders in 30 days, above the market's",
    "log_age": "log of 1 + age in days",
}

ORDERS = {
    "day": DAY,
    "split": SPLIT,
    "shop": SHOP,
    "account": ACCOUNT,
    "value_rmb": ("RMB", "value of the order"),
    "returned": ("-", "whether it is returned"),
    "truth_brushed": ("-", "whether it was brushed"),
}

SHOPS = {
    "day": ("day", "last day that the counts contain; the status is that of the morning after"),
    "split": SPLIT,
    "shop": SHOP,
    "category": ("-", "the category it sells in"),
    "age_days": ("days", "days since it opened"),
    "open": ("-", "whether it sells"),
    "demoted": ("-", "whether it is hidden from the ranking"),
    "rating": ("quality", "rating as shown, mean 0"),
    "price_rmb": ("RMB", "mean value of a genuine order"),
    "displayed_sales": ("orders", "sales as shown to buyers"),
    "days_since_case": ("days", "since the last flag; missing: never"),
    **{f"days_since_sanction_{i}": ("days", f"since the last strike but {i - 1}") for i in STRIKES},
    **{
        f"{name}_{days}": (unit, f"{meaning}; days counted: {days}")
        for name, (unit, meaning) in QUANTITIES.items()
        for days in WINDOWS
    },
    **{f"feature_{name}": ("-", MEANINGS[name]) for name in FEATURES},
    "truth_brushed_7": ("orders", "brushed orders in the last 7 days"),
    "truth_brushed_30": ("orders", "brushed orders in the last 30 days"),
    "truth_innocent": ("-", "no brushed order in the last 90 days"),
    "truth_honest": ("-", "its merchant never brushes"),
    "truth_in_burst": ("-", "a promotion or livestream multiplies its demand"),
}  # fmt: skip

ACCOUNTS = {
    "day": DAY,
    "split": SPLIT,
    "account": ("-", "the account"),
    "orders_30": ("orders", "orders in the last 30 days"),
    "shops_30": ("shops", "different shops among them"),
    "past_orders_30": ("orders", "the account's own past rate per 30 days"),
    "banned": ("-", "whether it is banned on the morning after"),
    "truth_works": ("-", "whether a brushing site employs it in the evening"),
    "truth_brushed_30": ("orders", "brushed orders among those of the last 30 days"),
}

CASES = {
    "case": ("-", "number of the case in the package that opened it"),
    "day": ("day", "day on which it was opened; negative in the warm-up"),
    "split": SPLIT,
    "source": ("-", "what led to it: detector, ledger or other"),
    "shop": SHOP,
    "category": ("-", "the shop's category"),
    "age_days": ("days", "the shop's age"),
    "orders_30": ("orders", "its orders in the 30 days before, genuine and brushed"),
    "hit_day": ("day", "day on which a sanction took effect; missing: none; known only then"),
    "bothered": ("-", "whether it was reviewed or sanctioned; known only then"),
    "overturned": ("-", "whether an appeal was won; known only then"),
    "platform_fine_fen": ("fen", "fines of the platform, collected or owed; known only then"),
    "state_fine_fen": ("fen", "fines of the state, collected or owed; known only then"),
    "truth_in_burst": ("-", "a promotion or livestream multiplied its demand that day"),
    "truth_innocent": ("-", "no brushed order in the 90 days before (longer where a ledger is the evidence)"),
    "truth_honest": ("-", "its merchant never brushes"),
    "truth_stale": ("-", "guilty, but the last brushed order is more than 30 days ago"),
}

TABLES: dict[str, dict[str, tuple[str, str]]] = {
    "orders.parquet": ORDERS,
    "shops.parquet": SHOPS,
    "accounts.parquet": ACCOUNTS,
    "cases.parquet": CASES,
}
"""Columns (unit, meaning) of each table, in their order."""


def schema(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return what ``schema.json`` says about ``tables``."""
    described = {
        file: [column(name, str(table[name].dtype), *TABLES[file][name]) for name in map(str, table)]
        for file, table in tables.items()
    }
    return {"schema_version": SCHEMA_VERSION, "tables": described}


def column(name: str, kind: str, unit: str, meaning: str) -> dict[str, str]:
    """Return what is said about one column."""
    known = (
        "the design" if name == "split" else "hidden truth" if name.startswith("truth_") else "the platform"
    )
    return {"name": name, "type": kind, "unit": unit, "known_to": known, "meaning": meaning}
