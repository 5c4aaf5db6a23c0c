"""Write invented studies of a hundred thousand runs, open them and write their report; print time and memory.

    python tests/robustness/hundred_thousand_rows.py
    python tests/robustness/hundred_thousand_rows.py --runs 2000      a try

The first is as `antibrush compare` leaves it, of five packages; the second is runs in shards.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent / "unit")]

SHARD = 20_000


def write_study(folder: Path, runs: int) -> None:
    """Write a study of five packages without paths: a table of runs, and comparisons."""
    from fake_study import write_fake_study

    write_fake_study(folder, replications=runs // 5, grid=False, failed=0)
    for name in ("paths.parquet", "harm.parquet"):  # of 20 of them only; they are another size
        (folder / name).unlink()


def write_store(folder: Path, runs: int) -> None:
    """Write the shards of an exploration of so many runs, with the outcomes that a run has."""
    from experiments.files.shards import record_of, write_shard
    from experiments.studies.store import Store
    from sim.outcomes import OUTCOMES

    luck, place = np.random.default_rng(1), Store(folder).place
    for start in range(0, runs, SHARD):
        values = luck.random((min(SHARD, runs - start), len(OUTCOMES)))
        rows = ({o.name: float(v) for o, v in zip(OUTCOMES, row, strict=True)} for row in values)
        write_shard(
            place,
            [
                record_of(f"{start + i:016x}", {"outcomes": row, "hash": "0", "timing": {"seconds": 1.0}}, {})
                for i, row in enumerate(rows)
            ],
        )


def open_study(folder: Path) -> None:
    """Read a study and write its report."""
    from experiments.pages.report import write_report

    write_report(folder)


def open_store(folder: Path) -> None:
    """Look for what is finished, read every row, and say what is there."""
    from experiments.studies.store import Store

    store = Store(folder)
    started = time.perf_counter()
    done = store.finished()
    again = time.perf_counter()
    store.finished()
    print(
        f"  finished(): {again - started:.2f} s at first, {1000 * (time.perf_counter() - again):.0f} ms after"
    )
    assert len(store.rows(sorted(done))) == len(done) == store.seal()["runs"]


KINDS = {"study": (write_study, open_study), "store": (write_store, open_store)}


def main() -> int:
    """Write and open both kinds, each in a process of its own, whose memory is measured.

    What a process takes at most is handed on to those that it starts, so the first of them does nothing else.
    """
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--runs", type=int, default=100_000)
    words.add_argument("--open", nargs=2, metavar=("KIND", "FOLDER"))
    words.add_argument("--write", nargs=2, metavar=("KIND", "FOLDER"))
    options = words.parse_args()
    if options.open:
        kind, folder = options.open
        started = time.perf_counter()
        KINDS[kind][1](Path(folder))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        print(f"  {kind}: {time.perf_counter() - started:.1f} s, {peak:.2f} GiB at most")
        return 0
    if options.write:
        kind, folder = options.write
        KINDS[kind][0](Path(folder), options.runs)
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        for kind in KINDS:
            print(f"{kind} of {options.runs} runs", flush=True)
            for step in ("--write", "--open"):
                command = [sys.executable, __file__, "--runs", str(options.runs), step, kind]
                subprocess.run([*command, str(Path(temporary) / kind)], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
