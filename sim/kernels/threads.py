"""Threads that share the rows of a kernel among them; how many there are changes no number.

Kernels let go of Python's lock while they run, so a few threads of Python's own can work on one array at the
same time. Those that have nothing to do look for work for a moment, and then sleep. A kernel is cut into
stretches of rows, which whoever is free takes, so that a thread which the machine has put aside holds up
nothing but the stretch it has begun; and it is cut only if a stretch takes long enough to be worth waking
somebody.
"""

from __future__ import annotations

import functools
import itertools
import os
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from sim.compiling import kernel

WORTH_NS = 1_000_000
"""Work is shared from so many nanoseconds on: twice what waking a thread and waiting for it may cost."""

STRETCH_NS = 100_000
"""A stretch of rows that a thread takes is not shorter than so many nanoseconds."""

SPINS = 50_000
"""Looks that a thread takes before it sleeps: about as long as it would take to wake it."""

STRETCHES = 4
"""A kernel is cut into so many stretches a thread, at most."""

_asked = threading.local()


@intrinsic
def peek(context: Any, array: Any) -> Any:
    """Read the first of ``array`` (n,), int64, which other threads change; compiled code may not keep it."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = context.make_array(signature.args[0])(context, builder, values[0]).data
        return builder.load_atomic(place, ordering="acquire", align=8)

    return types.int64(array), generate


@kernel
def linger(signal: np.ndarray, known: int, spins: int) -> None:
    """Look at ``signal`` (1,) until it is no longer what is ``known``, or so many ``spins`` have passed."""
    for _ in range(spins):
        if peek(signal) != known:  # type: ignore[call-arg]
            break


class Post:
    """A queue whose reader looks for a moment, with Python's lock let go, before it sleeps."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[Any] = SimpleQueue()
        self.signal = np.zeros(1, dtype=np.int64)

    def put(self, item: Any) -> None:
        """Put something in."""
        self.queue.put(item)
        self.signal[0] += 1

    def get(self) -> Any:
        """Wait for something and return it."""
        known = self.signal[0]
        if self.queue.empty():
            linger(self.signal, known, SPINS)
        return self.queue.get()


def cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def use_threads(n: int) -> None:
    """Let kernels that are called from this thread of Python's use up to ``n`` threads; 0: one a core."""
    _asked.threads = n or cores()


def threads_asked_for() -> int:
    """Return how many threads kernels may use that are called from this thread of Python's."""
    return getattr(_asked, "threads", 1)


class Job:
    """One call of a kernel, cut into stretches that several threads take."""

    def __init__(self, kernel: Callable, stretches: list[tuple[int, int]], arguments: tuple) -> None:
        self.kernel, self.arguments = kernel, arguments
        self.left = iter(stretches)  # no two threads get the same: Python's lock is held
        self.ended = Post()

    def work(self) -> int:
        """Take stretches for as long as there are any; return how many rows were done."""
        done = 0
        for first, last in self.left:
            self.kernel(first, last, *self.arguments)
            done += last - first
        return done

    def assist(self) -> None:
        """Take stretches in another thread than the one that waits, and tell it of each."""
        for first, last in self.left:
            error = None
            try:
                self.kernel(first, last, *self.arguments)
            except BaseException as raised:  # for the thread that called
                error = raised
            self.ended.put((last - first, error))

    def wait(self, rows: int) -> None:
        """Wait until others have done so many ``rows``; raise what was raised there."""
        while rows > 0:
            done, error = self.ended.get()
            rows -= done
            if error is not None:
                raise error


class Team:
    """Threads that wait for jobs; made when they are first needed, and anew in a forked process."""

    def __init__(self) -> None:
        self.inboxes: list[Post] = []
        self.lock = threading.Lock()

    def invite(self, n: int, job: Job) -> None:
        """Let ``n`` threads take part in a ``job``."""
        with self.lock:
            while len(self.inboxes) < n:
                self.inboxes.append(Post())
                name = f"antibrush-{len(self.inboxes)}"
                threading.Thread(target=attend, args=self.inboxes[-1:], name=name, daemon=True).start()
        for inbox in self.inboxes[:n]:
            inbox.put(job)


def attend(inbox: Post) -> None:
    """Take part in one job after the other, for ever."""
    while True:
        job = inbox.get()
        job.assist()
        del job  # its arrays are large


team = Team()


def begin_anew() -> None:
    """Forget the threads, of which a forked process has none."""
    global team
    team = Team()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=begin_anew)


def cut(rows: int, pieces: int) -> list[tuple[int, int]]:
    """Return ``pieces`` stretches, first row and the one after the last, that make up all ``rows``."""
    edges = [piece * rows // pieces for piece in range(pieces + 1)]
    return list(itertools.pairwise(edges))


def shared(function: Any) -> Shared:
    """Compile ``function(first, last, …)``, a kernel of some rows; what is called has (rows, …) instead."""
    return Shared(kernel(function))


class Shared:
    """A kernel of some rows, ``kernel(first, last, …)``, that is called for all of them, ``(rows, …)``.

    Parameters
    ----------
    kernel : compiled; fills arrays, and nothing that it fills hangs on where stretches begin and end

    ``unit_ns`` is how long a unit of work took lately, in nanoseconds: it falls at once and rises by a tenth
    a call, at most, so that work that was disturbed counts for little.
    """

    def __init__(self, kernel: Any) -> None:
        functools.update_wrapper(self, kernel.py_func)
        self.kernel, self.unit_ns, self.calls = kernel, 0.0, 0

    def __call__(self, rows: int, *arguments: Any, work: int | None = None) -> None:
        """Run the kernel for all ``rows``, on as many threads as were asked for and pay.

        ``work`` says how many units of equal length there are, if rows are not such units.
        """
        if getattr(_asked, "threads", 1) == 1 or rows == 0:
            self.kernel(0, rows, *arguments)
            return
        work = rows if work is None else work
        pieces, start = min(rows, self._pieces(work)), time.perf_counter_ns()
        if pieces < 2:
            self.kernel(0, rows, *arguments)
            self._learn(work, time.perf_counter_ns() - start)
            return
        job = Job(self.kernel, cut(rows, pieces), arguments)
        team.invite(min(threads_asked_for(), pieces) - 1, job)
        done = job.work()
        self._learn(work * done / rows, time.perf_counter_ns() - start)
        job.wait(rows - done)

    def threads_for(self, work: int) -> int:
        """Return how many threads it pays to use for so many units of ``work``."""
        return max(1, min(threads_asked_for(), self._pieces(work)))

    def _pieces(self, work: int) -> int:
        """Return into how many stretches the work is cut: one if it is not worth a second thread."""
        takes = work * self.unit_ns
        return min(threads_asked_for() * STRETCHES, int(takes / STRETCH_NS)) if takes >= WORTH_NS else 1

    def _learn(self, work: float, elapsed: int) -> None:
        """Note that ``work`` took ``elapsed`` ns; the first call, which may have compiled, does not count."""
        self.calls += 1
        if self.calls > 1 and work > 0:
            took = elapsed / work
            self.unit_ns = min(took, 1.1 * self.unit_ns) if self.unit_ns else took
