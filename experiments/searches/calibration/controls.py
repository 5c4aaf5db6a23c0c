"""Controls: worlds broken on purpose; each has to miss the targets that it names, or still to meet them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.files.whole import write_json, write_table
from experiments.runs.seeds import VALIDATION_WORD
from experiments.searches.calibration.evaluation import TUNING, Evaluation, Scope, measure_all, statistics_of
from experiments.searches.calibration.targets import TARGETS, Target
from experiments.settings.schema import RunConfig
from experiments.studies.engine import Progress
from experiments.studies.store import Store
from sim.parameters import ConfigError, TradeParameters, parameter

BELOW, ABOVE = "below", "above"
INSIDE = "inside"
"""What a change has to do to a statistic: push it over an edge of its band, or leave it in the band."""

YEAR_ONLY = Scope(levels=())
"""What a control needs that does not name the experiment on entrants."""


@dataclass(frozen=True)
class Control:
    """A world that is broken on purpose, and what that has to do to some targets.

    ``pushes`` are pairs of a target's key and the side of its band over which it has to go, `BELOW` or
    `ABOVE`, or `INSIDE` where it has to stay; they are declared here, before anything is measured.
    ``change`` alters the copy of a configuration in place.
    """

    name: str
    meaning: str
    change: Callable[[RunConfig], None]
    pushes: tuple[tuple[str, str], ...]

    def applied(self, config: RunConfig) -> RunConfig:
        """Return a configuration with the change; ``config`` stays as it is."""
        broken = copy.deepcopy(config)
        self.change(broken)
        return replace(broken, threads=1)

    @property
    def scope(self) -> Scope:
        """What has to be measured."""
        return TUNING if any(key.startswith("slowness") for key, _ in self.pushes) else YEAR_ONLY


@dataclass
class DearTrade(TradeParameters):
    """The trade with fees that the evidence rules out: what a control needs, and no scenario may say."""

    fee: float = parameter(0.0815, "share of value", 0, 10, "assumption", "all-in fee at normal use")
    fee_low: float = parameter(0.05, "share of value", 0, 10, "assumption", "lowest all-in fee")
    fee_high: float = parameter(0.12, "share of value", 0, 10, "assumption", "highest all-in fee")


def triple_fees(config: RunConfig) -> None:
    """Let brushing cost three times as much."""
    values = {item.name: getattr(config.world.trade, item.name) for item in fields(TradeParameters)}
    dear = {name: 3 * values[name] for name in ("fee", "fee_low", "fee_high")}
    config.world.trade = DearTrade(**(values | dear))


def switch_detector_off(config: RunConfig) -> None:
    """Let no risk pass the threshold: nothing is flagged."""
    for entry in config.status_quo.values():
        if isinstance(entry, dict) and entry.get("policy") == "detection":
            entry |= {"threshold": 1.0, "flags_per_1000_week": None}


def draw_lots(config: RunConfig) -> None:
    """Let the platform's sanctions fall by lot, once a year on every shop, whatever it did (E1)."""
    for entry in config.status_quo.values():
        if isinstance(entry, dict) and entry.get("policy") == "detection":
            entry |= {"detector": "random_audit", "threshold": 1 - 1 / 365, "flags_per_1000_week": None}
            entry |= {"mode": "automatic", "acted_share": 1, "cooldown_days": 0}


def flatten_positions(config: RunConfig) -> None:
    """Let every position in the ranking get the same attention."""
    config.world.ranking.position_exponent = 0.0


def show_newcomers_first(config: RunConfig) -> None:
    """Rank by freshness, not by sales: an entrant is seen at once, whether it brushes or not."""
    config.world.ranking.freshness_weight, config.world.ranking.sales_weight = 10.0, 0.0


def stop_growth(config: RunConfig) -> None:
    """Let the market be one that has not grown: its shops are old."""
    config.world.shops.growth = 0.0


CONTROLS = (
    Control(
        "fees_tripled", "brushing fees times three (fee, fee_low, fee_high)", triple_fees,
        (("brushed_share", BELOW), ("brushing_merchants", BELOW)),
    ),
    Control(
        "detector_off", "threshold 1: nothing is flagged", switch_detector_off,
        (("above_60", BELOW), ("sanctioned_60", BELOW)),
    ),
    Control(
        "flat_ranking", "attention the same at every position (eta = 0)", flatten_positions,
        (("rank_slope", ABOVE), ("top_share", BELOW)),
    ),
    Control(
        "newcomers_first", "ranking by freshness, not by sales", show_newcomers_first,
        (("slowness_10", BELOW),),
    ),
    Control(
        "no_growth", "a market that does not grow: its shops are old", stop_growth,
        (("young_brushers", BELOW),),
    ),
    Control(
        "lottery", "sanctions by lot, one a shop and year: no reason to abstain", draw_lots,
        (("brushed_share", INSIDE), ("brushing_merchants", INSIDE)),
    ),
)  # fmt: skip
"""Each leaves everything else as it is."""

BY_KEY = {target.key: target for target in TARGETS}


def hold_controls(
    worlds: dict[str, RunConfig],
    replications: int,
    folder: Path,
    progress: Progress,
    controls: Sequence[Control] = CONTROLS,
) -> pd.DataFrame:
    """Measure every world with and without each control; return one row for each target that one names.

    The seeds are those of the validation. ``without`` and ``value`` are means over ``replications``
    markets without and with the control. The table is written to ``folder``, where a later call finds the
    evaluations that have ended.

    Raises
    ------
    ConfigError : no replication
    EvaluationError : an evaluation failed; the message says why
    """
    if replications < 1:
        raise ConfigError(f"--replications must be at least 1; got {replications}")
    asked = evaluations(worlds, controls, replications)
    jobs = {job.key: job for own in asked.values() for job in own}
    store = measure_all(list(jobs.values()), folder, progress)
    means = {which: mean_statistics(own, store) for which, own in asked.items()}
    rows = [
        {"world": world, **judge_push(control, key, side, means[world, ""], means[world, control.name])}
        for world in worlds
        for control in controls
        for key, side in control.pushes
    ]
    table = pd.DataFrame(rows).assign(n=replications)
    write_table(folder / "controls.csv", table)
    write_json(folder / "controls.json", {"met": all_pushed(table), "rows": table.to_dict("records")})
    return table


def evaluations(
    worlds: dict[str, RunConfig], controls: Sequence[Control], replications: int
) -> dict[tuple[str, str], list[Evaluation]]:
    """Return what has to be measured, by the names of world and control; no control has the name ``""``."""
    asked = {}
    for world, config in worlds.items():
        wanted = [("", replace(config, threads=1), TUNING)]
        wanted += [(control.name, control.applied(config), control.scope) for control in controls]
        for name, own, scope in wanted:
            label = f"{world} {name}".rstrip()
            asked[world, name] = [
                Evaluation(own, r, VALIDATION_WORD, scope, label) for r in range(replications)
            ]
    return asked


def mean_statistics(jobs: Sequence[Evaluation], store: Store) -> dict[str, float]:
    """Return the means over evaluations of the statistics that they have; undefined ones are left out."""
    runs = pd.DataFrame([statistics_of(store, job) for job in jobs]).apply(pd.to_numeric)
    return {str(name): float(value) for name, value in runs.mean().items()}


def judge_push(
    control: Control, key: str, side: str, without: dict[str, float], broken: dict[str, float]
) -> dict[str, object]:
    """Return the row of one target that a control names."""
    target = BY_KEY[key]
    before, after = without.get(key, np.nan), broken.get(key, np.nan)
    return {
        "control": control.name,
        "meaning": control.meaning,
        "number": target.number,
        "statistic": key,
        "band": target.band,
        "without": before,
        "value": after,
        "side": side,
        "verdict": verdict(target, side, before, after),
    }


def verdict(target: Target, side: str, without: float, value: float) -> str:
    """Return what a control did to a statistic, in capitals if it is not what it has to do."""
    if side == INSIDE:
        return "left inside" if target.low <= without <= target.high >= value >= target.low else "NOT LEFT"
    return f"pushed {side}" if pushed(target, side, without, value) else "NOT PUSHED"


def pushed(target: Target, side: str, without: float, value: float) -> bool:
    """Tell whether a control has moved a statistic over the edge of the band that it names.

    A statistic that lies beyond this edge without the control, or is undefined, is not pushed.
    """
    if side == BELOW:
        return value < target.low <= without
    return value > target.high >= without


def all_pushed(table: pd.DataFrame) -> bool:
    """Tell whether every control has pushed out, or left inside, all targets that it names."""
    return not table["verdict"].str.startswith("NOT").any() and len(table) > 0
