"""Files and policies from elsewhere that end their process: an error in one line, and never a good end."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from bringing import forgetting_what_was_brought

from experiments import load_config, run
from experiments.commands.cli import BAD_INPUT, FAILED, main
from policies import find_policy
from policies.external import staying
from sim.contract import ContractError
from sim.parameters import ConfigError

pytestmark = pytest.mark.slow

SMALL = ["market=small", "warmup=0", "days=7", "threads=1", "package=threshold_only"]
HEAD = "import argparse, sys\nimport numpy as np\nreads = ('traces',)\n"
SCORE = "def score(observation):\n    return np.zeros(observation.n_shops)\n"
ENDS = [
    "exit(0)",
    "quit()",
    "raise SystemExit('done')",
    "raise KeyboardInterrupt",
    "raise GeneratorExit",
]
PLACES = {
    "below its functions": HEAD + SCORE + "{ends}\n",
    "in score": HEAD + "def score(observation):\n    {ends}\n",
    "in reset": HEAD + SCORE + "def reset():\n    {ends}\n",
    "in its class": HEAD + "class detector:\n    def __init__(self):\n        {ends}\n",
}
ADDRESS = "[antibrush.policies]\nends = ends_it:Ends\nnever = ends_on_import:Ends\n"
POLICY = """
import sys
from dataclasses import dataclass


@dataclass
class Ends:
    where: str = "act"
    actor = "platform"
    reads = ()

    def __post_init__(self):
        self.leave("init")

    def reset(self):
        self.leave("reset")

    def act(self, observation):
        return self.leave("act") or []

    def leave(self, where):
        if where == self.where:
            sys.exit(0)
"""


@pytest.fixture(autouse=True)
def _forget_what_was_brought() -> Iterator[None]:
    with forgetting_what_was_brought():
        yield


@pytest.fixture
def distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Install policies that end the program."""
    info = tmp_path / "site" / "ends-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ends\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ADDRESS)
    (tmp_path / "site" / "ends_it.py").write_text(POLICY)
    (tmp_path / "site" / "ends_on_import.py").write_text("import sys\nsys.exit(0)\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    return tmp_path / "site"


@pytest.mark.parametrize("ends", ENDS)
@pytest.mark.parametrize("place", PLACES)
def test_a_detector_that_ends_the_program_is_bad_input(
    place: str, ends: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(PLACES[place].format(ends=ends))
    words = ["run", *SMALL, "--detector", f"mine={file}", "package.detection.detector=mine"]
    assert main([*words, f"out={tmp_path / 'out'}"]) == BAD_INPUT
    said = capsys.readouterr().err
    assert "ends the program" in said and said.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("place", PLACES)
def test_one_that_would_end_it_by_way_of_the_interpreter_is_bad_input(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What runs when the file is loaded ends the program; what does not may not name the module at all."""
    file = tmp_path / "mine.py"
    file.write_text(PLACES[place].format(ends="sys.exit()"))
    words = ["run", *SMALL, "--detector", f"mine={file}", "package.detection.detector=mine"]
    assert main(words) == BAD_INPUT
    said = capsys.readouterr().err
    at_once = place in ("below its functions", "in its class")
    assert ("ends the program" if at_once else "it uses sys") in said and said.count("\n") == 1


def test_a_file_that_reads_the_command_line_finds_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        HEAD + f"assert sys.argv == [{str(file)!r}]\nargparse.ArgumentParser().parse_args()\n" + SCORE
    )
    words = ["list", "detectors", "--detector", f"mine={file}"]
    monkeypatch.setattr(sys, "argv", ["antibrush", *words])
    assert main(words) == 0 and sys.argv[1:] == words


def test_a_detector_that_ends_the_program_later_is_a_failed_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "import numpy as np\n"
        + SCORE.replace("    return", "    if observation.n_shops > 200: raise SystemExit(0)\n    return")
    )
    words = ["run", *SMALL, "--detector", f"mine={file}", "package.detection.detector=mine"]
    assert main([*words, f"out={tmp_path / 'out'}"]) == FAILED
    assert "the detector mine ends the program (SystemExit: 0)" in capsys.readouterr().err


@pytest.mark.parametrize("where", ["init", "reset", "act"])
def test_a_policy_that_ends_the_program_is_an_error(where: str, distribution: Path) -> None:
    words = ["market=small", "warmup=0", "days=7", "threads=1", "package=no_enforcement"]
    with pytest.raises((ConfigError, ContractError), match="ends the program"):
        run([*words, f"+package.ends={{policy: ends, where: {where}}}"])


def test_an_entry_point_that_ends_the_program_is_an_error(distribution: Path) -> None:
    with pytest.raises(ConfigError, match="the entry point 'never' ends the program"):
        find_policy("never")
    (distribution / "ends_on_import.py").write_text("this is no Python\n")
    with pytest.raises(ConfigError, match="cannot be loaded: SyntaxError"):
        find_policy("never")


def test_in_a_study_it_is_the_failure_of_its_run(tmp_path: Path, distribution: Path) -> None:
    (tmp_path / "configs" / "package").mkdir(parents=True)
    text = "name: mine\nends: {policy: ends, where: act}\n"
    (tmp_path / "configs" / "package" / "mine.yaml").write_text(text)
    out = tmp_path / "out"
    words = ["market=small", "warmup=10", "days=42", "replications=1", "workers=1", f"out={out}"]
    arms = "arms=[no_enforcement,mine]"
    assert main(["compare", "--configs", str(tmp_path / "configs"), arms, *words]) == FAILED
    runs = pd.read_parquet(out / "runs.parquet").set_index("package")
    assert runs["status"].to_dict() == {"no_enforcement": "ok", "mine": "failed"}
    assert "ends the program" in (out / "failures.json").read_text()


def test_what_slips_through_every_net_is_no_good_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from experiments.commands import perform as commands

    monkeypatch.setitem(commands.COMMANDS, "list", lambda options: sys.exit(0))
    assert main(["list"]) == BAD_INPUT
    assert "ended the command" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_ctrl_c_while_a_file_is_loaded_is_the_users(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), staying("mine"):
        signal.raise_signal(signal.SIGINT)
    with pytest.raises(ConfigError, match="mine ends the program"), staying("mine"):
        raise KeyboardInterrupt
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    file = tmp_path / "mine.py"
    file.write_text("import signal\nsignal.raise_signal(signal.SIGINT)\n" + HEAD + SCORE)
    words = [sys.executable, "-m", "experiments", "list", "detectors", "--detector", f"mine={file}"]
    ended = subprocess.run(words, capture_output=True, text=True, env=os.environ)
    assert ended.returncode == 130 and ended.stderr == "antibrush: interrupted; nothing was kept\n"


def test_a_file_that_changes_who_hears_ctrl_c_changes_it_for_itself(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    file = tmp_path / "mine.py"
    file.write_text("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + HEAD + SCORE)
    assert main(["list", "detectors", "--detector", f"mine={file}"]) == 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGTERM, before)


def test_the_same_file_without_its_end_is_a_detector(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(HEAD + SCORE)
    assert main(["list", "detectors", "--detector", f"mine={file}"]) == 0
    assert load_config([*SMALL, "package.detection.detector=mine"])
