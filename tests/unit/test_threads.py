"""Threads share the rows of a kernel among them, and nothing but time depends on it."""

import gc
import os
import threading
import time
import weakref

import numpy as np
import pytest

from sim.compiling import kernel
from sim.kernels import threads
from sim.kernels.threads import STRETCHES, WORTH_NS, Shared, cut, shared, use_threads


@shared
def add_rows(first, last, values, out):
    for i in range(first, last):
        out[i] = values[i].sum()


@pytest.fixture(autouse=True)
def one_thread_again():
    yield
    use_threads(1)


class Slow:
    """What stands for a kernel: notes by whom each row was done, and takes its time."""

    py_func = staticmethod(lambda first, last: None)

    def __init__(self, seconds=0.0):
        self.seconds, self.rows, self.by = seconds, [], []

    def __call__(self, first, last, *arguments):
        time.sleep(self.seconds)
        self.rows += range(first, last)
        self.by.append(threading.current_thread().name)


def worth_two(kernel):
    """Return the kernel shared, as if it were known to take long."""
    found = Shared(kernel)
    found.unit_ns = 100.0 * WORTH_NS
    return found


def wait_for(n):
    """Use ``n`` threads, and wait until all of them have worked."""
    use_threads(n)
    slow = Slow(0.01)
    while len(set(slow.by)) < n:
        worth_two(slow)(STRETCHES * n)


@pytest.mark.parametrize("rows", [1, 2, 7, 100])
@pytest.mark.parametrize("pieces", [1, 2, 3, 8])
def test_stretches_make_up_all_rows(rows, pieces):
    stretches = cut(rows, pieces)
    assert len(stretches) == pieces
    assert [row for first, last in stretches for row in range(first, last)] == list(range(rows))


@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_every_row_is_done_once_whatever_the_threads(n):
    wait_for(n)
    slow = Slow(0.0005)
    for _ in range(20):
        slow.rows.clear()
        worth_two(slow)(37)
        assert sorted(slow.rows) == list(range(37))
    assert len(set(slow.by)) == n


def test_two_threads_work_at_the_same_time():
    wait_for(2)
    slow = Slow(0.05)
    worth_two(slow)(4)
    assert len(set(slow.by)) == 2


@pytest.mark.parametrize("asked", [1, 2])
def test_no_thread_is_woken_for_little_work(asked):
    use_threads(asked)
    values, out = np.ones((10, 3)), np.empty(10)
    for _ in range(20):
        add_rows(10, values, out)
    assert add_rows.threads_for(10) == 1
    assert np.array_equal(out, np.full(10, 3.0))


def test_much_work_is_shared_and_ends_as_it_does_alone():
    values = np.random.default_rng(1).random((1_000_000, 8))
    alone, together = np.empty(1_000_000), np.empty(1_000_000)
    add_rows(1_000_000, values, alone)
    use_threads(2)
    for _ in range(3):  # the first call only teaches how long a row takes
        add_rows(1_000_000, values, together)
    assert add_rows.threads_for(1_000_000) == 2
    assert np.array_equal(alone, together)


def test_what_fails_in_another_thread_is_raised_where_the_kernel_was_called():
    wait_for(2)
    failed = threading.Event()

    def kernel(first, last):
        if threading.current_thread() is threading.main_thread():
            failed.wait()  # so that a stretch is left for the other
        else:
            failed.set()
            raise ArithmeticError("a row that cannot be done")

    kernel.py_func = kernel
    with pytest.raises(ArithmeticError):
        worth_two(kernel)(8)
    worth_two(slow := Slow())(8)
    assert sorted(slow.rows) == list(range(8))


def test_a_disturbed_call_counts_for_little():
    found = Shared(Slow())
    for elapsed in (9_000, 100, 100_000, 100_000):  # the first, which may compile, does not count
        found._learn(1.0, elapsed)
    assert found.unit_ns == pytest.approx(121.0)


def test_a_thread_asks_for_itself_alone():
    use_threads(2)
    asked = []
    other = threading.Thread(target=lambda: asked.append(threads.threads_asked_for()))
    other.start()
    other.join()
    assert asked == [1] and threads.threads_asked_for() == 2


def test_no_thread_keeps_the_arrays_of_a_job_that_is_done():
    use_threads(2)

    class Array:
        pass

    array = Array()
    gone = weakref.ref(array)
    worth_two(Slow(0.001))(2 * STRETCHES, array)
    del array
    deadline = time.monotonic() + 60
    while gone() is not None and time.monotonic() < deadline:
        gc.collect()
        time.sleep(0.001)
    assert gone() is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    use_threads(2)
    worth_two(Slow(0.001))(8)
    child = os.fork()
    if child == 0:
        worth_two(slow := Slow(0.001))(8)
        os._exit(0 if sorted(slow.rows) == list(range(8)) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_kernel_lets_go_of_python_while_it_runs():
    @kernel
    def count(n):
        total = 0
        for i in range(n):
            total ^= i * i
        return total

    count(1)
    ticks, over = [], threading.Event()

    def tick():
        while not over.wait(0.001):
            ticks.append(1)

    other = threading.Thread(target=tick)
    other.start()
    before = len(ticks)
    count(1_000_000_000)
    during = len(ticks) - before
    over.set()
    other.join()
    assert during > 2  # one at the most, if the lock were held


def test_a_thread_that_lingers_sees_what_another_does():
    signal = np.zeros(1, dtype=np.int64)
    threads.linger(signal, 1, 10)  # it is another already: compiled, and over at once
    seen = []

    def look():
        threads.linger(signal, 0, 2**62)
        seen.append(int(signal[0]))

    other = threading.Thread(target=look)
    other.start()
    time.sleep(0.01)
    signal[0] = 7
    other.join()
    assert seen == [7]


def test_what_is_posted_comes_out_in_order_whoever_waits():
    post, found = threads.Post(), []
    other = threading.Thread(target=lambda: found.extend(post.get() for _ in range(200)))
    other.start()
    for number in range(200):
        post.put(number)
        if number % 50 == 0:
            time.sleep(0.005)  # long enough for the other to sleep
    other.join()
    assert found == list(range(200))
