"""Files appear whole or not at all; folders belong to one study."""

import errno
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.files.folders import prepare_folder
from experiments.files.whole import StoreError, write_bytes, write_json, write_table
from experiments.runs.results import Result
from experiments.studies.store import Store, claim_folder
from sim.parameters import ConfigError

TABLE = pd.DataFrame({"day": [0, 1], "share": [0.5, math.nan]})


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path, full_disk: None) -> None:
    (tmp_path / "a.json").write_text("old")
    with pytest.raises(StoreError, match=r"cannot write .*a\.json: No space left on device"):
        write_bytes(tmp_path / "a.json", b"new")
    with pytest.raises(StoreError):
        write_table(tmp_path / "b.parquet", TABLE)
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_text() == "old"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_a_file_that_outgrows_the_limit_of_the_system_does_not_appear(tmp_path: Path) -> None:
    code = f"""
import resource, pathlib
from experiments.files.whole import StoreError, write_bytes
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
write_bytes(pathlib.Path({str(tmp_path)!r}) / "small", b"x" * 900)
try:
    write_bytes(pathlib.Path({str(tmp_path)!r}) / "large", b"x" * 9000)
except StoreError as error:
    print(error)
"""
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "large: File too large" in shown
    assert [file.name for file in tmp_path.iterdir()] == ["small"]


def test_a_result_is_one_file_that_appears_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts, written, real = Store(tmp_path), [], os.replace

    def replace(source: str, target: Path) -> None:
        written.append(target.name)
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    parts.save(Result("k", {"outcomes": {"x": np.float64(1)}}, {"path": TABLE, "harm": TABLE}))
    assert written == ["k.part.parquet"]
    assert parts.finished() == {"k"}
    assert parts.row("k") == {"outcomes": {"x": 1.0}}
    pd.testing.assert_frame_equal(parts.table("k", "harm"), TABLE)


def test_what_a_killed_process_was_writing_is_removed_when_nobody_can_be_at_it_any_more(
    tmp_path: Path,
) -> None:
    store, other = Store(tmp_path), (".watch-1", "note.txt")
    store.save(Result("k", {"outcomes": {}}, {"path": TABLE}))
    left, fresh = (".k.part.parquet.a1", ".shard-a1"), (".m.part.parquet.b2", ".shard-b2")
    for name in (*left, *fresh, *other):
        if "shard" in name:
            (store.place / name).mkdir()
            (store.place / name / "rows.parquet").write_bytes(b"half")
        else:
            (store.place / name).write_bytes(b"half")
        if name not in fresh:
            os.utime(store.place / name, (0, 0))
    assert store.seal()["runs"] == 1
    (shard,) = store.place.glob("shard-*")
    assert {file.name for file in store.place.iterdir()} == {*fresh, *other, shard.name}


def test_a_run_whose_row_is_missing_is_not_finished(tmp_path: Path) -> None:
    write_table(tmp_path / "parts" / "k.path.parquet", TABLE)
    assert Store(tmp_path).finished() == set()


def test_json_has_null_for_what_is_no_number(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"a": math.nan, "b": np.int64(3), "c": [math.inf, "ü"]})
    assert json.loads((tmp_path / "a.json").read_text()) == {"a": None, "b": 3, "c": [None, "ü"]}


def test_equal_tables_are_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_table(tmp_path / f"{name}.parquet", TABLE)
        write_table(tmp_path / f"{name}.csv", TABLE)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert (tmp_path / "a.csv").read_text() == "day,share\n0,0.5\n1,\n"


def test_a_folder_that_cannot_be_made_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot write to"):
        prepare_folder(tmp_path / "file" / "below")


def test_a_folder_belongs_to_one_study(tmp_path: Path) -> None:
    claim_folder(tmp_path, {"name": "a", "days": 1})
    claim_folder(tmp_path, {"name": "a", "days": 1})
    with pytest.raises(ConfigError, match=r"another study \(it differs in days\)"):
        claim_folder(tmp_path, {"name": "a", "days": 2})
    (tmp_path / "study.json").write_text("{")
    with pytest.raises(ConfigError, match="cannot be read"):
        claim_folder(tmp_path, {"name": "a", "days": 1})


def test_a_study_does_not_enter_the_folder_of_a_run(tmp_path: Path) -> None:
    (tmp_path / "summary.json").write_text("{}")
    with pytest.raises(ConfigError, match="holds a single run"):
        claim_folder(tmp_path, {"name": "a"})
