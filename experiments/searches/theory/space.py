"""Where is searched: the parameters that a proposition may turn on, with their ranges and sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.stats import qmc

from experiments.runs.seeds import THEORY_WORD, replication_seed
from experiments.searches.calibration import priors
from experiments.searches.calibration.priors import PRIORS, Prior, units_of
from experiments.settings.schema import RunConfig
from sim.parameters import Parameters

Space = tuple[Prior, ...]


def tuned(path: str) -> Prior:
    """Return a parameter with the range that calibration allows it."""
    return next(prior for prior in PRIORS if prior.path == path)


SPACE: Space = (
    Prior("ranking.sales_weight", 0.25, 2, "not observed (range is an assumption)", True),
    Prior("ranking.rating_weight", 0, 2, "not observed (range is an assumption)"),
    tuned("ranking.position_exponent"),
    tuned("ranking.direct_share"),
    Prior("demand.looks", 4, 20, "range of evidence `taobao_2017`; few looks are costly search", True),
    Prior("demand.quality_weight", 0.5, 2, "not observed (range is an assumption)", True),
    tuned("shops.quality_sd"),
    Prior("shops.rating_prior", 1, 100, "not observed; how slowly ratings tell quality", True),
    tuned("brushing.moral_cost"),
    tuned("brushing.opportunist_share"),
    tuned("brushing.rating"),
    tuned("brushing.fine_concavity"),
    tuned("shops.owner_reach"),
    Prior("beliefs.own", 0.1, 0.6, "range of evidence `deterrence_learning`"),
)  # fmt: skip
"""Everything else is as in the configuration; `antibrush calibrate` has the ranges that are shared."""


def without(space: Space, pinned: Iterable[str]) -> Space:
    """Return the space without parameters that somebody has set."""
    fixed = set(pinned)
    return tuple(prior for prior in space if prior.path not in fixed)


def sobol(n: int, space: Space, *words: int) -> np.ndarray:
    """Return ``n`` points (n, n_parameters) of a scrambled Sobol sequence that ``words`` fix."""
    power = max(int(np.ceil(np.log2(max(n, 1)))), 0)
    rng = np.random.default_rng([THEORY_WORD, *words])
    return qmc.Sobol(len(space), rng=rng).random_base2(power)[:n]


def values_at(unit: np.ndarray, space: Space) -> list[dict[str, float]]:
    """Return the parameters at points (n, n_parameters) of the unit cube; whole numbers where they are."""
    whole = [prior.path for prior in space if is_whole(prior.path)]
    return [
        values | {path: round(values[path]) for path in whole} for values in priors.values_at(unit, space)
    ]


def is_whole(path: str) -> bool:
    """Tell whether a parameter of the world takes whole numbers only."""
    part, name = path.split(".")
    return isinstance(getattr(getattr(Parameters(), part), name), int)


def unit_points(values: Sequence[Mapping[str, float]], space: Space) -> np.ndarray:
    """Return the points (n, n_parameters) of the unit cube at which parameters have these values."""
    return np.array([units_of(row, space) for row in values]).reshape(len(values), len(space))


def world_at(config: RunConfig, values: Mapping[str, float]) -> RunConfig:
    """Return ``config`` with a world of these values; kernels take the threads that the user set, or one."""
    return replace(priors.world_at(config, values), threads=config.threads or 1)


def seed_of(config: RunConfig, stage: int, point: int, replication: int) -> int:
    """Return the seed of one replication of a stage; no other stage, and no other use, has it."""
    return replication_seed(config.seed, replication, THEORY_WORD, stage, point)
