"""Whatever becomes of the terminal, files are written, and a command ends with one line at most."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fake_study import write_fake_run, write_fake_study

from experiments.commands.cli import BAD_INPUT, FAILED, OK
from experiments.commands.output import STRANGE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="redirections of a POSIX shell"),
]

ANTIBRUSH = f"{sys.executable} -m experiments"
HAS_FULL = Path("/dev/full").exists()
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
COMMANDS = ["list packages", "report --help"]


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell, its output decoded leniently."""
    return subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, errors="replace", env=os.environ | environment
    )


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("where", "code"),
    [
        (">&-", OK),
        ("2>&-", OK),
        (">&- 2>&- <&-", OK),
        (">/dev/full", FAILED),
        (">/dev/full 2>/dev/full", FAILED),
    ],
)
def test_a_terminal_that_takes_nothing_ends_no_command_in_a_traceback(
    command: str, where: str, code: int
) -> None:
    if "full" in where and not HAS_FULL:
        pytest.skip("no /dev/full here")
    done = shell(f"{ANTIBRUSH} {command} {where}")
    assert done.returncode == code
    lines = done.stderr.splitlines()
    assert len(lines) == (where == ">/dev/full")
    assert all(line.startswith("antibrush: not everything could be printed") for line in lines)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_that_has_seen_enough_is_no_failure(command: str) -> None:
    done = shell(f"{ANTIBRUSH} {command} | head -1; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stderr) == (OK, "")
    assert len(done.stdout.splitlines()) == 1


def test_bad_input_stays_bad_input_where_nothing_can_be_said() -> None:
    assert shell(f"{ANTIBRUSH} list nonsense >&- 2>&-").returncode == BAD_INPUT
    assert shell(f"{ANTIBRUSH} fly 2>&-").returncode == BAD_INPUT


@pytest.mark.parametrize("encoding", [{"PYTHONIOENCODING": "latin-1"}, ASCII])
@pytest.mark.parametrize("command", ["list", "parameters"])
def test_a_terminal_with_few_characters_gets_others(command: str, encoding: dict[str, str]) -> None:
    done = shell(f"{ANTIBRUSH} {command}", **encoding)
    assert (done.returncode, done.stderr) == (OK, "")
    assert done.stdout


def test_our_own_signs_become_plain_ones_and_others_question_marks() -> None:
    assert "−3 – 4 ≥ 无 é".encode("ascii", STRANGE) == b"-3 - 4 >= ? ?"
    assert "−3 é".encode("latin-1", STRANGE) == b"-3 \xe9"
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", STRANGE)


@pytest.mark.parametrize("where", [">/dev/full", "2>&- >&-", "| true"])
def test_a_report_is_written_wherever_its_path_is_printed(tmp_path: Path, where: str) -> None:
    folder = write_fake_study(tmp_path / "刷单", replications=2, grid=False)
    done = shell(f"{ANTIBRUSH} report '{folder}' {where}")
    assert "Traceback" not in done.stderr and len(done.stderr.splitlines()) <= 1
    assert (folder / "report.html").exists()


@pytest.mark.parametrize("encoding", [{"PYTHONIOENCODING": "ascii"}, ASCII])
def test_a_folder_whose_name_cannot_be_printed_gets_its_figures(
    tmp_path: Path, encoding: dict[str, str]
) -> None:
    folder = write_fake_run(tmp_path / "刷单")
    done = shell(f"{ANTIBRUSH} report '{folder}'", **encoding)
    assert (done.returncode, done.stderr) == (OK, "")
    assert (folder / "figures" / "run.svg").exists()


@pytest.mark.parametrize(("name", "where"), [("刷单", ""), ("caf\udce9", ">/dev/full")])
def test_a_run_is_saved_and_drawn_before_anything_is_printed(tmp_path: Path, name: str, where: str) -> None:
    if where and not HAS_FULL:
        pytest.skip("no /dev/full here")
    folder = tmp_path / name
    words = "run market=small warmup=1 days=2 threads=1"
    done = shell(f"{ANTIBRUSH} {words} out='{folder}' {where}", **ASCII)
    assert done.returncode == (FAILED if where else OK), done.stderr
    assert "Traceback" not in done.stderr
    for file in ("summary.json", "provenance.json", "config.yaml", "figures/run.svg"):
        assert (folder / file).exists(), file


@pytest.mark.parametrize("where", [">/dev/full", ">&- 2>&-", "> table.txt"])
def test_a_study_has_its_report_before_anything_is_printed(tmp_path: Path, where: str) -> None:
    if "full" in where and not HAS_FULL:
        pytest.skip("no /dev/full here")
    words = (
        "compare arms=[no_enforcement,threshold_only] market=small warmup=1 days=2 replications=2 workers=1"
    )
    done = shell(f"cd '{tmp_path}' && {ANTIBRUSH} {words} out=study {where}", **ASCII)
    assert done.returncode == (FAILED if "full" in where else OK), done.stderr
    assert "Traceback" not in done.stderr
    for file in ("runs.parquet", "comparison.csv", "config.yaml", "provenance.json", "report.html"):
        assert (tmp_path / "study" / file).exists(), file
