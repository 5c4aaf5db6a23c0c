"""Explorations of tiny runs in processes of their own, which can be killed, and what is there afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import psutil

from experiments.studies.explore import read_exploration
from experiments.studies.manifest import MANIFEST
from experiments.studies.store import Store, names_in

ROOT = Path(__file__).resolve().parents[2]

TINY = (
    "arms=[threshold_and_fine]", "design=lhs", "levers.package.detection.threshold=[0.3,0.97]",
    "market=small", "market.n_shops=100", "market.shops_per_category=50", "warmup=2", "days=2",
    "replications=5",
)  # fmt: skip
"""An exploration of runs of some ten milliseconds each; ``points=`` says how many."""

POINTS, RUNS = "points=60", 300


def start(out: Path, *words: str) -> subprocess.Popen:
    """Start an exploration of tiny runs in a session of its own."""
    command = [sys.executable, "-m", "experiments", "explore", *TINY, *words, f"out={out}"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(out: Path, *words: str) -> float:
    """Run an exploration to its end and return the seconds that this took."""
    started = time.perf_counter()
    process = start(out, *words)
    _, complaint = process.communicate()
    assert process.returncode == 0, complaint
    return time.perf_counter() - started


def wait_until(reached: Callable[[], bool], process: subprocess.Popen, seconds: float = 1200) -> None:
    """Wait until something is so; the process may not end before."""
    last = time.monotonic() + seconds
    while not reached():
        assert process.poll() is None, "the study ended before it could be killed"
        assert time.monotonic() < last, "nothing happened"
        time.sleep(0.05)


def kill_all_at(out: Path, runs: int, *words: str) -> int:
    """Start or continue an exploration, kill all its processes after so many runs; return how many it had."""
    process, store = start(out, *words), Store(out)
    wait_until(lambda: len(store.finished()) >= runs, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return len(Store(out).finished())


def kill_worker_at(out: Path, runs: int, *words: str) -> None:
    """Start or continue an exploration, kill one of its workers after so many runs, and see it end well."""
    process, store = start(out, *words), Store(out)
    wait_until(lambda: len(store.finished()) >= runs, process)
    kill = kill_dask_worker if "executor=dask" in words else kill_worker
    wait_until(lambda: kill(process, store.place), process)
    _, complaint = process.communicate()
    assert process.returncode == 0, complaint


def kill_worker(process: subprocess.Popen, place: Path) -> bool:
    """Kill a process that is at work, as it wrote itself down; tell whether there was one."""
    for file in place.glob(".watch-*"):
        try:
            number = file.read_text().partition("\n")[0]
            os.kill(int(number), signal.SIGKILL)
            return True
        except (FileNotFoundError, ValueError, ProcessLookupError):
            continue
    return False


def kill_dask_worker(process: subprocess.Popen, place: Path) -> bool:
    """Kill a worker of a cluster that has started a process to carry runs out; tell whether there was one."""
    for worker in psutil.Process(process.pid).children():
        if any("resource_tracker" not in " ".join(one.cmdline()) for one in worker.children()):
            worker.kill()
            return True
    return False


def contents(out: Path) -> bytes:
    """Return the manifest of a finished study."""
    return (out / MANIFEST).read_bytes()


def ends_as_undisturbed(folder: Path, executor: str) -> None:
    """Kill a study of 300 tiny runs twice and a worker once; see it end like one that nobody disturbed."""
    killed, whole = folder / "killed", folder / "whole"
    words = (POINTS, f"executor={executor}", "workers=2")
    kept = kill_all_at(killed, 40, *words)
    assert 40 <= kept < RUNS
    kept = kill_all_at(killed, kept + 60, *words)
    assert 100 <= kept < RUNS
    kill_worker_at(killed, kept + 20, *words)
    finish(whole, POINTS, "workers=1")
    assert contents(killed) == contents(whole)
    results = read_exploration(killed)
    assert results.complete and len(results.runs) == RUNS and results.runs["run_key"].is_unique
    pd.testing.assert_frame_equal(results.runs, read_exploration(whole).runs)
    assert len(Store(killed).finished()) == RUNS
    assert all(name.startswith("shard-") for name in names_in(killed / "parts"))
    assert not list(killed.rglob(".seen-*"))
