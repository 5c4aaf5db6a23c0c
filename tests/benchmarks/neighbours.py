"""Made-up neighbours: processes that keep cores busy for as long as something is measured beside them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

BUSY = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    sum(range(100_000))\n"
"""It ends with the process that started it, whatever becomes of that."""


@contextmanager
def neighbours(n: int) -> Iterator[None]:
    """Keep ``n`` processes busy."""
    started = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(n)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()
