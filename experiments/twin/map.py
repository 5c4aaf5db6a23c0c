"""The twin: a day, or a stride of a few days, of the market in expectation. Read this first."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from experiments.twin import enforcing, flows, traces
from experiments.twin.beliefs import hear, make_severity
from experiments.twin.cells import join, make_cells, split
from experiments.twin.demand import Bursts, Ranking, burst_law, log_variance
from experiments.twin.enforcing import Verdict
from experiments.twin.levers import Levers
from experiments.twin.merchants import Choices, Offer, choose, learn_gain, perceived_loss, start_rate
from experiments.twin.population import Kinds, make_population, typical_market
from experiments.twin.selling import Buyers, Sales, Shelf, not_empty, sell
from experiments.twin.trade import Trade
from sim.config import World, check_world
from sim.events import INNOCENT_DAYS
from sim.ranking import display_horizon

STRIDE = 7
"""Days that the map takes at once: shops reconsider brushing, and ranks are shuffled, once a week."""

ROUNDS = 30


class Twin:
    """The market in expectation under one package; deterministic, without a seed.

    Parameters
    ----------
    world : all parameters of the scenario
    levers : the institutions (`experiments.twin.levers.read_levers`), None for none
    kinds : honest and opportunist kinds of shops; those that stand for the law of traits if None
    stride : days that the map takes at once
    """

    def __init__(
        self,
        world: World,
        levers: Levers | None = None,
        kinds: tuple[Kinds, Kinds] | None = None,
        stride: int = STRIDE,
    ) -> None:
        self.world, self.levers, self.stride = copy.deepcopy(world), levers or Levers("none"), stride
        check_world(self.world)
        honest, opportunist = kinds or typical_market(self.world)
        levels = np.asarray(self.world.brushing.levels, dtype=float)
        self.honest = make_population(honest, np.zeros(0), self.world.beliefs.prior)
        self.opportunists = make_population(opportunist, levels, self.world.beliefs.prior)
        self.cells = make_cells(self.honest, self.opportunists)
        self.guilty = np.zeros(opportunist.share.size)
        self.ranking = Ranking(self.world)
        self.bursts = burst_law(self.world.shops, display_horizon(self.world.ranking))
        self.severity, self.buyers = make_severity(self.world.beliefs), Buyers()
        self.trade = Trade(self.world.trade.fee, np.zeros(levels.size), np.zeros(levels.size))
        self.slots = flows.Slots(self.world.shops)
        self.task_like = traces.TaskLike(self.world)
        self.day, self.policy_start, self.span = 0, 0, 1
        self.elasticity, self.variance = 0.5, 0.2
        self.rows: list[dict[str, float]] = []
        self._settle_down()

    def run(self, days: int) -> pd.DataFrame:
        """Advance by ``days`` and return the table of all days so far."""
        end = self.day + days
        while self.day < end:
            self.step(min(self.stride, end - self.day))
        return self.daily()

    def adopt(self, levers: Levers | None) -> Twin:
        """Let other institutions take over; days of tables count from today."""
        self.levers, self.policy_start = levers or Levers("none"), self.day
        return self

    def branch(self) -> Twin:
        """Return an independent copy that goes on as this twin would."""
        return copy.deepcopy(self)

    def daily(self) -> pd.DataFrame:
        """Return one row a day; the numbers of a step hold on all its days."""
        table = pd.DataFrame(self.rows)
        days = np.arange(self.day)
        step = np.searchsorted(table["day"], days, side="right") - 1
        return table.iloc[step].assign(day=days - self.policy_start).reset_index(drop=True)

    def step(self, days: int) -> None:
        """Advance by ``days`` on which all rates stay as they are this morning.

        1. Rank and buy: displayed sales, ratings and freshness become attention and genuine orders.
        2. Decide: idle opportunists choose whether to begin a campaign, and how large a one.
        3. Brush: the trade serves what is wanted; fee and workers follow.
        4. Observe and enforce: traces become flags, cases, sanctions.
        5. Measure; then today's orders are displayed.
        6. Move: campaigns begin and end, shops are hidden, closed, recover, leave, enter.
        7. Learn: perceived risk, severity, trust, the trade's camouflage.
        """
        self.span = days
        sales = self.sell()
        choices = self.decide(sales)
        brushed = self.brush(choices, days)
        verdict = enforcing.judge(self, sales, brushed)
        self.rows.append(enforcing.measure(self, sales, brushed, verdict))
        self._show(sales, brushed, days)
        self._move(sales, choices, verdict, days)
        self._learn(sales, brushed, verdict, days)
        self.day += days

    @property
    def mass(self) -> np.ndarray:
        """Share of all slots in each cell (n_cells,)."""
        return join(self.honest.mass, self.opportunists.mass)

    def sell(self, bursts: Bursts | None = None) -> Sales:
        """Return today's sales; the rank's slope and the noise in displayed sales follow them."""
        mass = self.mass
        keep = not_empty(mass)
        displayed = join(self.honest.displayed, self.opportunists.displayed)[keep]
        logs = np.log1p(displayed) - 0.5 * self.variance * (displayed / (1 + displayed)) ** 2
        fresh = self.slots.freshness(self.recovery_days(), self.world) * (self.cells.stage[keep] == 1)
        shelf = Shelf(mass[keep], np.maximum(logs, 0), self.ratings()[keep], fresh, self.variance)
        visits = self.buyers.visits(self.world, range(self.day, self.day + self.span))
        sales = sell(
            shelf, self.cells, keep, self.buyers, self.ranking, bursts or self.bursts, self.world, visits
        )
        self.elasticity = self.world.ranking.sales_weight * sales.slope + self.world.demand.sales_weight
        self.variance = log_variance(self.bursts, float(sales.genuine @ mass), self.elasticity, self.world)
        return sales

    def ratings(self) -> np.ndarray:
        """Return the rating of each cell's shops: reviews shrunk to the mean, brushed ones among them."""
        fake = self.world.brushing.rating * self.world.shops.quality_sd
        tables = []
        for people in (self.honest, self.opportunists):
            genuine, brushed = people.reviews.T
            count = genuine + brushed + self.world.shops.rating_prior
            rating = (people.kinds.quality * genuine + fake * brushed) / count
            tables.append(np.broadcast_to(rating[:, None], people.mass.shape))
        return join(*tables)

    def profits(self, sales: Sales) -> np.ndarray:
        """Return the profit a day of a shop in each cell, brushing left out, RMB."""
        shops = self.world.shops
        return sales.standing * self.cells.price * (self.cells.margin - shops.commission) - shops.fixed_cost

    def decide(self, sales: Sales) -> Choices:
        """Return how idle opportunists choose today."""
        people, half = self.opportunists, 1 + self.opportunists.n_levels
        idle = [0, half]
        rate = split(sales.ordinary, self.honest, people)[1][:, idle]
        kept = float(sales.standing @ self.mass) / max(float(sales.genuine @ self.mass), 1e-300)
        earned = kept * people.kinds.price * (people.kinds.margin - self.world.shops.commission)
        days = np.array([30.0, self.slots.young_days(self.recovery_days())])
        return choose(people, rate, days, earned, self.offer(sales), self.bursts, self.world)

    def offer(self, sales: Sales) -> Offer:
        """Return today's terms of brushing."""
        mass, horizon = self.mass, display_horizon(self.world.ranking)
        base = 1 + horizon * float(sales.genuine @ mass)
        demotion, fine, closure = self.severity.means
        return Offer(
            self.elasticity, float(sales.genuine @ mass) / base**self.elasticity, self.trade.fee,
            self.trade.price(self.world), self.trade.relative_hazard(self.world), demotion, fine, closure,
        )  # fmt: skip

    def brush(self, choices: Choices, days: int) -> np.ndarray:
        """Return brushed orders a day of a shop in each cell, after the trade served what it can."""
        people, half = self.opportunists, 1 + self.opportunists.n_levels
        orders = np.zeros(people.mass.shape)
        for stage, at in enumerate((0, half)):
            orders[:, at + 1 : at + half] = choices.orders[:, stage]
        customers = float(people.mass[:, people.orders > 0].sum())
        self.trade.prepare(float((orders * people.mass).sum()), customers, days, self.world)
        return join(np.zeros(self.honest.mass.shape), orders * self.trade.served)

    def recovery_days(self) -> float:
        """Return how long displayed sales take to come back: their horizon, stretched by the feedback."""
        return display_horizon(self.world.ranking) / max(1 - self.elasticity, 0.2)

    def _show(self, sales: Sales, brushed: np.ndarray, days: int) -> None:
        """Bring displayed sales and reviews up to the end of the step."""
        keep = (
            1.0
            if self.world.ranking.cumulative_sales
            else 0.5 ** (1 / self.world.ranking.displayed_half_life)
        )
        gain = days if keep == 1 else (1 - keep**days) / (1 - keep)
        faded = 0.5 ** (1 / self.world.shops.rating_half_life)
        flow = split(sales.standing + brushed, self.honest, self.opportunists)
        genuine = split(sales.genuine, self.honest, self.opportunists)
        bought = split(brushed, self.honest, self.opportunists)
        for i, people in enumerate((self.honest, self.opportunists)):
            people.shown = people.shown * keep**days + people.mass * flow[i] * gain
            shops = np.maximum(people.mass.sum(axis=1), 1e-300)
            for column, count in enumerate((genuine[i], bought[i])):
                mean = (count * people.mass).sum(axis=1) / shops
                more = mean * (1 - faded**days) / (1 - faded)
                people.reviews[:, column] = people.reviews[:, column] * faded**days + more

    def _move(self, sales: Sales, choices: Choices, verdict: Verdict, days: int) -> None:
        """Let shops move between states, leave and enter."""
        shops, brushing, people = self.world.shops, self.world.brushing, self.opportunists
        losing = np.maximum(-self.profits(sales), 0) / max(shops.deposit, 1.0)
        leave = split(shops.leave_rate / 365 + losing, self.honest, people)
        length = (brushing.campaign_days_low + brushing.campaign_days_high) / 2
        self._end_campaigns(sales, choices, length, days)
        begin = choices.start.sum(axis=2, keepdims=True)
        start = start_rate(begin, brushing.decision_days) * choices.start / np.maximum(begin, 1e-300)
        moved = []
        for i, herd in enumerate((self.honest, people)):
            starts = start if herd.n_levels else np.zeros((herd.mass.shape[0], 2, 0))
            rates = flows.Rates(
                starts, verdict.hits[i], leave[i], 1 / length, 1 / self.recovery_days(), verdict.lifted[i],
                verdict.hidden_days[i],
            )  # fmt: skip
            moved.append(flows.move(herd, rates, verdict.terms[i], self.world.beliefs.own, days))
        newcomers = self.slots.refill(moved, days, self.recovery_days(), self.honest, people)
        for herd in (self.honest, people):
            flows.enter(herd, newcomers * herd.kinds.share, self.severity.prior(self.world.beliefs))

    def _end_campaigns(self, sales: Sales, choices: Choices, length: float, days: int) -> None:
        """Let campaigns that end teach what brushing brings, and leave their merchants guilty for a while."""
        people, shape = self.opportunists, choices.start.shape
        on, idle = people.orders > 0, [0, 1 + people.n_levels]
        genuine = split(sales.genuine, self.honest, people)[1][:, on].reshape(shape)
        ended = people.mass[:, on] / length
        by_merchant = ended / np.maximum(people.mass.sum(axis=1), 1e-300)[:, None]
        learn_gain(people, choices, genuine, by_merchant.reshape(shape), self.bursts, days, self.world)
        begun = ended.sum(axis=1) / np.maximum(people.mass[:, idle].sum(axis=1), 1e-300)
        forgotten = 1 / INNOCENT_DAYS
        settled = begun / (begun + forgotten)
        self.guilty += (settled - self.guilty) * -np.expm1(-(begun + forgotten) * days)

    def _learn(self, sales: Sales, brushed: np.ndarray, verdict: Verdict, days: int) -> None:
        """Let buyers, merchants and the trade learn."""
        world, mass = self.world, self.mass
        orders = float(sales.genuine @ mass)
        bad = float((sales.genuine * sales.disappointed) @ mass) / max(orders, 1e-300)
        self.buyers.experience(orders / world.market.buyers_per_shop, bad, days, world)
        self.severity.learn(verdict.lessons, days, world.beliefs)
        prior = self.severity.prior(world.beliefs)
        for herd in (self.honest, self.opportunists):
            held = herd.by_stage(herd.mass)
            herd.fear = held * hear(herd.risk, verdict.lessons, prior, days, world.beliefs)
        self._evade(sales, brushed, verdict, days)

    def _evade(self, sales: Sales, brushed: np.ndarray, verdict: Verdict, days: int) -> None:
        """Let the trade learn which levels are hit, and buy camouflage."""
        people = self.opportunists
        on = people.orders > 0
        customers = people.mass[:, on]
        genuine, profit, bought = (
            split(values, self.honest, people)[1][:, on]
            for values in (sales.genuine, self.profits(sales), brushed)
        )
        n = max(float(customers.sum()), 1e-300)
        exposed = (
            self.world.beliefs.hazard_concavity
            * people.orders[on]
            / (people.orders[on] + genuine + 1)
            * customers
        )
        loss = perceived_loss(profit, self.offer(sales), self.world)
        self.trade.learn(
            by_level(verdict.level_hits), by_level(exposed.sum(axis=0)), n,
            float((bought * customers).sum()) / n, float((loss * customers).sum()) / n, days, self.world,
        )  # fmt: skip

    def _settle_down(self) -> None:
        """Give shops displayed sales and reviews near where they settle, and fit the outside option."""
        world = self.world
        young = world.shops.leave_rate / 365 * self.recovery_days()
        for people in (self.honest, self.opportunists):
            at = 1 + people.n_levels
            people.mass[:, at] = people.mass[:, 0] * young / (1 + young)
            people.mass[:, 0] -= people.mass[:, at]
            people.fear[:, 1] = people.fear[:, 0] * young / (1 + young)
            people.fear[:, 0] -= people.fear[:, 1]
        for done in range(ROUNDS):
            if done % 10 == 0:
                self.buyers.outside = self._fit_outside()
            self._remember(self.sell())
        self.buyers.outside = self._fit_outside()

    def _fit_outside(self) -> float:
        """Return e^utility of leaving at which a visit ends in an order as often as the scenario says."""
        target = self.world.demand.purchase_probability
        visits = self.buyers.visits(self.world, range(1))

        calm = replace(self.bursts, day_share=0.0)

        def excess(log_outside: float) -> float:
            self.buyers.outside = float(np.exp(log_outside))
            return float(self.sell(calm).genuine @ self.mass) / visits - target

        return float(np.exp(brentq(excess, -20, 20, xtol=1e-6)))

    def _remember(self, sales: Sales) -> None:
        """Move displayed sales half-way to what today's sales would have left by now."""
        horizon, recovery = display_horizon(self.world.ranking), self.recovery_days()
        share = np.where(self.cells.stage == 1, recovery / (recovery + horizon), 1.0)
        target = split(sales.standing * horizon * share, self.honest, self.opportunists)
        genuine = split(sales.genuine, self.honest, self.opportunists)
        life = self.world.shops.rating_half_life / np.log(2)
        for i, people in enumerate((self.honest, self.opportunists)):
            people.shown += 0.5 * (people.mass * target[i] - people.shown)
            shops = np.maximum(people.mass.sum(axis=1), 1e-300)
            people.reviews[:, 0] = (genuine[i] * people.mass).sum(axis=1) / shops * life


def by_level(of_states: np.ndarray) -> np.ndarray:
    """Sum what belongs to campaigns (established, then rebuilding) over both stages, by level."""
    return of_states.reshape(2, -1).sum(axis=0)
