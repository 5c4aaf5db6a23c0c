"""What workers leave behind: nothing."""

import gc
import weakref

import pytest

from experiments.studies.executors.local import tidily


class Ring:
    """Something that refers to itself, as a market and its organisers do."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def lazy_collector():
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()


def test_what_a_task_made_is_gone_when_it_ends(lazy_collector: None) -> None:
    left: list[weakref.ref] = []

    def task(n: int) -> int:
        left.append(weakref.ref(Ring()))
        assert left[0]() is not None
        return n + 1

    assert tidily(task, 1) == 2
    assert left[0]() is None


def test_it_is_gone_after_an_error_too(lazy_collector: None) -> None:
    left: list[weakref.ref] = []

    def task() -> None:
        left.append(weakref.ref(Ring()))
        raise ValueError("invented")

    with pytest.raises(ValueError, match="invented"):
        tidily(task)
    assert left[0]() is None


def test_what_was_there_before_stays(lazy_collector: None) -> None:
    before = Ring()
    seen = weakref.ref(before)
    tidily(lambda: None)
    assert seen() is before
