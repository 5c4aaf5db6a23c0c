"""Who gets which work on a cluster, what happens to work that is lost, and who gets none; with no process."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from experiments.files.whole import StoreError
from experiments.runs.results import Failure, Result, failed
from experiments.studies.engine import run_missing
from experiments.studies.executors import dask
from experiments.studies.executors.dask import Desk
from experiments.studies.executors.dask_worker import Parcel, Reply, Spool
from experiments.studies.executors.identity import difference, identity
from experiments.studies.executors.inbox import Inbox
from experiments.studies.executors.remarks import Remark
from experiments.studies.store import Store
from experiments.studies.tasks import Ended, ExecutorError, Task, Tick, packed, unpacked


def count(keys: Sequence[str], begin: Tick) -> Iterator[Result | Failure]:
    for key in keys:
        yield failed(key, "counting", ValueError("no")) if key == "raises" else Result(key, {"n": len(key)})


class Cluster:
    """A scheduler in this process whose workers do their work at once; ``deadly`` keys take theirs along."""

    def __init__(self, threads: dict[str, int], deadly: Sequence[str] = ()) -> None:
        self.threads, self.deadly = threads, deadly
        self.identities: dict[str, dict[str, str]] = {}
        self.parcels: list[tuple[str, list[str]]] = []
        self.blind: set[str] = set()
        self.seconds, self.trouble = 0.1, ""

    def nthreads(self) -> dict[str, int]:
        return dict(self.threads)

    def cancel(self, futures: Any, force: bool) -> None:
        pass

    def submit(self, call: Any, text: str, given: Any, *, workers: list[str], **more: Any) -> Future:
        assert call is eval and more == {"allow_other_workers": False, "pure": False}
        (address,), future = workers, Future()
        if ".greet(" in text:
            own = self.identities.get(address, identity())
            future.set_result({"identity": own, "sees": address not in self.blind})
        elif (reply := self.work(address, pickle.loads(given["words"][0]))) is not None:
            future.set_result(pickle.dumps(reply))
        return future

    def work(self, address: str, parcel: Parcel) -> Reply | None:
        keys = [key for task in parcel.tasks for key in task.keys]
        self.parcels.append((address, keys))
        if set(keys) & set(self.deadly):
            del self.threads[address]
            self.threads[f"{address}+"] = 1
            return None
        results, ends = [], []
        for task in parcel.tasks:
            made = list(task.run(task.keys, lambda: None))
            ends.append(([one for one in made if isinstance(one, Failure)], None))
            results += [one for one in made if isinstance(one, Result)]
        if parcel.save:
            for one in results:
                parcel.save(one)
        sent_back = [] if parcel.save else [pickle.dumps(one) for one in results]
        return Reply(ends, sent_back, self.seconds * len(parcel.tasks), self.trouble)


class AtDesk:
    """The executor of a cluster of this process."""

    def __init__(self, cluster: Cluster, store: Store) -> None:
        self.cluster, self.store, self.said = cluster, store, set()

    def run(self, tasks: Sequence[Task], save: Any, tick: Tick) -> Iterator[Ended]:
        yield from Desk(self.cluster, self.store, save, "probe", self.said).carry(tasks, tick)


def tasks_of(*groups: str) -> list[Task]:
    return [Task(tuple(group.split()), count, 60) for group in groups]


def run(cluster: Cluster, store: Store, *groups: str) -> dict[str, str]:
    failures = run_missing(tasks_of(*groups), store, AtDesk(cluster, store), lambda done, total: None)
    return {failure.key: failure.error for failure in failures}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.studies.executors.inbox.POLL", 0.001)


def test_results_are_the_same_whoever_writes_them(tmp_path: Path) -> None:
    writing, blind = Cluster({"a": 1, "b": 2}), Cluster({"a": 1})
    blind.blind = {"a"}
    for cluster, name in ((writing, "one"), (blind, "two")):
        store = Store(tmp_path / name)
        assert run(cluster, store, "x yy", "raises zzz", "xxxx") == {"raises": "ValueError: no"}
        assert store.finished() == {"x", "yy", "zzz", "xxxx"}
        assert [store.row(key)["n"] for key in ("x", "yy", "zzz", "xxxx")] == [1, 2, 3, 4]


def test_a_worker_with_other_code_is_refused_in_a_line_and_gets_nothing(tmp_path: Path) -> None:
    cluster = Cluster({"good": 1, "old": 1}, deadly=["dies"])  # which is tried a second time: no second line
    cluster.identities["old"] = identity() | {"antibrush": "0.0.9"}
    with pytest.warns(Remark) as lines:
        run(cluster, Store(tmp_path), "a", "bb", "ccc dies")
    assert [str(line.message) for line in lines] == [
        f"the worker old is refused: its antibrush is 0.0.9, here it is {identity()['antibrush']}"
    ]
    assert {address.rstrip("+") for address, _ in cluster.parcels} == {"good"}


def test_with_refused_workers_only_a_study_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask, "HOPE", 0.0)
    cluster = Cluster({"old": 1})
    cluster.identities["old"] = identity() | {"numba": "0.1"}
    refused = pytest.raises(ExecutorError, match="none of the 1 workers is of use")
    with refused, pytest.warns(Remark, match="its numba is 0.1"):
        run(cluster, Store(tmp_path), "a")
    assert cluster.parcels == []


def test_what_kills_its_workers_fails_alone(tmp_path: Path) -> None:
    cluster, store = Cluster({"a": 1, "b": 1}, deadly=["dies"]), Store(tmp_path)
    why = run(cluster, store, "x", "yy dies zzz", "xxxx")
    assert why == {"dies": f"{dask.LOSSES} workers were lost with it"}
    assert store.finished() == {"x", "yy", "zzz", "xxxx"}
    assert len([keys for _, keys in cluster.parcels if "dies" in keys]) == 2 * dask.LOSSES


def test_short_tasks_travel_together_and_long_ones_alone(tmp_path: Path) -> None:
    names = [f"t{n}" for n in range(400)]
    short, long = Cluster({"a": 1}), Cluster({"a": 1})
    long.seconds = 60.0
    run(short, Store(tmp_path / "short"), *names)
    run(long, Store(tmp_path / "long"), *names[:20])
    assert max(len(keys) for _, keys in short.parcels) == int(dask.PARCEL_SECONDS / short.seconds) == 50
    assert len(short.parcels) < 40 and [len(keys) for _, keys in long.parcels] == [1] * 20
    assert sorted(key for _, keys in short.parcels for key in keys) == sorted(names)


def test_the_last_tasks_are_shared_among_workers(tmp_path: Path) -> None:
    cluster = Cluster({name: 1 for name in "abcd"})
    run(cluster, Store(tmp_path), *(f"t{n}" for n in range(80)))
    assert max(len(keys) for _, keys in cluster.parcels) <= 80 // 8


def test_what_cannot_be_written_there_ends_the_study_here(tmp_path: Path) -> None:
    cluster = Cluster({"a": 1})
    cluster.trouble = "the disk is full"
    with pytest.raises(StoreError, match="the disk is full"):
        run(cluster, Store(tmp_path), "a")


def test_a_scheduler_that_is_gone_is_an_error_of_one_line(tmp_path: Path) -> None:
    class Gone(Cluster):
        def nthreads(self) -> dict[str, int]:
            raise OSError("connection lost")

    with pytest.raises(ExecutorError, match=r"the scheduler is gone \(OSError\)"):
        run(Gone({"a": 1}), Store(tmp_path), "a")


def test_identities_differ_by_what_numbers_depend_on() -> None:
    own = identity()
    assert difference(own, dict(own)) == ""
    assert difference(own, own | {"code": "other"}).startswith("its code of antibrush is other, here it is")
    assert difference(own, {"antibrush": own["antibrush"]}).startswith("its code of antibrush is unknown")


def test_results_on_the_way_survive_the_process_that_made_them(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "new")
    assert spool.results() == []
    spool.save(Result("b", {"n": 2}))
    spool.save(Result("a", {"n": 1}))
    (tmp_path / "new" / "c.part").write_bytes(b"half")
    assert [pickle.loads(one).key for one in spool.results()] == ["a", "b"]


def test_packed_work_is_the_work() -> None:
    again = pickle.loads(pickle.dumps(packed(count)))
    assert [one.key for one in again(("bb",), lambda: None)] == ["bb"]
    assert again != count and unpacked(again) is count and unpacked(count) is count


def test_futures_arrive_once_they_end() -> None:
    inbox, future = Inbox(), Future()
    inbox.expect(future)
    assert list(inbox.arrivals()) == []
    future.set_result(1)
    assert list(inbox.arrivals()) == [future]
