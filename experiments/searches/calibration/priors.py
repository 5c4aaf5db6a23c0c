"""What may be tuned: parameters with the ranges that the evidence leaves them, and why."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from experiments.settings.schema import RunConfig
from sim.parameters import Parameters, check_world


@dataclass(frozen=True)
class Prior:
    """A parameter with its range; ``follows`` names parameters that take the same value.

    ``decides`` marks what no target holds but what decides how policies work: the ensemble has to span it.
    """

    path: str
    low: float
    high: float
    reason: str
    logarithmic: bool = False
    follows: tuple[str, ...] = ()
    decides: bool = False

    def value(self, unit: np.ndarray) -> np.ndarray:
        """Return the values at ``unit`` in [0, 1], four digits each."""
        if self.logarithmic:
            value = self.low * (self.high / self.low) ** unit
        else:
            value = self.low + (self.high - self.low) * unit
        return np.array([float(f"{v:.4g}") for v in np.atleast_1d(value)])

    def unit(self, value: np.ndarray) -> np.ndarray:
        """Return where in the range values lie, in [0, 1]."""
        value = np.asarray(value, dtype=float)
        if self.logarithmic:
            return np.log(value / self.low) / np.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


PRIORS = (
    Prior("brushing.moral_cost", 0.01, 0.3, "not observed; moves prevalence most", True),
    Prior("brushing.opportunist_share", 0.15, 1.0, "at least the merchants seen to brush; perhaps all"),
    Prior(
        "brushing.choice_scale", 2, 10, "not observed; the scale of levels is kept equal", False,
        ("brushing.level_scale",),
    ),
    Prior("shops.commission", 0.02, 0.05, "differs between categories; brushing pays it too"),
    Prior("beliefs.prior", 0.002, 0.1, "from the realised rate of sanctions to a strong fear", True),
    Prior("ranking.position_exponent", 0.6, 1.5, "recalled: near 1"),
    Prior("ranking.direct_share", 0.2, 0.6, "not observed"),
    Prior("demand.sales_weight", 0.055, 0.08, "13 to 20 % more demand for ten times the sales"),
    Prior("brushing.rating", 0, 3.3, "not observed: from an average review to the best"),
    Prior("shops.quality_sd", 0.15, 0.5, "not observed (range is an assumption)"),
    Prior("trade.fee", 0.06, 0.11, "Shatui 0.0815; other sources on both sides"),
    Prior("ranking.freshness_weight", 0.3, 3, "not observed (range is an assumption)", True),
    Prior("shops.growth", 0.1, 0.45, "shoppers grew by 45 % in 2014 and 22 % in 2015; less later"),
    Prior("adaptation.camouflage_price", 2, 15, "not observed: what cover costs", True, decides=True),
    Prior("adaptation.hidden_share", 0.4, 0.95, "not observed: what cover hides", decides=True),
    Prior("shops.owner_reach", 0, 1, "companies to natural persons: what fines can reach", decides=True),
    Prior("brushing.fine_concavity", 0.5, 1, "large fines weigh less, or at face value", decides=True),
    Prior("beliefs.peer", 0.02, 0.1, "not observed: what others' sanctions teach", True, decides=True),
    Prior("beliefs.guilty_prior", 0.5, 0.95, "not observed: who is believed to be hit", decides=True),
)  # fmt: skip
"""Everything else keeps its default."""

NAMES = [prior.path for prior in PRIORS]

DECIDING = [i for i, prior in enumerate(PRIORS) if prior.decides]
"""Columns of the unit cube that decide how policies work and that no target holds."""


def values_at(unit: np.ndarray, priors: Sequence[Prior] = PRIORS) -> list[dict[str, float]]:
    """Return the parameters at points (n, n_parameters) of the unit cube."""
    names = [prior.path for prior in priors]
    columns = [prior.value(unit[:, i]) for i, prior in enumerate(priors)]
    return [dict(zip(names, map(float, row), strict=True)) for row in np.transpose(columns)]


def units_of(values: Mapping[str, float], priors: Sequence[Prior] = PRIORS) -> np.ndarray:
    """Return the point of the unit cube (n_parameters,) at which parameters have these values."""
    return np.array([float(prior.unit(np.array(values[prior.path]))) for prior in priors])


def defaults(world: Parameters, priors: Sequence[Prior] = PRIORS) -> dict[str, float]:
    """Return the values that ``world`` gives the tuned parameters."""
    names = [prior.path for prior in priors]
    return {path: float(getattr(getattr(world, part), name)) for path, part, name in split(names)}


def split(paths: list[str]) -> list[tuple[str, str, str]]:
    """Return each path with its part of the world and its name there."""
    return [(path, *path.split(".", 1)) for path in paths]  # type: ignore[misc]


def sets_of(table: pd.DataFrame, priors: Sequence[Prior] = PRIORS) -> list[dict[str, float]]:
    """Return the parameter sets of a table with a column a parameter."""
    names = [prior.path for prior in priors]
    return [dict(zip(names, map(float, row), strict=True)) for row in table[names].to_numpy(float)]


def with_followers(values: Mapping[str, float], priors: Sequence[Prior] = PRIORS) -> dict[str, float]:
    """Return the values with those of the parameters that follow them."""
    full = dict(values)
    for prior in priors:
        if prior.path in values:
            full |= dict.fromkeys(prior.follows, values[prior.path])
    return full


def world_at(config: RunConfig, values: Mapping[str, float], priors: Sequence[Prior] = PRIORS) -> RunConfig:
    """Return ``config`` with a world of these values."""
    world = copy.deepcopy(config.world)
    full = with_followers(values, priors)
    for path, part, name in split(list(full)):
        setattr(getattr(world, part), name, full[path])
    check_world(world)
    return replace(config, world=world, threads=1)
