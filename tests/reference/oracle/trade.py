"""The trade: who organises whose brushed orders, and what the trade learns (7.4, 7.10)."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from oracle.fading import keep
from oracle.organiser import Organiser
from oracle.shop import display_horizon
from sim.chance import Stream

if TYPE_CHECKING:
    from oracle.merchant import Merchant
    from oracle.model import AgentMarket
    from oracle.shop import Shop

RECENT = 30
"""A sanction counts against the way to brush of a merchant that brushed in the last so many days."""


@dataclass(frozen=True, slots=True)
class Task:
    """One brushed order: the account that carries it out, and the shop."""

    account: int
    shop: Shop


@dataclass(slots=True)
class Service:
    """What an organiser did for one customer today."""

    organiser: Organiser
    shop: Shop
    orders: int


class Trade:
    """All organisers together."""

    def __init__(self, market: AgentMarket) -> None:
        trade, shops = market.world.trade, market.world.market.n_shops
        self.market = market
        real = max(shops * market.world.brushing.opportunist_share, 1.0) * trade.organisers_per_100k / 100_000
        places = max(trade.min_organisers, round(real))
        self.organisers = [Organiser(market, number, places, places / real) for number in range(places)]
        self.weight = places / real
        self.income, self.sanctions = 1.0, 0.0
        self.services: list[Service] = []
        self.lost = self.blatant = 0.0

    def fee_for(self, merchant: Merchant) -> float:
        """Return the fee of the organiser that the merchant had last, the mean of all if none (7.3)."""
        if merchant.organiser is not None:
            return merchant.organiser.fee
        return sum(o.fee for o in self.organisers) / len(self.organisers)

    def camouflage_price_for(self, merchant: Merchant) -> float:
        """Return what that organiser charges an order for camouflage, the mean of all if none (7.3)."""
        if merchant.organiser is not None:
            return merchant.organiser.camouflage_price
        return sum(o.camouflage_price for o in self.organisers) / len(self.organisers)

    def brush(self, started: list[Shop]) -> list[Task]:
        """Match today's brushed orders to accounts, by organiser and customer (7.4)."""
        self._choose_organisers(started)
        wanted = {shop: shop.merchant.orders_wanted() for shop in self.market.shops}
        tasks: list[Task] = []
        self.services = []
        for organiser in self.organisers:
            if organiser.is_open:
                customers = [s for s in wanted if wanted[s] and s.merchant.organiser is organiser]
                customers.sort(key=lambda shop: shop.identity)
                tasks += self._serve(organiser, customers, [wanted[shop] for shop in customers])
        self._note(self.services)
        return tasks

    def _choose_organisers(self, started: list[Shop]) -> None:
        """Send those who begin, and those whose organiser has gone, to open ones (7.4)."""
        market, begins = self.market, set(started)
        choosers = [shop for shop in market.shops if shop in begins or is_displaced(market, shop)]
        for shop in choosers:
            shop.merchant.organiser = None
        if not choosers or not any(organiser.is_open for organiser in self.organisers):
            return
        pull_of_size = self._pulls(1.0)
        pull_of_survivors = self._pulls(market.world.trade.survivor_exponent)
        luck = market.luck.many(Stream.DECIDE, market.day, [shop.identity for shop in choosers], 3)
        for shop, u in zip(choosers, luck, strict=True):
            chosen = first_above(u, pull_of_size if shop in begins else pull_of_survivors)
            shop.merchant.organiser = self.organisers[chosen]

    def _pulls(self, exponent: float) -> list[float]:
        """Return how much each organiser draws merchants: nothing if it is closed (7.4)."""
        served = [0] * len(self.organisers)
        for shop in self.market.shops:
            if shop.merchant.in_campaign and shop.merchant.organiser is not None:
                served[shop.merchant.organiser.number] += 1
        return [o.is_open * (n + 1.0) ** exponent for o, n in zip(self.organisers, served, strict=True)]

    def _serve(self, organiser: Organiser, customers: list[Shop], wanted: list[int]) -> list[Task]:
        """Let one organiser serve its customers, all of them in proportion if it must (7.4)."""
        organiser.prepare(len(customers), sum(wanted))
        u = self.market.luck.one(Stream.TASKS, self.market.day, -1 - organiser.number, 0)
        served = apportion(wanted, organiser.capacity, u)
        accounts = iter(organiser.hand_out(sum(served)) if sum(served) else [])
        tasks = []
        for shop, orders in zip(customers, served, strict=True):
            tasks += [Task(next(accounts).number, shop) for _ in range(orders)]
            if orders:
                self.services.append(Service(organiser, shop, orders))
        return tasks

    def _note(self, services: list[Service]) -> None:
        """Note what was served: counts, fen, camouflage, and by whom (7.4)."""
        ratio = self.market.world.brushing.value_ratio
        for service in services:
            shop, organiser = service.shop, service.organiser
            shop.today.brushed = service.orders
            shop.today.brushed_value = round(service.orders * shop.price * ratio * 100)
            shop.today.cover = organiser.cover
            shop.today.camouflage_price = organiser.camouflage_price
            shop.merchant.note_service()

    def relative_hazards(self) -> list[float]:
        """Return R of every way: its hazard as learnt, over what was believed at first (7.10)."""
        return self.market.experience.relative_hazards

    def learn_whether_it_pays(self, profit: int) -> None:
        """Move the faded means of income and of what was seized, fined and awarded, fen (7.4)."""
        self.income += (profit - self.income) / 365
        self.sanctions += (self.market.acts_today.taken_from_organisers - self.sanctions) / 365

    def learn_to_evade(self) -> None:
        """Learn from the day which ways are hit, and let organisers buy camouflage (7.10)."""
        self._remember_losses()
        horizon = display_horizon(self.market.ranking)
        for organiser in self.organisers:
            mine = [service for service in self.services if service.organiser is organiser]
            if mine:
                losses = [service.shop.merchant.loss_of_a_sanction(horizon) for service in mine]
                orders = sum(service.orders for service in mine) / len(mine)
                self._buy_camouflage(organiser, orders, sum(losses) / len(mine))

    def _remember_losses(self) -> None:
        """Let what was learnt of customers lost fade, and enter today's (7.10)."""
        day, left = self.market.day, keep(self.market.world.adaptation.lost_half_life)
        self.lost *= left
        self.blatant *= left
        for shop in self.market.acts_today.heard:
            self.lost += day - shop.merchant.last_brushed_day < RECENT and shop.merchant.way is not None
        for service in self.services:
            self.blatant += 1 - service.shop.today.cover

    def _buy_camouflage(self, organiser: Organiser, orders: float, loss: float) -> None:
        """Move towards the camouflage that costs customers least (7.10)."""
        config = self.market.world.adaptation
        hazard = self.lost / max(self.blatant, 1.0)
        saved = config.hidden_share * hazard * loss / max(orders * config.camouflage_price, 1e-9)
        wanted = min(max(saved - 0.5, 0.0), 1.0)
        organiser.camouflage += (wanted - organiser.camouflage) / config.camouflage_days


def is_displaced(market: AgentMarket, shop: Shop) -> bool:
    """Tell whether a merchant in a campaign has no organiser, or one that will not come back (7.4)."""
    organiser = shop.merchant.organiser
    if not shop.merchant.in_campaign:
        return False
    return organiser is None or not (organiser.is_open or organiser.reopen_day > market.day)


def apportion(wanted: list[int], capacity: int, luck: float) -> list[int]:
    """Return what each customer gets: all, or shares rounded by systematic sampling (7.4, step 7)."""
    total = sum(wanted)
    if total <= capacity:
        return wanted
    served, so_far, before = [], 0.0, 0
    for n in wanted:
        so_far += n * (capacity / total)
        reached = min(floor(so_far + luck), capacity)
        served.append(reached - before)
        before = reached
    return served


def first_above(u: float, weights: list[float]) -> int:
    """Return the first index whose cumulative share of ``weights`` is above ``u``."""
    total, reached = sum(weights), 0.0
    for index, weight in enumerate(weights):
        reached += weight / total
        if reached > u:
            return index
    return len(weights) - 1
