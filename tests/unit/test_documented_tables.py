"""Every table that a search leaves as CSV stands in docs/files.md, with every one of its columns."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_exploration import write_fake_exploration
from fake_packages import FakeExecutor

from experiments.analysis.choice import Limit, Rule
from experiments.files.whole import read_table, write_table
from experiments.runs.replication import Branch
from experiments.searches.adversary import plan as stress_plan
from experiments.searches.adversary.stress import stress
from experiments.searches.calibration import ensemble, waves
from experiments.searches.calibration.calibrate import calibrate
from experiments.searches.calibration.priors import PRIORS
from experiments.searches.calibration.question import Question
from experiments.searches.calibration.targets import CHECKS, DENSITIES, KNOWN, Target
from experiments.searches.emulator.emulator import quality_row
from experiments.searches.emulator.process import Quality
from experiments.searches.explored import read_explored
from experiments.searches.packages import plan as search_plan
from experiments.searches.packages.search import search
from experiments.searches.robustness.robustness import robustness
from experiments.searches.runner import Runner
from experiments.searches.sensitivity.sensitivity import sensitivity
from experiments.settings.catalogue import all_parameters
from experiments.settings.config import load_config
from experiments.studies.exploration import load_exploration
from experiments.studies.explore import save_tables
from experiments.studies.manifest import read_manifest
from sim.outcomes import OUTCOMES, RATES

PAGE = Path(__file__).parents[2] / "docs" / "files.md"
PATHS = {row["parameter"] for row in all_parameters()} | {"demand.mode", "scenario"}
GROUPS = {
    "*parameters*": PATHS,
    "*outcomes*": {outcome.name for outcome in OUTCOMES} | {exposure for exposure, _ in RATES.values()},
    "*statistics*": {*KNOWN, *DENSITIES, *(check.key for check in CHECKS)},
}
TINY = ["market=small", "trials=4", "batch=2", "replications=2", "candidates=1", "fresh=3"]


def documented(command: str) -> dict[str, list[str]]:
    """Return the files of a command's section, each with the columns of the table that follows it."""
    section = re.split(r"^##+ ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (text,) = [part for part in section if part.startswith(f"Tables of `{command}`\n")]
    found: dict[str, list[str]] = {}
    files: list[str] = []
    for paragraph in text.split("\n\n"):
        if named := re.findall(r"(?:^|; )`([\w-]+\.csv)`:", paragraph):
            files = named
        elif paragraph.startswith("| column |"):
            cells = [line.split("|")[1] for line in paragraph.splitlines()[2:]]
            columns = [name for cell in cells for name in re.findall(r"`(\w+)`|(\*\w+\*)", cell)]
            found |= {file: ["".join(name) for name in columns] for file in files}
    return found


def check(command: str, tables: dict[str, pd.DataFrame]) -> None:
    """Hold tables, by file, against what the page says of a command's; as many, and the same columns."""
    page = documented(command)
    assert set(page) == set(tables)
    for file, table in tables.items():
        assert len(table), file
        single = {name for name in page[file] if name not in GROUPS}
        grouped = {name for group in page[file] if group in GROUPS for name in GROUPS[group]}
        columns = {str(name) for name in table}
        assert single <= columns, f"{file} lacks what the page says: {single - columns}"
        assert columns <= single | grouped, (
            f"{PAGE.name} lacks columns of {file}: {columns - single - grouped}"
        )
        assert all(GROUPS[name] & columns for name in page[file] if name in GROUPS), file


def tables_in(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the CSV tables of a folder by their names in the page: waves and rounds are all alike."""
    return {re.sub(r"-\d+\.", "-N.", file.name): read_table(file) for file in sorted(folder.glob("*.csv"))}


def law(branch: Branch) -> dict[str, float]:
    action = branch.package["detection"]["acted_share"]
    return {
        "brushed_share": 0.05 - 0.03 * action,
        "innocent_hits_per_1000_shop_years": 20 * action,
        "innocent_shop_years": 2000.0,
        "enforcement_cost_rmb": 1e6 * (0.1 + action),
        "honest_sales_rmb": 1e8 * (1 + action),
        "first": 0.05,
    }


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is simulated, so that nothing need be compiled; small files need not reach the disk."""
    monkeypatch.setattr(Runner, "compile", lambda runner: None)
    monkeypatch.setattr(os, "fsync", lambda handle: None)


def silent(done: int, total: int) -> None:
    pass


def test_tables_of_an_exploration(tmp_path: Path) -> None:
    save_tables(load_exploration(["exploration=smoke", "points=2"]), tmp_path, [])
    check("explore", tables_in(tmp_path))


def test_tables_of_the_sensitivity_of_both_designs(tmp_path: Path) -> None:
    tables = {}
    for kind, n in (("morris", 4), ("saltelli", 8)):
        explored = read_explored(write_fake_exploration(tmp_path / kind, kind, n))
        found = sensitivity(explored, Rule("brushed_share", -1), ("brushed_share",))
        tables |= tables_in(found.folder)
    check("sensitivity", tables)


def test_tables_of_robustness(tmp_path: Path) -> None:
    explored = read_explored(write_fake_exploration(tmp_path, "lhs", 60))
    found = robustness(explored, Rule("brushed_share", -1, (Limit("brushed_share", 1, 0.04),)))
    check("robustness", tables_in(found.folder))


def test_tables_of_an_emulator(tmp_path: Path) -> None:
    row = quality_row(("level", "all_cases", "brushed_share"), Quality(40, 0.95, 0.01, 0.005, 0.02))
    write_table(tmp_path / "quality.csv", pd.DataFrame([row]))
    check("emulate", tables_in(tmp_path))


def test_tables_of_a_search_for_packages(tmp_path: Path) -> None:
    plan = search_plan.plan_of([*TINY, "brushed_share<=4%"], output=str(tmp_path))
    search(plan, silent, FakeExecutor(law, {"brushed_share": 0.001}))
    check("search", tables_in(tmp_path))
    assert {f"{name}.csv" for name in read_manifest(tmp_path)["tables"]} == set(tables_in(tmp_path))


def test_tables_of_a_stress_test(tmp_path: Path) -> None:
    plan = stress_plan.plan_of([*TINY, "package=threshold_and_fine"], output=str(tmp_path))
    stress(plan, silent, FakeExecutor(law, {"brushed_share": 0.001}))
    check("stress", tables_in(tmp_path))
    assert {f"{name}.csv" for name in read_manifest(tmp_path)["tables"]} == set(tables_in(tmp_path))


OWN = Question(
    targets=(Target("brushed_share", "C1", "share", 0.1, 0.9), Target("top_share", "C7", "top", 0.1, 0.9)),
    priors=PRIORS[:2],
    name="calibrated_two",
    members=2,
)


def invented(plan, values, stage, first, replications, progress) -> pd.DataFrame:
    """Return what `run_points` would, of markets in which the first parameter is all that matters."""
    rng, prior = np.random.default_rng(3), OWN.priors[0]
    rows: Iterator[dict[str, object]] = (
        {"stage": stage, "point": point, "replication": r, "seed": r, **own}
        | {"brushed_share": at + 0.01 * rng.normal(), "top_share": 1 - at, "orders_per_pair": 2.0}
        for point, own in enumerate(values)
        for at in [(own[prior.path] - prior.low) / (prior.high - prior.low)]
        for r in range(first, first + replications)
    )
    return pd.DataFrame(list(rows))


def test_tables_of_a_calibration_of_ones_own_market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (waves, ensemble):
        monkeypatch.setattr(module, "run_points", invented)
    plan = waves.Plan(load_config(["market=small"]), tmp_path, 2, 8, question=OWN)
    assert len(calibrate(plan, silent).ensemble) == 2
    check("calibrate", tables_in(tmp_path))
    beside = {"wave-N", "candidates-N"}
    assert set(read_manifest(tmp_path)["tables"]) | beside == {n[:-4] for n in tables_in(tmp_path)}
