"""Train a detector on exported data, put it into the loop, and ask whether it is a better policy.

Takes about two minutes: python examples/bring_a_detector.py [KEY=VALUE …]
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from scipy.stats import t
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from experiments import check_detector, compare, export, load_config
from policies import bring_detector
from policies.detectors import FEATURES, BurstRules, load_fitted

HOME = Path("results") / "bring_a_detector"

MARKET = ("warmup=180", "days=360", "seed=7")
"""The market of which data are exported; its seed is not the study's."""

FLAGS_PER_1000_WEEK = 5

STUDY = (
    "name=bring_a_detector",
    "title=Detectors at an equal number of flags",
    "question=Is the detector with the larger area under the curve the better policy?",
    "warmup=180",
    "days=360",
    "replications=10",
)

DETECTOR = '''"""A gradient-boosted model of a shop's traces."""

from pathlib import Path

import joblib
import numpy as np

from policies.detectors import features

reads = ("identity", "category", "age", "traces")
files = ("model.joblib",)  # what it is fitted to is part of what it is

model = joblib.load(Path(__file__).with_name("model.joblib"))


def score(observation):
    """Return the risk of every shop; trees give many shops the same risk, so a lot breaks ties."""
    counts = [getattr(observation.traces, name)[window] for name in {counts} for window in (1, 2)]
    risk = model.predict_proba(np.column_stack([features(observation), *counts]))[:, 1]
    return 0.999999 * risk + 0.000001 * observation.luck("boosted.ties", observation.identity)
'''
"""The file that is brought; windows 1 and 2 count 7 and 30 days."""

OUTCOMES = ("brushed_share", "innocent_hits_per_1000_shop_years")

COUNTS = ("orders", "task_like", "repeats", "flagged_parcels", "returns", "complaints", "views")
COLUMNS = [f"feature_{name}" for name in FEATURES]
INPUTS = COLUMNS + [f"{name}_{days}" for name in COUNTS for days in (7, 30)]


@dataclass
class Difference:
    """A paired difference with its 95 % t-interval."""

    mean: float
    low: float
    high: float

    def shown(self, scale: float, form: str) -> str:
        """Return the numbers as text."""
        mean, low, high = (format(scale * value, f"+{form}") for value in (self.mean, self.low, self.high))
        return f"{mean} [{low}, {high}]"

    def word(self, less: str, more: str, neither: str) -> str:
        """Return which of three words is true of the interval."""
        return less if self.high < 0 else more if self.low > 0 else neither


def main(words: list[str]) -> None:
    """Export, train, bring, compare, conclude."""
    shops = export(load_config([*MARKET, *words]), HOME / "data", days_of_orders=0)["shops.parquet"]
    kept = labelled(shops)
    train, test = (kept[kept["split"] == name] for name in ("train", "test"))
    model = HistGradientBoostingClassifier(max_iter=60, learning_rate=0.1, random_state=1)
    model.fit(train[INPUTS].to_numpy(dtype=float), brushes(train))
    areas = areas_under_curves(model, test)
    print("\n".join(f"area under the curve, test split: {name:12} {auc:.4f}" for name, auc in areas.items()))
    file = write_detector(model)
    check_detector(bring_detector("boosted", file))
    runs = compare([*STUDY, arms(areas), *words]).runs
    print("flags per 1,000 shop-years: " + ", ".join(f"{name} {n:.0f}" for name, n in flags(runs).items()))
    for other, one in combinations(sorted(areas, key=lambda name: areas[name]), 2):
        differences = [difference(runs, one, other, outcome) for outcome in OUTCOMES]
        print(conclusion(one, other, areas[one] - areas[other], *differences))


def labelled(shops: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of open shops that clearly brush or clearly do not."""
    return shops[shops["open"] & (shops["truth_innocent"] | (shops["truth_brushed_30"] >= 5))]


def brushes(shops: pd.DataFrame) -> np.ndarray:
    """Return the label."""
    return (shops["truth_brushed_30"] >= 5).to_numpy()


def areas_under_curves(model: HistGradientBoostingClassifier, test: pd.DataFrame) -> dict[str, float]:
    """Return the area under the curve of each detector, on shops that none was fitted on."""
    rows = test[COLUMNS].to_numpy()
    risks = {
        "burst_rules": BurstRules().predict(rows),
        "fitted": load_fitted().predict(rows),
        "boosted": model.predict_proba(test[INPUTS].to_numpy(dtype=float))[:, 1],
    }
    return {name: float(roc_auc_score(brushes(test), risk)) for name, risk in risks.items()}


def write_detector(model: HistGradientBoostingClassifier) -> Path:
    """Write the file that is brought, with what was fitted beside it."""
    joblib.dump(model, HOME / "model.joblib")
    file = HOME / "boosted.py"
    file.write_text(DETECTOR.replace("{counts}", repr(COUNTS)), encoding="utf-8")
    return file


def arms(names: dict[str, float]) -> str:
    """Return one arm for each detector: automatic sanctions on the same number of flags a week."""
    rate = f"detection.flags_per_1000_week={FLAGS_PER_1000_WEEK}"
    written = [
        f"{{label: {name}, package: threshold_only, overrides: ['{rate}', 'detection.detector={name}']}}"
        for name in names
    ]
    return f"arms=[{','.join(written)}]"


def flags(runs: pd.DataFrame) -> pd.Series:
    """Return the cases that each arm opened: without tips or ledgers every flag is one."""
    return runs.groupby("package", sort=False)["cases_per_1000_shop_years"].mean()


def difference(runs: pd.DataFrame, one: str, other: str, outcome: str) -> Difference:
    """Return how much more of an outcome one detector brings than another, paired by replication."""
    values = runs.pivot(index="replication", columns="package", values=outcome)
    gaps = (values[one] - values[other]).dropna()
    half = t.ppf(0.975, len(gaps) - 1) * gaps.std() / np.sqrt(len(gaps))
    return Difference(gaps.mean(), gaps.mean() - half, gaps.mean() + half)


def conclusion(one: str, other: str, gain: float, brushing: Difference, hits: Difference) -> str:
    """Return the sentences that the numbers bear out, whichever way they point."""
    return (
        f"{one} has a {'larger' if gain > 0 else 'smaller'} area under the curve than {other} ({gain:+.4f}). "
        f"With as many flags, brushing is {brushing.word('less', 'more', 'not clearly different')} "
        f"({brushing.shown(100, '.2f')} pp), and innocents are hit "
        f"{hits.word('less', 'more', 'not clearly more or less')} often "
        f"({hits.shown(1, '.1f')} per 1,000 shop-years): {one} is {verdict(brushing, hits)}."
    )


def verdict(brushing: Difference, hits: Difference) -> str:
    """Return what two differences, of which less is better, make of a policy."""
    found = {change.word("better", "worse", "same") for change in (brushing, hits)}
    if {"better", "worse"} <= found:
        return "a trade of one harm for the other"
    for word in ("better", "worse"):
        if word in found:
            return f"the {word} policy"
    return "no other policy, as far as these runs can tell"


if __name__ == "__main__":
    main(sys.argv[1:])
