"""What users call their folders, files and studies reaches no grammar, and chooses no path."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments import compare, load_config, load_study
from experiments.commands.cli import BAD_INPUT, OK, main
from experiments.detectors.labelled_data.export import export_folder
from experiments.files.folders import file_word, results_folder
from experiments.runs.run import run_folder
from experiments.settings.overrides import parse, quoted, write_override
from experiments.studies.compare import default_folder
from sim.parameters import ConfigError

pytestmark = pytest.mark.slow

ODD = [
    "a, b",
    "[x]",
    "(x)",
    "o'x",
    '"x"',
    "研究",
    "a&b",
    "~x",
    "a#b",
    "a;b",
    "a!b",
    "a=b",
    "{x}",
    "${x}",
    "%41",
    "a:b",
    " a ",
]
FOREIGN = [
    "../../outside",
    "x/../../../tmp/x",
    "/etc/passwd",
    "..",
    ".",
    "",
    " ",
    "...",
    "a\\b",
    "C:\\x",
    "a\0b",
    "a\nb",
]
"""Names that would lead elsewhere, or that no file can have."""


def own_package(folder: Path, name: str = "mine") -> Path:
    (folder / "package").mkdir(parents=True)
    (folder / "package" / f"{name}.yaml").write_text("name: mine\n")
    return folder


@pytest.mark.parametrize("name", ODD)
def test_configs_may_lie_in_every_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = own_package(tmp_path / name)
    assert load_config(["package=mine"], configs=folder).package == {"name": "mine"}
    monkeypatch.chdir(folder)
    assert load_config(["package=mine"], configs=".").package == {"name": "mine"}


@pytest.mark.parametrize("name", [name for name in ODD if name != "${x}"])
def test_a_file_may_have_every_name(name: str, tmp_path: Path) -> None:
    folder = own_package(tmp_path, name)
    assert load_config([write_override("package", name)], configs=folder).package == {"name": "mine"}
    (tmp_path / "experiment").mkdir()
    arms = f"# @package _global_\narms:\n  - label: x\n    package: {yaml_text(name)}\n"
    (tmp_path / "experiment" / "mine.yaml").write_text(arms, encoding="utf-8")
    assert load_study(["experiment=mine"], configs=folder).arms[0].package == {"name": "mine"}


def yaml_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@pytest.mark.parametrize("name", ["研究", "o'x", "a&b", "a;b", "a=b", "~x", "(x)"])
def test_what_the_grammar_cannot_read_is_taken_as_it_stands(name: str, tmp_path: Path) -> None:
    folder = own_package(tmp_path, name)
    config = load_config([f"package={name}", f"package.name={name}"], configs=folder)
    assert config.package_name == name


@pytest.mark.parametrize("name", [*ODD, "a\\", "a\\'b", "\\${x}"])
def test_out_is_taken_letter_by_letter(name: str) -> None:
    assert load_config([f"out=/tmp/{name}"]).out == f"/tmp/{name}"


@given(st.text())
@settings(deadline=None)
def test_a_quoted_text_is_read_back_as_it_was(text: str) -> None:
    assert parse([f"title={quoted(text)}"])[0].value() == text


@pytest.mark.parametrize(
    "value", ["a, b", "0.3", "true", 0.3, 1e-7, 5, True, None, [1, "a, b"], {"a": ["x'y"]}]
)
def test_a_value_of_a_file_is_written_as_the_same_value(value: object) -> None:
    assert parse([write_override("grid", value)])[0].value() == value


def test_a_grid_of_odd_texts_is_composed(tmp_path: Path) -> None:
    (tmp_path / "experiment").mkdir()
    rows, columns = "{path: name, values: ['a, b', \"o'x\"]}", "{path: detection.threshold, values: [0.5]}"
    grid = f"{{package: threshold_only, rows: {rows}, columns: {columns}}}"
    (tmp_path / "experiment" / "mine.yaml").write_text(f"# @package _global_\ngrid: {grid}\n")
    arms = load_study(["experiment=mine"], configs=tmp_path).arms
    assert [arm.package["name"] for arm in arms] == ["a, b", "o'x"]


def test_a_file_outside_of_the_folder_is_never_read(tmp_path: Path) -> None:
    own_package(tmp_path / "own")
    (tmp_path / "secret.yaml").write_text("name: secret\n")
    for name in ("../../secret", "../package/../../secret", str(tmp_path / "secret")):
        with pytest.raises(ConfigError, match="package"):
            load_config([f"package={name}"], configs=tmp_path / "own")
        mine = f"defaults: [{yaml_text('/package: ' + name)[1:-1]}]\nname: mine\n"
        (tmp_path / "own" / "package" / "other.yaml").write_text(mine)
        with pytest.raises(ConfigError):
            load_config(["package=other"], configs=tmp_path / "own")
    (tmp_path / "own" / "package" / "other.yaml").write_text(f"defaults: ['{tmp_path}/secret']\n")
    with pytest.raises(ConfigError):
        load_config(["package=other"], configs=tmp_path / "own")


@pytest.mark.parametrize("name", [*ODD, *FOREIGN, "x" * 5000, "研" * 500, "CON", "nul.x", "a\ud800b"])
def test_a_name_is_one_word_of_a_file(name: str, tmp_path: Path) -> None:
    word = file_word(name)
    assert word and not set(word) & set('/\\:*?"<>|\0\n') and len(word.encode()) <= 121
    assert word[0] not in ". -" and word[-1] not in ". "
    assert word.partition(".")[0].upper() not in {"CON", "NUL"}
    (tmp_path / f"run-{word}-1a2b3c4d").mkdir()


@pytest.mark.parametrize("name", FOREIGN)
def test_no_name_leads_out_of_the_results(name: str) -> None:
    override = write_override("package.name", name)
    config = load_config(["market=small", "+package.name=x", override])
    study = load_study(["arms=[no_enforcement]", write_override("name", name)])
    for folder in (run_folder(config), export_folder(config), default_folder(study)):
        assert folder.parent == Path("results") and ".." not in folder.parts
    assert study.name == name


def test_ordinary_names_stay_as_they_are() -> None:
    for name in ("status_quo_2015", "demo", "v1.2", "new law", "研究"):
        assert results_folder("run", name, "1a2b3c4d") == Path(f"results/run-{name}-1a2b3c4d")


def test_a_study_of_a_strangers_stays_in_the_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here" / "experiment").mkdir(parents=True)
    text = "# @package _global_\nname: ../../outside\narms: [no_enforcement]\n"
    (tmp_path / "here" / "experiment" / "mine.yaml").write_text(text)
    monkeypatch.chdir(tmp_path / "here")
    compare(
        load_study(
            ["experiment=mine", "market=small", "warmup=2", "days=7", "replications=1", "workers=1"],
            configs=".",
        )
    )
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
    assert [path.name.rpartition("-")[0] for path in Path("results").iterdir()] == ["outside"]


def test_a_folder_that_no_file_can_be_in_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "market=small", "out=a\0b"]) == BAD_INPUT
    assert capsys.readouterr().err.count("\n") == 1


def test_a_detectors_file_may_lie_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a, b=c ['研究'].py"
    file.write_text("def score(observation):\n    return observation.age * 0.0\n")
    assert main(["list", "detectors", "--detector", f"odd_place={file}"]) == OK


def test_only_files_that_would_be_shadowed_are_looked_for(tmp_path: Path) -> None:
    folder = own_package(tmp_path / "own")
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "broken.yaml").write_text("${oc.env:HOME}: [\n")
    assert load_config(["package=mine"], configs=folder)
    shutil.rmtree(folder / "package")
    with pytest.raises(ConfigError, match="package has no 'mine'"):
        load_config(["package=mine"], configs=folder)
