"""The market: one day as named phases. Read this first."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from sim.contract import Observation, Package
from sim.digest import digest_of
from sim.kernels.threads import use_threads
from sim.model import DailyModel
from sim.opening import open_market, take_over
from sim.outcomes import outcomes_of
from sim.parameters import Parameters, whole_number
from sim.phases.adapt import adapt, set_cuts
from sim.phases.brush import brush
from sim.phases.buy import buy
from sim.phases.buy_by_class import buy_by_class
from sim.phases.count_losses import count_harm, count_losses
from sim.phases.decide import decide
from sim.phases.enforce import enforce
from sim.phases.enter import enter_and_age
from sim.phases.learn import learn
from sim.phases.leave_traces import leave_traces, show_sales
from sim.phases.measure import count_month, measure, truth_table
from sim.phases.observe import clear_delivered, observe
from sim.phases.rank import rank
from sim.phases.review import review
from sim.phases.settle import settle
from sim.state import State
from sim.state.today import Today
from sim.trade.business import offer

MAX_SEED, MAX_THREADS, MAX_DAYS = 2**64 - 1, 1024, 36_500
"""Seeds have the 64 bits that draws are made of; the command line has the same limits."""


class Market(DailyModel):
    """One platform's market under one package of policies: Mesa's shell around a `sim.state.State`.

    Parameters
    ----------
    parameters : all parameters of the scenario; checked here
    package : what acts every evening, None for no institution at all
    seed : number of the replication in [0, 2⁶⁴); every draw is a function of it (`sim.chance`)
    threads : how many the kernels use (0: one a core); results do not depend on it

    Raises
    ------
    ConfigError : a parameter is out of range or of another kind
    ContractError : a policy broke the contract
    """

    def __init__(
        self,
        parameters: Parameters | None = None,
        package: Package | None = None,
        seed: int = 1,
        threads: int = 1,
    ) -> None:
        seed = whole_number(seed, "seed", 0, MAX_SEED)
        super().__init__(seed)
        self.threads = whole_number(threads, "threads", 0, MAX_THREADS)
        self.state: State = open_market(parameters if parameters is not None else Parameters(), seed)
        self.sell = buy if self.state.platforms[0].classes is None else buy_by_class
        self.rows: list[dict[str, Any]] = []
        self.adopt(package)

    def step(self) -> None:
        """Advance the market by one day.

        1. Enter and age: shops leave, entrants take free slots, bursts start and end.
        2. Rank: yesterday's displayed sales, ratings and freshness become attention.
        3. Decide: a seventh of the merchants reconsider brushing, knowing the ranking.
        4. Brush: organisers match tasks to workers; brushed orders come out.
        5. Buy: buyers arrive, look, choose or leave, and experience what they ordered.
        6. Review: ratings move.
        7. Settle: money moves, every fen from somewhere to somewhere.
        8. Leave traces: what orders leave behind; policies see only that.
        9. Enforce: every policy acts; acts take effect from tomorrow.
        10. Learn: perceived risk moves with sanctions, and decays; the trade learns to evade and to ask.
        11. Measure: one row of the daily table.
        """
        state, today = self.state, Today(self.state.clock, self.state.shops.n)
        (platform,), off = state.platforms, state.switched_off
        shops, merchants, campaigns, buyers = state.shops, state.merchants, state.campaigns, state.buyers
        trade, beliefs, traces, harm = state.trade, state.beliefs, state.traces, state.harm
        enter_and_age(state, today)
        today.attention = rank(today.clock, platform, shops)
        today.offers = offer(trade)
        today.started, today.asked = decide(today, (shops, merchants), campaigns, beliefs, traces, off)
        today.tasks = brush(today, shops, campaigns, trade, buyers)
        today.sales = self.sell(today, platform, shops, buyers)
        review(today, shops, campaigns.parameters, traces.parameters)
        today.accounts = settle(today, shops, merchants, (trade, state.founders), state.money)
        leave_traces(today, platform, shops, buyers, traces)
        today.sales_lost = count_losses(today, platform, shops, buyers, harm)
        show_sales(today, platform, shops)
        self._enforce(today)
        learn(today, (shops, merchants, campaigns), traces, beliefs, trade, off)
        if not off.evasion:
            adapt(today, (shops, merchants), campaigns, traces, beliefs, trade)
        set_cuts(today, trade)
        count_harm(today, shops, campaigns, traces, harm)
        count_month(state, today)
        self.rows.append(measure(state, today))
        self.today, self.steps = today, today.clock.day + 1
        state.clock = today.clock._replace(day=self.steps)

    def _enforce(self, today: Today) -> None:
        """Let the package answer the evening's observation."""
        if self.package is None:
            return
        acts = self.package.act(observe(self.state))
        clear_delivered(self.state, today.tally)
        enforce(self.state, today, acts)

    def run(self, days: int, progress: Callable[[int], None] | None = None) -> Market:
        """Advance by ``days`` (calling ``progress`` after each with the days done); return the market."""
        days = whole_number(days, "days", 0, MAX_DAYS)
        use_threads(self.threads)
        for done in range(1, days + 1):
            self.step()
            if progress is not None:
                progress(done)
        return self

    def adopt(self, package: Package | None, mute: Iterable[str] = ()) -> Market:
        """Let ``package`` replace the institutions; its days, and those of all tables, count from today.

        ``mute`` names mechanisms (`sim.state.mechanisms`) through which it shall not work: a counterfactual.
        """
        take_over(self.state, mute)
        self.package = package
        if package is not None:
            package.reset()
        return self

    def branch(self) -> Market:
        """Return an independent copy that goes on exactly as this market would."""
        return copy.deepcopy(self)

    @property
    def day(self) -> int:
        """Days lived."""
        return self.state.clock.day

    def observe(self, actor: str | None = None) -> Observation:
        """Return what ``actor`` can know tonight, all but the organisers without one; changes nothing."""
        return observe(self.state, actor)

    def truth(self) -> pd.DataFrame:
        """Return what no institution sees: for each slot its identity, brushed orders, innocence."""
        return truth_table(self.state)

    def daily(self) -> pd.DataFrame:
        """Return one row a day (`sim.outcomes.DAILY`); ``day`` counts from the start of the package."""
        table = pd.DataFrame(self.rows)
        table["day"] = np.arange(len(table)) - self.state.clock.policy_start
        return table

    def events(self) -> pd.DataFrame:
        """Return every act, with the truth added."""
        return self.state.events.table(self.state.clock.policy_start)

    def case_table(self) -> pd.DataFrame:
        """Return the file of cases, each with its truth at the flag."""
        return self.state.cases.table(self.state.clock.policy_start)

    def outcomes(self) -> dict[str, float | None]:
        """Return the outcomes over the policy period (`sim.outcomes.OUTCOMES`); None where undefined."""
        return outcomes_of(self.daily(), self.state)

    def hash(self) -> str:
        """Return a digest of the integer tables: equal for runs that are the same."""
        return digest_of(self.daily(), self.events(), self.state)
