"""Files of a stranger's: every wrong shape is one line with file and key, and none reads the environment."""

from dataclasses import fields
from pathlib import Path

import pytest

from experiments import load_config, load_study
from experiments.commands.cli import BAD_INPUT, main
from experiments.settings.schema import Settings
from sim.parameters import ConfigError

GLOBAL = "# @package _global_\ndefaults: [override /market: small]\n"
STUDY = {"name": "mine", "warmup": "5", "days": "14", "replications": "1", "arms": "[no_enforcement]"}
WRONG = {
    "a list in a list": "[[[1]]]",
    "a list of nothing": "[null]",
    "a mapping": "{a: {b: c}}",
    "bytes": "!!binary aGk=",
    "itself": None,
}
"""What no key at the top takes; a text that refers to its own key comes with it."""

MAPPINGS = ("grid", "crossed", "package", "status_quo", "law", "levers", "uncertainties")


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def complaint_about(folder: Path, text: str, file: str = "experiment/mine") -> str:
    """Return the one line that a file of this text gets."""
    group, _, name = file.partition("/")
    written = write(folder, file, text)
    load = load_study if group == "experiment" else load_config
    with pytest.raises(ConfigError) as error:
        load([f"{group}={name}"], configs=folder)
    assert "\n" not in str(error.value)
    assert str(written) in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("key", "shape"),
    [
        (part.name, shape)
        for part in fields(Settings)
        for shape in WRONG
        if not (part.name in MAPPINGS and shape == "a mapping")
    ],
)
def test_a_wrong_shape_at_the_top_is_one_line_with_file_and_key(key: str, shape: str, tmp_path: Path) -> None:
    value = WRONG[shape] or f"${{{key}}}"
    entries = {**STUDY, key: value}
    said = complaint_about(tmp_path, GLOBAL + "".join(f"{k}: {v}\n" for k, v in entries.items()))
    assert key in said.partition(" (")[0]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("arms: {a: no_enforcement}", "arms must be a list; got {'a': 'no_enforcement'}"),
        ("arms: [[a]]", "arms[0] must be a text or a mapping (key: value); got ['a']"),
        ("arms: [{package: [a]}]", "arms[0].package must be a text; got ['a']"),
        ("arms: [{package: threshold_only, mute: 3}]", "arms[0].mute must be a list of texts; got 3"),
        ("arms: [{package: x, overrides: null}]", "arms[0].overrides must be a list of texts; got null"),
        ("arms: [{package: x, overrides: 'a=b'}]", "arms[0].overrides must be a list of texts; got 'a=b'"),
        ("arms: [{package: x, overrides: [0.3]}]", "arms[0].overrides: '0.3' is not an override"),
        ("arms: [{package: threshold_only, label: no}]", "arms[0].label must be a text; got false"),
        ("arms: [{package: threshold_only, label: null}]", "arms[0].label must be a text; got null"),
        ("decomposed: [[a]]", "decomposed[0] must be a text; got ['a']"),
        ("market: 3", "market must be a mapping (key: value); got 3; to choose a file, write"),
        ("package: threshold_only", "package must be a mapping (key: value); got 'threshold_only'; to"),
        ("law: {id: [a]}", "law.id must be a text; got ['a']"),
        ("days: '14'", "days must be a whole number (unit: days); got '14'"),
        ("days: null", "days must be a whole number (unit: days); got null"),
        ("brushing: {levels: 3}", "brushing.levels must be a list of whole numbers (unit: orders/day)"),
        ("brushing: {levels: [[3]]}", "brushing.levels[0] must be a whole number; got [3]"),
        ("brushing: {moral_cost: [1]}", "brushing.moral_cost must be a number (unit: share of value)"),
        ("ranking: {cumulative_sales: 3}", "ranking.cumulative_sales must be true or false; got 3"),
        ("grid: {package: x, rows: 3, columns: 4}", "grid.rows must be a mapping (key: value); got 3"),
        ("crossed: {a: {package: x, factors: {f: [1]}}}", "crossed.a.factors.f must be a mapping"),
        ("crossed: {a: {package: x, factors: {f: {l: a=b}}}}", "crossed.a.factors.f.l must be a list of"),
        ("hydra: {searchpath: [x]}", "hydra: a configuration says nothing about Hydra itself"),
        ("experiment: [a]", "experiment takes the name of a file"),
        ("brushing: {moral_cost: 300}", "brushing.moral_cost must be in [0, 10]; got 300"),
        ("baseline: other", "baseline 'other' is none of the arms"),
    ],
)  # fmt: skip
def test_a_wrong_shape_is_said_in_the_words_of_its_key(line: str, sentence: str, tmp_path: Path) -> None:
    key = line.partition(":")[0]
    study = "".join(f"{k}: {v}\n" for k, v in STUDY.items() if k != key)
    write(tmp_path, "experiment/mine", f"{GLOBAL}{study}{line}\n")
    with pytest.raises(ConfigError) as error:
        load_study(["experiment=mine"], configs=tmp_path)
    assert str(error.value).startswith(sentence) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("# nothing but a remark\n", "is empty"),
        ("- a\n- b\n", "must be a mapping (key: value); got a list"),
        ("hello\n", "must be a mapping (key: value); got 'hello'"),
        ("a: &a [*a]\n", "cannot be read"),
        ("a: 1\na: 2\n", "found duplicate key a"),
        ("x: !!python/object:os.system {}\n", "could not determine a constructor"),
        ("# @package a b\nx: 1\n", "Too many components"),
        ("# @package ${oc.env:HOME}\nx: 1\n", "@package must be followed by a key"),
        ("defaults: 3\n", "defaults must be a list; got 3"),
        ("defaults: [3]\n", "defaults: each entry is a text, or has one key"),
        ("defaults: [{a: b, c: d}]\n", "defaults: each entry is a text, or has one key"),
        (
            "defaults: [{scenario: '${oc.env:HOME}'}]\n",
            "defaults[0].scenario: ${oc.env:HOME} calls a resolver",
        ),
    ],
)
@pytest.mark.parametrize("group", ["experiment", "package", "market", "law"])
def test_every_file_is_a_mapping_that_can_be_read(
    group: str, text: str, sentence: str, tmp_path: Path
) -> None:
    assert sentence in complaint_about(tmp_path, text, f"{group}/mine")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    write(tmp_path, "market/mine", "").write_bytes(b"n_shops: \xff\xfe\n")
    with pytest.raises(ConfigError, match=r"market/mine\.yaml cannot be read"):
        load_config(["market=mine"], configs=tmp_path)


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("market/mine", "n_shops: [3]\n", "market.n_shops must be a whole number (unit: shops); got [3]"),
        ("demand/mine", "cohort: null\n", "demand.cohort must be a whole number (unit: accounts); got null"),
        ("law/mine", "shop_fine_low: x\n", "law.shop_fine_low must be a number; got 'x'"),
        ("scenario/mine", "# @package _global_\nbrushing: 3\n", "brushing must be a mapping (key: value)"),
        ("package/mine", "name: [a]\n", "package.name must be a word; got ['a']"),
        ("package/mine", "name: a\nprecedence: 3\n", "package.precedence must be a list; got 3"),
        ("package/mine", "name: a\ndetection: 3\n", "package.detection must be a mapping with the key"),
        (
            "package/mine",
            "defaults:\n  - /policy@detection: detection\n  - _self_\nname: a\ndetection: {threshold: [2]}\n",
            "package.detection.threshold must be a number; got [2]",
        ),
    ],
)  # fmt: skip
def test_a_file_of_any_group_is_named_with_its_key(
    file: str, text: str, sentence: str, tmp_path: Path
) -> None:
    assert complaint_about(tmp_path, text, file).startswith(sentence)


def test_an_override_is_not_blamed_on_a_file(tmp_path: Path) -> None:
    write(tmp_path, "market/mine", "n_shops: 400\n")
    with pytest.raises(ConfigError) as error:
        load_config(["market=mine", "market.n_shops=1"], configs=tmp_path)
    assert str(error.value) == "market.n_shops must be in [2, 1e+07]; got 1"


@pytest.mark.parametrize(
    "call",
    [
        "oc.env:HOME",
        "oc.env:HOME,x",
        "oc.decode:'${oc.env:HOME}'",
        "hydra:runtime.cwd",
        "oc.${name}:HOME",
        "now:%Y",
    ],
)
@pytest.mark.parametrize("key", ["title", "name", "out", "question"])
def test_no_file_calls_a_resolver(key: str, call: str, tmp_path: Path) -> None:
    study = {**STUDY, key: f'"x ${{{call}}}"'}
    said = complaint_about(tmp_path, GLOBAL + "".join(f"{k}: {v}\n" for k, v in study.items()))
    assert said.startswith(f"{key}: ") and "calls a resolver" in said


@pytest.mark.parametrize("entry", ["title: '\\${oc.env:SECRET}'", "out: '\\${oc.env:SECRET}'"])
def test_an_escaped_call_stays_a_text(entry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "told")
    study = "".join(f"{k}: {v}\n" for k, v in STUDY.items())
    write(tmp_path, "experiment/mine", f"{GLOBAL}{study}{entry}\n")
    study = load_study(["experiment=mine"], configs=tmp_path)
    assert (
        "told" not in f"{study.title} {study.config.out}"
        and "${oc.env:SECRET}" in f"{study.title} {study.config.out}"
    )


@pytest.mark.parametrize(
    "arm",
    ["{package: '\\${oc.env:SECRET}'}", "{package: threshold_only, overrides: ['name=\\${oc.env:SECRET}']}"],
)
def test_an_escaped_call_is_none_in_an_arm_either(
    arm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "threshold_only")
    write(tmp_path, "experiment/mine", f"{GLOBAL}name: mine\narms: [{arm}]\n")
    with pytest.raises(ConfigError):
        load_study(["experiment=mine"], configs=tmp_path)


def test_plain_references_stay(tmp_path: Path) -> None:
    lines = (
        GLOBAL
        + "name: mine\ntitle: ${days} days of ${name}\nwarmup: ${days}\ndays: 14\narms: [no_enforcement]\n"
    )
    write(tmp_path, "experiment/mine", lines)
    study = load_study(["experiment=mine"], configs=tmp_path)
    assert (study.title, study.config.warmup) == ("14 days of mine", 14)


def test_the_command_line_says_it_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, "experiment/mine", "")
    assert (
        main(["compare", "--configs", str(tmp_path), "experiment=mine", f"out={tmp_path / 'o'}"]) == BAD_INPUT
    )
    assert capsys.readouterr().err == f"antibrush: {file} is empty\n"
    assert not (tmp_path / "o").exists()
