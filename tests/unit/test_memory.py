"""What a large market frees stays with the process; small ones leave the allocator alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

PROBE = """
import resource, sys
import numpy as np
from sim.allocator import keep_freed_memory

kept = keep_freed_memory(int(sys.argv[1]))
for _ in range(3):
    np.zeros(8_000_000)[:] = 1
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    np.empty(8_000_000)[:] = 1
print(kept, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(n_shops: int) -> tuple[bool, int]:
    """Return whether memory is kept, and how many pages the system cleared for twenty arrays of 64 MB."""
    command = [sys.executable, "-c", PROBE, str(n_shops)]
    kept, pages = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return kept == "True", int(pages)


def test_pages_are_cleared_once_and_not_every_time() -> None:
    small, large = faults(300), faults(1_000_000)
    assert not small[0] and small[1] > 100
    if not large[0]:
        pytest.skip("the C library is not glibc")
    assert large[1] < small[1] / 10
