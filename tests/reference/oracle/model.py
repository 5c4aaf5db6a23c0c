"""The market: agents and the eleven phases of a day (3)."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

import mesa
import numpy as np

from oracle import opening
from oracle.buying import Order, place_orders
from oracle.cases import CaseFile, EventLog
from oracle.category import Category
from oracle.deciding import decide
from oracle.draws import Luck
from oracle.enforcing import enforce
from oracle.entering import enter_and_age
from oracle.evading import Experience
from oracle.fading import Fading
from oracle.learning import ActsToday, Severity, Talk, draw_neighbours, learn
from oracle.losses import count_losses
from oracle.measuring import measure
from oracle.naming import Register
from oracle.observing import Inbox, observe
from oracle.reviewing import Deliveries, deliver_and_review
from oracle.settling import Ledger, Settled, settle
from oracle.shop import ShopDay
from oracle.traces import leave_traces
from oracle.trade import Trade
from oracle.ways import ways_to_brush
from sim.chance import Stream
from sim.contract import Observation, Package
from sim.parameters import Parameters

if TYPE_CHECKING:
    from oracle.buyer import Buyer


class AgentMarket(mesa.Model):
    """One platform's market: an agent for each shop with its merchant, each buyer, each organiser (2)."""

    def __init__(self, world: Parameters, package: Package | None = None, seed: int = 1) -> None:
        super().__init__(rng=seed)
        self.world, self.seed, self.luck = copy.deepcopy(world), seed, Luck(seed)
        self.day = self.policy_start = 0
        self.ranking = copy.copy(self.world.ranking)
        self.ways = ways_to_brush(self.world)
        self.severity = Severity(self.world.beliefs, self.world.market.n_shops)
        self.talk = Talk(self.world.beliefs, self.world.market.n_shops)
        self.experience = Experience(self)
        self.shops = opening.open_shops(self)
        size = self.world.market.shops_per_category
        self.categories = [Category(self, number) for number in range(len(self.shops) // size)]
        self.neighbours = draw_neighbours(self)
        self.buyers = opening.register_buyers(self)
        self.buyer_numbers = np.arange(len(self.buyers))
        demand, traces = self.world.demand, self.world.traces
        self.sales_mistrust = Fading("sales_mistrust", demand.trust_half_life)
        self.platform_mistrust = Fading("platform_mistrust", demand.platform_trust_half_life)
        self.past = Fading("past_orders", traces.account_half_life)
        self.ordered: deque[list[Buyer]] = deque([] for _ in range(30))
        self.register = Register()
        self.trade = Trade(self)
        self.organisers = self.trade.organisers
        self.waiting: list[tuple[int, int]] = []
        self.next_identity = len(self.shops)
        self.ledger, self.inbox = Ledger(), Inbox()
        self.file, self.log = CaseFile(), EventLog()
        self.named: dict[int, int] = {}
        self.mute: frozenset[str] = frozenset()
        self.still_risk = 0.0
        self.acts_today = ActsToday()
        self.closure_losses = self.sales_lost = 0
        self.visits: list[int] = []
        self.deliveries, self.settled = Deliveries(), Settled()
        self.outside = 1.0
        self.value_multiples = opening.value_multiples(self.world.shops.order_value_sd_within)
        self.rows: list[dict[str, float]] = []
        opening.settle_down(self)
        self.package = package
        if package is not None:
            package.reset()

    def step(self) -> None:
        """Advance by one day: the phases of section 3, in their order."""
        self.acts_today = ActsToday()
        for shop in self.shops:
            shop.today = ShopDay()
        enter_and_age(self)
        self.rank()
        started = decide(self)
        tasks = self.trade.brush()
        orders, self.visits = place_orders(self)
        self.deliveries = deliver_and_review(self, orders)
        self.settled = settle(self, orders, started)
        leave_traces(self, tasks, orders, self.visits)
        self.sales_lost = count_losses(self, self.visits)
        for shop in self.shops:
            shop.show_sales(self.ranking)
        if self.package is not None:
            acts = self.package.act(self.observe())
            self.inbox.clear_delivered(self)
            enforce(self, acts)
        learn(self)
        self.trade.learn_whether_it_pays(self.settled.organiser_profit)
        if "evasion" not in self.mute:
            self.experience.learn()
            self.trade.learn_to_evade()
        self.trade.learn_from_quotes()
        self.rows.append(measure(self))
        self.day += 1

    def run(self, days: int) -> AgentMarket:
        """Advance by ``days``; return the market."""
        for _ in range(days):
            self.step()
        return self

    def rank(self) -> None:
        """Draw up today's attention in every category (7.2)."""
        noise = self.luck.many_normal(Stream.RANK_NOISE, self.day // 7, self.identities()).tolist()
        for category in self.categories:
            category.rank(noise[category.first : category.first + category.n])

    def buy(self) -> list[Order]:
        """Let a day's buyers choose at today's attention, and nothing else: for measuring speed (7.5)."""
        return place_orders(self)[0]

    def adopt(self, package: Package | None, mute: Iterable[str] = ()) -> AgentMarket:
        """Let ``package`` replace the institutions; what is pending with the old ones lapses (3, 7.10)."""
        self.package, self.policy_start = package, self.day
        self.mute = frozenset(mute)
        risks = [s.merchant.risk for s in self.shops if s.open and s.merchant.opportunist]
        self.still_risk = sum(risks) / len(risks) if risks else 0.0
        self.trade.note_usual_cover()
        self.ranking = copy.copy(self.world.ranking)
        self.file.by_number.clear()
        self.inbox = Inbox(ledgers=self.inbox.ledgers)
        if package is not None:
            package.reset()
        return self

    def observe(self) -> Observation:
        """Return what institutions can know this evening (3)."""
        return observe(self)

    def identities(self) -> list[int]:
        """Return who holds each slot, −1 where nobody does."""
        return [shop.identity for shop in self.shops]

    def balance(self) -> int:
        """Return the sum of all balances, fen: zero on every evening (7.9)."""
        merchants = sum(shop.merchant.cash for shop in self.shops)
        organisers = sum(organiser.cash for organiser in self.organisers)
        return merchants + organisers + sum(self.ledger.others.values())
