"""Draws, bytes, calls and compiled functions are those accepted in counters.json.

They do not depend on the machine, so they gate every change; wall time is compared elsewhere. Who moves
them on purpose says so with ``python tests/benchmarks/counters.py --write``.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.kernels.ahead import HELD as SIGNATURES

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
HELD = json.loads((HERE / "counters.json").read_text(encoding="utf-8"))
SLACK = 1.05
"""Calls may exceed what was accepted by this factor: the course of a market may change a little."""


@pytest.fixture(scope="module")
def found():
    """Return the counters of a fresh process, in which no other test has warmed anything."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, str(HERE / "counters.py")]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_demand_draws_as_often_as_before(found) -> None:
    assert found["draws"] == HELD["draws"]


def test_demand_makes_every_draw_of_its_law(found) -> None:
    """It may take a hash again instead of keeping it."""
    assert found["draws"]["taken"] >= found["draws"]["by_law"] > 20 * found["draws"]["orders"]


@pytest.mark.parametrize("part", HELD["bytes"])
def test_a_shop_and_a_buyer_take_as_many_bytes_as_before(found, part) -> None:
    assert found["bytes"][part] == HELD["bytes"][part]


def test_nothing_keeps_anything_of_a_buyer_but_the_buyers_themselves(found) -> None:
    assert found["bytes"]["everything_a_buyer"] == found["bytes"]["buyers"]


@pytest.mark.parametrize("part", HELD["calls_a_day"])
def test_a_day_takes_no_more_calls_than_before(found, part) -> None:
    assert found["calls_a_day"][part] <= SLACK * HELD["calls_a_day"][part]


def test_no_compiled_function_came_or_went(found) -> None:
    assert found["compiled"].keys() == HELD["compiled"].keys()


def test_what_is_compiled_ahead_is_what_a_day_compiles(found) -> None:
    assert found["signatures"] == json.loads(SIGNATURES.read_text(encoding="utf-8"))


def test_every_function_is_compiled_for_one_signature(found) -> None:
    assert max(found["compiled"].values()) == 1
