"""On which day an organiser is raided: a constant hazard, the first raids stratified over replications."""

from __future__ import annotations

import numpy as np

from sim.contract import Observation

GOLDEN = (5**0.5 - 1) / 2


class Raids:
    """Raids at a hazard: an organiser is found once the hazard it has run reaches an exponential limit.

    The limit is -log(1 - u). Raids are rare: a few in a run, none in many. So the first ``u`` of an
    organiser that is in business on the first day may come from one of ``strata`` equal parts of
    (0, 1); over replications in all strata the means are those of independent draws, with less noise.
    The stratum of each organiser is rotated by its number, so that not all are found in one replication.
    """

    def __init__(self, strata: int = 1, stratum: int = 0) -> None:
        self.strata, self.stratum = strata, stratum
        self._run: dict[int, float] = {}
        self._limit: dict[int, float] = {}
        self._begun = False

    def today(self, observation: Observation, hazard: float) -> np.ndarray:
        """Return the organisers that are found today at ``hazard`` a day."""
        organisers = observation.organisers.tolist()
        new = [organiser for organiser in organisers if organiser not in self._limit]
        self._draw(observation, new, self.strata if not self._begun else 1)
        self._begun = True
        found = []
        for organiser in organisers:
            self._run[organiser] += hazard
            if self._run[organiser] >= self._limit[organiser]:
                found.append(organiser)
        self._draw(observation, found, 1, again=1)
        return np.array(found, dtype=np.int64)

    def _draw(self, observation: Observation, names: list[int], strata: int, again: int = 0) -> None:
        """Give the organisers called ``names`` a new limit."""
        if not names:
            return
        organisers = np.array(names, dtype=np.int64)
        rotation = np.floor(organisers * GOLDEN % 1 * strata)
        part = (self.stratum + rotation) % strata
        u = (part + observation.luck("regulator.raid", organisers, again)) / strata
        for organiser, limit in zip(names, -np.log1p(-u), strict=True):
            self._run[organiser], self._limit[organiser] = 0.0, float(limit)
