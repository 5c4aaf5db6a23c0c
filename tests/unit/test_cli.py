"""The command line: help at once, exit codes, and what the commands print."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from experiments import __version__
from experiments.commands import cli
from experiments.commands.cli import BAD_INPUT, COMMANDS, FAILED, OK, main
from experiments.language.outcomes import BY_COLUMN
from experiments.searches.packages.constraints import read_constraints
from experiments.settings.config_files import PACKAGED
from sim.parameters import BrushingParameters

DOCS = Path(__file__).parents[2] / "docs"
YAMLS = sorted(PACKAGED.glob("*/*.yaml"), key=lambda file: file.name)
SMALL = ["market=small", "warmup=8", "days=12", "threads=1"]


def test_help_is_there_after_less_than_half_a_second_of_work() -> None:
    """By the processor's clock: beside other work it is there later."""
    seconds = []
    for _ in range(3):
        before = os.times()
        subprocess.run([sys.executable, "-m", "experiments", "--help"], check=True, capture_output=True)
        after = os.times()
        seconds.append(sum(after[2:4]) - sum(before[2:4]))
    assert 0 < min(seconds) < 0.5


def test_the_front_imports_nothing_heavy() -> None:
    code = "import sys, experiments.commands.cli as _; "
    code += "print([m for m in ('numpy', 'hydra', 'rich') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert shown.strip() == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert f"antibrush {command}" in capsys.readouterr().out.split("example", 1)[1]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"antibrush {__version__}\n"


@pytest.mark.parametrize("words", [[], ["fly"], ["report"], ["parameters", "--format", "xml"]])
def test_wrong_words_are_bad_input(words: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == BAD_INPUT


def test_a_command_that_is_gone_says_so_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["twin", "package=threshold_only", "--sweep", "detection.threshold=0.1"]) == BAD_INPUT
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "emulator of finished runs" in said and "compare" in said


def test_a_run_leaves_the_documented_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    assert main(["run", *SMALL, "package=threshold_only", f"out={folder}"]) == OK
    expected = {"daily.parquet", "events.parquet", "cases.parquet", "harm.parquet", "config.yaml"}
    assert expected | {"summary.json", "provenance.json", "figures"} == {f.name for f in folder.iterdir()}
    summary = json.loads((folder / "summary.json").read_text())
    provenance = json.loads((folder / "provenance.json").read_text())
    assert summary["schema_version"] == provenance["schema_version"] == 1
    assert provenance["hash"] == summary["hash"]
    assert {"antibrush", "code", "python", "packages", "platform", "seed", "command", "started"} <= set(
        provenance
    )
    assert len(pd.read_parquet(folder / "daily.parquet")) == 20
    assert "brushed_share" in capsys.readouterr().out
    assert main(["report", str(folder)]) == OK


def test_a_folder_without_results_has_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == BAD_INPUT
    assert "is not a folder that" in capsys.readouterr().err


def test_parameters_have_unit_range_default_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parameters", "--format", "csv"]) == OK
    rows = {row["parameter"]: row for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert rows["brushing.moral_cost"]["default"] == str(BrushingParameters().moral_cost)
    assert rows["brushing.moral_cost"]["range"] == "[0, 10]"
    assert rows["days"]["unit"] == "days"
    assert rows["package.detection.threshold"]["default"] == "0.5"
    assert all(row["source"] for row in rows.values())


def test_parameters_can_be_filtered(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parameters", "moral"]) == OK
    shown = capsys.readouterr().out
    assert "brushing.moral_cost_sd" in shown and "demand" not in shown
    assert main(["parameters", "nonsense"]) == BAD_INPUT


def test_the_list_names_what_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == OK
    shown = capsys.readouterr().out
    for name in ("threshold_fine_suit", "cn_aucl_1993", "lawless", "smoke", "large", "civil_suits"):
        assert name in shown
    assert main(["list", "packages"]) == OK
    assert "lawless" not in capsys.readouterr().out
    assert main(["list", "nonsense"]) == BAD_INPUT


@pytest.mark.parametrize("group", sorted({file.parent.name for file in YAMLS} - {"policy"}))
def test_every_file_that_can_be_chosen_is_listed(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == OK
    sections = capsys.readouterr().out.split(f"  ({group}=NAME)\n")
    assert len(sections) == 2
    names = [file.stem for file in YAMLS if file.parent.name == group]
    listed = [line.split(maxsplit=1) for line in sections[1].splitlines()[: len(names)]]
    assert [name for name, _ in listed] == names


@pytest.mark.parametrize("kind", ["searches", "search", "stress tests", "stress"])
def test_what_is_searched_is_listed_by_the_word_of_its_command(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", kind]) == OK
    shown = capsys.readouterr().out
    assert ("  (search=NAME)" in shown) == kind.startswith("search")
    assert ("  (stress=NAME)" in shown) == kind.startswith("stress")


def test_every_outcome_that_is_listed_can_be_limited(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "outcomes"]) == OK
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert [one.outcome for one in read_constraints(f"{name}<=1" for name in names)] == names
    assert set(names) == set(BY_COLUMN)


def test_the_doctor_finds_nothing_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == OK
    shown = capsys.readouterr().out
    assert "all is well" in shown and "self-test" in shown and "BAD" not in shown


def test_a_detector_is_fitted_and_stored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "fit-detector",
        "--output",
        str(tmp_path / "d.json"),
        "--seeds",
        "1",
        "market=small",
        "warmup=120",
    ]
    assert main(words) == OK
    fitted = json.loads((tmp_path / "d.json").read_text())
    assert 0.5 < fitted["auc"] <= 1
    assert fitted["key"]
    assert main([*words[:-1], "warmup=9"]) == BAD_INPUT


def test_a_folder_that_is_full_is_a_failure_not_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.fsync", _full)
    assert main(["run", *SMALL, f"out={tmp_path}"]) == FAILED
    assert "No space left" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def _full(handle: int) -> None:
    raise OSError(28, "No space left on device")


def test_exit_codes_and_commands_are_documented() -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    for code in (cli.OK, cli.FAILED, cli.BAD_INPUT, cli.INTERRUPTED):
        assert f"| {code} |" in text
    for command in COMMANDS:
        assert f"antibrush {command}" in text
