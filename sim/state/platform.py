"""Platforms: marketplaces with a rule of rank and a demand side."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

import numpy as np

from sim.parameters import RankingParameters
from sim.state.demand import Classes, Demand


@dataclass
class RankingCache:
    """What ranking keeps of yesterday to save time; all of it follows from the identities and the week.

    ``noise`` is by slot, ``by_identity`` and ``by_score`` list slots category by category; ``by_score``
    is yesterday's ranking, and nearly today's but on the day on which a week begins.
    """

    key: np.uint64 | None = None
    identity: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    noise: np.ndarray = field(default_factory=lambda: np.zeros(0))
    by_identity: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    by_score: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


@dataclass
class Platform:
    """One marketplace: a block of categories, its rule of rank, and who buys there.

    ``rule`` is the scenario's rule, ``ranking`` the one in force, which institutions may change. Buyers are
    followed one by one, or counted by class where there are ``classes``.
    """

    name: str
    rule: RankingParameters
    demand: Demand
    classes: Classes | None = None
    cache: RankingCache = field(default_factory=RankingCache)
    ranking: RankingParameters = field(init=False)

    def __post_init__(self) -> None:
        self.restore_rule()

    def restore_rule(self) -> None:
        """Let the scenario's rule be in force again."""
        self.ranking = copy.copy(self.rule)
