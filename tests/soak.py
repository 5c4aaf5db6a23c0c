"""Live markets on several threads beside busy neighbours for an hour; end with 1 at a fault or a difference.

    python tests/soak.py --minutes 60

One process lives them all, because a fault of memory comes late: markets of several sizes, packages and both
kinds of demand, each on two to four threads, and each must have the tables that it has on one thread. In
between scikit-learn runs on an OpenMP of its own, and a process is forked that lives a market too. Another
process watches, so that a segmentation fault is a result and not the end of the story.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "benchmarks")]

from neighbours import neighbours  # noqa: E402

MARKETS = (
    ("market=small", "package=threshold_fine_suit"),
    ("market=small", "package=all_cases"),
    ("market=small", "package=threshold_only", "demand=cohorts"),
    ("market=base", "package=threshold_fine_suit"),
    ("market=base", "package=all_cases", "demand=cohorts"),
    ("market=base", "market.n_shops=10000", "package=ten_times_action"),
)
WARMUP, DAYS = 20, {"market=small": 120, "market=base": 30}


def live(words: tuple[str, ...], seed: int, threads: int) -> str:
    """Return the hash of a market after its days, and of what follows in a branch of it."""
    from experiments import load_config
    from policies import build_package
    from sim import Market

    config = load_config(list(words))
    market = Market(config.world, build_package(config.status_quo), seed, threads).run(WARMUP)
    market.branch().adopt(build_package(config.package)).run(DAYS[words[0]] // 2)
    return market.adopt(build_package(config.package)).run(DAYS[words[0]]).hash()


def learn_elsewhere(seed: int) -> None:
    """Let scikit-learn use its threads."""
    import numpy as np
    from sklearn.cluster import KMeans
    from sklearn.ensemble import HistGradientBoostingClassifier

    rng = np.random.default_rng(seed)
    x = rng.random((4000, 10))
    HistGradientBoostingClassifier(max_iter=10).fit(x, rng.random(4000) < x[:, 0])
    KMeans(5, n_init=2, random_state=seed).fit(x)


def live_in_a_fork(words: tuple[str, ...], seed: int, expected: str) -> None:
    """Fork, and let the child live a market on two threads."""
    child = os.fork()
    if child == 0:
        os._exit(0 if live(words, seed, 2) == expected else 1)
    if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        raise SystemExit(f"the market of a forked process ended with {code}: {words}, seed {seed}")


def soak(minutes: float) -> None:
    """Live one market after the other until the time is up."""
    end, lived, seed = time.monotonic() + 60 * minutes, 0, 0
    while time.monotonic() < end:
        seed += 1
        for words in MARKETS:
            alone = live(words, seed, 1)
            for threads in (2, 3, 4):
                if live(words, seed, threads) != alone:
                    raise SystemExit(f"{threads} threads differ from one: {' '.join(words)}, seed {seed}")
                lived += 1
            if time.monotonic() > end:
                break
        learn_elsewhere(seed)
        live_in_a_fork(MARKETS[0], seed, live(MARKETS[0], seed, 1))
        left = max(0.0, end - time.monotonic()) / 60
        print(f"seed {seed}: {lived} markets on several threads alike, {left:.0f} minutes left", flush=True)


def main() -> int:
    """Watch a process that soaks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--here", action="store_true", help="in this process, without neighbours")
    chosen = parser.parse_args()
    if chosen.here:
        soak(chosen.minutes)
        return 0
    command = [sys.executable, "-X", "faulthandler", __file__, "--here", "--minutes", str(chosen.minutes)]
    with neighbours(os.cpu_count() or 1):
        code = subprocess.run(command, check=False).returncode
    print("no fault and no difference" if code == 0 else f"ended with {code}")
    return code != 0


if __name__ == "__main__":
    sys.exit(main())
