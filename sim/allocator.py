"""How the allocator of the C library treats the arrays of a large market."""

from __future__ import annotations

import ctypes
import platform
from functools import cache

LARGE = 500_000
"""Markets of so many shops take and free arrays of tens of MiB all day long."""

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4
"""Options of glibc's mallopt(3)."""


def keep_freed_memory(n_shops: int) -> bool:
    """Let what a large market frees stay with the process for what it takes next; return whether it does.

    glibc maps every array of more than 32 MiB anew and unmaps it when it is freed, so that the system clears
    each page again, every time: nearly a third of the processor time of a day of eight million shops. With
    no mappings and no trimming the same pages are used again. It holds for the whole process and changes
    no result; where the C library is another one, nothing happens.
    """
    return n_shops >= LARGE and _keep()


@cache
def _keep() -> bool:
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return bool(mallopt(M_MMAP_MAX, 0)) and bool(mallopt(M_TRIM_THRESHOLD, 2**31 - 1))
