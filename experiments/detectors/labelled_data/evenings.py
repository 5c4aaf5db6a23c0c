"""What one evening looks like to the platform, with the truth beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import pandas as pd

from experiments.detectors.labelled_data.splits import Split, split_of
from policies.detectors import FEATURES, features
from sim.contract import WINDOWS, Counts, Observation
from sim.market import Market
from sim.state.today import Followed, Tasks
from sim.state.units import FEN

CASE_NAMES = {
    "identity": "shop",
    "in_burst": "truth_in_burst",
    "innocent": "truth_innocent",
    "honest": "truth_honest",
    "stale": "truth_stale",
}
"""Columns of the file of cases under the names of the export."""


def last_day(market: Market) -> int:
    """Return the policy day that has just been simulated."""
    return market.state.clock.policy_day - 1


def orders_of_day(market: Market) -> pd.DataFrame:
    """Return every order of the day; their order says nothing about who placed them."""
    orders, tasks = market.today.sales.purchases, market.today.tasks
    assert isinstance(orders, Followed)
    table = pd.DataFrame(
        {
            "day": np.int32(last_day(market)),
            "shop": market.state.shops.identity[np.concatenate([orders.place, tasks.shop])],
            "account": np.concatenate([orders.account, tasks.account]).astype(np.int32),
            "value_rmb": np.concatenate([orders.value, brushed_values(tasks)]) / FEN,
            "returned": np.concatenate([orders.returned, np.zeros(tasks.n, dtype=bool)]),
            "truth_brushed": np.repeat([False, True], [orders.account.size, tasks.n]),
        }
    )
    return table.sort_values(["shop", "account", "value_rmb"], ignore_index=True)


def brushed_values(tasks: Tasks) -> np.ndarray:
    """Return the value of every brushed order, fen: a shop's sum dealt out evenly, in whole fen like all."""
    count, total = tasks.count[tasks.shop], tasks.value[tasks.shop]
    place = pd.Series(tasks.shop).groupby(tasks.shop).cumcount().to_numpy()
    return total // count + (place < total % count)


def shops_of_day(market: Market, splits: Sequence[Split]) -> pd.DataFrame:
    """Return one row for each shop: what the platform sees, then the truth."""
    seen, truth, day = market.observe(), market.truth(), last_day(market)
    recent = [(market.day - 1 - back) % len(market.state.traces.brushed) for back in range(7)]
    columns = {
        "day": np.full(seen.n_shops, day, dtype=np.int32),
        "split": np.full(seen.n_shops, split_of(day, splits)),
        **status(seen),
        **counts(seen.traces),
        **{f"feature_{name}": column for name, column in zip(FEATURES, features(seen).T, strict=True)},
        "truth_brushed_7": market.state.traces.brushed[recent].sum(axis=0).astype(np.int32),
        "truth_brushed_30": truth["brushed_30"].to_numpy().astype(np.int32),
        "truth_innocent": truth["innocent"].to_numpy(dtype=bool),
        "truth_honest": truth["honest"].to_numpy(dtype=bool),
        "truth_in_burst": truth["in_burst"].to_numpy(dtype=bool),
    }
    return pd.DataFrame(columns)[seen.identity >= 0]


def status(seen: Observation) -> dict[str, np.ndarray]:
    """Return what the platform knows of each shop beside its traces; days that never came are missing."""
    sanctions = np.where(np.isinf(seen.days_since_sanction), np.nan, seen.days_since_sanction)
    return {
        "shop": seen.identity,
        "category": seen.category,
        "age_days": seen.age.astype(np.int32),
        "open": seen.open,
        "demoted": seen.demoted,
        "rating": seen.rating,
        "price_rmb": seen.price,
        "displayed_sales": seen.displayed_sales,
        "days_since_case": np.where(np.isinf(seen.days_since_case), np.nan, seen.days_since_case),
        **{f"days_since_sanction_{i + 1}": sanctions[:, i] for i in range(sanctions.shape[1])},
    }


def counts(traces: Counts) -> dict[str, np.ndarray]:
    """Return the traces, one column for each quantity and window."""
    columns = {}
    for quantity in fields(Counts):
        for window, days in enumerate(WINDOWS):
            values = getattr(traces, quantity.name)[window]
            money = quantity.name == "turnover"
            name = f"turnover_rmb_{days}" if money else f"{quantity.name}_{days}"
            columns[name] = values if money else values.astype(np.int32)
    return columns


def accounts_of_day(market: Market, month: pd.DataFrame, split: str) -> pd.DataFrame:
    """Return one row for each account that ordered in ``month`` (the last 30 days' orders) or is banned."""
    buyers = market.state.buyers
    by_account = month.groupby("account")
    shops = month[["account", "shop"]].drop_duplicates().groupby("account").size()
    banned = buyers.banned_until > market.day
    who = np.union1d(month["account"].unique(), np.flatnonzero(banned))
    return pd.DataFrame(
        {
            "day": np.int32(last_day(market)),
            "split": split,
            "account": who.astype(np.int32),
            "orders_30": by_account.size().reindex(who, fill_value=0).to_numpy(dtype=np.int32),
            "shops_30": shops.reindex(who, fill_value=0).to_numpy(dtype=np.int32),
            "past_orders_30": (buyers.past_orders[who] * buyers.past_scale).astype(float),
            "banned": banned[who],
            "truth_works": buyers.works[who],
            "truth_brushed_30": by_account["truth_brushed"]
            .sum()
            .reindex(who, fill_value=0)
            .to_numpy(np.int32),
        }
    )


def cases_of_run(market: Market, splits: Sequence[Split]) -> pd.DataFrame:
    """Return the file of cases; what no institution sees is marked as truth."""
    cases = market.case_table().rename(columns=CASE_NAMES).drop(columns="slot")
    return cases.assign(split=[split_of(int(day), splits) for day in cases["day"]])
