"""What a notebook hands over: NumPy's numbers are as good as Python's, what a command refuses is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments import compare, export, load_config, load_study, run
from experiments.detectors.fit import fit_detector
from experiments.runs.run import save_run
from experiments.settings.schema import RunConfig
from sim import Market, World
from sim.parameters import ConfigError, MarketParameters, whole_number

pytestmark = pytest.mark.slow

WORDS = ["market=small", "warmup=2", "days=7", "threads=1", "package=threshold_only"]
NO_WHOLE_NUMBERS = [
    1.5,
    1.0,
    True,
    np.bool_(True),
    "5",
    None,
    [5],
    -1,
    2**64,
    2**64 + 5,
    np.float64(3),
    np.nan,
]


def small() -> World:
    return World(market=MarketParameters(n_shops=200))


@pytest.mark.parametrize("seed", NO_WHOLE_NUMBERS)
def test_a_seed_is_a_whole_number_of_64_bits(seed: Any) -> None:
    with pytest.raises(ConfigError, match=r"^seed must be a whole number in \[0, 1.84467e\+19\]; got"):
        Market(small(), None, seed=seed)


@pytest.mark.parametrize("threads", [*NO_WHOLE_NUMBERS, 1025])
def test_threads_are_a_whole_number(threads: Any) -> None:
    with pytest.raises(ConfigError, match=r"^threads must be a whole number"):
        Market(small(), None, threads=threads)


@pytest.mark.parametrize("days", [*NO_WHOLE_NUMBERS, 36_501])
def test_days_are_a_whole_number_and_none_passes_otherwise(days: Any) -> None:
    market = Market(small(), None)
    with pytest.raises(ConfigError, match=r"^days must be a whole number"):
        market.run(days)
    assert market.day == 0


def test_numbers_of_numpy_are_the_same_market() -> None:
    plain = Market(small(), None, seed=5, threads=1).run(2)
    other = Market(small(), None, seed=np.uint64(5), threads=np.int8(1)).run(np.array(2))
    assert plain.hash() == other.hash() and type(other.state.clock.seed) is int


def test_two_seeds_are_two_markets_up_to_the_largest() -> None:
    seeds = [0, 1, 2**32, 2**53, 2**53 + 1, 2**63, 2**64 - 1, np.uint64(2**64 - 2)]
    assert len({Market(small(), None, seed=seed).run(1).hash() for seed in seeds}) == len(seeds)


@pytest.mark.parametrize(
    ("part", "name", "value", "sentence"),
    [
        ("market", "n_shops", 200.0, "market.n_shops must be a whole number; got 200.0"),
        ("market", "n_shops", "200", "market.n_shops must be a whole number; got '200'"),
        ("brushing", "moral_cost", "0.1", "brushing.moral_cost must be a number; got '0.1'"),
        ("brushing", "moral_cost", True, "brushing.moral_cost must be a number; got True"),
        ("brushing", "moral_cost", None, "brushing.moral_cost must be a number; got None"),
        ("brushing", "moral_cost", np.float32(99), "brushing.moral_cost must be in [0, 10]; got 99"),
        ("brushing", "levels", 3, "brushing.levels must be list; got 3"),
        ("brushing", "levels", [1.5], "brushing.levels must be a whole number; got 1.5"),
        ("ranking", "cumulative_sales", 1, "ranking.cumulative_sales must be true or false; got 1"),
    ],
)
def test_a_world_of_wrong_values_is_refused(part: str, name: str, value: Any, sentence: str) -> None:
    world = small()
    setattr(getattr(world, part), name, value)
    with pytest.raises(ConfigError) as error:
        Market(world, None)
    assert str(error.value).startswith(sentence)


def of_numpy() -> RunConfig:
    """Return a run in which every number is one of NumPy's."""
    config = load_config(WORDS)
    world = replace(
        config.world,
        market=replace(config.world.market, n_shops=np.int32(200), buyers_per_shop=np.float32(29)),
        brushing=replace(config.world.brushing, levels=np.array([1, 5, 20]), moral_cost=np.float64(0.5)),
        ranking=replace(config.world.ranking, cumulative_sales=np.bool_(False)),
    )
    package = {**config.package, "detection": {**config.package["detection"], "threshold": np.float32(0.5)}}
    return replace(
        config, world=world, package=package, seed=np.int64(5), days=np.int16(7), warmup=np.uint8(2)
    )


def test_a_run_of_numpys_numbers_is_simulated_and_saved(tmp_path: Path) -> None:
    config = of_numpy()
    result = run(config)
    save_run(result, tmp_path, "none")
    assert json.loads((tmp_path / "summary.json").read_text())["seed"] == 5
    world = replace(
        load_config(WORDS).world,
        market=MarketParameters(n_shops=200, buyers_per_shop=29.0),
        brushing=replace(load_config(WORDS).world.brushing, levels=[1, 5, 20], moral_cost=0.5),
    )
    plain = run(replace(load_config(WORDS), world=world, seed=5)).summary
    assert plain["hash"] == result.summary["hash"] and plain["run_key"] == result.summary["run_key"]
    assert type(config.seed) is np.int64  # what was handed over stays as it was


def test_a_study_and_an_export_take_them_too(tmp_path: Path) -> None:
    study = load_study(["arms=[threshold_only]", *WORDS[:-1], "replications=1", "workers=1"])
    config = replace(of_numpy(), replications=np.int64(1), workers=np.int64(1), time_limit=np.float32(100))
    tables = compare(replace(study, config=config), tmp_path / "study")
    assert tables.complete
    export(replace(of_numpy(), warmup=np.int64(30), days=np.int64(140)), tmp_path / "data", np.int64(6))
    assert len(pd.read_parquet(tmp_path / "data" / "shops.parquet"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"seed": -5}, "seed must be in"),
        ({"seed": 2**53 + 1}, "seed must be in"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"seed": True}, "seed must be a whole number"),
        ({"days": "7"}, "days must be a whole number"),
        ({"days": 0}, "days must be in"),
        ({"warmup": -1}, "warmup must be in"),
        ({"warmup": 40_000}, "warmup must be in"),
        ({"threads": -1}, "threads must be in"),
        ({"replications": 0}, "replications must be in"),
        ({"workers": None}, "workers must be a whole number"),
        ({"time_limit": "long"}, "time_limit must be a number"),
        ({"checkpoint_every": 0.5}, "checkpoint_every must be a whole number"),
        ({"package": {"detection": 3}}, "package.detection must be a mapping"),
    ],
)
def test_what_a_command_refuses_is_refused_before_anything_is_simulated(
    change: dict[str, Any], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Market, "step", None)
    config = replace(load_config(WORDS), **change)
    study = load_study(["arms=[threshold_only]", *WORDS[:-1], "replications=1"])
    for entrance in (
        lambda: run(config),
        lambda: compare(replace(study, config=config), tmp_path / "study"),
        lambda: export(config, tmp_path / "data"),
        lambda: fit_detector(config, 1, lambda done, total: None),
    ):
        with pytest.raises(ConfigError, match=sentence):
            entrance()
    assert not list(tmp_path.iterdir())


def test_overrides_are_a_list(tmp_path: Path) -> None:
    for entrance in (load_config, load_study, run, compare):
        with pytest.raises(ConfigError, match="overrides must be a list of texts"):
            entrance("market=small")
    with pytest.raises(ConfigError, match="3 is not an override"):
        load_config([3])  # type: ignore[list-item]


@pytest.mark.parametrize("number", [0, 7, np.int8(7), np.uint64(7), np.array(7)])
def test_every_integer_is_a_whole_number(number: Any) -> None:
    assert whole_number(number, "n", 0, 7) in (0, 7) and type(whole_number(number, "n")) is int
