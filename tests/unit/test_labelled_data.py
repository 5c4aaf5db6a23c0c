"""The export: every column described, truth apart, splits apart in time, numbers those of the run."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import export, load_config, run
from experiments.commands.cli import BAD_INPUT, OK, main
from experiments.detectors.labelled_data.dictionary import TABLES
from experiments.detectors.labelled_data.splits import GAP, LEAST_DAYS, make_splits, split_of
from policies import build_package
from policies.detectors import FEATURES, features
from sim.contract import WINDOWS
from sim.market import Market
from sim.parameters import ConfigError

pytestmark = pytest.mark.slow

WORDS = ["market=small", "package=threshold_only", "warmup=40", "days=140", "threads=1", "seed=3"]
Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "data"
    assert main(["export", *WORDS, "--days-of-orders", "24", "--output", str(folder)]) == OK
    return folder


@pytest.fixture(scope="module")
def tables(folder: Path) -> Tables:
    return {file: pd.read_parquet(folder / file) for file in TABLES}


@pytest.fixture(scope="module")
def market() -> Market:
    """The same run, stopped after the last week that the export looks at (policy day 139)."""
    config = load_config(WORDS)
    market = Market(config.world, build_package(config.status_quo), seed=config.seed).run(config.warmup)
    return market.adopt(build_package(config.package)).run(140)


def last_week(tables: Tables) -> pd.DataFrame:
    shops = tables["shops.parquet"]
    return shops[shops["day"] == 139].reset_index(drop=True)


def test_the_documented_files_are_there(folder: Path) -> None:
    others = {"schema.json", "config.yaml", "provenance.json", "README.md"}
    assert {file.name for file in folder.iterdir()} == others | set(TABLES)


def test_the_schema_describes_every_column_as_it_is(folder: Path, tables: Tables) -> None:
    described = json.loads((folder / "schema.json").read_text())["tables"]
    assert set(described) == set(tables)
    for file, table in tables.items():
        assert [column["name"] for column in described[file]] == list(table)
        assert [column["type"] for column in described[file]] == [str(kind) for kind in table.dtypes]
        for column in described[file]:
            assert column["unit"] and column["meaning"], column
            hidden = column["name"].startswith("truth_")
            assert (column["known_to"] == "hidden truth") == hidden


def test_columns_without_the_mark_of_truth_are_what_the_platform_saw(tables: Tables, market: Market) -> None:
    shops, seen = last_week(tables), market.observe()
    here = seen.identity >= 0
    expected = {
        "shop": seen.identity, "category": seen.category, "age_days": seen.age, "open": seen.open,
        "demoted": seen.demoted, "rating": seen.rating, "price_rmb": seen.price,
        "displayed_sales": seen.displayed_sales, "days_since_case": seen.days_since_case,
    }  # fmt: skip
    expected |= {f"days_since_sanction_{i + 1}": seen.days_since_sanction[:, i] for i in range(4)}
    expected |= dict(zip([f"feature_{name}" for name in FEATURES], features(seen).T, strict=True))
    for quantity in ("orders", "task_like", "repeats", "flagged_parcels", "returns", "complaints", "views"):
        for window, days in enumerate(WINDOWS):
            expected[f"{quantity}_{days}"] = getattr(seen.traces, quantity)[window]
    expected |= {f"turnover_rmb_{days}": seen.traces.turnover[i] for i, days in enumerate(WINDOWS)}
    platform = [name for name in shops if not name.startswith("truth_")]
    assert {*expected, "day", "split"} == set(platform)
    for name, values in expected.items():
        shown = shops[name].fillna(np.inf) if name.startswith("days_since") else shops[name]
        assert (shown.to_numpy() == values[here]).all(), name


def test_labels_agree_with_the_truth(tables: Tables, market: Market) -> None:
    shops, truth = last_week(tables), market.truth()
    truth = truth[truth["identity"] >= 0]
    for name in ("brushed_30", "innocent", "honest", "in_burst"):
        assert (shops[f"truth_{name}"].to_numpy() == truth[name].to_numpy()).all(), name
    daily = market.daily().set_index("day")["brushed_orders"]
    stayed = shops["age_days"] > 7
    assert 0 < shops.loc[stayed, "truth_brushed_7"].sum() <= daily.loc[133:139].sum()
    assert (shops["truth_brushed_7"] <= shops["truth_brushed_30"]).all()
    assert not (shops["truth_innocent"] & (shops["truth_brushed_30"] > 0)).any()


def test_splits_are_apart_by_more_than_the_longest_window(tables: Tables) -> None:
    for table in (tables["shops.parquet"], tables["orders.parquet"], tables["accounts.parquet"]):
        days = {name: rows["day"] for name, rows in table.groupby("split")}
        order = ["train", "validation", "test"]
        for earlier, later in pairwise(order):
            assert days[later].min() - GAP + 1 > days[earlier].max()


@pytest.mark.parametrize("days", [LEAST_DAYS, 180, 361, 720])
def test_every_day_is_in_one_split_or_a_gap(days: int) -> None:
    splits = make_splits(days)
    assert [split.name for split in splits] == ["train", "validation", "test"]
    assert splits[0].first == 0 and splits[-1].last == days - 1
    for earlier, later in pairwise(splits):
        assert later.first - earlier.last - 1 == GAP
    named = [split_of(day, splits) for day in range(-1, days)]
    assert named[0] == "warm-up" and named.count("gap") == 2 * GAP
    assert named.count("train") == pytest.approx(0.6 * (days - 2 * GAP), abs=1)
    with pytest.raises(ConfigError, match="export needs days of at least 140"):
        make_splits(LEAST_DAYS - 1)


def test_orders_add_up_to_the_daily_table(tables: Tables, market: Market) -> None:
    orders, daily = tables["orders.parquet"], market.daily().set_index("day")
    assert orders["day"].nunique() == 24
    for day, rows in orders.groupby("day"):
        kept, brushed = rows[~rows["returned"] & ~rows["truth_brushed"]], rows[rows["truth_brushed"]]
        expected = daily.loc[day]
        assert len(brushed) == expected["brushed_orders"]
        assert len(kept) == expected["genuine_orders"]
        assert rows["returned"].sum() == expected["returned_orders"]
        assert kept["value_rmb"].sum() == pytest.approx(expected["genuine_turnover_rmb"], abs=0.01)
        assert brushed["value_rmb"].sum() == pytest.approx(expected["brushed_turnover_rmb"], abs=0.01)


def test_the_fractions_of_a_value_do_not_tell_who_placed_the_order(tables: Tables) -> None:
    orders = tables["orders.parquet"]
    fen = orders["value_rmb"] * 100
    assert orders["truth_brushed"].any() and np.allclose(fen, np.rint(fen), rtol=0, atol=1e-6)
    spread = orders[orders["truth_brushed"]].groupby(["day", "shop"])["value_rmb"].agg(np.ptp)
    assert spread.max() < 0.0101


def test_orders_add_up_to_the_traces_of_the_shops(tables: Tables) -> None:
    orders, shops = tables["orders.parquet"], last_week(tables).set_index("shop")
    week = orders[orders["day"] > 139 - 7]
    for column, rows in (("orders_7", week), ("truth_brushed_7", week[week["truth_brushed"]])):
        counted = rows.groupby("shop").size().reindex(shops.index, fill_value=0)
        assert (counted == shops[column]).all()


def test_the_place_of_an_order_does_not_tell_who_placed_it(tables: Tables) -> None:
    for _, rows in tables["orders.parquet"].groupby("day"):
        keys = rows[["shop", "account", "value_rmb"]]
        assert keys.sort_values(list(keys)).index.equals(keys.index)


def test_accounts_agree_with_the_market(tables: Tables, market: Market) -> None:
    accounts = tables["accounts.parquet"]
    assert accounts.groupby("split")["day"].unique().map(len).eq(1).all()
    last = accounts[accounts["day"] == 139].set_index("account")
    counted = pd.Series(market.state.buyers.recent_orders)
    assert last["orders_30"].sum() == counted.sum()
    assert (last["orders_30"] == counted[last.index]).all()
    assert (last["truth_works"].to_numpy() == market.state.buyers.works[last.index]).all()
    assert (last["truth_brushed_30"] > 0).sum() > 0
    assert (last["truth_brushed_30"] <= last["orders_30"]).all()
    assert last["shops_30"].between(np.minimum(last["orders_30"], 1), last["orders_30"]).all()


def test_cases_are_those_of_the_run(tables: Tables, market: Market) -> None:
    cases, table = tables["cases.parquet"], market.case_table()
    assert cases["case"].tolist() == table["case"].tolist()
    assert cases["truth_innocent"].tolist() == table["innocent"].tolist()
    assert {"innocent", "honest", "stale", "in_burst"}.isdisjoint(cases)
    assert set(cases.loc[cases["day"] < 0, "split"]) == {"warm-up"}


def test_the_same_seed_gives_the_same_files_and_looking_changes_nothing(folder: Path, tmp_path: Path) -> None:
    config = load_config(WORDS)
    export(config, tmp_path / "again", days_of_orders=24)
    for file in folder.iterdir():
        if file.name != "provenance.json":
            assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes(), file.name
    kept = json.loads((folder / "provenance.json").read_text())
    alone = run(config).summary
    assert (kept["run_key"], kept["hash"]) == (alone["run_key"], alone["hash"])


def test_the_card_says_what_matters(folder: Path) -> None:
    card = (folder / "README.md").read_text(encoding="utf-8")
    for words in (
        "no personal data",
        "simulated",
        "truth_",
        "| test | ",
        "Who may be hit",
        "artefacts",
        "MIT",
    ):
        assert words in card
    assert "{{" not in card and "{%" not in card


@pytest.mark.parametrize(
    "words", [["days=100"], ["warmup=10"], ["--days-of-orders", "-3"], ["days=soon"], ["market=tiny"]]
)
def test_bad_words_leave_one_line_and_nothing_written(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new"
    assert main(["export", "market=small", *words, "--output", str(out)]) == BAD_INPUT
    assert capsys.readouterr().err.count("\n") == 1
    assert not out.exists()


def test_no_orders_are_a_table_all_the_same(tmp_path: Path) -> None:
    tables = export(load_config(WORDS), tmp_path, days_of_orders=0)
    assert tables["orders.parquet"].empty
    assert list(pd.read_parquet(tmp_path / "orders.parquet")) == list(TABLES["orders.parquet"])
