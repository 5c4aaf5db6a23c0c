"""Results put together in shards: nothing is lost, nothing counts twice, whatever happens meanwhile."""

import contextlib
import errno
import json
import math
import os
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from experiments.files.provenance import code_digest
from experiments.files.whole import StoreError, write_json, write_table
from experiments.runs.results import Result
from experiments.studies import store as stores
from experiments.studies.sharing import copy_equal_runs
from experiments.studies.store import CLAIM, Store
from sim.parameters import ConfigError

PATH = pd.DataFrame({"day": [0, 7], "share": [0.5, math.nan]})
HARM = pd.DataFrame({"band": ["new", "old"], "hits": [1, 2]})


class Killed(BaseException):
    """A process ends here: nothing after it happens."""


def result(i: int, seconds: float = 0.0) -> Result:
    tables = {"path": PATH * i, "harm": HARM} if i % 2 else {"path": PATH.astype({"day": float}) * i}
    row = {"outcomes": {"x": i / 3, "y": None}, "timing": {"seconds": seconds}}
    return Result(f"{i:04d}", row, tables)


def filled(folder: Path, numbers: range) -> Store:
    store = Store(folder)
    for i in numbers:
        store.save(result(i, time.perf_counter()))
    return store


def test_what_is_put_together_is_what_was_saved(tmp_path: Path) -> None:
    store = filled(tmp_path, range(9))
    assert store.seal()["runs"] == 9
    assert [name.startswith("shard-") for name in os.listdir(store.place)] == [True]
    again = Store(tmp_path)
    assert again.finished() == {f"{i:04d}" for i in range(9)}
    for i in range(9):
        assert again.row(f"{i:04d}")["outcomes"] == {"x": i / 3, "y": None}
        for name, table in result(i).tables.items():
            pd.testing.assert_frame_equal(again.table(f"{i:04d}", name), table)
    table, lengths = again.stacked(["0003", "0002"], "path")
    assert list(lengths) == [2, 2] and table["share"].iloc[[0, 2]].tolist() == [1.5, 1.0]


def test_the_digest_is_that_of_the_runs_and_of_nothing_else(tmp_path: Path) -> None:
    """Neither the order, nor what was put together when, nor the time that a run took counts."""
    one, other = filled(tmp_path / "a", range(12)), filled(tmp_path / "b", range(7, 12))
    other.seal()
    filled(tmp_path / "b", range(9))
    digest = one.seal()["digest"]
    assert other.seal()["digest"] == digest
    filled(tmp_path / "b", range(12, 13))
    assert other.seal()["digest"] != digest


@pytest.mark.parametrize("change", ["row", "table"])
def test_a_number_that_differs_is_another_digest(tmp_path: Path, change: str) -> None:
    filled(tmp_path / "a", range(3)), filled(tmp_path / "b", range(2))
    own = result(2)
    row = own.row | {"outcomes": {"x": 0.7, "y": None}} if change == "row" else own.row
    tables = {"path": own.tables["path"] + 1e-15} if change == "table" else own.tables
    Store(tmp_path / "b").save(Result(own.key, row, tables))
    a, b = (Store(tmp_path / name).seal() for name in "ab")
    differing = {name for name in a["tables"] if a["tables"][name] != b["tables"][name]}
    assert differing == {"rows" if change == "row" else "path"} and a["digest"] != b["digest"]


def test_the_folder_of_an_older_version_is_read_and_put_together(tmp_path: Path) -> None:
    place = Store(tmp_path).place
    for i in range(4):
        for name, table in result(i).tables.items():
            write_table(place / f"{i:04d}.{name}.parquet", table)
        write_json(place / f"{i:04d}.json", result(i).row)
    store = Store(tmp_path)
    assert store.finished() == {"0000", "0001", "0002", "0003"}
    pd.testing.assert_frame_equal(store.table("0003", "harm"), HARM)
    assert store.row("0001")["outcomes"]["x"] == 1 / 3
    assert store.seal()["digest"] == filled(tmp_path / "new", range(4)).seal()["digest"]
    assert len(list(place.iterdir())) == 1


def interrupted_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Let the process die at the so many-th change of the disk; return how many there have been."""
    seen = [0]

    def dying(real: Callable) -> Callable:
        def change(*words: object, **more: object) -> object:
            seen[0] += 1
            if seen[0] == step:
                raise Killed
            return real(*words, **more)

        return change

    for name in ("replace", "rename", "unlink"):
        monkeypatch.setattr(os, name, dying(getattr(os, name)))
    for name in ("unlink", "rename"):
        monkeypatch.setattr(Path, name, dying(getattr(Path, name)))
    monkeypatch.setattr(stores.shutil, "rmtree", dying(stores.shutil.rmtree))
    return lambda: seen[0]


def test_a_process_that_dies_while_it_puts_together_loses_nothing(tmp_path: Path) -> None:
    expected, step, reached = filled(tmp_path / "whole", range(5)).seal()["digest"], 0, 1
    while reached >= step:
        step += 1
        folder = tmp_path / str(step)
        filled(folder, range(3)).seal()
        store = filled(folder, range(2, 5))
        with pytest.MonkeyPatch.context() as patch:
            count = interrupted_at(step, patch)
            with contextlib.suppress(Killed):
                store.seal()
            reached = count()
        after = Store(folder)
        assert after.finished() == {f"{i:04d}" for i in range(5)}, step
        assert after.seal()["digest"] == expected and after.contents()["runs"] == 5, step
    assert step > 8


def test_a_full_disk_keeps_what_was_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = filled(tmp_path, range(3))
    store.seal()
    filled(tmp_path, range(3, 6))

    def refuse(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = sorted(os.listdir(store.place))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        with pytest.raises(StoreError, match="No space left on device"):
            store.seal()
        with pytest.raises(StoreError, match="No space left on device"):
            store.save(result(6))
        assert sorted(os.listdir(store.place)) == before, "nothing half written is left"
        assert Store(tmp_path).finished() == {f"{i:04d}" for i in range(6)}
    assert store.seal()["digest"] == filled(tmp_path / "whole", range(6)).seal()["digest"]


def test_what_another_process_puts_together_meanwhile_is_found(tmp_path: Path) -> None:
    mine, other = filled(tmp_path, range(4)), Store(tmp_path)
    assert len(mine.finished()) == 4
    other.seal()
    assert mine.row("0001")["outcomes"]["x"] == 1 / 3
    filled(tmp_path, range(4, 6))
    other.seal()
    mine.forget()
    assert mine.table("0003", "harm").equals(HARM) and len(mine.finished()) == 6


def test_many_results_are_put_together_while_a_study_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "LOOSE", 4)
    monkeypatch.setattr(stores, "LARGE", 6)
    store = filled(tmp_path, range(3))
    store.tidy()
    assert len(os.listdir(store.place)) == 3
    for i in range(3, 20):
        store.save(result(i))
        store.tidy()
    assert len(os.listdir(store.place)) == 5
    assert store.seal()["runs"] == 20
    assert sum(len(shard.places) for shard in store.found_shards()) == 20


def test_equal_runs_of_a_study_are_copied_and_say_so(tmp_path: Path) -> None:
    filled(tmp_path / "old", range(4)).seal()
    filled(tmp_path / "loose", range(4, 6))
    for name in ("old", "loose"):
        write_json(tmp_path / name / CLAIM, {"code": code_digest()})
    mine = filled(tmp_path / "mine", range(1))
    keys = {f"{i:04d}" for i in (0, 1, 3, 5, 9)}
    assert copy_equal_runs(mine, keys, None) == 0, "a folder that is not in results/ stands alone"
    assert copy_equal_runs(mine, keys, "none") == 0
    assert copy_equal_runs(mine, keys, str(tmp_path)) == 3
    assert mine.finished() == keys - {"0009"}
    pd.testing.assert_frame_equal(mine.table("0003", "harm"), HARM)
    assert mine.seal()["copied_from"] == {"loose": 1, "old": 2}
    with pytest.raises(ConfigError, match="is no folder"):
        copy_equal_runs(mine, keys, str(tmp_path / "nowhere"))


def test_studies_in_results_share_runs_without_being_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    filled(Path("results/old"), range(4)).seal()
    write_json(Path("results/old") / CLAIM, {"code": code_digest()})
    assert copy_equal_runs(Store(Path("results/mine")), ["0002"], None) == 1


def test_a_run_that_two_studies_have_is_copied_once(tmp_path: Path) -> None:
    for name in ("one", "other"):
        filled(tmp_path / name, range(3)).seal()
        write_json(tmp_path / name / CLAIM, {"code": code_digest()})
    mine = Store(tmp_path / "mine")
    assert copy_equal_runs(mine, ["0000", "0002", "0007"], str(tmp_path)) == 2
    assert mine.seal()["copied_from"] == {"one": 2}


def test_runs_of_another_version_of_the_code_are_not_copied(tmp_path: Path) -> None:
    filled(tmp_path / "old", range(4)).seal()
    write_json(tmp_path / "old" / CLAIM, {"code": "of last year"})
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / CLAIM).write_text("{")
    assert copy_equal_runs(Store(tmp_path / "mine"), ["0001"], str(tmp_path)) == 0


def test_a_manifest_says_what_tables_hold(tmp_path: Path) -> None:
    from experiments.studies.manifest import read_manifest, write_manifest

    runs = pd.DataFrame({"run_key": ["b", "a"], "point": [0, 1], "x": [0.5, math.nan]})
    parts = filled(tmp_path, range(2)).seal()
    write_manifest(tmp_path, {"runs": runs}, parts)
    first = read_manifest(tmp_path)
    assert first["tables"]["runs"]["rows"] == 2
    assert first["tables"]["runs"]["columns"]["x"] == "double"
    write_manifest(tmp_path, {"runs": runs.iloc[::-1]}, parts)
    assert read_manifest(tmp_path)["digest"] == first["digest"], "the order of the runs is no matter"
    write_manifest(tmp_path, {"runs": runs.assign(x=[0.5, 0.0])}, parts)
    assert read_manifest(tmp_path)["digest"] != first["digest"]
    write_manifest(tmp_path, {"runs": runs}, filled(tmp_path, range(2, 3)).seal())
    again = read_manifest(tmp_path)
    assert again["tables"] == first["tables"] and again["digest"] != first["digest"], "what runs left counts"
    assert json.loads((tmp_path / "manifest.json").read_text())["schema_version"] == 1
