"""An executor that saves what a law says of packages, with the luck of seeds and of each run."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.runs.replication import Branch, Replication
from experiments.runs.results import Failure, Result
from experiments.studies.tasks import Ended, Save, Task, Tick

Law = Callable[[Branch], dict[str, float]]
"""Expected outcomes of a branch: of its package, and of the response to it."""


class FakeExecutor:
    """Saves runs by a law; luck of a seed is shared by all its runs, half of the variance is a run's own.

    After ``patience`` runs somebody presses Ctrl-C; runs of which ``failing`` says so fail.
    """

    def __init__(
        self,
        law: Law,
        noise: dict[str, float] | None = None,
        patience: int = 10**9,
        failing: Callable[[Branch], bool] = lambda branch: False,
    ) -> None:
        self.law, self.noise, self.patience, self.failing = law, noise or {}, patience, failing
        self.done = 0

    def run(self, tasks: Sequence[Task], save: Save, tick: Tick) -> Iterator[Ended]:
        for task in tasks:
            replication: Replication = task.run.__self__  # type: ignore[attr-defined]
            failures = []
            for branch in replication.branches:
                if branch.key not in task.keys:
                    continue
                if self.done >= self.patience:
                    raise KeyboardInterrupt
                self.done += 1
                if self.failing(branch):
                    failures.append(Failure(branch.key, "policy", "invented"))
                else:
                    save(self.result(branch, replication.seed))
            yield Ended(task, failures)

    def result(self, branch: Branch, seed: int) -> Result:
        outcomes: dict[str, Any] = self.law(branch)
        for place, (name, size) in enumerate(self.noise.items()):
            shared = np.random.default_rng([seed, place]).normal()
            own = np.random.default_rng([seed, int(branch.key[:12], 16), place]).normal()
            outcomes[name] += size * (shared + own) / np.sqrt(2)
        if "first" not in outcomes:
            return Result(branch.key, {"outcomes": outcomes})
        day, first = np.arange(-28, 112, 7), outcomes.pop("first")
        share = np.where(day < 28, first, outcomes["brushed_share"])
        path = pd.DataFrame({"day": day, "brushed_share": share})
        return Result(branch.key, {"outcomes": outcomes}, {"path": path})
