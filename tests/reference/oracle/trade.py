"""The trade: who organises whose brushed orders, and what the trade learns (7.4, 7.10)."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from oracle.deciding import cover_for_way
from oracle.offers import FIRST, meet, pulls
from oracle.organiser import Organiser
from sim.chance import Stream

if TYPE_CHECKING:
    from oracle.merchant import Merchant
    from oracle.model import AgentMarket
    from oracle.shop import Shop


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
        self.usual_cover = 0.0

    def brush(self) -> list[Task]:
        """Match today's brushed orders to accounts, by organiser and customer (7.4)."""
        self._rehome()
        wanted = {shop: shop.merchant.orders_wanted() for shop in self.market.shops}
        for shop, orders in wanted.items():
            shop.merchant.ordered += orders
        tasks: list[Task] = []
        self.services = []
        for organiser in self.organisers:
            if organiser.is_open:
                customers = [s for s in wanted if wanted[s] and s.merchant.organiser is organiser]
                customers.sort(key=lambda shop: shop.identity)
                tasks += self._serve(organiser, customers, [wanted[shop] for shop in customers])
        self._note(self.services)
        return tasks

    def _rehome(self) -> None:
        """Send those whose organiser has gone to open ones, if there are any (7.4, The displaced)."""
        market = self.market
        displaced = [shop for shop in market.shops if is_displaced(market, shop)]
        for shop in displaced:
            shop.merchant.organiser = None
        if not displaced or not any(organiser.is_open for organiser in self.organisers):
            return
        pull = pulls(market, market.world.trade.survivor_exponent)
        for shop, organiser in [(shop, meet(market, shop, pull, FIRST)) for shop in displaced]:
            merchant = shop.merchant
            merchant.organiser, merchant.quote = organiser, organiser.cut
            merchant.cover = organiser.sell_cover(merchant.cover)

    def _serve(self, organiser: Organiser, customers: list[Shop], wanted: list[int]) -> list[Task]:
        """Let one organiser serve its customers, all of them in proportion if it must (7.4)."""
        covered = sum(n * self._hidden(shop) for shop, n in zip(customers, wanted, strict=True))
        organiser.prepare(len(customers), sum(wanted), covered / sum(wanted) if wanted else 0.0)
        u = self.market.luck.one(Stream.TASKS, self.market.day, -1 - organiser.number, 0)
        served = apportion(wanted, organiser.capacity, u)
        accounts = iter(organiser.hand_out(sum(served)) if sum(served) else [])
        tasks = []
        for shop, orders in zip(customers, served, strict=True):
            tasks += [Task(next(accounts).number, shop) for _ in range(orders)]
            if orders:
                self.services.append(Service(organiser, shop, orders))
        return tasks

    def _hidden(self, shop: Shop) -> float:
        """Return the share of what sets a shop's brushed orders apart that its camouflage hides: x (7.4)."""
        return self.market.world.adaptation.hidden_share * shop.merchant.cover

    def _note(self, services: list[Service]) -> None:
        """Note what was served: counts, fen, camouflage, and by whom (7.4)."""
        ratio = self.market.world.brushing.value_ratio
        for service in services:
            shop = service.shop
            shop.today.brushed = service.orders
            shop.today.brushed_value = round(service.orders * shop.price * ratio * 100)
            shop.today.cover = self._hidden(shop)
            shop.merchant.note_service(service.orders)

    def learn_whether_it_pays(self, profit: int) -> None:
        """Move the faded means of income and of what was seized, fined and awarded, fen (7.4)."""
        self.income += (profit - self.income) / 365
        self.sanctions += (self.market.acts_today.taken_from_organisers - self.sanctions) / 365

    def learn_to_evade(self) -> None:
        """Let organisers move towards the cover that the keenest of their customers would buy (7.10)."""
        market, hazards = self.market, self.market.experience.relative_hazards
        keenest: dict[Organiser, float] = {}
        for service in self.services:
            merchant = service.shop.merchant
            if merchant.way is not None:
                wanted = cover_for_way(market, merchant, merchant.way, hazards)
                keenest[service.organiser] = max(keenest.get(service.organiser, 0.0), wanted)
        for organiser, wanted in keenest.items():
            organiser.camouflage += (wanted - organiser.camouflage) / market.world.adaptation.camouflage_days

    def learn_from_quotes(self) -> None:
        """Let organisers learn what their quotes of today brought, unless prices stay (7.10)."""
        for organiser in self.organisers:
            if "price" not in self.market.mute:
                organiser.learn_from_quotes()
            organiser.asked_today, organiser.earned_today = {1: 0, -1: 0}, {1: 0.0, -1: 0.0}

    def note_usual_cover(self) -> None:
        """Fix the cover that everybody gets if evasion is switched off: the mean of now (7.10)."""
        running = [shop.merchant for shop in self.market.shops if shop.merchant.in_campaign]
        self.usual_cover = mean_cover(running)
        for organiser in self.organisers:
            own = [merchant for merchant in running if merchant.organiser is organiser]
            organiser.usual_cover = None
            if "evasion" in self.market.mute:
                organiser.usual_cover = mean_cover(own) if own else self.usual_cover


def mean_cover(merchants: list[Merchant]) -> float:
    """Return the mean cover of campaigns, weighted by level; 0 without any (7.10, Counterfactuals)."""
    levels = sum(merchant.level for merchant in merchants)
    return sum(merchant.level * merchant.cover for merchant in merchants) / levels if levels else 0.0


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
