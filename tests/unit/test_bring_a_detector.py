"""A detector of one's own: in the loop by its name, in every process, and never from a YAML alone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from bringing import forgetting_what_was_brought

from experiments import load_config, load_study, run
from experiments.commands.cli import BAD_INPUT, FAILED, OK, main
from experiments.runs.replication import Replication
from experiments.runs.results import Result
from experiments.settings.schema import run_key
from experiments.studies.compare import tasks_of
from policies import bring_detector
from policies.detectors import burst_rules
from policies.detectors.names import BROUGHT, installed
from sim.parameters import ConfigError

pytestmark = pytest.mark.slow


SMALL = ["market=small", "warmup=20", "days=40", "threads=1", "package=threshold_only"]
COPY = Path(burst_rules.__file__).read_text(encoding="utf-8") + "\n\ndetector = BurstRules()\n"
LOT = """
reads = ("identity",)

def score(observation):
    return observation.luck("mine", observation.identity)
"""


@pytest.fixture(autouse=True)
def _forget_what_was_brought() -> Iterator[None]:
    with forgetting_what_was_brought():
        yield


def write(folder: Path, text: str, name: str = "mine.py") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_copy_of_the_rules_gives_the_same_run_and_another_detector_another(tmp_path: Path) -> None:
    bring_detector("copy", write(tmp_path, COPY, "copy.py"))
    bring_detector("lot", write(tmp_path, LOT, "lot.py"))
    own = run(SMALL).summary
    copy = run([*SMALL, "package.detection.detector=copy"]).summary
    lot = run([*SMALL, "package.detection.detector=lot"]).summary
    assert copy["hash"] == own["hash"] != lot["hash"]
    assert len({own["run_key"], copy["run_key"], lot["run_key"]}) == 3


def test_the_command_line_brings_a_file_and_its_digest_is_kept(tmp_path: Path) -> None:
    file, out = write(tmp_path, LOT), tmp_path / "out"
    words = ["run", *SMALL, "--detector", f"mine={file}", "package.detection.detector=mine", f"out={out}"]
    assert main(words) == OK
    kept = json.loads((out / "provenance.json").read_text())["detectors"]
    assert kept == {"mine": BROUGHT["mine"].digest}


def test_what_a_detector_is_made_of_is_part_of_the_run_key(tmp_path: Path) -> None:
    overrides = [*SMALL, "package.detection.detector=mine"]

    def key(text: str, weights: str) -> str:
        write(tmp_path, weights, "weights.txt")
        bring_detector("mine", write(tmp_path, text))
        config = load_config(overrides)
        return run_key(config, config.package, 1)

    text = LOT + "\nfiles = ('weights.txt',)\n"
    assert len({key(text, "1"), key(text, "2"), key(text + "#", "1")}) == 3
    assert key(text, "1") == key(text, "1")


def test_a_detector_that_changed_under_a_study_is_not_used(tmp_path: Path) -> None:
    file = write(tmp_path, LOT)
    bring_detector("mine", file)
    overrides = ["arms=[threshold_only]", "market=small", "warmup=5", "days=5", "replications=1"]
    study = load_study([*overrides, "package.detection.detector=mine"])
    (task,) = tasks_of(study)
    replication: Replication = task.run.__self__
    write(tmp_path, LOT + "# another")
    (failure,) = task.run(task.keys, quiet)
    assert failure.stage == "loading detectors" and "the detector mine has changed" in failure.error
    (result,) = replace(replication, detectors=()).run(task.keys, quiet)
    assert isinstance(result, Result)


def quiet() -> None:
    pass


def test_the_workers_of_a_study_get_it(tmp_path: Path) -> None:
    out, copy = tmp_path / "out", write(tmp_path, COPY)
    arms = (
        "arms=[threshold_only,{label: mine, package: threshold_only, overrides: ['detection.detector=mine']}]"
    )
    words = ["market=small", "warmup=10", "days=30", "replications=2", "workers=2", f"out={out}"]
    assert main(["compare", arms, "--detector", f"mine={copy}", *words]) == OK
    runs = pd.read_parquet(out / "runs.parquet")
    by_arm = runs.pivot(index="replication", columns="package", values="hash")
    assert (by_arm["mine"] == by_arm["threshold_only"]).all() and runs["run_key"].is_unique
    assert json.loads((out / "study.json").read_text())["detectors"] == {"mine": BROUGHT["mine"].digest}
    changed = write(tmp_path, COPY + "# another")
    assert main(["compare", arms, "--detector", f"mine={changed}", *words]) == BAD_INPUT


def test_a_yaml_alone_cannot_load_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    marker = tmp_path / "ran"
    file = write(tmp_path, f"from pathlib import Path\nPath({str(marker)!r}).touch()\n{LOT}")
    (tmp_path / "configs" / "package").mkdir(parents=True)
    names = [str(file), f"mine={file}", "mine", f"{file}:score", "os.system", "tests.unit:x"]
    for number, name in enumerate(names):
        text = f"name: p{number}\ndetection: {{policy: detection, detector: {json.dumps(name)}}}\n"
        write(tmp_path / "configs" / "package", text, f"p{number}.yaml")
        words = ["run", "--configs", str(tmp_path / "configs"), f"package=p{number}", "market=small"]
        assert main(words) == BAD_INPUT
        complaint = capsys.readouterr().err
        assert "detection.detector must be one of burst_rules, fitted" in complaint
        assert complaint.count("\n") == 1
    assert main(["run", "market=small", f"package.detection.detector={file}"]) == BAD_INPUT
    assert main(["run", "market=small", f"+detector=mine={file}"]) == BAD_INPUT
    assert not marker.exists()
    bring_detector("mine", file)
    assert marker.exists()


@pytest.mark.parametrize("word", ["mine", "mine=", "=x.py", "mine=nowhere.py", "burst_rules=x.py"])
def test_bad_words_are_bad_input(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *SMALL, "--detector", word]) == BAD_INPUT
    assert capsys.readouterr().err.count("\n") == 1


def test_a_peeking_file_is_rejected_before_anything_runs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, "def score(o):\n    return (o._observation.price > 99) * 0.5\n")
    out = tmp_path / "out"
    assert main(["run", *SMALL, "--detector", f"mine={file}", f"out={out}"]) == BAD_INPUT
    assert "peeks" in capsys.readouterr().err and not out.exists()


def test_a_detector_that_fails_in_the_loop_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(
        tmp_path, "def score(o):\n    return o.traces.orders[0] * 0 + (2 if o.n_shops > 200 else 0)\n"
    )
    out = tmp_path / "out"
    words = ["--detector", f"mine={file}", "package.detection.detector=mine", f"out={out}"]
    assert main(["run", *SMALL, *words]) == FAILED
    assert "the detector mine must score risks in [0, 1]; got 2" in capsys.readouterr().err


def test_an_installed_distribution_offers_detectors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    info = tmp_path / "lots-1.0.dist-info"
    info.mkdir()
    write(tmp_path, LOT, "lots_of_detectors.py")
    write(info, "Metadata-Version: 2.1\nName: lots\nVersion: 1.0\n", "METADATA")
    points = "[antibrush.detectors]\nlot = lots_of_detectors\nbroken = lots_of_detectors:nothing\n"
    write(info, points, "entry_points.txt")
    monkeypatch.syspath_prepend(tmp_path)
    assert set(installed()) == {"lot", "broken"}
    assert main(["list", "detectors"]) == OK
    shown = capsys.readouterr().out
    assert "from lots_of_detectors" in shown and "random_audit" in shown
    summary = run([*SMALL, "package.detection.detector=lot"]).summary
    bring_detector("mine", tmp_path / "lots_of_detectors.py")
    assert summary["hash"] == run([*SMALL, "package.detection.detector=mine"]).summary["hash"]
    with pytest.raises(ConfigError, match=r"broken .* cannot be loaded: AttributeError"):
        load_config([*SMALL, "package.detection.detector=broken"])
    with pytest.raises(ConfigError, match="exists already"):
        bring_detector("lot", tmp_path / "lots_of_detectors.py")
