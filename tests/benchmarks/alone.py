"""One market in a process of its own: how long it takes to start and to live, and its peak memory.

    python tests/benchmarks/alone.py --shops 20000 --days 10
    python tests/benchmarks/alone.py --shops 1000000 --days 365 --check-days 3     a market-year
    python tests/benchmarks/alone.py --shops 1000000 --demand cohorts              buyers counted by class

Run from the root of the repository. Prints one JSON object. Afterwards the first ``--check-days`` (all
unless told otherwise) are lived again without a clock, and must end in the same tables.
"""

from __future__ import annotations

from time import perf_counter

STARTED = perf_counter()

import argparse  # noqa: E402
import gc  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from markets import Tally, open_market, recounting, tally  # noqa: E402
from stopwatch import PHASES, watch_kernels, watch_phases  # noqa: E402

from experiments.runs.replication import peak_mib  # noqa: E402
from sim.market import Market  # noqa: E402

KERNELS = {False: "place_orders", True: "trade"}
"""The kernel that makes the orders, by whether buyers are cohorts."""


def most_mib() -> float:
    """Return the most memory of this process so far, MiB.

    `peak_mib` would count what the process that started this one held at that moment.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return peak_mib()
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


def live(market: Market, days: int, check: int) -> tuple[dict[str, list[float]], Tally]:
    """Live ``days``; return seconds a day of all phases, of demand, of its kernel, and the first tables."""
    seconds: dict[str, list[float]] = {"day": [], "demand": [], "kernel": []}
    held = None
    for day in range(1, days + 1):
        with watch_kernels() as kernels, watch_phases(market) as phases:
            start = perf_counter()
            market.run(1)
            seconds["day"].append(perf_counter() - start)
        seconds["kernel"].append(kernels.seconds[KERNELS[market.state.platforms[0].classes is not None]])
        seconds["demand"].append(sum(phases.seconds[name] for name in PHASES["buy"]))
        print(f"day {day}: {seconds['day'][-1]:.3f} s", file=sys.stderr)
        if day == check:
            held = tally(market, check)
    assert held is not None
    return seconds, held


def recount(n_shops: int, warm: int, check: int, held: Tally, demand: str) -> int:
    """Live the first days again without a clock; return demand's draws in them (of agents only)."""
    market = open_market(n_shops, warm, demand=demand)
    with recounting() as works:
        market.run(check)
    assert tally(market, check) == held, "the timed days differ from the others"
    return sum(work.draws for work in works)


def measure(
    n_shops: int, days: int, threads: int, warm: int, check: int, last: int, demand: str
) -> dict[str, Any]:
    """Return everything about one market."""
    imported, before = perf_counter(), most_mib()
    market = open_market(n_shops, 0, threads, demand)
    opened = perf_counter()
    market.run(warm)
    warmed, mib = perf_counter(), most_mib()
    seconds, held = live(market, days, check)
    found = tally(market, days)
    market.run(max(last - market.day, 0))
    measured = {
        "shops": n_shops, "buyers": market.state.buyers.people, "demand": demand, "threads": threads,
        "days": days, "warm_days": warm,
        "import_s": imported - STARTED, "open_s": opened - imported, "warm_s": warmed - opened,
        "seconds": seconds, "lived_s": sum(seconds["day"]), "digest": found.digest,
        "mib_after_imports": before, "mib_warm": mib, "peak_mib": most_mib(),
    }  # fmt: skip
    del market
    gc.collect()
    draws = recount(n_shops, warm, check, held, demand)
    return measured | found.counters() | {"draws": draws, "check_days": check}


def main() -> None:
    """Measure one market and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shops", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=5, help="days that are timed")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--warm", type=int, default=0, help="days before them")
    parser.add_argument(
        "--until", type=int, default=0, help="day until which it lives on for its peak memory"
    )
    parser.add_argument("--check-days", type=int, help="days that are lived again without a clock")
    parser.add_argument(
        "--demand", choices=("agents", "cohorts"), default="agents", help="how buyers are kept"
    )
    chosen = parser.parse_args()
    check = chosen.days if chosen.check_days is None else min(chosen.check_days, chosen.days)
    found = measure(
        chosen.shops, chosen.days, chosen.threads, chosen.warm, check, chosen.until, chosen.demand
    )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
