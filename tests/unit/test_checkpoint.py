"""A run that is killed and resumed ends as one that was not, bit for bit."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from experiments import load_config, run
from experiments.commands.cli import BAD_INPUT, OK, main
from experiments.files.provenance import now
from experiments.runs import checkpoint
from experiments.runs import run as one_run
from experiments.runs.checkpoint import FILE, Checkpoint, load_checkpoint, save_checkpoint
from sim.parameters import ConfigError

pytestmark = pytest.mark.slow

WORDS = ["market.n_shops=100", "warmup=25", "days=45", "threads=1", "package=threshold_fine_suit", "seed=4"]
TABLES = ("daily.parquet", "events.parquet", "cases.parquet", "harm.parquet", "summary.json", "config.yaml")


def stopped_after(day: int, folder: Path) -> None:
    """Leave the checkpoint of a run that was killed on ``day``."""
    config = load_config([*WORDS, f"checkpoint_every={day}"])
    one_run.claim(folder)

    class KilledError(Exception):
        pass

    def kill(done: int) -> None:
        if (folder / FILE).exists():
            raise KilledError

    with pytest.raises(KilledError):
        one_run.finish(config, one_run.begin(config), now(), kill, folder)


@pytest.mark.parametrize("day", [1, 24, 25, 26, 60, 69])
def test_a_resumed_run_ends_as_one_without_interruption(day: int, tmp_path: Path) -> None:
    assert main(["run", *WORDS, f"out={tmp_path / 'whole'}"]) == OK
    stopped_after(day, tmp_path / "broken")
    assert load_checkpoint(tmp_path / "broken").market.day == day
    assert main(["resume", str(tmp_path / "broken")]) == OK
    for name in TABLES:
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "broken" / name).read_bytes(), name
    assert not (tmp_path / "broken" / FILE).exists(), "a complete run needs no checkpoint"


def test_a_run_killed_for_real_is_resumed(tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    words = [*WORDS, "days=4000", "checkpoint_every=5", f"out={folder}"]
    process = subprocess.Popen([sys.executable, "-m", "experiments", "run", *words])
    deadline = time.monotonic() + 120
    while not (folder / FILE).exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL and not (folder / "summary.json").exists()
    left = load_checkpoint(folder)
    left.config.days = max(left.market.day - left.config.warmup, 0) + 10  # the end, brought near
    save_checkpoint(folder, left)
    assert main(["resume", str(folder)]) == OK
    whole = run([*WORDS, f"days={left.config.days}"])
    assert json.loads((folder / "summary.json").read_text())["hash"] == whole.summary["hash"]


def test_what_cannot_be_resumed_is_said_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["resume", str(tmp_path)]) == BAD_INPUT
    assert "holds no checkpoint" in capsys.readouterr().err
    config = load_config(WORDS)
    save_checkpoint(tmp_path, Checkpoint(config, now(), one_run.begin(config)))
    whole = (tmp_path / FILE).read_bytes()
    for cut in (0, 10, len(whole) // 2, len(whole) - 1):
        (tmp_path / FILE).write_bytes(whole[:cut])
        with pytest.raises(ConfigError, match="cannot be read"):
            load_checkpoint(tmp_path)
    (tmp_path / FILE).write_bytes(whole)
    monkeypatch.setattr(checkpoint, "code_digest", lambda: "other code")
    with pytest.raises(ConfigError, match="another version of code"):
        load_checkpoint(tmp_path)


def test_saving_does_not_change_the_run(tmp_path: Path) -> None:
    often = load_config([*WORDS, "checkpoint_every=1"])
    watched = one_run.finish(often, one_run.begin(often), now(), None, tmp_path)
    assert watched.summary == run(WORDS).summary
