"""The search for points at which a theory holds: found where it does, and only there, on fresh seeds."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments import load_config
from experiments.commands.cli import BAD_INPUT, OK, main
from experiments.figures import figure_from_csv, theory_figures
from experiments.runs.results import Failure, Result
from experiments.runs.seeds import CALIBRATION_WORD, DETECTOR_WORD, VALIDATION_WORD, replication_seed
from experiments.searches.theory.confirmation import promising
from experiments.searches.theory.estimates import main_effects
from experiments.searches.theory.levers import ACTION, COST, LEVERS
from experiments.searches.theory.propositions import PROPOSITIONS, middle_beats_extremes
from experiments.searches.theory.screening import CONFIRMING, SCREENING, Plan
from experiments.searches.theory.search import Findings, search, wanted
from experiments.searches.theory.space import SPACE, Space, seed_of, sobol, values_at
from experiments.searches.theory.trials import GAP, HARM, SURPLUS, Arm, Trial
from experiments.searches.theory.verdicts import BY_KEY, judge, verdicts
from experiments.settings.schema import RunConfig
from experiments.studies.engine import EvaluationError
from experiments.studies.tasks import Ended, Save, Task, Tick
from sim import World
from sim.parameters import ConfigError

pytestmark = pytest.mark.slow


NAMES = ("ranking.rating_weight", "shops.quality_sd", "demand.looks")
SMALL_SPACE: Space = tuple(prior for prior in SPACE if prior.path in NAMES)

Law = Callable[[World, str, float], Arm]
"""Expected outcomes of a world at a level of a lever."""


def in_one_corner(world: World, lever: str, level: float) -> Arm:
    """T1 holds where ratings weigh more than 1.2, T2a where qualities differ by more than 0.4; no other."""
    dear = -0.2 * (world.ranking.rating_weight - 1.2) * level
    middling = (world.shops.quality_sd - 0.4) * (level in (0.1, 0.3))
    surplus = {"cost": dear, "action": middling, "weight": 0.1 * level, "certainty": 0.0}[lever]
    return {SURPLUS: surplus, HARM: 0.1 * level, GAP: -0.1 * level, **quiet()}


def nowhere(world: World, lever: str, level: float) -> Arm:
    """Every lever helps consumers all the way, and none of the claims holds."""
    return {SURPLUS: 0.1 * level, HARM: 0.1 * level, GAP: 0.0, **quiet()}


def quiet() -> Arm:
    return {"brushed_share": 0.05, "brushed_good": 0.2, "brushed_bad": 0.2}


class FakeExecutor:
    """Saves what a law says, with luck that a seed shares over its arms and luck of each arm.

    After ``patience`` trials somebody presses Ctrl-C; trials at the places ``failing`` fail.
    """

    def __init__(
        self, law: Law, noise: float = 0.02, patience: int = 10**9, failing: Sequence[int] = ()
    ) -> None:
        self.law, self.noise, self.patience, self.failing = law, noise, patience, failing
        self.done: list[Trial] = []

    def run(self, tasks: Sequence[Task], save: Save, tick: Tick) -> Iterator[Ended]:
        for number, task in enumerate(tasks):
            trial: Trial = task.run.__self__
            if len(self.done) >= self.patience:
                raise KeyboardInterrupt
            if len(tasks) == 32 and number in self.failing:
                yield Ended(task, [Failure(trial.key, "trial", "invented")])
                continue
            save(Result(trial.key, {"seed": trial.seed, "arms": self.arms(trial)}))
            self.done.append(trial)
            tick()
            yield Ended(task)

    def arms(self, trial: Trial) -> dict[str, list[Arm]]:
        luck = np.random.default_rng(trial.seed)
        shared = luck.normal()
        return {
            key: [
                {
                    name: value + shared + self.noise * luck.normal()
                    for name, value in self.law(trial.config.world, key, level).items()
                }
                for level in LEVERS[key].levels
            ]
            for key in trial.levers
        }


@pytest.fixture(scope="module")
def config() -> RunConfig:
    return load_config(["market=small", "warmup=4", "days=6", "threads=1"])


def plan(config: RunConfig, folder: Path, points: int = 32, only: Sequence[str] = ()) -> Plan:
    return Plan(config, folder, SMALL_SPACE, points=points, candidates=2, propositions=wanted(only))


def silent(done: int, total: int) -> None:
    pass


@pytest.fixture(scope="module")
def corner(config: RunConfig, tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Findings]:
    own = plan(config, tmp_path_factory.mktemp("corner"))
    return own, search(own, silent, FakeExecutor(in_one_corner))


def test_a_region_is_found_where_it_is(corner: tuple[Plan, Findings]) -> None:
    _, found = corner
    dear, middling = found.of("T1"), found.of("T2a")
    assert dear["found"].all() and dear["explained"].all()
    assert (dear["ranking.rating_weight"] > 1.2).all()
    assert middling["found"].all() and not middling["explained"].any()
    assert (middling["shops.quality_sd"] > 0.4).all()
    assert set(middling["text"]) <= {"share 0.1 better than 0 and 1", "share 0.3 better than 0 and 1"}


def test_none_is_found_where_there_is_none(corner: tuple[Plan, Findings]) -> None:
    own, found = corner
    assert not found.of("T2b")["found"].any() and not found.of("T3")["found"].any()
    summary = json.loads((own.folder / "theory.json").read_text())
    verdicts_ = {one["proposition"]: one for one in summary["propositions"]}
    assert [key for key, one in verdicts_.items() if one["found"]] == ["T1", "T2a"]
    assert verdicts_["T3"]["sentence"].startswith("None found: no bound above zero among 2 candidates")
    assert summary["effort"]["points"] == 32 and summary["effort"]["confirm"] == 10


def test_a_world_in_which_nothing_holds_gives_nothing(config: RunConfig, tmp_path: Path) -> None:
    found = search(plan(config, tmp_path, 8, ["T1", "T3"]), silent, FakeExecutor(nowhere))
    assert set(found.candidates["proposition"]) == {"T1", "T3"} and not found.candidates["found"].any()
    assert set(found.runs["lever"]) == {"cost", "weight"}
    assert (found.estimates["sure_share"] == 0).all()
    assert "None found" in (tmp_path / "theory.md").read_text()


def test_the_emulators_know_how_much_of_the_space_it_is(corner: tuple[Plan, Findings]) -> None:
    _, found = corner
    estimates = found.estimates.set_index(["proposition", "hypothesis"])
    number = found.of("T1")["hypothesis"].iloc[0]
    assert estimates.loc[("T1", number), "share"] == pytest.approx(0.4, abs=0.04)  # 1.2 of 0 to 2
    assert estimates.loc[("T1", number), "decided_by"].startswith("ranking.rating_weight")
    number = found.of("T2a")["hypothesis"].iloc[0]
    assert estimates.loc[("T2a", number), "share"] == pytest.approx(2 / 7, abs=0.06)  # 0.4 of 0.15 to 0.5
    cells = found.maps[found.maps["proposition"] == "T1"]
    assert cells["x_name"].iloc[0] == "ranking.rating_weight"
    assert cells.loc[cells["x"] > 0.7, "share"].min() == 1 and cells.loc[cells["x"] < 0.5, "share"].max() == 0


def test_what_was_predicted_is_what_confirmation_sees(corner: tuple[Plan, Findings]) -> None:
    _, found = corner
    candidates = found.candidates
    error = (candidates["predicted"] - candidates["mean"]).abs()
    assert (error < 0.03 + 4 * candidates["predicted_sd"]).all()


def test_confirming_seeds_are_fresh(corner: tuple[Plan, Findings]) -> None:
    _, found = corner
    seeds = {stage: set(own["seed"]) for stage, own in found.runs.groupby("stage")}
    assert not seeds["screening"] & seeds["confirmation"]
    assert len(seeds["screening"]) == 64 and len(seeds["confirmation"]) == 10


def test_seeds_are_those_of_no_other_use(config: RunConfig) -> None:
    own = [
        seed_of(config, SCREENING, point, r) for point in range(256) for r in range(3)
    ] + [seed_of(config, CONFIRMING, 0, r) for r in range(100)]  # fmt: skip
    words = [(), (DETECTOR_WORD,), (CALIBRATION_WORD,), (VALIDATION_WORD,)]
    others = {replication_seed(config.seed, r, *word) for word in words for r in range(1100)}
    assert len(set(own)) == len(own) and not others & set(own)


def test_an_interrupted_search_goes_on_and_ends_the_same(config: RunConfig, tmp_path: Path) -> None:
    broken, whole = (plan(config, tmp_path / name, 8, ["T2a"]) for name in ("broken", "whole"))
    runners = [FakeExecutor(in_one_corner, patience=n) for n in (5, 15, 10**9)]
    for runner in runners[:-1]:
        with pytest.raises(KeyboardInterrupt):
            search(broken, silent, runner)
    search(broken, silent, runners[-1])
    straight = FakeExecutor(in_one_corner)
    search(whole, silent, straight)
    assert sum(len(runner.done) for runner in runners) == len(straight.done)
    for name in ("runs", "candidates", "verdicts", "contrasts", "maps"):
        pair = [(tmp_path / folder / f"{name}.csv").read_bytes() for folder in ("broken", "whole")]
        assert pair[0] == pair[1], name
    again = FakeExecutor(in_one_corner)
    search(broken, silent, again)
    assert not again.done


def test_a_folder_of_another_search_is_refused(config: RunConfig, tmp_path: Path) -> None:
    search(plan(config, tmp_path, 8, ["T2a"]), silent, FakeExecutor(nowhere))
    for other, changed in (
        (plan(config, tmp_path, 9, ["T2a"]), "points"),
        (plan(config, tmp_path, 8), "hypo"),
    ):
        with pytest.raises(ConfigError, match=changed):
            search(other, silent, FakeExecutor(nowhere))


def test_points_of_which_a_trial_failed_are_left_out(config: RunConfig, tmp_path: Path) -> None:
    sloppy = FakeExecutor(in_one_corner, failing=range(0, 32, 4))
    found = search(plan(config, tmp_path, 16, ["T1"]), silent, sloppy)
    screened = found.runs[found.runs["stage"] == "screening"]
    assert set(screened["point"]) == {point for point in range(16) if point % 2}
    assert "8 of the points" in (tmp_path / "theory.md").read_text()
    with pytest.raises(EvaluationError, match="every trial failed"):
        search(plan(config, tmp_path / "all", 16), silent, FakeExecutor(nowhere, failing=range(32)))


def confirming_runs(shift: dict[str, float], pairs: int, seed: int, noise: float = 1.0) -> pd.DataFrame:
    """Return arms of one candidate; ``shift`` is added to the surplus at a level of the cost of brushing."""
    luck = np.random.default_rng(seed)
    rows = [
        {"stage": "confirmation", "point": 0, "replication": r, "lever": "cost", "level": level,
         SURPLUS: shift.get(f"{level:g}", 0.0) + noise * luck.normal(), GAP: noise * luck.normal()}
        for r in range(pairs)
        for level in COST.levels
    ]  # fmt: skip
    return pd.DataFrame(rows)


def one_candidate(proposition: str = "T1", hypothesis: int = 0, n: int = 1) -> pd.DataFrame:
    text = BY_KEY[proposition].hypotheses[hypothesis].text
    row = {"proposition": proposition, "candidate": 1, "hypothesis": hypothesis, "text": text}
    return pd.DataFrame([row | {"candidate": i + 1} for i in range(n)])


def test_nothing_counts_as_found_on_fewer_than_ten_pairs() -> None:
    table = one_candidate()
    for pairs, found in ((9, False), (10, True)):
        runs = confirming_runs({"0.5": 50.0}, pairs, 1)
        assert bool(verdicts(judge(table, runs), table)["found"].iloc[0]) is found


def test_luck_alone_is_found_in_one_search_of_twenty_at_most() -> None:
    table, errors = one_candidate(n=4), 0
    for seed in range(100):
        runs = pd.concat(
            [confirming_runs({}, 10, 4 * seed + i).assign(point=i) for i in range(4)], ignore_index=True
        )
        errors += bool(verdicts(judge(table, runs), table)["found"].any())
    assert 0 < errors <= stats.binom.ppf(0.999, 100, 0.05)


def test_bounds_are_those_of_a_one_sided_t_test_shared_by_all_candidates() -> None:
    runs = confirming_runs({"0.5": 1.0}, 12, 3)
    wide = runs.pivot(index="replication", columns="level", values=SURPLUS)
    pairs = (wide[0.5] - wide[1]).to_numpy()
    for n in (1, 5):
        low = judge(one_candidate(n=n), runs)["low"].iloc[0]
        test = stats.ttest_1samp(pairs, 0, alternative="greater").confidence_interval(1 - 0.05 / n)
        assert low == pytest.approx(test.low)


def test_a_middle_has_to_beat_both_extremes() -> None:
    table = one_candidate("T2a", 1)
    for high, found in ((0.0, True), (5.0, False)):
        runs = confirming_runs({}, 10, 2, 0.01).drop(columns=["lever", "level"])
        levels = np.resize([0, 0.1, 1], len(runs))
        surplus = np.select([levels == 0.1, levels == 1], [4.0, high]) + runs[SURPLUS]
        own = runs.assign(lever="action", level=levels, **{SURPLUS: surplus})
        own = own.drop_duplicates(["replication", "level"])
        assert bool(verdicts(judge(table, own), table)["found"].iloc[0]) is found


def test_less_harm_in_the_middle_is_better_and_less_surplus_is_worse() -> None:
    harm, surplus = (middle_beats_extremes(ACTION, outcome, 0.1) for outcome in (HARM, SURPLUS))
    assert [(c.plus, c.minus) for c in harm.contrasts] == [(0, 0.1), (1, 0.1)]
    assert [(c.plus, c.minus) for c in surplus.contrasts] == [(0.1, 0), (0.1, 1)]


def test_candidates_are_few_and_strong() -> None:
    score = np.array([10.0, 9, 1, -5, 6, 4.5])
    assert promising(score, 2).tolist() == [0, 1, 4]
    assert promising(-score, 2).tolist() == [3, 2]


def test_main_effects_are_shares_of_variance() -> None:
    points = sobol(2048, SMALL_SPACE, 1)
    shares = main_effects(points, 2 * points[:, 0] + points[:, 1])
    assert shares == pytest.approx([0.8, 0.2, 0], abs=0.02)
    assert (main_effects(points, np.ones(len(points))) == 0).all()


def test_the_space_lies_within_the_ranges_of_parameters_and_holds_whole_numbers() -> None:
    values = values_at(np.array([[0.0] * len(SPACE), [0.37] * len(SPACE), [1.0] * len(SPACE)]), SPACE)
    assert [row["demand.looks"] for row in values] == [4, 7, 20]
    assert all(isinstance(row["demand.looks"], int) for row in values)
    assert (sobol(64, SPACE, 1) == sobol(64, SPACE, 1)).all()
    assert (sobol(64, SPACE, 1) != sobol(64, SPACE, 2)).all()


def test_the_figure_shows_candidates_levels_and_map(corner: tuple[Plan, Findings]) -> None:
    own, found = corner
    files = theory_figures(own.folder).files
    assert [file.stem for file in files] == [proposition.key for proposition in PROPOSITIONS]
    for file in files:
        figure = figure_from_csv(file.with_suffix(".csv"))
        diamonds = {
            line.get_gid(): line for axes in figure.axes for line in axes.lines if line.get_marker() == "D"
        }
        table = found.of(file.stem)
        assert set(diamonds) == {f"candidate:{n}" for n in table["candidate"]}
        full = [diamonds[f"candidate:{n}"].get_markerfacecolor() != "white" for n in table["candidate"]]
        assert full == table["found"].tolist()
        lines = [line for axes in figure.axes for line in axes.lines if line.get_gid() == "levels"]
        levels = pd.read_csv(file.with_suffix(".csv")).query("kind == 'level'")
        assert np.concatenate([line.get_ydata() for line in lines]) == pytest.approx(levels["mean"])
        verdict = next(text.get_text() for text in figure.texts if text.get_gid() == "verdict")
        assert verdict.startswith("Found" if table["found"].any() else "None found")


FIXED = (
    "ranking.sales_weight=1", "ranking.position_exponent=1", "ranking.direct_share=0.4",
    "demand.quality_weight=1", "shops.rating_prior=5", "brushing.moral_cost=0.03",
    "brushing.opportunist_share=0.35", "brushing.rating=1.5",
    "brushing.fine_concavity=0.8", "shops.owner_reach=0.5", "beliefs.own=0.3",
)  # fmt: skip
TINY = (
    "market=small",
    "market.shops_per_category=50",
    "market.n_shops=100",
    "warmup=5",
    "days=6",
    "threads=1",
)


def test_a_small_search_runs_and_leaves_the_documented_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["theory", *TINY, *FIXED, "workers=1", "--points", "5", "--candidates", "1", "--confirm", "2"]
    assert main([*words, "--output", str(tmp_path)]) == OK
    expected = {f"{name}.csv" for name in ("design", "candidates", "runs", "estimates", "maps", "contrasts")}
    expected |= {"verdicts.csv", "theory.json", "theory.md", "study.json", "provenance.json"}
    expected |= {"manifest.json", "trials"}
    assert expected | {"figures"} == {file.name for file in tmp_path.iterdir()}
    design = pd.read_csv(tmp_path / "design.csv")
    assert set(design.columns) == {"point", *NAMES}, "what the command line sets is not searched"
    shown = capsys.readouterr().out
    assert "T3" in shown and "nothing can count as found" in shown
    assert not pd.read_csv(tmp_path / "verdicts.csv")["found"].any()


@pytest.mark.parametrize(
    "words",
    [
        ["--points", "4"],
        ["--confirm", "1"],
        ["--candidates", "0"],
        ["package=no_enforcement"],
        ["days=2"],
        ["--only", "T9"],
        ["--replications", "1"],
    ],
)
def test_wrong_words_are_bad_input(words: list[str], tmp_path: Path) -> None:
    assert main(["theory", *words, "--output", str(tmp_path / "new")]) == BAD_INPUT
    assert not (tmp_path / "new").exists()
