"""A study is started from a script, a shell or a notebook, guarded or not, and its workers run none of it."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
WORDS = ["arms=[no_enforcement]", "market=small", "warmup=2", "days=7", "replications=1", "workers=1"]
SCRIPT = f"""
from pathlib import Path
from experiments import compare


Path("started").open("a").write("once ")
tables = compare({WORDS!r}, out="study")
print(len(tables.runs), "run")
"""


def python(folder: Path, *words: str, text: str | None = None) -> subprocess.CompletedProcess:
    """Run Python in a folder with the project on its path, given a text as if typed or piped."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env={**os.environ, "PYTHONPATH": path}, input=text,
        capture_output=True, text=True,
    )  # fmt: skip


def check_study(folder: Path, ended: subprocess.CompletedProcess) -> None:
    assert ended.returncode == 0, ended.stderr
    assert "1 run" in ended.stdout and "Error" not in ended.stderr
    assert (folder / "started").read_text() == "once "
    assert pd.read_parquet(folder / "study" / "runs.parquet")["status"].tolist() == ["ok"]


def test_a_script_without_guard_is_run_once(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    check_study(tmp_path, python(tmp_path, "script.py"))


@pytest.mark.parametrize("words", [["-"], ["-i"], ["-c", SCRIPT]], ids=["heredoc", "shell", "words"])
def test_a_heredoc_a_shell_and_a_word_of_the_command_line_will_do(words: list[str], tmp_path: Path) -> None:
    check_study(tmp_path, python(tmp_path, *words, text=None if words[0] == "-c" else SCRIPT))


def test_a_script_that_other_processes_import_says_what_to_do(tmp_path: Path) -> None:
    text = "import multiprocessing\nif __name__ == '__main__':\n"
    text += "    multiprocessing.get_context('spawn').Process(target=print).start()\n"
    text += "else:\n    from experiments import compare\n    compare(['experiment=smoke'], out='study')\n"
    (tmp_path / "script.py").write_text(text)
    ended = python(tmp_path, "script.py")
    assert 'call compare() below `if __name__ == "__main__":`' in ended.stderr.splitlines()[-1]
    assert not (tmp_path / "study").exists()
