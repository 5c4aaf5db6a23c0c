"""What goes wrong in practice: bad words, bad folders, bad policies, a full disk, Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from bad_distribution import install

from experiments.commands.cli import BAD_INPUT, FAILED, INTERRUPTED, OK, main

pytestmark = pytest.mark.slow


SMALL = ["market=small", "warmup=5", "days=42", "threads=1"]
STUDY = ["arms=[no_enforcement]", "market=small", "warmup=5", "days=10", "replications=1"]


def environment(site: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])}


@pytest.mark.parametrize("command", ["run", "compare"])
@pytest.mark.parametrize("override", ["marke=small", "days=soon", "brushing.opportunist_share=2"])
def test_bad_words_leave_one_line_and_nothing_written(
    command: str, override: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, override, f"out={tmp_path / 'new'}"]) == BAD_INPUT
    complaint = capsys.readouterr().err
    assert complaint.startswith("antibrush: ") and complaint.count("\n") == 1
    assert not (tmp_path / "new").exists()


def test_broken_yaml_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "experiment").mkdir()
    (tmp_path / "experiment" / "mine.yaml").write_text("arms:\n  - a\n b: [\n")
    assert main(["compare", "--configs", str(tmp_path), "experiment=mine"]) == BAD_INPUT
    complaint = capsys.readouterr().err
    assert "broken YAML in" in complaint and "mine.yaml, line" in complaint and complaint.count("\n") == 1


@pytest.mark.parametrize("words", [["run", *SMALL], ["compare", *STUDY]])
def test_an_unwritable_folder_is_noticed_before_anything_runs(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main([*words, f"out={tmp_path / 'file' / 'below'}"]) == BAD_INPUT
    assert "cannot write to" in capsys.readouterr().err


def test_a_disk_that_fills_in_the_middle_of_a_study_keeps_what_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real, calls = os.fsync, []

    def fill(handle: int) -> None:
        calls.append(handle)
        if len(calls) > 3:
            raise OSError(28, "No space left on device")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fill)
        assert main(["compare", *STUDY, f"out={tmp_path}"]) == FAILED
    assert "No space left on device; what was complete is kept" in capsys.readouterr().err
    for table in tmp_path.rglob("*.parquet"):
        pd.read_parquet(table)
    assert not [file for file in tmp_path.rglob("*") if file.name.startswith(".")]
    assert not (tmp_path / "runs.parquet").exists()
    assert main(["compare", *STUDY, f"out={tmp_path}"]) == OK
    assert main(["compare", *STUDY, "seed=2", f"out={tmp_path}"]) == BAD_INPUT
    assert "holds another study (it differs in seed, run_keys)" in capsys.readouterr().err
    assert main(["run", *SMALL, f"out={tmp_path}"]) == BAD_INPUT


@pytest.mark.parametrize(
    ("how", "sentence"),
    [("raises", "RuntimeError: broken on purpose"), ("answers_nan", "ContractError: ")],
)
def test_a_run_whose_policy_fails_says_where(
    how: str,
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    site, configs = install(tmp_path)
    monkeypatch.syspath_prepend(site)
    out = tmp_path / "out"
    assert main(["run", "--configs", str(configs), f"package={how}", *SMALL, f"out={out}"]) == FAILED
    said = capsys.readouterr().err.splitlines()
    [complaint] = [line for line in said if "compiling" not in line]  # which the first of all runs says
    assert sentence in complaint and "after day 40" in complaint
    failure = json.loads((out / "failure.json").read_text())
    assert failure["configuration"]["package"]["name"] == how
    assert not (out / "summary.json").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_one_bad_policy_does_not_stop_a_study(tmp_path: Path) -> None:
    site, configs = install(tmp_path)
    arms = "no_enforcement,raises,answers_nan,hangs,dies,exits,threshold_only"
    words = ["compare", "--configs", str(configs), f"arms=[{arms}]", *SMALL, "replications=1"]
    command = [sys.executable, "-m", "experiments", *words, "time_limit=12", f"out={tmp_path / 'out'}"]
    ended = subprocess.run(command, env=environment(site), capture_output=True, text=True, timeout=1200)
    assert ended.returncode == FAILED, ended.stderr
    assert "Traceback" not in ended.stderr, ended.stderr
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet").set_index("package")
    assert runs[runs["status"] == "ok"].index.tolist() == ["no_enforcement", "threshold_only"]
    failures = json.loads((tmp_path / "out" / "failures.json").read_text())
    errors = {failure["package"]: failure["error"] for failure in failures}
    assert list(errors) == ["raises", "answers_nan", "hangs", "dies", "exits"]
    assert "broken on purpose" in errors["raises"]
    assert "finite" in errors["answers_nan"]
    assert "no end within 12 s" in errors["hangs"]
    assert "SIGKILL" in errors["dies"]
    assert "ended by itself" in errors["exits"]
    for failure in failures:
        assert failure["stage"] and failure["configuration"]["package"]["name"] == failure["package"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_ctrl_c_keeps_finished_runs_and_says_how_to_go_on(tmp_path: Path) -> None:
    site, configs = install(tmp_path)
    out = tmp_path / "out"
    words = ["compare", "--configs", str(configs), "arms=[no_enforcement,hangs]", *SMALL, "replications=1"]
    command = [sys.executable, "-m", "experiments", *words, f"out={out}"]
    process = subprocess.Popen(
        command, env=environment(site), stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=heed_ctrl_c,
    )  # fmt: skip
    await_run(out)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the group
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert "1 of 2 runs are kept" in complaint and "continue with: antibrush compare" in complaint
    assert "Traceback" not in complaint
    runs = pd.read_parquet(out / "runs.parquet").set_index("package")
    assert runs["status"].to_dict() == {"no_enforcement": "ok", "hangs": "missing"}


def heed_ctrl_c() -> None:
    """Undo what a shell does to its background jobs, which never see Ctrl-C, and a test run may be one."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def await_run(out: Path) -> None:
    """Wait until a study in ``out`` has its first finished run."""
    for _ in range(1200):
        if list((out / "parts").glob("*.part.parquet")):
            return
        time.sleep(0.1)
    raise TimeoutError("no run was finished")
