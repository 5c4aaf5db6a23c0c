"""How many processes fit into the memory of this machine."""

from __future__ import annotations

import math
from pathlib import Path

import psutil

from experiments.settings.schema import RunConfig
from experiments.studies.executors.remarks import remark
from sim.kernels.threads import cores

MIB = 2**20
BASE_MIB = 370.0
"""A process with compiled kernels and a market of next to nobody."""
SHOP_KIB, BUYER_BYTES = 1.5, 75.0
"""What a shop, and an account that is kept, take (docs/performance.md, growth)."""
MARKETS = 2.0
"""Markets that a replication holds: the warmed-up one and a branch (measured: 1.5 when they are large)."""
USED = 0.9
"""Part of the free memory that processes may take together."""
GROUPS = Path("/sys/fs/cgroup")


def need_mib(config: RunConfig) -> float:
    """Return about how much memory, in MiB, a process takes that carries out runs of ``config``."""
    shops = config.world.market.n_shops
    buyers = shops * config.world.market.buyers_per_shop / max(config.world.demand.cohort, 1)
    return BASE_MIB + MARKETS * (shops * SHOP_KIB * 1024 + buyers * BUYER_BYTES) / MIB


def available_mib(groups: Path = GROUPS) -> float:
    """Return the memory, in MiB, that is free for this process, as machine and container allow."""
    free = float(psutil.virtual_memory().available)
    return min(free, left_in_group(groups)) / MIB


def left_in_group(groups: Path) -> float:
    """Return the bytes that a control group of Linux (version 2, then 1) leaves; without a limit, all."""
    for limit, used, cache in (
        ("memory.max", "memory.current", "memory.stat"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "memory/memory.stat"),
    ):
        most, now = number_in(groups / limit), number_in(groups / used)
        if math.isfinite(most) and math.isfinite(now):
            return max(most - now + reclaimable(groups / cache), 0.0)
    return math.inf


def number_in(file: Path) -> float:
    """Return the number that a file holds, infinity where it holds none."""
    try:
        return float(file.read_text())
    except (OSError, ValueError):
        return math.inf


def reclaimable(file: Path) -> float:
    """Return the bytes of files in memory that make room when processes need it."""
    try:
        rows = [line.split() for line in file.read_text().splitlines()]
    except OSError:
        return 0.0
    return max((float(row[1]) for row in rows if row[0].endswith("inactive_file")), default=0.0)


def processes_for(config: RunConfig) -> int:
    """Return how many processes to start here: as many as are asked for, or one a core that finds memory.

    What is asked for is obeyed, with a remark if memory may not do.
    """
    need, free = need_mib(config), USED * available_mib()
    fit = max(int(free / need), 1)
    if config.workers:
        if config.workers > fit:
            remark(
                f"{config.workers} processes of about {need:,.0f} MiB may not fit into the "
                f"{free:,.0f} MiB of memory that are free; workers={fit} would"
            )
        return config.workers
    if fit < cores():
        remark(
            f"{fit} of {cores()} cores are used: a process takes about {need:,.0f} MiB, "
            f"and {free:,.0f} MiB of memory are free"
        )
    return min(fit, cores())
