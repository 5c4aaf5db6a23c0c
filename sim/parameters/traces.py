"""What orders leave behind."""

from __future__ import annotations

from dataclasses import dataclass

from sim.parameters.declare import parameter


@dataclass
class TraceParameters:
    """What orders leave behind, as the platform can see it."""

    task_like_orders: int = parameter(
        10, "orders/30 days", 1, 1000, "assumption", "orders from which an account is task-like (m)"
    )
    task_like_ratio: float = parameter(
        1.5, "-", 1, 100, "assumption", "and that many times its own past rate (r)"
    )
    account_half_life: float = parameter(
        360, "days", 1, 3650, "assumption", "half-life of an account's own past rate"
    )
    genuine_parcel_flag: float = parameter(
        0.05, "share", 0, 1, "assumption", "genuine parcels with unlinked tracking, mean over shops"
    )
    genuine_parcel_sd: float = parameter(0.6, "log", 0, 3, "assumption", "spread of that over shops")
    brushed_parcel_flag: float = parameter(
        0.5, "share", 0, 1, "assumption", "empty parcels recognised as unlinked"
    )
    views_per_task: float = parameter(
        8, "views", 0, 100, "xu_2015_evasion", "views a worker makes before a task"
    )
