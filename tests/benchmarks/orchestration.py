"""What it costs to hand runs of 100 ms to processes: executors against the same runs in a plain loop.

    python tests/benchmarks/orchestration.py                     local and dask, one and two workers
    python tests/benchmarks/orchestration.py --runs 20 420 --repeat 3

Run from the root of the repository. A run takes 100 ms of its process's own time, however busy the machine
is, and gives a row and a table as large as a run's of a study. Each setting does few and many runs, and
what is told is the difference: starting processes and clusters, which takes seconds whatever follows, is
told apart. Wall times beside other work say little; the time that all processes were at work says what
executors add.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
import pandas as pd
import psutil

from experiments import load_config
from experiments.runs.results import Failure, Result
from experiments.studies.engine import run_missing
from experiments.studies.executors.choose import executor_of
from experiments.studies.executors.clusters import close_clusters
from experiments.studies.store import Store
from experiments.studies.tasks import Task, Tick

RUN = 0.1
"""Seconds of work in a run."""
COLUMNS, ROWS = 60, 12
"""What a run of a study leaves: a row of about so many values, and a table of a row a month."""


class Spent(NamedTuple):
    """Seconds that a study took: on the wall, of all processes, of the one that hands runs out."""

    wall: float
    processes: float
    parent: float


def spin(keys: Sequence[str], begin: Tick) -> Iterator[Result | Failure]:
    """Work for `RUN` seconds a key, and give a result as large as a run's."""
    for key in keys:
        begin()
        last = time.process_time() + RUN
        while time.process_time() < last:
            pass
        table = pd.DataFrame({f"value{n}": np.full(ROWS, float(n)) for n in range(8)})
        yield Result(key, {f"outcome_{n}": n / 7 for n in range(COLUMNS)}, {"paths": table})


def worked() -> float:
    """Return the seconds that this process and all that it has started, or had, were at work."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = time.process_time() + ended.ru_utime + ended.ru_stime
    for process in psutil.Process().children(recursive=True):
        try:
            total += sum(process.cpu_times()[:4])
        except psutil.Error:
            continue
    return total


def study(words: list[str], runs: int) -> Spent:
    """Carry out a study of so many runs, as configured or, without words, in a loop of this process."""
    with tempfile.TemporaryDirectory() as folder:
        store, keys = Store(Path(folder)), [f"{n:05d}" for n in range(runs)]
        before = time.perf_counter(), worked(), time.process_time()
        if words:
            tasks = [Task((key,), spin, 300.0) for key in keys]
            run_missing(tasks, store, executor_of(load_config(words), store), lambda done, total: None)
        else:
            for result in spin(keys, lambda: None):
                store.save(result)
        after = time.perf_counter(), worked(), time.process_time()
        assert store.finished() == set(keys)
    close_clusters()
    return Spent(*(late - early for early, late in zip(before, after, strict=True)))


def a_run(few: Spent, many: Spent, runs: tuple[int, int]) -> Spent:
    """Return what one more run takes."""
    return Spent(*((much - little) / (runs[1] - runs[0]) for little, much in zip(few, many, strict=True)))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description="Measure what executors cost over runs of 100 ms.")
    parser.add_argument("--runs", type=int, nargs=2, default=(20, 120), help="few and many (default 20 120)")
    parser.add_argument("--repeat", type=int, default=1, help="take medians of so many (default 1)")
    options = parser.parse_args()
    settings = {"loop": []} | {
        f"{kind}, workers={workers}": [f"executor={kind}", f"workers={workers}"]
        for kind in ("local", "dask")
        for workers in (1, 2)
    }
    study([], 1)  # what is loaded once
    found: dict[str, list[tuple[Spent, float]]] = {name: [] for name in settings}
    for _ in range(options.repeat):
        for name, words in settings.items():
            few, many = (study(words, runs) for runs in options.runs)
            one = a_run(few, many, tuple(options.runs))
            found[name].append((one, few.processes - options.runs[0] * one.processes))
            print(f"{name}: {found[name][-1]}", flush=True)
    loop = Spent(*map(median, zip(*(one for one, _ in found["loop"]), strict=True)))
    print("| executor | work over loop's | wall × workers over loop's | parent, ms a run | start, s |")
    print("|---|---|---|---|---|")
    for name, told in found.items():
        one = Spent(*map(median, zip(*(one for one, _ in told), strict=True)))
        wall = one.wall * (int(name[-1]) if settings[name] else 1)
        shares = f"{one.processes / loop.processes - 1:+.1%} | {wall / loop.wall - 1:+.1%}"
        print(f"| {name} | {shares} | {1e3 * one.parent:.1f} | {median(start for _, start in told):.1f} |")


if __name__ == "__main__":
    import orchestration  # under its own name, by which processes find `spin`

    orchestration.main()
