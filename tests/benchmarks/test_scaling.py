"""How time and memory grow with the market: each size in a process of its own."""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest
from markets import trunk
from notes import LARGE, note

ROOT = Path(__file__).parents[2]
DAYS = {300: 60, 2_000: 30, 20_000: 10, 50_000: 8, 200_000: 5, 1_000_000: 5}
WARM, MONTH = 3, 33
"""Memory is full after a month: a market keeps thirty days of traces."""

YEAR = 365


def alone(*options, **environment):
    """Return what `alone` measures in a fresh process."""
    command = [sys.executable, str(Path(__file__).with_name("alone.py")), *map(str, options)]
    ours = {"PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    trunk.cache_clear()
    gc.collect()
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | ours | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.benchmark(group="scaling")
@pytest.mark.parametrize("n_shops", [300, 2_000, 20_000, 50_000, 200_000, LARGE])
def test_growth(benchmark, n_shops):
    options = ("--shops", n_shops, "--days", DAYS[n_shops], "--warm", WARM, "--threads", 2, "--until", MONTH)
    found = benchmark.pedantic(alone, args=options, rounds=1)
    seconds = {f"{name}_ms": 1e3 * median(times) for name, times in found.pop("seconds").items()}
    assert found["orders"] > DAYS[n_shops] * n_shops and found["draws"] > 2 * found["buyers"]
    year = found["open_s"] + YEAR * seconds["day_ms"] / 1e3
    note(benchmark, **found, **seconds, year_s=year)


@pytest.mark.benchmark(group="start")
@pytest.mark.parametrize("cache", ["cold", "warm"])
def test_start(benchmark, cache, tmp_path):
    """From nothing to the end of the first day: with every kernel to be compiled, and with none."""
    options, own = ("--shops", 300, "--days", 2, "--threads", 1), {"NUMBA_CACHE_DIR": str(tmp_path)}
    if cache == "warm":
        alone(*options, **own)
    found = benchmark.pedantic(alone, args=options, kwargs=own, rounds=1)
    first, second = found.pop("seconds")["day"]
    assert second < first
    note(benchmark, **found, cache=cache, first_day_s=first, second_day_s=second)
