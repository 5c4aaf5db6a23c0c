"""Digest of a run: equal for runs that are the same."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from sim.state import State


def digest_of(daily: pd.DataFrame, events: pd.DataFrame, state: State) -> str:
    """Return a digest of the integer tables of a run, and of who is there and what everybody has."""
    digest = hashlib.sha256()
    digest.update(daily.select_dtypes("integer").to_csv(index=False).encode())
    digest.update(events.drop(columns="amount_rmb").to_csv(index=False).encode())
    for array in (state.shops.identity, state.merchants.cash[state.shops.owner], state.trade.cash):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
