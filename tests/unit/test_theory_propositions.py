"""What the propositions about brushed share claim, and the units in which differences are told."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import load_config
from experiments.commands.cli import COMMANDS, parser
from experiments.commands.theory import print_findings
from experiments.figures.theory_rows import level_rows, title_row
from experiments.searches.theory.findings import Findings
from experiments.searches.theory.levers import CERTAINTY, COST
from experiments.searches.theory.measures import MEASURES, in_units, units_text
from experiments.searches.theory.propositions import PROPOSITIONS, Proposition
from experiments.searches.theory.screening import Plan, held
from experiments.searches.theory.search import DAYS, wanted
from experiments.searches.theory.space import SPACE
from experiments.searches.theory.trials import BRUSHED, GAP, HARM, SURPLUS
from experiments.searches.theory.verdicts import BY_KEY, judge, verdicts
from experiments.searches.theory.write_up import sentence, summary, write_up

DEARER, CERTAIN = BY_KEY["T4"], BY_KEY["T5"]
SECONDS_A_DAY = 0.006
"""Of one day of a market of 2,000 shops, on one core."""


def arms(proposition: Proposition, slope: float, pairs: int = 10, noise: float = 0.002) -> pd.DataFrame:
    """Return arms of point 0, both stages; brushed share rises by ``slope`` from a level to the next."""
    luck = np.random.default_rng(1)
    rows = [
        {"stage": stage, "point": 0, "replication": r, "seed": r, "lever": proposition.lever.key,
         "level": level, BRUSHED: 0.2 + slope * i + noise * luck.normal(), SURPLUS: 1.0, HARM: -1.0,
         "brushed_good": 0.2, "brushed_bad": 0.1, GAP: 0.1}
        for stage in ("screening", "confirmation")
        for r in range(pairs)
        for i, level in enumerate(proposition.lever.levels)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def findings(proposition: Proposition, slope: float, pairs: int = 10) -> Findings:
    """Return what a search of one candidate, for the proposition's first hypothesis, would give."""
    runs, space = arms(proposition, slope, pairs), {prior.path: prior.low for prior in SPACE}
    row = {"proposition": proposition.key, "candidate": 1, "hypothesis": 0, "strength": 1.0, **space}
    row |= {"text": proposition.hypotheses[0].text, "predicted": 0.03, "predicted_sd": 0.01}
    table = pd.DataFrame([row])
    judged = judge(table, runs[runs["stage"] == "confirmation"])
    estimates = pd.DataFrame(
        [{"proposition": proposition.key, "hypothesis": 0, "text": row["text"], "held": 0.0, "share": 0.5,
          "sure_share": 0.1, "largest": 0.02, "largest_sd": 0.004, "decided_by": "-"}]
    )  # fmt: skip
    return Findings(pd.DataFrame(), runs, estimates, pd.DataFrame(), judged, verdicts(judged, table))


def plan(folder: Path, only: list[str]) -> Plan:
    config = load_config([f"days={DAYS}"])
    return Plan(config, folder, SPACE, candidates=1, propositions=wanted(only))


@pytest.mark.parametrize(("slope", "found"), [(0.01, True), (-0.01, False), (0.0, False)])
def test_dearer_brushing_is_more_brushing_only_where_it_rises_with_its_cost(
    slope: float, found: bool
) -> None:
    assert bool(findings(DEARER, slope).candidates["found"].iloc[0]) is found


@pytest.mark.parametrize(("slope", "found"), [(0.01, False), (-0.01, True), (0.0, False)])
def test_certainty_counts_only_where_brushing_falls_as_fines_get_frequent(slope: float, found: bool) -> None:
    assert bool(findings(CERTAIN, slope).candidates["found"].iloc[0]) is found


def test_every_pair_of_levels_is_a_hypothesis_and_is_told_from_its_lower_level() -> None:
    for proposition in (DEARER, CERTAIN):
        levels = proposition.lever.levels
        pairs = [(a, b) for i, a in enumerate(levels) for b in levels[i + 1 :]]
        sign = [(c.plus, c.minus) for h in proposition.hypotheses for c in h.contrasts]
        assert sign == ([(b, a) for a, b in pairs] if proposition is DEARER else pairs)
        assert [h.reference for h in proposition.hypotheses] == [a for a, _ in pairs]
        assert {c.outcome for h in proposition.hypotheses for c in h.contrasts} == {BRUSHED}
    assert CERTAIN.lever is CERTAINTY and DEARER.lever is COST
    assert sorted(CERTAINTY.levels) == list(CERTAINTY.levels), "rarer first, as the claim reads them"


def test_what_held_in_screening_is_said_point_by_point() -> None:
    rising, falling = arms(DEARER, 0.01), arms(DEARER, -0.01).assign(point=1)
    both = pd.concat([rising, falling], ignore_index=True)
    screened = both[both["stage"] == "screening"]
    assert held(screened, DEARER.hypotheses[0]).to_dict() == {0: True, 1: False}


def test_sentences_tell_brushed_share_in_percentage_points_and_surplus_in_money() -> None:
    text = sentence(findings(DEARER, 0.01), DEARER)
    assert text.startswith("Found at 1 of 1 candidate. Clearest: cost × 1 instead of × 0.5")
    mean = re.search(r"smallest difference \+([\d.]+) percentage points, lower bound \+([\d.]+) \(n", text)
    assert mean and float(mean[1]) == pytest.approx(1, abs=0.2) and 0.5 < float(mean[2]) < float(mean[1])
    money = BY_KEY["T1"]
    assert "smallest difference +0 RMB an arriving buyer" in sentence(findings(money, 0.01), money)


def test_every_outcome_that_is_claimed_has_a_unit() -> None:
    for proposition in PROPOSITIONS:
        outcomes = {c.outcome for h in proposition.hypotheses for c in (*h.contrasts, *h.mechanism)}
        assert outcomes <= MEASURES.keys() and proposition.outcome in outcomes
    text = units_text([SURPLUS, BRUSHED, HARM, SURPLUS])
    assert (
        text
        == "RMB an arriving buyer for consumer surplus and total harm; percentage points for brushed share"
    )


def test_the_page_and_the_terminal_say_units_and_what_to_make_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own, found = plan(tmp_path, ["T4"]), findings(DEARER, -0.01)
    file = tmp_path / "theory.md"
    write_up(file, own, found, summary(own, found))
    page = file.read_text()
    assert "RMB an arriving buyer" not in page and "in percentage points for brushed share" in page
    assert "None found is the good answer" in page
    header = next(line for line in page.splitlines() if line.startswith("| level"))
    assert header.count(BRUSHED) == 1
    first = [float(cell) for cell in page.split("| level |")[1].splitlines()[2].split("|")[1:3]]
    assert first == [0.5, pytest.approx(20, abs=0.5)], "brushed share of the first level, in percent"
    assert re.search(r"\| 1 \| cost × 1 instead of × 0.5 \| 3 \| 1 \| -(0\.[89]|1\.[01])\d* \|", page), (
        "predicted, mean"
    )
    assert re.search(r"cost 1 less 0.5 \| 10 \| -(0\.[89]|1\.[01])\d* .* percentage points \|", page)
    assert re.search(r"\| 0\.5 \| 0\.1 \| 2 \| 0\.4 \|", page), "share, sure share, largest and its sd"
    print_findings(own, found)
    shown = capsys.readouterr().out
    assert "% points" in shown and "None found is the good answer" in shown


def test_the_figure_shows_brushed_share_in_percentage_points() -> None:
    found = findings(CERTAIN, -0.01)
    levels = level_rows(CERTAIN, found.runs, found.candidates.iloc[0])
    assert levels["mean"].tolist() == pytest.approx([0, -1, -2, -3], abs=0.3)
    assert levels["level"].tolist() == list(CERTAINTY.levels) and levels["reference"].tolist()[0]
    title = title_row(CERTAIN, found.candidates).iloc[0]
    assert (title["outcome"], title["unit"]) == ("Brushed share", "% points")
    assert title_row(BY_KEY["T2b"], found.candidates).iloc[0]["unit"] == "RMB"


def test_units_scale_the_columns_of_differences_and_no_other() -> None:
    table = pd.DataFrame({"mean": [0.01], "n": [10]})
    assert in_units(table, BRUSHED, ["mean"]).to_dict("list") == {"mean": [1.0], "n": [10]}
    assert in_units(table, SURPLUS, ["mean"]).equals(table)


def test_the_default_search_takes_the_minutes_that_its_help_says(tmp_path: Path) -> None:
    options = parser().parse_args(["theory"])
    numbers = (options.points, options.replications, options.candidates, options.confirm)
    whole = Plan(load_config([f"days={DAYS}"]), tmp_path, SPACE, *numbers)
    said = re.search(r"about (\d+) minutes on two cores", COMMANDS["theory"][1])
    assert said and whole.market_days * SECONDS_A_DAY / 2 / 60 == pytest.approx(int(said[1]), abs=2)
    assert int(said[1]) <= 30


def test_the_days_of_a_search_count_warm_ups_and_levers_once(tmp_path: Path) -> None:
    own = plan(tmp_path, ["T1", "T4"])
    screening = own.points * 2 * (365 + 4 * DAYS)
    assert own.market_days == screening + 2 * own.confirm * (365 + 4 * DAYS)
