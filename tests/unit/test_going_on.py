"""`resume` of what searches leave: asked again as it was, to the same tables, and nothing run twice."""

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_packages import FakeExecutor

from experiments import load_study
from experiments.commands import perform
from experiments.commands import search as commands
from experiments.commands.cli import BAD_INPUT, INTERRUPTED, OK, main, parser
from experiments.commands.going_on import CLAIMED, asked_in, words_of
from experiments.runs.replication import Branch
from experiments.searches.adversary import stress
from experiments.searches.packages import search
from experiments.searches.runner import Runner
from experiments.studies.exploration import load_exploration
from experiments.studies.manifest import read_manifest
from experiments.studies.store import CLAIM, Store, claim_folder

TINY = ["market=small", "trials=6", "batch=3", "replications=2", "candidates=2", "fresh=3"]
PACKAGE = {"search": [], "stress": ["package=threshold_and_fine"]}
MODULES = {"search": search, "stress": stress}
TABLES = {
    "search": ("trials", "candidates", "estimates", "fresh_runs"),
    "stress": ("trials", "effects", "fresh_runs", "paths"),
}


def law(branch: Branch) -> dict[str, float]:
    """Action costs and catches; gradual starts help the trade."""
    action = branch.package["detection"]["acted_share"]
    slow = dict(getattr(branch, "response", ())).get("adaptation.gradual_days", 30) / 1000
    return {
        "brushed_share": 0.05 - 0.03 * action + slow,
        "innocent_hits_per_1000_shop_years": 20 * action,
        "innocent_shop_years": 2000.0,
        "enforcement_cost_rmb": 1e6 * (0.1 + action),
        "honest_sales_rmb": 1e8 * (1 + action),
        "first": 0.05,
    }


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], FakeExecutor]:
    """Return what lets the next commands run on an executor that is interrupted after so many runs."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    monkeypatch.setattr(Runner, "compile", lambda runner: None)
    monkeypatch.setattr(commands, "illustrate", lambda folder, what: OK)

    def put_in(patience: int) -> FakeExecutor:
        place = FakeExecutor(law, {"brushed_share": 0.002, "enforcement_cost_rmb": 2e4}, patience)
        for module in MODULES.values():
            monkeypatch.setattr(module, "executor_of", lambda config, store: place)
        return place

    return put_in


@pytest.mark.parametrize("command", ["search", "stress"])
def test_what_was_interrupted_is_resumed_to_the_same_tables_and_runs_nothing_twice(
    command: str, tmp_path: Path, fake: Callable[[int], FakeExecutor], capsys: pytest.CaptureFixture[str]
) -> None:
    whole, again = tmp_path / "whole", tmp_path / "again"
    every = fake(10**9)
    words = [command, *TINY, *PACKAGE[command], "--output"]
    assert main([*words, str(whole)]) == OK
    first = fake(7)
    assert main([*words, str(again)]) == INTERRUPTED
    rest = fake(10**9)
    assert main(["resume", str(again)]) == OK
    assert first.done + rest.done == every.done and first.done == 7
    for name in TABLES[command]:
        file = f"{name}.csv"
        assert (whole / file).read_bytes() == (again / file).read_bytes(), file
    assert str(again) in capsys.readouterr().out
    last = fake(0)
    assert main(["resume", str(again)]) == OK and last.done == 0


@pytest.mark.parametrize("command", ["search", "stress"])
def test_a_search_that_has_ended_has_its_runs_in_one_shard_and_a_manifest(
    command: str, tmp_path: Path, fake: Callable[[int], FakeExecutor]
) -> None:
    every, digests = fake(10**9), []
    for folder in (tmp_path / "a", tmp_path / "b"):
        assert main([command, *TINY, *PACKAGE[command], "--output", str(folder)]) == OK
        store, manifest = Store(folder, "trials"), read_manifest(folder)
        assert not store.loose() and len(store.found_shards()) == 1
        assert manifest["parts"]["runs"] == len(store.finished()) == every.done / (1 + len(digests))
        assert set(manifest["tables"]) == set(TABLES[command])
        digests.append(manifest["digest"])
    assert digests[0] == digests[1]


EACH = {
    "search": ["trials=9", "brushed_share<=2%"],
    "stress": ["package=threshold_only"],
    "calibrate": ["targets=mine.yaml", "--waves", "2", "--points", "30"],
    "theory": ["--points", "40", "--only", "T3", "--only", "T4"],
}


def given(*words: str) -> argparse.Namespace:
    return parser().parse_args(list(words))


@pytest.mark.parametrize("command", EACH)
def test_a_folder_remembers_what_was_asked_wherever_it_is_asked_again(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    brought = ["--detector", "own=mine.py"] if command in ("search", "stress") else []
    asked = given(command, *EACH[command], "--configs", "mine", *brought)
    key = next(key for key, name in CLAIMED.items() if name == command)
    claim_folder(tmp_path / "out", {key: []}, words_of(asked))
    monkeypatch.chdir("/")
    again = vars(asked_in(tmp_path / "out") or argparse.Namespace())
    here = {"mine.yaml": str(tmp_path / "mine.yaml"), "mine.py": str(tmp_path / "mine.py")}
    expected = vars(asked) | {"configs": str(tmp_path / "mine"), "output": str(tmp_path / "out")}
    for name in ("overrides", "detector"):
        if name in expected:
            expected[name] = [in_full(word, here) for word in expected[name]]
    assert again == expected


def in_full(word: str, here: dict[str, str]) -> str:
    return next((word.replace(file, path) for file, path in here.items() if file in word), word)


@pytest.mark.parametrize("command", EACH)
def test_a_folder_that_does_not_say_what_was_asked_says_what_goes_on_with_it(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = next(key for key, name in CLAIMED.items() if name == command)
    claim_folder(tmp_path, {key: []})
    assert main(["resume", str(tmp_path)]) == BAD_INPUT
    said = capsys.readouterr().err
    assert f"the same `antibrush {command} … --output {tmp_path}` goes on with it" in said
    assert said.count("\n") == 1


def test_a_validation_and_what_is_nothing_say_what_goes_on_with_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "validated" / "evaluations").mkdir(parents=True)
    assert main(["resume", str(tmp_path / "validated")]) == BAD_INPUT
    assert "the same `antibrush validate …" in capsys.readouterr().err
    assert main(["resume", str(tmp_path)]) == BAD_INPUT
    assert "`antibrush run checkpoint_every=30` leaves them" in capsys.readouterr().err


def test_a_search_is_not_made_larger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claim_folder(tmp_path, {"levers": []}, words_of(given("search")))
    assert main(["expand", str(tmp_path), "replications=+1"]) == BAD_INPUT
    assert "which is made no larger" in capsys.readouterr().err


def test_claims_of_studies_and_explorations_are_not_taken_for_searches(tmp_path: Path) -> None:
    words = ["market=small", "arms=[no_enforcement]", "replications=2"]
    claim_folder(tmp_path / "study", load_study(words).description())
    claim_folder(tmp_path / "space", load_exploration(["exploration=smoke", "points=2"]).description())
    assert asked_in(tmp_path / "study") is None and asked_in(tmp_path / "space") is None


@pytest.mark.slow
def test_a_theory_search_is_resumed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny = ["market=small", "market.n_shops=100", "warmup=5", "days=6", "workers=1"]
    few = ["--points", "16", "--candidates", "1", "--confirm", "2", "--only", "T4"]
    words = ["theory", *tiny, *few, "--output", str(tmp_path)]
    with monkeypatch.context() as patch:
        patch.setattr(perform, "progress_bar", ImpatientBar)
        assert main(words) == INTERRUPTED
    done = Store(tmp_path, "trials").finished()
    assert len(done) >= 2
    rows = Store(tmp_path, "trials").rows(sorted(done))
    assert main(["resume", str(tmp_path)]) == OK
    assert Store(tmp_path, "trials").rows(sorted(done)) == rows
    assert not Store(tmp_path, "trials").loose()
    assert set(read_manifest(tmp_path)["tables"]) >= {"design", "runs", "verdicts"}
    assert json.loads((tmp_path / CLAIM).read_text())["words"]["command"] == "theory"


class ImpatientBar:
    """A progress bar at which somebody presses Ctrl-C when two runs are done."""

    def __init__(self, *labels: str) -> None:
        pass

    def __enter__(self) -> Callable[[int, int], None]:
        return self.tick

    def __exit__(self, *error: Any) -> None:
        pass

    def tick(self, done: int, total: int) -> None:
        if done >= 2:
            raise KeyboardInterrupt
