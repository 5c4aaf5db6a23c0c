"""Studies that go on: what a folder remembers, what may be added to it, and that nothing is run twice."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from losing import lose

from experiments import load_study
from experiments.commands.cli import BAD_INPUT, OK, main
from experiments.studies.continuation import Words, check_contains, counted, expand, read_words
from experiments.studies.store import CLAIM, Store, claim_folder
from sim.parameters import ConfigError

ARMS = "arms=[no_enforcement,threshold_only]"
SMALL = (ARMS, "market=small", "warmup=5", "days=10", "replications=2", "workers=1")


def claimed(folder: Path, *overrides: str, worlds: str = "none") -> Words:
    """Claim a folder for a study and return its words; nothing is run."""
    words = Words(overrides or SMALL, worlds=worlds)
    claim_folder(folder, words.study().description(), asdict(words))
    return words


def test_a_later_word_takes_the_place_of_an_earlier_one_for_the_same_key() -> None:
    words = Words((ARMS, "market=small", "replications=2")).followed_by(["replications=5", "+x.y=1"])
    assert words.overrides == (ARMS, "market=small", "replications=5", "+x.y=1")


@pytest.mark.parametrize(
    ("word", "is_read"),
    [
        ("replications=+20", "replications=22"),
        ("replications=20", "replications=20"),
        ("days=+2", "days=+2"),
    ],
)
def test_replications_are_added_to_those_that_are_there(word: str, is_read: str) -> None:
    assert counted(word, there=2) == is_read


@pytest.mark.parametrize("more", ["replications=3", "more_arms=[all_cases]"])
def test_replications_and_arms_may_be_added(more: str) -> None:
    words = Words(SMALL)
    check_contains(words.study(), words.followed_by([more]).study())


@pytest.mark.parametrize("more", ["days=11", "replications=1", "arms=[no_enforcement]", "seed=2"])
def test_what_would_lose_runs_is_another_study(more: str, tmp_path: Path) -> None:
    words = claimed(tmp_path)
    before = (tmp_path / CLAIM).read_bytes()
    with pytest.raises(ConfigError, match="would not belong"):
        expand(tmp_path, words, [more])
    assert (tmp_path / CLAIM).read_bytes() == before


def test_what_adds_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="add no run"):
        expand(tmp_path, claimed(tmp_path), ["workers=2"])


def test_the_folder_is_the_larger_studys_and_says_how_it_was_asked_for(tmp_path: Path) -> None:
    larger = expand(tmp_path, claimed(tmp_path), ["replications=+3", "more_arms=[all_cases]"])
    assert read_words(tmp_path) == larger and larger.study().replications == 5
    assert [arm.label for arm in read_words(tmp_path).study().arms][-1] == "all_cases"
    claim_folder(tmp_path, larger.study().description())
    with pytest.raises(ConfigError, match="holds another study"):
        claim_folder(tmp_path, load_study(SMALL).description())


def test_an_expansion_that_was_cut_short_can_be_asked_for_again(tmp_path: Path) -> None:
    """Claims of other worlds change first; the study's own says that all is done."""
    words, worlds = claimed(tmp_path, worlds="1"), ["lawless"]
    below = words.studies_of(worlds, tmp_path)["lawless"]
    claim_folder(Path(below.config.out), below.description())
    before = (tmp_path / CLAIM).read_bytes()
    larger = expand(tmp_path, words, ["replications=+1"], worlds)
    (tmp_path / CLAIM).write_bytes(before)
    assert expand(tmp_path, words, ["replications=+1"], worlds) == larger
    there = json.loads((Path(below.config.out) / CLAIM).read_text())
    assert there["replications"] == 3


def test_a_folder_without_words_says_who_goes_on_with_it(tmp_path: Path) -> None:
    assert main(["expand", str(tmp_path), "replications=+1"]) == BAD_INPUT
    claim_folder(tmp_path, load_study(SMALL).description())
    with pytest.raises(ConfigError, match="does not say which words"):
        read_words(tmp_path)


@pytest.mark.slow
def test_a_study_that_grew_and_one_that_was_that_large_are_the_same(tmp_path: Path) -> None:
    def written(folder: str) -> list[bytes]:
        return [(tmp_path / folder / name).read_bytes() for name in ("runs.parquet", "comparison.csv")]

    assert main(["compare", *SMALL, f"out={tmp_path / 'grown'}"]) == OK
    hashes = Store(tmp_path / "grown").rows(Words(SMALL).study().run_keys())
    assert main(["expand", str(tmp_path / "grown"), "replications=+1"]) == OK
    again = Store(tmp_path / "grown").rows(hashes)
    assert again == hashes, "nothing is run twice: each has the timing that it had"
    assert main(["compare", *SMALL[:-2], "replications=3", "workers=1", f"out={tmp_path / 'whole'}"]) == OK
    assert written("grown") == written("whole")
    lose(tmp_path / "grown", next(iter(hashes)))
    assert main(["resume", str(tmp_path / "grown")]) == OK
    assert next(iter(hashes)) in Store(tmp_path / "grown").finished() and written("grown") == written("whole")
