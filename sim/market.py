"""The market: one day as named phases. Read this first."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterable

import mesa
import numpy as np
import pandas as pd

from sim import findings
from sim.beliefs import Lessons, forget, learn, make_severity, neighbour_offsets, newcomer_risk
from sim.brushing.adaptation import adapt, make_experience, meet_customers
from sim.brushing.decisions import Terms, decide_brushing, stop_campaigns
from sim.brushing.organisers import make_organisers
from sim.brushing.tasks import assign_tasks
from sim.brushing.trade import make_trade, quote
from sim.channels import Mute, mute_channels
from sim.cohorts import make_cohorts, mark_orders, sell_to_cohorts
from sim.config import World, check_world
from sim.contract import Observation, Package
from sim.demand import Orders, make_demand, place_orders
from sim.enforcement import enforce
from sim.entry import CLOSED_DAYS, Entrants, admit_entrants, age_shops, open_shops, vacate
from sim.events import Cases, EventLog, judge
from sim.findings import Inbox
from sim.kernels.ahead import compile_ahead
from sim.kernels.threads import use_threads
from sim.losses import CLOSURE_DAYS, count_losses, make_harm, make_losses
from sim.memory import keep_freed_memory
from sim.metrics import MONTH, DetectorRecord, Today, measure, outcomes
from sim.observing import observe
from sim.opening import settle_down
from sim.parameters import normalised, whole_number
from sim.raids import run_organisers
from sim.ranking import Attention, Roll, rank_shops, show_sales
from sim.reviewing import Sales, deliver, review
from sim.settlement import Ledger, fund_merchants, settle, wind_up
from sim.state import FEN, NEVER, fade_buyers, make_buyers, make_merchants, make_shops, never
from sim.traces import (
    clear_traces,
    count_accounts,
    count_views,
    make_traces,
    record_traces,
)  # fmt: skip

MAX_SEED, MAX_THREADS, MAX_DAYS = 2**64 - 1, 1024, 36_500
"""A seed has the 64 bits that draws are made of; the command line limits threads and days likewise."""

OF_MESAS_CLOCK = ("step", "_user_step", "_default_schedule", "_event_list", "_event_generators", "_scenario")
"""Attributes of a model of Mesa 3.3 or 3.5 that refer back to it."""


class Market(mesa.Model):
    """One platform's market under one package of policies.

    Parameters
    ----------
    world : all parameters of the scenario; checked here
    package : what acts every evening, None for no institution at all
    seed : number of the replication in [0, 2⁶⁴); every draw is a function of it (`sim.chance`)
    threads : how many the kernels use (0: one a core); results do not depend on it

    Raises
    ------
    ConfigError : a parameter is out of range or of another kind
    ContractError : a policy broke the contract
    """

    def __init__(
        self, world: World | None = None, package: Package | None = None, seed: int = 1, threads: int = 1
    ) -> None:
        self.seed = whole_number(seed, "seed", 0, MAX_SEED)
        super().__init__(rng=self.seed)
        self._leave_clock_of_mesa()
        self.threads = whole_number(threads, "threads", 0, MAX_THREADS)
        self.world = normalised(world if world is not None else World())
        check_world(self.world)
        compile_ahead()
        keep_freed_memory(self.world.market.n_shops)
        self.day, self.policy_start = 0, 0
        self.ranking = copy.copy(self.world.ranking)
        self.shops = make_shops(self.world, self.seed)
        self.merchants = make_merchants(self.world, self.shops, self.seed)
        self.buyers = make_buyers(self.world, self.seed)
        self.trade = make_trade(self.world, self.seed)
        self.organisers = make_organisers(self, self.trade, self.world, self.seed)
        self.close()
        self.entrants = Entrants(next=self.shops.n, waiting=[])
        self.traces = make_traces(self.shops.n)
        self.roll = Roll()
        self.cohorts = make_cohorts(self.world, self.buyers)
        self.demand = make_demand(self.world, self.shops, self.buyers.n)
        self.severity = make_severity(self.world.beliefs, self.shops.n)
        self.experience = make_experience(self.world)
        self.mute = Mute()
        self.neighbours = neighbour_offsets(
            self.world.beliefs, self.world.market.shops_per_category, self.seed
        )
        n = self.shops.n
        self.ledger = Ledger(np.zeros(n, dtype=np.int64), np.zeros(self.trade.n, dtype=np.int64))
        self.inbox, self.log, self.cases = Inbox(), EventLog(), Cases()
        self.losses, self.harm, self.detector_record = make_losses(n), make_harm(), DetectorRecord()
        self.last_above = never(n)
        self.named: dict[int, int] = {}
        self.trade_income, self.trade_sanctions = 1.0, 0.0
        self.rows: list[dict] = []
        self.package = package
        settle_down(self)
        if package is not None:
            package.reset()

    def step(self) -> None:
        """Advance the market by one day.

        1. Enter and age: shops leave, entrants take free slots, bursts start and end.
        2. Rank: yesterday's displayed sales, ratings and freshness become attention.
        3. Decide: a seventh of the merchants reconsider brushing, knowing the ranking.
        4. Brush: organisers match tasks to workers; brushed orders come out.
        5. Buy: buyers arrive, look, choose or leave; genuine orders come out.
        6. Deliver and review: ratings, returns, trust.
        7. Settle: money moves, every fen from somewhere to somewhere.
        8. Observe: orders leave traces; policies see only these.
        9. Enforce: every policy acts; acts take effect from tomorrow.
        10. Learn: perceived risk moves with sanctions, and decays; the trade learns to evade.
        11. Measure: one row of the daily table.
        """
        self.today = Today(sanctioned=np.zeros(self.shops.n, dtype=bool))
        self._enter_and_age()
        attention = rank_shops(
            self.shops, self.ranking, self.seed, self.day, self.demand.per_category, self.roll,
            looked_up=self.cohorts is None,
        )  # fmt: skip
        self.offers = quote(self.trade, self.world)
        started = self._decide(attention)
        self.tasks = assign_tasks(
            self.merchants, self.shops, self.trade, self.offers, self.buyers, started, self.world, self.seed,
            self.day,
        )  # fmt: skip
        orders = self._buy(attention)
        self.sales = sales = self._deliver_and_review(orders, attention)
        self.accounts = settle(
            self.ledger, sales, self.tasks, started, self.shops, self.merchants, self.trade, self.world
        )
        self._leave_traces(sales, attention)
        sales_lost = count_losses(self, attention, sales)
        show_sales(self.shops, sales.standing + self.tasks.count, self.ranking)
        if self.package is not None:
            acts = self.package.act(self.observe())
            findings.clear_delivered(self)
            enforce(self, acts)
        self._learn(attention)
        self._adapt()
        self._count_harm()
        self.rows.append(measure(self, sales, sales_lost))
        self.day += 1
        self.steps = self.day

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

        ``mute`` names channels (`sim.channels.Channel`) through which the package shall not work: a
        counterfactual, to tell apart what a package achieves by each.
        """
        self.package = package
        self.mute = mute_channels(self, mute)
        self.policy_start = self.day
        self.ranking = copy.copy(self.world.ranking)
        self.cases.forget_numbers()
        self.inbox = Inbox(ledgers=self.inbox.ledgers)
        self.harm, self.detector_record = make_harm(), DetectorRecord()
        if package is not None:
            package.reset()
        return self

    def branch(self) -> Market:
        """Return an independent copy that goes on exactly as this market would."""
        return copy.deepcopy(self)

    def close(self) -> None:
        """Let go of what Mesa 3.3 would keep for ever of a model whose agents it has numbered.

        A market does so itself once its organisers are there, so that it goes with the last reference to it.
        """
        ids = getattr(mesa.Agent, "_ids", None)
        if ids is not None:
            ids.pop(self, None)

    def _leave_clock_of_mesa(self) -> None:
        """Step by days alone: Mesa's wrappers of ``step`` refer back to the market, which could never go."""
        for name in OF_MESAS_CLOCK:
            self.__dict__.pop(name, None)

    @property
    def policy_day(self) -> int:
        """Days since the package took over; negative in the warm-up once that is known."""
        return self.day - self.policy_start

    def observe(self) -> Observation:
        """Return what institutions can know this evening; arrays are copies, looking changes nothing."""
        return observe(self)

    def truth(self) -> pd.DataFrame:
        """Return what no institution sees: for each slot its identity, brushed orders, innocence."""
        verdict = judge(self.merchants, np.arange(self.shops.n), self.day)
        return pd.DataFrame(
            {
                "identity": self.shops.identity,
                "open": self.shops.open,
                "brushed_30": self.traces.brushed_30,
                "innocent": verdict.innocent,
                "honest": verdict.honest,
                "in_burst": self.shops.burst > 1,
            }
        )

    def daily(self) -> pd.DataFrame:
        """Return one row a day; ``day`` counts from the start of the package."""
        table = pd.DataFrame(self.rows)
        table["day"] = np.arange(len(table)) - self.policy_start
        return table

    def events(self) -> pd.DataFrame:
        """Return every act, with the truth added."""
        return self.log.table(self.policy_start)

    def case_table(self) -> pd.DataFrame:
        """Return the file of cases, each with its truth at the flag."""
        return self.cases.table(self.policy_start)

    def outcomes(self) -> dict[str, float | None]:
        """Return the outcomes over the policy period (`sim.metrics.outcomes`)."""
        return outcomes(self)

    def hash(self) -> str:
        """Return a digest of the integer tables: equal for runs that are the same."""
        digest = hashlib.sha256()
        daily = self.daily()
        digest.update(daily.select_dtypes("integer").to_csv(index=False).encode())
        events = self.events().drop(columns="amount_rmb")
        digest.update(events.to_csv(index=False).encode())
        for array in (self.shops.identity, self.ledger.merchants, self.ledger.organisers):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def slots_of(self, identity: np.ndarray) -> np.ndarray:
        """Return the slots of shop identities, −1 for those that have left."""
        if identity.size == 0:
            return np.zeros(0, dtype=np.int64)
        order = np.argsort(self.shops.identity, kind="stable")
        at = np.searchsorted(self.shops.identity[order], identity)
        slots = order[np.minimum(at, order.size - 1)]
        return np.where(self.shops.identity[slots] == identity, slots, -1)

    def _enter_and_age(self) -> None:
        fade_buyers(self.buyers, self.world)
        run_organisers(self)
        cash = self.ledger.merchants
        leaving = age_shops(self.shops, self.merchants, cash, self.world, self.seed, self.day)
        self._bury(leaving)
        slots = admit_entrants(self.entrants, self.shops, self.world, self.seed, self.day)
        if slots.size == 0:
            return
        risk = self.mute.risk if self.mute.deterrence else newcomer_risk(self.severity, self.world.beliefs)
        open_shops(self.shops, self.merchants, slots, risk, self.world, self.seed, self.day)
        clear_traces(self.traces, slots)
        self.last_above[slots] = NEVER
        fund_merchants(self.ledger, self.merchants, slots, self.world)

    def _bury(self, leaving: np.ndarray) -> None:
        """Wind up shops that leave; the closure of an innocent one costs it a year of sales."""
        if leaving.size == 0:
            return
        closed = leaving[(self.shops.closed_day[leaving] != NEVER) & (self.losses.until[leaving] > self.day)]
        rest = (CLOSURE_DAYS - CLOSED_DAYS + 1) * self.losses.expected[closed] * self.shops.price[closed]
        self.harm.add_sales(self, closed, rest)
        self.today.closure_losses = round(float(rest.sum()) * FEN)
        self.losses.until[leaving] = NEVER
        stop_campaigns(self.merchants, leaving)
        wind_up(self.ledger, self.merchants, leaving)
        vacate(self.shops, leaving)

    def _decide(self, attention: Attention) -> np.ndarray:
        terms = Terms(self.offers.fee, self.offers.camouflage_price, self.experience.relative_hazard())
        return decide_brushing(
            self.merchants, self.shops, attention, self.traces, terms, self.ledger.merchants, self.severity,
            self.world, self.seed, self.day,
        )  # fmt: skip

    def _buy(self, attention: Attention) -> Orders | Sales:
        """Let buyers order, one by one; or in cohorts, whose experiences are drawn at once."""
        if self.cohorts is not None:
            return sell_to_cohorts(self, self.cohorts, attention)
        self.orders = place_orders(
            self.demand, self.buyers, self.shops, attention, self.ranking.direct_share, self.seed, self.day
        )
        return self.orders

    def _deliver_and_review(self, orders: Orders | Sales, attention: Attention) -> Sales:
        if isinstance(orders, Orders):
            orders = deliver(orders, self.shops, attention, self.buyers, self.world, self.seed, self.day)
        review(orders, self.tasks, self.shops, self.world, self.seed, self.day)
        return orders

    def _leave_traces(self, sales: Sales, attention: Attention) -> None:
        """Record the day's traces."""
        tasks = self.tasks
        if self.cohorts is not None:
            task_like, repeats = mark_orders(self, self.cohorts, sales)
        else:
            task_like, repeats = count_accounts(
                self.traces, self.buyers, (tasks.account, tasks.shop), (self.orders.buyer, self.orders.shop),
                self.world.traces, self.day, self.shops.n,
            )  # fmt: skip
        views = count_views(sales, tasks, attention, self.shops, self.world, self.seed, self.day)
        today = {
            "orders": sales.placed + tasks.count,
            "task_like": task_like,
            "repeats": repeats,
            "flagged_parcels": sales.flagged_parcels,
            "returns": sales.placed - sales.standing,
            "complaints": sales.complaints,
            "views": views,
            "turnover": sales.turnover + tasks.value,
        }
        record_traces(self.traces, today, tasks.count, self.day)

    def _learn(self, attention: Attention) -> None:
        today = self.today
        lessons = Lessons(
            sanctioned=today.sanctioned,
            demotion_days=today.demotion_days,
            fines=today.shop_fines / FEN,
            closures=today.closures,
            announcements=today.announcements,
            announced=tuple(today.announced),
        )
        beliefs, per_category = self.world.beliefs, self.demand.per_category
        by_identity = attention.direct_shop
        if self.mute.deterrence:
            forget(self.merchants, self.mute.risk, beliefs)
        else:
            learn(self.merchants, self.severity, lessons, self.neighbours, by_identity, beliefs, per_category)
        fade = 1 / 365
        self.trade_income += (self.accounts.organiser_profit - self.trade_income) * fade
        self.trade_sanctions += (today.organiser_sanctions - self.trade_sanctions) * fade

    def _adapt(self) -> None:
        """Let the trade learn which ways to brush are hit, and organisers buy camouflage."""
        if self.mute.evasion:
            return
        customers = meet_customers(
            self.tasks, self.trade.n, self.merchants, self.shops, self.traces, self.ledger.merchants,
            self.severity, self.world, self.day,
        )  # fmt: skip
        adapt(
            self.experience, self.trade, customers, self.merchants, self.today.sanctioned,
            self.world.adaptation, self.day,
        )  # fmt: skip

    def _count_harm(self) -> None:
        self.harm.add_day(self)
        if self.policy_day % MONTH == MONTH - 1:
            self.detector_record.count(self)
