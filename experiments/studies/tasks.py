"""Tasks: work by keys that a process of its own can carry out, and what carries it out."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from experiments.runs.results import Failure, Result

Tick = Callable[[], None]

Work = Callable[[Sequence[str], Tick], Iterable[Result | Failure]]
"""Gives what comes of each key, one after the other; calls its second argument as it begins another part."""

Save = Callable[[Result], None]
"""Keeps a result; it is called in the process that has the result."""


@dataclass(frozen=True)
class Task:
    """Work for one process: results that share what is dear, such as a warm-up.

    ``run`` travels to other processes; each of its parts may take ``time_limit`` seconds.
    """

    keys: tuple[str, ...]
    run: Work
    time_limit: float

    def without(self, done: Collection[str]) -> Task:
        """Return the task with the keys that are not ``done``."""
        return replace(self, keys=tuple(key for key in self.keys if key not in done))

    def singly(self) -> list[Task]:
        """Return a task for each key."""
        return [replace(self, keys=(key,)) for key in self.keys]


@dataclass(frozen=True)
class Packed:
    """A function that is unpacked where it is called, not by those who pass it on."""

    content: bytes

    def __call__(self, *arguments: Any) -> Any:
        """Call it."""
        return unpacked(self)(*arguments)


def packed(function: Callable[..., Any]) -> Packed:
    """Return a function packed."""
    return Packed(pickle.dumps(function))


def unpacked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function itself, which loads the modules that it is made of."""
    if not isinstance(function, Packed):
        return function
    content: Callable[..., Any] = pickle.loads(function.content)
    return content


@dataclass(frozen=True)
class Ended:
    """A task that is over; ``broken`` says why its process ended before the work did."""

    task: Task
    failures: list[Failure] = field(default_factory=list)
    broken: Failure | None = None


class ExecutorError(RuntimeError):
    """Where tasks are carried out there is nobody left to do it; what has ended is kept."""


class Executor(Protocol):
    """Where tasks are carried out."""

    def run(self, tasks: Sequence[Task], save: Save, tick: Tick) -> Generator[Ended]:
        """Carry out tasks, ``save`` results as they come, and yield tasks as they end; ``tick`` meanwhile."""
