"""Last words: what a process that hangs or crashes leaves of itself."""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def watched(file: Path, seconds: float) -> Iterator[Callable[[], None]]:
    """End this process when it takes longer than ``seconds``, leaving its stack in a file.

    The watchdog is a thread without Python in it, so it also ends loops in compiled code. Calling what is
    yielded gives the process its time anew.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as stream:
        stream.write(f"{os.getpid()}\n")
        stream.flush()

        def again() -> None:
            faulthandler.dump_traceback_later(seconds, exit=True, file=stream)

        faulthandler.enable(stream)
        again()
        try:
            yield again
        finally:
            faulthandler.cancel_dump_traceback_later()
            faulthandler.disable()
    file.unlink(missing_ok=True)


def watched_process(file: Path) -> int | None:
    """Return the process that wrote a file, as it wrote it down."""
    first, _ = _parts(file)
    return int(first) if first.isdigit() else None


def sweep(folder: Path) -> None:
    """Remove the files of processes that are no more, which whoever started them did not live to do."""
    for file in folder.glob(".watch-*"):
        if is_gone(watched_process(file)):
            file.unlink(missing_ok=True)


def last_words(file: Path) -> str:
    """Return the stack that a hanging or crashing process left."""
    return _parts(file)[1]


def is_gone(process: int | None) -> bool:
    """Tell whether a process is no more; not known on Windows."""
    if os.name != "posix" or process is None:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def _parts(file: Path) -> tuple[str, str]:
    """Return the process's number and, if it came to that, its stack."""
    try:
        text = file.read_text(errors="replace")
    except OSError:
        text = ""
    first, _, rest = text.partition("\n")
    return first, rest
