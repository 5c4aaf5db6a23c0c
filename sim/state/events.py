"""The log of acts, with the truth added by the world."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sim.contract import NONE, Act
from sim.state.truth import Truth


@dataclass
class EventLog:
    """Every act, one row a target, kept as chunks of columns; a column of one value is that value."""

    chunks: list[dict] = field(default_factory=list)

    def write(
        self, day: int, act: Act, identity: np.ndarray, amount: np.ndarray, truth: Truth | None
    ) -> None:
        """Append one act; an act without targets is one row."""
        cases = getattr(act, "cases", NONE)
        self.chunks.append(
            {
                "n": max(act.targets.size, 1),
                "day": day,
                "actor": act.actor,
                "policy": act.policy,
                "verb": act.verb,
                "target_kind": act.target_kind.name,
                "target": act.targets if act.targets.size else -1,
                "identity": identity if identity.size else -1,
                "case": cases if cases.size else -1,
                "amount_rmb": amount if amount.size else 0.0,
                "reason": act.reason,
                "innocent": truth.innocent.astype(np.int8) if truth else UNDEFINED,
                "honest": truth.honest.astype(np.int8) if truth else UNDEFINED,
                "stale": truth.stale.astype(np.int8) if truth else UNDEFINED,
            }
        )

    def table(self, offset: int = 0) -> pd.DataFrame:
        """Return the log; ``day`` counts from ``offset``. Truth columns are −1 where undefined."""
        if not self.chunks:
            return pd.DataFrame(columns=EVENT_COLUMNS)
        table = {
            name: np.concatenate([as_column(chunk[name], chunk["n"]) for chunk in self.chunks])
            for name in EVENT_COLUMNS
        }
        table["day"] = table["day"] - offset
        return pd.DataFrame(table)


def as_column(values: Any, n: int) -> np.ndarray:
    """Return ``values`` as a column (n,): an array as it is, anything else ``n`` times."""
    if isinstance(values, np.ndarray):
        return values
    return np.full(n, values, dtype=object if isinstance(values, str) else None)


UNDEFINED = np.int8(-1)
"""The truth about what is not a shop."""

EVENT_COLUMNS = [
    "day", "actor", "policy", "verb", "target_kind", "target", "identity", "case", "amount_rmb", "reason",
    "innocent", "honest", "stale",
]  # fmt: skip
