"""Outcomes and daily columns are declared in `sim.outcomes` and nowhere else."""

import re

import pytest
from outcome_tables import PAGE, filled
from source import ROOT

from experiments.language.outcomes import BY_COLUMN
from sim import Market, Parameters
from sim.outcomes import DAILY, OUTCOMES, RATES, exposures

NAMES = [outcome.name for outcome in OUTCOMES]


@pytest.fixture(scope="module")
def market() -> Market:
    parameters = Parameters()
    parameters.market.n_shops = 100
    return Market(parameters, seed=1).run(2)


def test_a_day_measures_what_is_declared_in_this_order(market: Market) -> None:
    assert list(market.daily()) == [column.name for column in DAILY]
    assert list(market.outcomes()) == NAMES


def test_the_exposures_of_rates_are_measured(market: Market) -> None:
    assert {exposure for exposure, _ in RATES.values()} == set(exposures(market.daily()))


def test_the_page_on_files_lists_them_as_declared() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert filled(text) == text, "python tests/architecture/outcome_tables.py --write"


def test_the_model_s_page_defines_every_outcome() -> None:
    section = (
        (ROOT / "docs" / "odd.md").read_text(encoding="utf-8").split("## 9 Outcomes")[1].split("\n## ")[0]
    )
    defined = set()
    for row in re.findall(r"^\| (`[^|]*) \|", section, flags=re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", row)
        defined |= {first, *others}
        defined |= {f"{first.removesuffix('_new')}{end}" for end in others if end.startswith("_")}
    assert set(NAMES) <= defined, set(NAMES) - defined


@pytest.mark.parametrize("page", ["README.md", "docs/odd.md"])
def test_a_page_names_no_outcome_that_there_is_not(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_0-9]+_(?:per_1000_shop_years|per_shop_day|half_life_days))`", text))
    assert named and named <= set(NAMES)


def test_words_are_for_outcomes_that_there_are() -> None:
    assert set(BY_COLUMN) <= set(NAMES)
