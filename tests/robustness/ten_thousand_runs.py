"""Kill an exploration of ten thousand small runs, see that nothing is lost, and measure what running costs.

    python tests/robustness/ten_thousand_runs.py                          on a machine that does nothing else
    python tests/robustness/ten_thousand_runs.py --points 8 --kills 1     a try

1. An exploration is killed, all its processes at once, a few times on the way, and loses a worker; then it is
   resumed to its end. Its manifest must be that of the same exploration undisturbed.
2. The undisturbed one, and a tenth of it with one worker and with two, say how long a run takes, which share
   of the time is not the runs' own, and what two workers do against twice one.

Ends with code 1 if a number or a run differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from disturbed import contents, finish, kill_all_at, kill_worker_at  # noqa: E402

from experiments.studies.store import Store  # noqa: E402

REPLICATIONS = 5


def disturb(out: Path, words: tuple[str, ...], runs: int, kills: int) -> None:
    """Run an exploration to its end through so many deaths of all its processes, and one of a worker."""
    for number in range(kills):
        kept = kill_all_at(out, runs * (number + 1) // (kills + 2), *words)
        print(f"killed all processes: {kept} of {runs} runs are kept", flush=True)
    kill_worker_at(out, runs * (kills + 1) // (kills + 2), *words)
    print("killed a worker; the study ended by itself", flush=True)


def own_seconds(out: Path) -> float:
    """Return the seconds that the runs of a study spent in the market, shared warm-ups once."""
    rows = Store(out).rows(sorted(Store(out).finished())).values()
    timings = [row["timing"] for row in rows]
    return sum(t["seconds"] for t in timings) + sum({t["warmup_seconds"] for t in timings})


def measure(folder: Path, points: int, workers: int, *words: str) -> float:
    """Run an exploration undisturbed, print what it cost, and return its runs a second."""
    out = folder / f"whole-{points}-{workers}"
    started = finish(folder / "empty", "points=1", "replications=1", "workers=1", *words)
    seconds = finish(out, f"points={points}", f"workers={workers}", *words)
    runs, own = points * REPLICATIONS, own_seconds(out)
    net = max(seconds - started, 1e-9)
    print(
        f"{runs} runs, {workers} workers: {seconds:.1f} s ({started:.1f} s to start and end), "
        f"{1000 * own / runs:.0f} ms of each run are its own, {runs / net:.1f} runs/s, "
        f"{100 * max(1 - own / (workers * net), 0):.0f} % of the time of the workers is not the runs'",
        flush=True,
    )
    return runs / net


def main() -> int:
    """Disturb, compare and measure."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--points", type=int, default=2000, help="points, of five runs each (default: 2000)")
    words.add_argument("--workers", type=int, default=2)
    words.add_argument("--kills", type=int, default=3)
    words.add_argument("--days", type=int, default=20, help="days of a run (20: about 100 ms)")
    words.add_argument("--folder", type=Path, help="where the results stay (default: nowhere)")
    options = words.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        own = (f"days={options.days}",)
        all_words = (f"points={options.points}", f"workers={options.workers}", *own)
        measure(folder, options.points, options.workers, *own)
        disturb(folder / "killed", all_words, options.points * REPLICATIONS, options.kills)
        whole = folder / f"whole-{options.points}-{options.workers}"
        same = contents(folder / "killed") == contents(whole)
        print(
            "the killed study ended as the undisturbed one" if same else "THE KILLED STUDY DIFFERS",
            flush=True,
        )
        tenth = max(options.points // 10, 2)
        one, two = (measure(folder, tenth, n, *own) for n in (1, 2))
        print(f"two workers do {100 * two / (2 * one):.0f} % of twice what one does")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
