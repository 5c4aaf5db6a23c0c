"""Learn: perceived risk and believed severity move with the day's sanctions, and fade (7.10)."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING

from oracle.deciding import exposure
from oracle.fading import keep
from sim.chance import Stream
from sim.parameters import BeliefParameters

if TYPE_CHECKING:
    from oracle.merchant import Merchant
    from oracle.model import AgentMarket
    from oracle.shop import Shop

FEN = 100


class Severity:
    """What merchants believe that a sanction brings, and how common sanctions are (7.10, Memory)."""

    def __init__(self, config: BeliefParameters, n_shops: int) -> None:
        self.config, self.n_shops = config, n_shops
        self.believed = {  # D, F, C, d, f
            "demotion": config.demotion_prior,
            "fine": config.fine_prior,
            "closure": config.closure_prior,
            "demoted": 1.0 if config.demotion_prior > 0 else 0.0,
            "fined": 1.0 if config.fine_prior > 0 else 0.0,
            "removed": 1.0 if config.demotion_prior > 0 else 0.0,
        }
        self.weight = config.severity_prior_rate * n_shops
        self.sums = {name: value * self.weight for name, value in self.believed.items()}
        self.rate = config.reference_rate

    @property
    def prior_risks(self) -> tuple[float, float]:
        """The priors of both risks: they fade with the memory of what brushing brought about (7.10)."""
        prior = self.config.prior * min(1.0, self.rate / self.config.reference_rate)
        return prior, self.config.blameless_prior * prior

    def remember(self, acts: ActsToday, brought_about: float) -> None:
        """Let memory fade by a day and take in what was imposed and announced (7.10, Memory)."""
        config, n = self.config, len(acts.heard)
        left = keep(config.memory_half_life)
        self.rate = self.rate * left + (1 - left) * 365 * brought_about * n / self.n_shops
        floor = 0.1 * config.severity_prior_rate * self.n_shops
        fade = max(left, min(1.0, floor / self.weight))
        imposed = {
            "demotion": acts.demotion_days,
            "fine": acts.shop_fines / FEN,
            "closure": acts.closures,
            "demoted": acts.demotions,
            "fined": acts.shops_fined,
            "removed": acts.removals,
        }
        self.weight = self.weight * fade + brought_about * n
        for name, amount in imposed.items():
            self.sums[name] = self.sums[name] * fade + brought_about * amount
            self.believed[name] = self.sums[name] / self.weight
        stated = [(name, value, weight) for name, value, weight in acts.announced]
        at_all = (("demotion", "demoted"), ("fine", "fined"), ("demotion", "removed"))
        stated += [(b, float(x > 0), w) for name, x, w in acts.announced for a, b in at_all if a == name]
        for name, value, weight in stated:
            self.believed[name] = (1 - weight) * self.believed[name] + weight * value
            self.sums[name] = self.believed[name] * self.weight


class Talk:
    """What is said of the sanctioned, and how many shops are said to brush (7.10, Memory)."""

    def __init__(self, config: BeliefParameters, n_shops: int) -> None:
        self.config, self.weight = config, config.severity_prior_rate * n_shops
        self.heard = self.guilty = self.expected = self.variance = 0.0
        self.brushers = config.brushers_prior

    def remember(self, market: AgentMarket) -> None:
        """Let a day's sanctions be talked about (7.10, Memory)."""
        left, heard = keep(self.config.memory_half_life), market.acts_today.heard
        open_shops = [shop for shop in market.shops if shop.open]
        guilty = sum(not shop.merchant.innocent() for shop in open_shops)
        share = guilty / max(len(open_shops), 1)
        self.heard = self.heard * left + len(heard)
        self.guilty = self.guilty * left + sum(not shop.merchant.innocent() for shop in heard)
        self.expected = self.expected * left + len(heard) * share
        self.variance = self.variance * left**2 + len(heard) * share * (1 - share)
        self.brushers = self.brushers * left + (1 - left) * share

    def prejudice(self) -> tuple[float, float]:
        """What prior belief still weighs, and what it says, in sanctions: w, P (7.10, Memory)."""
        left = self.weight**2 / (self.weight + self.heard)
        return left, left * (self.config.guilty_prior - self.brushers)

    def beyond_chance(self) -> float:
        """The guilty beyond those whom lots would have hit, as far as they are believed: r·x (7.10)."""
        more = self.guilty - self.expected
        by_chance = self.config.doubt * sqrt(self.variance)
        if more <= 0 or by_chance <= 0:
            return more
        return more * min(max(more / by_chance - 1, 0.0), 1.0)

    @property
    def brought_about(self) -> float:
        """The share of sanctions that brushing brought about: a (7.10, Memory)."""
        left, prejudice = self.prejudice()
        others = left * (1 - self.brushers) + self.heard - self.expected
        return max(prejudice + self.beyond_chance(), 0.0) / max(others, 1e-9)

    @property
    def known(self) -> float:
        """How far that is held to be known: g (7.10, Memory)."""
        prejudice = self.prejudice()[1]
        said = prejudice + self.guilty - self.expected
        return 0.0 if said <= 0 else max(prejudice + self.beyond_chance(), 0.0) / said


@dataclass
class ActsToday:
    """What the acts of an evening came to; money in fen."""

    heard: dict[Shop, list[str]] = field(default_factory=dict)
    """Of whose sanctions something was heard, and the sources of their cases (7.8, step 5): S in 7.10."""
    demotion_days: int = 0
    demotions: int = 0
    shops_fined: int = 0
    removals: int = 0
    shop_fines: int = 0
    closures: int = 0
    announcements: float = 0.0
    announced: list[tuple[str, float, float]] = field(default_factory=list)
    taken_from_organisers: int = 0
    enforcement_cost: int = 0
    restitution: int = 0
    fines: int = 0
    damages: int = 0
    capacity_bound: bool = False
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            (
                "cases",
                "hits_innocent",
                "hits_guilty",
                "hits_honest",
                "appeals",
                "overturned",
                "reviews",
                "bans",
                "wrong_bans",
                "raids",
                "suits",
            ),
            0,
        )
    )


def learn(market: AgentMarket) -> None:
    """Update beliefs about severity and both risks (7.10)."""
    fade = keep(market.world.beliefs.half_life)
    if "deterrence" in market.mute:
        for shop in market.shops:
            shop.merchant.risk = market.still_risk + (shop.merchant.risk - market.still_risk) * fade
        return
    market.talk.remember(market)
    market.severity.remember(market.acts_today, market.talk.brought_about)
    rumours = hearsay(market)
    prior, blameless_prior = market.severity.prior_risks
    for shop in market.shops:
        risk, blameless_risk = believe(market, shop, rumours.get(shop, 0))
        shop.merchant.risk = prior + (risk - prior) * fade
        shop.merchant.blameless_risk = blameless_prior + (blameless_risk - blameless_prior) * fade


def believe(market: AgentMarket, shop: Shop, rumours: int) -> tuple[float, float]:
    """Return both risks as a merchant believes them after the day, before anything is forgotten (7.10)."""
    config, merchant, acts = market.world.beliefs, shop.merchant, market.acts_today
    brought_about, neighbours = market.talk.brought_about, len(market.neighbours)
    struck = float(shop in acts.heard)
    own = struck * share_of_brushing(market, merchant)
    risk = merchant.risk * (1 - config.own * exposed_today(market, shop) / 30)
    risk *= max(1 - config.peer * neighbours * market.talk.brushers / 30, 0.0)
    risk += config.own * own + config.peer * brought_about * rumours
    risk += config.announcement * brought_about * acts.announcements
    blameless = merchant.blameless_risk * (1 - config.own / 30)
    blameless *= max(1 - config.peer * neighbours / 30, 0.0)
    blameless += config.own * (struck - own) + config.peer * (1 - brought_about) * rumours
    return risk, blameless


def share_of_brushing(market: AgentMarket, merchant: Merchant) -> float:
    """Return which part of an own sanction a merchant takes for the fruit of brushing (7.10)."""
    if merchant.innocent():
        return 0.0
    by_brushing = (merchant.risk + 1e-9) * uncovered(market, merchant)
    anyway = merchant.blameless_risk + 1e-10
    return market.talk.known * by_brushing / (anyway + by_brushing)


def exposed_by_last_way(market: AgentMarket, merchant: Merchant) -> float:
    """Return what the way chosen last exposes a merchant to without cover, at today's orders: ε (7.10)."""
    return exposure(market, merchant.way.level if merchant.way is not None else 0, merchant.genuine_rate)


def exposed_today(market: AgentMarket, shop: Shop) -> float:
    """Return the exposure of who had brushed orders today, less what its cover hides: x (7.10)."""
    return uncovered(market, shop.merchant) if shop.today.brushed else 0.0


def uncovered(market: AgentMarket, merchant: Merchant) -> float:
    """Return what the way chosen last exposes a merchant to, less what its cover hides: y (7.10)."""
    return exposed_by_last_way(market, merchant) * (1 - market.experience.hides * merchant.cover)


def hearsay(market: AgentMarket) -> dict[Shop, int]:
    """Return of how many neighbours each shop heard today that they were struck (7.10)."""
    struck = market.acts_today.heard
    heard: dict[Shop, int] = {}
    for number in {shop.category for shop in struck}:
        category = market.categories[number]
        in_order = [category.shops[place] for place in category.by_identity]
        for at, shop in enumerate(in_order):
            neighbours = [in_order[(at + offset) % category.n] for offset in market.neighbours]
            heard[shop] = sum(neighbour in struck for neighbour in neighbours)
    return heard


def draw_neighbours(market: AgentMarket) -> list[int]:
    """Return how many places on one's neighbours are (7.10)."""
    others = range(1, market.world.market.shops_per_category)
    luck = dict(zip(others, market.luck.many(Stream.PEERS, 0, list(others)), strict=True))
    return sorted(others, key=luck.__getitem__)[: market.world.beliefs.neighbours]
