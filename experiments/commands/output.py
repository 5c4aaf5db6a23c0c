"""Standard output and error on which no command can fail: closed, full, or poor in characters."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import select
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

PLAIN = {
    "–": "-", "—": "-", "−": "-", "×": "x", "…": "...", "±": "+-", "≥": ">=", "≤": "<=", "·": "-", "←": "<-",
    "“": '"', "”": '"', "’": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "Δ": "D",
}  # fmt: skip
"""What is printed for characters of our own that a terminal lacks; for others a question mark is."""

STRANGE = "antibrush.plain"
"""The name under which Python's codecs know this replacement."""


def plainly(error: UnicodeError) -> tuple[str, int]:
    """Replace what cannot be encoded: our own signs by plain ones, anything else by a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(PLAIN.get(c, "?") for c in text), error.end


codecs.register_error(STRANGE, plainly)


class Lenient(io.RawIOBase):
    """A file that takes whatever is written, and keeps the first reason why it could not be written."""

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self.error: OSError | None = None

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def fileno(self) -> int:
        """Return the number of the file behind it."""
        return self.handle

    def isatty(self) -> bool:
        """Tell whether a terminal is behind it."""
        return os.isatty(self.handle)

    def write(self, content: object) -> int:
        """Write as far as that goes; what is lost is lost."""
        left = memoryview(content).cast("B")  # type: ignore[arg-type]
        size = len(left)
        while len(left) and self.error is None:
            try:
                left = left[os.write(self.handle, left) :]
            except BlockingIOError:  # a pipe that is full for now
                select.select([], [self.handle], [])
            except OSError as error:
                self.error = error
        return size


@dataclass
class Streams:
    """What stands behind standard output and error while a command runs."""

    behind: list[Lenient] = field(default_factory=list)

    def lost(self) -> str:
        """Return why something could not be printed; nothing if a reader closed its pipe, having enough."""
        errors = [file.error for file in self.behind if file.error is not None]
        return next((e.strerror or str(e) for e in errors if not isinstance(e, BrokenPipeError)), "")


@contextlib.contextmanager
def lenient_output() -> Iterator[Streams]:
    """Print leniently within; streams that somebody else has put in place stay as they are."""
    fill_gaps()
    before, streams = (sys.stdout, sys.stderr), Streams()
    sys.stdout = lenient(streams, sys.stdout, sys.__stdout__, 1)
    sys.stderr = lenient(streams, sys.stderr, sys.__stderr__, 2)
    try:
        yield streams
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        sys.stdout, sys.stderr = before


def fill_gaps() -> None:
    """Open nothing in the place of closed standard files, so that no file of ours gets their numbers."""
    for handle in range(3):
        try:
            os.fstat(handle)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free


def lenient(streams: Streams, now: TextIO | None, first: TextIO | None, handle: int) -> TextIO:
    """Return a lenient stream in the place of one of the process's own, and any other one itself."""
    if now is not None and (now is not first or os.name != "posix"):
        return now
    file = Lenient(handle)
    streams.behind.append(file)
    encoding = getattr(now, "encoding", None) or "utf-8"
    lines = handle == 2 or file.isatty()
    return io.TextIOWrapper(io.BufferedWriter(file), encoding, STRANGE, line_buffering=lines)
