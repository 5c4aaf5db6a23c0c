"""The twin: a day, or a stride of a few days, of the market in expectation. Read this first."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd

from experiments.twin import enforcing, opening, traces
from experiments.twin.beliefs import hear, make_severity
from experiments.twin.demand import Bursts, burst_law, log_price_utility, log_variance, tabulate_positions
from experiments.twin.enforcing import Row, Verdict
from experiments.twin.kernels import choosing, learning, moving, selling
from experiments.twin.kernels.choosing import Offer
from experiments.twin.kernels.moving import Memory
from experiments.twin.kernels.selling import Sales
from experiments.twin.levers import Levers
from experiments.twin.merchants import Choices, believed_loss, make_lesson, make_offer, make_pace
from experiments.twin.population import Kinds, joined, make_cells, make_state, typical_market
from experiments.twin.selling import Buyers, make_books, make_shelf
from experiments.twin.slots import Slots
from experiments.twin.trade import Trade
from sim.brushing.ways import ways_to_brush
from sim.config import World, check_world
from sim.ranking import display_horizon

STRIDE = 7
"""Days that the map takes at once: shops reconsider brushing, and ranks are shuffled, once a week."""

CHANGES = ("state", "buyers", "severity", "trade", "slots", "rows")
"""What a step changes in place: a branch needs its own."""


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
        self._lay_out(*(kinds or typical_market(self.world)))
        self._tabulate()
        self.elasticity, self.variance = 0.5, 0.2
        self.severity, self.buyers = make_severity(self.world.beliefs), Buyers(self.world)
        n_levels = self.cells.levels.size
        self.trade = Trade(self.world.trade.fee, np.zeros(n_levels), np.zeros(n_levels))
        self.slots = Slots(self.world.shops)
        self.day, self.policy_start, self.span = 0, 0, 1
        self.rows: list[Row] = []
        young = self.world.shops.leave_rate / 365 * self.recovery_days()
        self.state = make_state(self.kinds, self.cells, self.world.beliefs.prior, young)
        opening.settle_down(self)

    def _lay_out(self, honest: Kinds, opportunists: Kinds) -> None:
        """Lay out the cells of all kinds."""
        levels = np.asarray(self.world.brushing.levels, dtype=float)
        self.kinds = joined(honest, opportunists)
        self.cells = make_cells(honest.share.size, opportunists.share.size, levels)

    def _tabulate(self) -> None:
        """Work out what the world's parameters fix for good."""
        world = self.world
        self.positions = tabulate_positions(world)
        self.bursts = burst_law(world.shops, display_horizon(world.ranking))
        self.log_price = log_price_utility(world.demand, self.kinds.price)
        self.way_levels = np.array(ways_to_brush(world).mean_level)
        self.task_like, self.parcels = traces.TaskLike(world), traces.make_parcels(world)
        self.shelf, self.books, self.terms = (
            make_shelf(world, self.bursts),
            make_books(world),
            make_offer(world),
        )
        self.lesson, self.pace = make_lesson(world, self.bursts), make_pace(world)

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
        twin = copy.copy(self)
        for name in CHANGES:
            setattr(twin, name, copy.deepcopy(getattr(self, name)))
        return twin

    def daily(self) -> pd.DataFrame:
        """Return one row a day; the numbers of a step hold on all its days."""
        rows, days = np.array(self.rows), np.arange(self.day)
        step = np.searchsorted(rows[:, 0], days, side="right") - 1
        return pd.DataFrame(rows[step], columns=list(Row._fields)).assign(day=days - self.policy_start)

    def step(self, days: int) -> None:
        """Advance by ``days`` on which all rates stay as they are this morning.

        1. Rank and buy: displayed sales, ratings and freshness become attention and genuine orders.
        2. Decide and brush: idle opportunists choose whether to begin a campaign, and how large a one; the
           trade serves what is wanted; fee and workers follow.
        3. Observe and enforce: traces become flags, cases, sanctions.
        4. Measure.
        5. Move: orders are displayed; campaigns begin and end; shops are hidden, closed, leave, enter.
        6. Learn: perceived risk, severity, trust, the trade's camouflage.
        """
        self.span = days
        sales = self.sell()
        choices, brushed = self.decide(sales, days)
        verdict = enforcing.judge(self, sales, brushed)
        self.rows.append(enforcing.measure(self, sales, brushed, verdict))
        self._move(sales, choices, brushed, verdict, days)
        self._learn(sales, brushed, verdict, days)
        self.day += days

    def sell(self, bursts: Bursts | None = None) -> Sales:
        """Return today's sales; the rank's slope and the noise in displayed sales follow them."""
        world, bursts = self.world, bursts or self.bursts
        shelf = self.shelf._replace(
            burst_days=float(bursts.day_share), variance=self.variance, outside=self.buyers.outside,
            freshness=self.slots.freshness(self.recovery_days(), world), trust=1 - self.buyers.mistrust,
            visits=self.buyers.visits(range(self.day, self.day + self.span)),
        )  # fmt: skip
        table = np.empty((6, self.state.mass.size))
        found = selling.sell(
            self.kinds, self.cells, self.state, shelf, self.positions, bursts.multiples, self.log_price, table
        )
        sales = Sales._make([*table, *found])
        self.elasticity = world.ranking.sales_weight * sales.slope + world.demand.sales_weight
        self.variance = log_variance(self.bursts, sales.orders, self.elasticity)
        return sales

    def decide(self, sales: Sales, days: int) -> tuple[np.ndarray, np.ndarray]:
        """Return how idle opportunists choose today, and the brushed orders a day of a shop in each cell.

        First `experiments.twin.merchants.Choices` as one array, then (n_cells,) what the trade can serve.
        """
        found = np.empty((len(Choices._fields), self.cells.levels.size, 2 * self.state.guilty.size))
        brushed = np.empty(self.state.mass.size)
        customers, wanted = choosing.choose(
            self.kinds, self.cells, self.state, sales.ordinary, self.offer(sales),
            believed_loss(self.severity, self.world), self.trade.relative_hazard(self.world),
            self.way_levels, self.bursts.records, self.bursts.chances, found, brushed,
        )  # fmt: skip
        self.trade.prepare(wanted, customers, days, self.world)
        brushed *= self.trade.served
        return found, brushed

    def offer(self, sales: Sales) -> Offer:
        """Return today's terms of brushing."""
        base = 1 + self.terms.horizon * sales.orders
        return self.terms._replace(
            elasticity=float(self.elasticity), constant=sales.orders / base**self.elasticity,
            fee=float(self.trade.fee), camouflage_price=float(self.trade.price(self.world)),
            kept=sales.kept / max(sales.orders, 1e-300),
            young_days=self.slots.young_days(self.recovery_days()),
        )  # fmt: skip

    def recovery_days(self) -> float:
        """Return how long displayed sales take to come back: their horizon, stretched by the feedback."""
        return display_horizon(self.world.ranking) / max(1 - self.elasticity, 0.2)

    def _move(
        self, sales: Sales, choices: np.ndarray, brushed: np.ndarray, verdict: Verdict, days: int
    ) -> None:
        """Let orders be displayed, campaigns begin and end, shops move between states, leave and enter."""
        world, state, recovery = self.world, self.state, self.recovery_days()
        pace = self.pace._replace(days=float(days), recover=1 / recovery)
        left, closed, rebuild = moving.advance(
            self.kinds, self.cells, state, sales, brushed, self.books, choices, verdict.hits, verdict.fate,
            remembered(world, days), self.lesson._replace(days=float(days)), pace,
        )  # fmt: skip
        newcomers = self.slots.refill(left, closed, rebuild, days, recovery) * self.kinds.share
        state.mass[self.cells.newcomer] += newcomers
        state.fear[:, 1] += newcomers * self.severity.prior(world.beliefs)

    def _learn(self, sales: Sales, brushed: np.ndarray, verdict: Verdict, days: int) -> None:
        """Let buyers, merchants and the trade learn: of which levels are hit, and whether camouflage pays."""
        world = self.world
        self.severity.learn(verdict.lessons, days, world.beliefs)
        loss, exposure = believed_loss(self.severity, world), np.empty(self.cells.levels.size)
        prior = self.severity.prior(world.beliefs)
        settled, kept = hear(verdict.lessons, verdict.announcements, prior, days, world.beliefs)
        seen = learning.learn(
            self.kinds, self.cells, self.state, sales, brushed, self.books, loss,
            float(world.beliefs.hazard_concavity), settled, kept, exposure,
        )  # fmt: skip
        disappointed = seen.disappointed / max(seen.orders, 1e-300)
        self.buyers.experience(seen.orders / world.market.buyers_per_shop, disappointed, days, world)
        n = max(seen.customers, 1e-300)
        self.trade.learn(verdict.level_hits, exposure, n, seen.bought / n, seen.loss / n, days, world)


def remembered(world: World, days: int) -> Memory:
    """Return what is left of displayed sales and of reviews after ``days``."""
    rule = world.ranking
    keep = 1.0 if rule.cumulative_sales else 0.5 ** (1 / rule.displayed_half_life)
    gain = days if keep == 1 else (1 - keep**days) / (1 - keep)
    faded = 0.5 ** (1 / world.shops.rating_half_life)
    return Memory(keep**days, float(gain), faded**days, (1 - faded**days) / (1 - faded))
