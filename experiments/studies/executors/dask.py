"""Tasks carried out by workers of Dask, on this machine or many others."""

from __future__ import annotations

import os
import pickle
import time
from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from experiments.files.folders import prepare_folder
from experiments.files.whole import StoreError
from experiments.runs.results import Failure
from experiments.settings.schema import RunConfig
from experiments.studies.executors.clusters import connection
from experiments.studies.executors.dask_worker import Parcel, Reply, ask, save_at
from experiments.studies.executors.identity import difference, identity
from experiments.studies.executors.inbox import Inbox, Rarely
from experiments.studies.executors.remarks import remark
from experiments.studies.store import Store
from experiments.studies.tasks import Ended, ExecutorError, Save, Task, Tick, packed

PARCEL_SECONDS = 5.0
"""What a parcel is made to take: long beside the hundredths of a second that sending one takes."""
PARCEL_TASKS = 500
LOSSES = 3
"""Workers that may be lost with a task before it is to blame."""
HOPE = 20.0
"""Seconds without a worker that is of use, where others are refused, after which a study ends."""
LONELY = 60.0
"""Seconds without a worker after which somebody who waits is told."""


@dataclass(frozen=True)
class DaskExecutor:
    """Carries out tasks on the cluster of a configuration, results in ``store``."""

    config: RunConfig
    store: Store

    def run(self, tasks: Sequence[Task], save: Save, tick: Tick) -> Generator[Ended]:
        """Carry out tasks, ``save`` results as they come, and yield tasks as they end; ``tick`` meanwhile.

        Raises
        ------
        ExecutorError : the scheduler, or every worker, is gone or of no use
        StoreError : a result cannot be written
        """
        if not tasks:
            return
        own = connection(self.config)
        refill = Rarely(own.refill, LONELY)

        def tick_and_refill() -> None:
            tick()
            refill()

        with probe(self.store.folder) as file:
            seen = str(file) if self.config.executor.shared_disk else ""
            desk = Desk(own.client, self.store, save, seen, own.said)
            yield from desk.carry(tasks, tick_and_refill)


@contextmanager
def probe(folder: Path) -> Iterator[Path]:
    """Leave a file in a folder by which workers know that they see it.

    Those of commands that were killed go. One that is still at work in this folder loses its own, too, and
    workers that it greets later send results back.
    """
    prepare_folder(folder)
    for left in folder.glob(".seen-*"):
        left.unlink(missing_ok=True)
    file = folder.resolve() / f".seen-{uuid4().hex[:12]}"
    file.touch()
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


@dataclass
class Seat:
    """A worker that gets work: how many parcels at a time, and whether it writes results itself."""

    threads: int
    writes: bool
    parcels: list[Any] = field(default_factory=list)
    """Futures of what it has been sent, in order."""


class Desk:
    """Sends parcels to workers, and minds which come, go, and are refused.

    It decides itself which worker gets what, so that it knows what is lost with one, whatever the scheduler
    is set up to do about it. What is in ``said`` it does not say again: a study asks the same workers anew
    when it tries again what processes left undone, and a search in each of its rounds.
    """

    def __init__(self, client: Any, store: Store, save: Save, probe: str, said: set[str]) -> None:
        self.client, self.store, self.save, self.probe, self.said = client, store, save, probe, said
        self.here, self.home = identity(), os.getcwd()
        self.seats: dict[str, Seat] = {}
        self.greeted: dict[Any, tuple[str, int]] = {}
        self.refused: set[str] = set()
        self.waiting: deque[tuple[Task, ...]] = deque()
        self.sent: dict[Any, tuple[str, tuple[Task, ...]]] = {}
        self.lost: Counter[str] = Counter()
        self.inbox, self.pace, self.alone_since = Inbox(), 0.0, time.monotonic()

    def carry(self, tasks: Sequence[Task], tick: Tick) -> Generator[Ended]:
        """Carry out tasks and yield them as they end."""
        self.waiting.extend((task,) for task in tasks)
        look = Rarely(self.look)
        now_and_then = Rarely(tick)
        self.look()
        try:
            while self.waiting or self.sent:
                self.send()
                for future in self.inbox.arrivals():
                    yield from self.open(future)
                look()
                yield from self.given_up()
                now_and_then()
            tick()
        finally:
            with suppress(Exception):
                self.client.cancel([*self.sent, *self.greeted], force=True)

    # Workers

    def look(self) -> None:
        """See which workers have come and gone."""
        try:
            there = self.client.nthreads()
        except Exception as error:
            raise ExecutorError(f"the scheduler is gone ({type(error).__name__})") from error
        known = {*self.seats, *self.refused, *(address for address, _ in self.greeted.values())}
        for address in there.keys() - known:
            self.greet(address, there[address])
        for address in self.seats.keys() - there.keys():
            self.leave(address)
        for future, (address, _) in list(self.greeted.items()):
            if address not in there:
                del self.greeted[future]
        self.refused &= there.keys()
        self.check_company()

    def greet(self, address: str, threads: int) -> None:
        """Ask a worker what it is."""
        words = (self.home, self.probe)
        self.greeted[self.inbox.expect(self.call("greet", words, address))] = (address, threads)

    def call(self, function: str, words: tuple[Any, ...], address: str) -> Any:
        """Let a worker, and no other, do something; return the future."""
        given = {"words": words}
        return self.client.submit(
            eval, ask(function), given, workers=[address], allow_other_workers=False, pure=False
        )

    def welcome(self, future: Any, address: str, threads: int) -> None:
        """Give a worker a seat, or refuse it in a line."""
        try:
            told = future.result(timeout=PARCEL_SECONDS)
            why = difference(self.here, told["identity"])
        except Exception as error:
            if isinstance(error, TimeoutError) or future.cancelled():
                return
            first = (str(error).splitlines() or ["no reason"])[0]
            why = f"it has another version of antibrush, or none ({type(error).__name__}: {first})"
        if why:
            self.refused.add(address)
            self.say(f"the worker {address} is refused: {why}")
        else:
            self.seats[address] = Seat(threads, bool(told["sees"]))

    def say(self, line: str) -> None:
        """Say a line, unless it was said before."""
        if line not in self.said:
            self.said.add(line)
            remark(line)

    def leave(self, address: str) -> None:
        """Take back what a worker had that is gone; what it was at has lost a worker, and travels alone."""
        seat = self.seats.pop(address)
        done = self.store.finished()
        for number, future in enumerate(seat.parcels):
            _, tasks = self.sent.pop(future)
            left = [rest for task in tasks if (rest := task.without(done)).keys]
            self.lost.update(task.keys[0] for task in left if number < seat.threads)
            self.waiting.extendleft((task,) for task in reversed(left))
        self.client.cancel(seat.parcels, force=True)

    def check_company(self) -> None:
        """Raise `ExecutorError` if there are workers, but none that is of use; tell who waits for one."""
        if self.seats or self.greeted:
            self.alone_since = time.monotonic()
        elif self.refused and time.monotonic() - self.alone_since > HOPE:
            raise ExecutorError(f"none of the {len(self.refused)} workers is of use")
        elif not self.refused and time.monotonic() - self.alone_since > LONELY:
            remark("no worker yet; waiting (Ctrl-C ends it)")

    # Work

    def send(self) -> None:
        """Send parcels to workers that have nothing to do, or soon will not have."""
        ahead = 2 if 0 < self.pace < PARCEL_SECONDS else 1
        for depth in range(1, ahead + 1):
            for address, seat in self.seats.items():
                while self.waiting and len(seat.parcels) < depth * seat.threads:
                    self.post(address, seat, self.parcel())

    def parcel(self) -> tuple[Task, ...]:
        """Take the next tasks that go together: so many that they take a while, but a fair share."""
        size = int(PARCEL_SECONDS / self.pace) if self.pace else 1
        share = len(self.waiting) // (2 * sum(seat.threads for seat in self.seats.values()))
        tasks = list(self.waiting.popleft())
        while (
            len(tasks) < min(size, share, PARCEL_TASKS)
            and self.waiting
            and not self.lost.keys() & {self.waiting[0][0].keys[0], tasks[0].keys[0]}
        ):
            tasks += self.waiting.popleft()
        return tuple(tasks)

    def post(self, address: str, seat: Seat, tasks: tuple[Task, ...]) -> None:
        """Send tasks to a worker."""
        save = packed(partial(save_at, self.save, self.home)) if seat.writes else None
        content = Parcel(tuple(replace(task, run=packed(task.run)) for task in tasks), save)
        future = self.inbox.expect(self.call("work", (pickle.dumps(content),), address))
        self.sent[future] = address, tasks
        seat.parcels.append(future)

    def open(self, future: Any) -> Iterator[Ended]:
        """Take in what has arrived."""
        if future in self.greeted:
            self.welcome(future, *self.greeted.pop(future))
            return
        if future not in self.sent:
            return  # taken back
        address, tasks = self.sent[future]
        try:
            reply: Reply = pickle.loads(future.result(timeout=LONELY))
        except Exception as error:
            yield from self.unanswered(future, error)
            return
        self.seats[address].parcels.remove(future)
        del self.sent[future]
        yield from self.taken_in(reply, tasks)

    def unanswered(self, future: Any, error: Exception) -> Iterator[Ended]:
        """Take back a parcel whose worker is lost; if it is there, it is the work that is broken."""
        address, tasks = self.sent[future]
        if address not in self.client.nthreads() or isinstance(error, TimeoutError) or future.cancelled():
            self.leave(address)
            return
        self.seats[address].parcels.remove(future)
        del self.sent[future]
        for task in tasks:
            why = f"{type(error).__name__}: {error}"
            yield Ended(task, broken=Failure(task.keys[0], "worker", why))

    def taken_in(self, reply: Reply, tasks: tuple[Task, ...]) -> Iterator[Ended]:
        """Save what a worker sent back, and learn how long tasks take."""
        for result in reply.results:
            self.save(pickle.loads(result))
        if reply.trouble:
            raise StoreError(reply.trouble)
        new = reply.seconds / len(tasks)
        self.pace = 0.7 * self.pace + 0.3 * new if self.pace else new
        for task, (failures, broken) in zip(tasks, reply.ends, strict=True):
            yield Ended(task, failures, broken)

    def given_up(self) -> Iterator[Ended]:
        """Yield tasks with which too many workers were lost."""
        culprits = {key for key, losses in self.lost.items() if losses >= LOSSES}
        for tasks in [tasks for tasks in self.waiting if culprits & {task.keys[0] for task in tasks}]:
            self.waiting.remove(tasks)
            for task in tasks:
                del self.lost[task.keys[0]]
                why = f"{LOSSES} workers were lost with it"
                yield Ended(task, broken=Failure(task.keys[0], "worker", why))
