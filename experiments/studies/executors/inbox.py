"""Waiting for futures, of any library, as they end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import Any

POLL = 0.5
"""Seconds between two looks at what is going on."""


class Inbox:
    """Where futures arrive that have ended, well or not."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[Any] = SimpleQueue()

    def expect(self, future: Any) -> Any:
        """Return a future that will arrive here when it ends."""
        future.add_done_callback(self.queue.put)
        return future

    def arrivals(self) -> Iterator[Any]:
        """Wait for a moment, and yield what has arrived."""
        try:
            yield self.queue.get(timeout=POLL)
            while True:
                yield self.queue.get_nowait()
        except Empty:
            return


class Rarely:
    """Something that is done when it is asked for, but not again within a moment."""

    def __init__(self, act: Callable[[], None], seconds: float | None = None) -> None:
        self.act, self.last = act, time.monotonic()
        self.seconds = POLL if seconds is None else seconds

    def __call__(self) -> None:
        """Do it, unless it has just been done."""
        if time.monotonic() - self.last >= self.seconds:
            self.act()
            self.last = time.monotonic()
