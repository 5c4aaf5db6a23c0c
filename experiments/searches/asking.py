"""The loop of a search by Optuna: ask for a batch of points, have them measured, tell what came out.

Nothing of Optuna's is kept on disk: the loop asks for the same points again, as long as it is told the same,
and who measures finds what is stored already. So a search that was killed goes on as if it had not been, and
what it finds depends on its seed and on the size of its batches, not on the number of processes.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import qmc

from experiments.settings.dimensions import Dimension
from sim.parameters import ConfigError

Point = dict[str, Any]
"""A value for each dimension, by its path."""

OPENING = 1 / 3
"""Share of the trials that look the space over evenly before the sampler learns from them."""


@dataclass(frozen=True)
class Measured:
    """What came of a point: a value an objective, and by how much each constraint is missed (≤ 0: met)."""

    values: tuple[float, ...]
    excess: tuple[float, ...] = ()


Measure = Callable[[Sequence[Point]], Sequence[Measured | None]]
"""Measures a batch of points; None where that failed."""


@dataclass(frozen=True)
class Asked:
    """One trial: the point that was asked for, and what came of it."""

    number: int
    point: Point
    measured: Measured | None


@dataclass(frozen=True)
class Problem:
    """Where is searched and how hard; with the measure it fixes every trial.

    ``senses`` say of each objective whether more (1) or less (−1) is better; ``first`` are points that are
    measured before all others.
    """

    dimensions: tuple[Dimension, ...]
    senses: tuple[int, ...]
    trials: int
    batch: int
    seed: int
    first: tuple[Point, ...] = ()


def ask_and_tell(problem: Problem, measure: Measure) -> list[Asked]:
    """Measure as many points as the problem says, batch by batch, and return all trials in their order.

    Points before a third of the trials is over are spread evenly (a Sobol sequence); the others come from
    Optuna's multi-objective tree-structured Parzen estimator, which is told which constraints were missed.

    Raises
    ------
    ConfigError : Optuna is not installed
    """
    optuna = import_optuna()
    opening = opening_points(problem)
    study = new_study(optuna, problem, len(opening))
    for point in opening:
        study.enqueue_trial(coded(problem.dimensions, point))
    asked: list[Asked] = []
    while len(asked) < problem.trials:
        size = min(problem.batch, problem.trials - len(asked))
        trials = [study.ask(spaces(optuna, problem.dimensions)) for _ in range(size)]
        points = [decoded(problem.dimensions, trial.params) for trial in trials]
        for trial, point, measured in zip(trials, points, measure(points), strict=True):
            tell(optuna, study, trial, measured)
            asked.append(Asked(len(asked), point, measured))
    return asked


def import_optuna() -> Any:
    """Return the library, quiet; a `ConfigError` says how to get it."""
    try:
        import optuna
    except ImportError:
        raise ConfigError('searching needs Optuna; install it with pip install "antibrush[search]"') from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


def new_study(optuna: Any, problem: Problem, opening: int) -> Any:
    """Return an Optuna study in memory, whose sampler begins to learn after ``opening`` trials."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.TPESampler(
            seed=problem.seed % 2**32, n_startup_trials=opening, multivariate=True, constant_liar=True
        )
    ways = ["maximize" if sense > 0 else "minimize" for sense in problem.senses]
    return optuna.create_study(directions=ways, sampler=sampler)


def tell(optuna: Any, study: Any, trial: Any, measured: Measured | None) -> None:
    """Tell the study what came of one trial."""
    if measured is None:
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
        return
    for number, excess in enumerate(measured.excess):
        trial.set_constraint(f"constraint {number}", excess)
    study.tell(trial, list(measured.values))


def opening_points(problem: Problem) -> list[Point]:
    """Return the points that are measured first: those that the problem names, then an even spread."""
    wanted = min(max(round(OPENING * problem.trials), 1), problem.trials)
    own = list(problem.first)[: problem.trials]
    more = max(wanted - len(own), 0)
    return own + [
        at_unit(problem.dimensions, row) for row in sobol(more, len(problem.dimensions), problem.seed)
    ]


def sobol(n: int, width: int, seed: int) -> np.ndarray:
    """Return ``n`` points (n, width) of a scrambled Sobol sequence."""
    power = int(np.ceil(np.log2(max(n, 1))))
    return qmc.Sobol(width, rng=np.random.default_rng(seed)).random_base2(power)[:n]


def at_unit(dimensions: Sequence[Dimension], unit: np.ndarray) -> Point:
    """Return the point at a place (n_dimensions,) of the unit cube."""
    return {one.path: one.at(np.array([u]))[0] for one, u in zip(dimensions, unit, strict=True)}


def is_ordered(dimension: Dimension) -> bool:
    """Tell whether the values of a dimension have an order: numbers, or lists of them, do."""
    return not any(isinstance(value, (str, bool)) or value is None for value in dimension.values)


def spaces(optuna: Any, dimensions: Sequence[Dimension]) -> dict[str, Any]:
    """Return Optuna's distribution of each dimension: a share of its range, or the number of its value."""
    kinds = optuna.distributions
    found: dict[str, Any] = {}
    for one in dimensions:
        if not one.values:
            found[one.path] = kinds.FloatDistribution(0.0, 1.0)
        elif is_ordered(one) and len(one.values) > 1:
            found[one.path] = kinds.IntDistribution(0, len(one.values) - 1)
        else:
            found[one.path] = kinds.CategoricalDistribution(tuple(range(len(one.values))))
    return found


def coded(dimensions: Sequence[Dimension], point: Mapping[str, Any]) -> dict[str, Any]:
    """Return a point as Optuna knows it."""
    return {
        one.path: one.place(point[one.path]) if one.values else float(one.unit([point[one.path]])[0])
        for one in dimensions
    }


def decoded(dimensions: Sequence[Dimension], params: Mapping[str, Any]) -> Point:
    """Return the point that Optuna's parameters mean."""
    return {
        one.path: one.values[params[one.path]] if one.values else one.at(np.array([params[one.path]]))[0]
        for one in dimensions
    }
