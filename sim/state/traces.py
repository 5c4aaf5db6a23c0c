"""Traces: what orders left behind, as the platform can see it, over 1, 7 and 30 days."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.contract import WINDOWS, Counts
from sim.kernels import leave_traces as kernels
from sim.parameters import TraceParameters
from sim.state.units import FEN

QUANTITIES = (
    "orders", "task_like", "repeats", "flagged_parcels", "returns", "complaints", "views", "turnover",
)  # fmt: skip
DAYS = WINDOWS[-1]


@dataclass
class Traces:
    """Rolling counts: the last 30 days in ``ring`` and ``turnover``, the windows in their ``sums``.

    ``ring`` has shape (30, quantities without turnover, n_shops), ``turnover`` (30, n_shops) is in fen;
    ``sums`` (3, quantities without turnover, n_shops) and ``turnover_sums`` (3, n_shops) are of 1, 7 and 30
    days. Being the largest arrays of a market, counts have 16 bits, their sums and turnover 32, until a day
    needs more. ``brushed`` (30, n_shops) is the truth and is never shown; ``accounts`` holds, for each of the
    last 30 days, the accounts of the brushed orders and, sorted, of the genuine ones.
    """

    parameters: TraceParameters
    ring: np.ndarray
    turnover: np.ndarray
    sums: np.ndarray
    turnover_sums: np.ndarray
    brushed: np.ndarray
    brushed_30: np.ndarray
    accounts: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    def genuine_30(self, slots: np.ndarray | slice = slice(None)) -> np.ndarray:
        """Return genuine orders of the last 30 days (the truth), of all shops or of those in ``slots``."""
        return self.sums[2, 0, slots] - self.brushed_30[slots]

    def counts(self) -> Counts:
        """Return a copy for the institutions."""
        sums, turnover = np.empty_like(self.sums), np.empty(self.turnover_sums.shape)
        rows = self.sums.shape[0] * (self.sums.shape[1] + 1)
        kernels.copy_counts(
            rows, self.sums, self.turnover_sums, float(FEN), sums, turnover, work=self.sums.size
        )
        counts = {name: sums[:, i] for i, name in enumerate(QUANTITIES[:-1])}
        return Counts(**(counts | {"turnover": turnover}))


def make_traces(n_shops: int, parameters: TraceParameters) -> Traces:
    """Return traces of a market in which nothing was ever ordered."""
    n = len(QUANTITIES)
    return Traces(
        parameters=parameters,
        ring=np.zeros((DAYS, n - 1, n_shops), dtype=np.uint16),
        turnover=np.zeros((DAYS, n_shops), dtype=np.uint32),
        sums=np.zeros((len(WINDOWS), n - 1, n_shops), dtype=np.int32),
        turnover_sums=np.zeros((len(WINDOWS), n_shops), dtype=np.int64),
        brushed=np.zeros((DAYS, n_shops), dtype=np.uint16),
        brushed_30=np.zeros(n_shops, dtype=np.int32),
        accounts=[(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32))] * DAYS,
    )


def clear_traces(traces: Traces, slots: np.ndarray) -> None:
    """Forget what earlier shops in ``slots`` did."""
    arrays = (
        traces.ring,
        traces.turnover,
        traces.sums,
        traces.turnover_sums,
        traces.brushed,
        traces.brushed_30,
    )
    for array in arrays:
        array[..., slots] = 0
