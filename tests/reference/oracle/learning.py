"""Learn: perceived risk and believed severity move with the day's sanctions, and fade (7.10)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from oracle.fading import keep
from sim.chance import Stream
from sim.parameters import BeliefParameters

if TYPE_CHECKING:
    from oracle.model import AgentMarket
    from oracle.shop import Shop

FEN = 100


class Severity:
    """What merchants believe that a sanction brings, and how common sanctions are (7.10, Memory)."""

    def __init__(self, config: BeliefParameters, n_shops: int) -> None:
        self.config, self.n_shops = config, n_shops
        self.believed = {
            "demotion": config.demotion_prior,
            "fine": config.fine_prior,
            "closure": config.closure_prior,
        }
        self.weight = config.severity_prior_rate * n_shops
        self.sums = {name: value * self.weight for name, value in self.believed.items()}
        self.rate = config.reference_rate

    @property
    def demotion(self) -> float:
        """Believed demotion, days: D."""
        return self.believed["demotion"]

    @property
    def fine(self) -> float:
        """Believed fine, RMB: F."""
        return self.believed["fine"]

    @property
    def closure(self) -> float:
        """Believed probability of closure: C."""
        return self.believed["closure"]

    @property
    def prior_risk(self) -> float:
        """The prior of perceived risk: it fades with the memory of sanctions in the market (7.10)."""
        return self.config.prior * min(1.0, self.rate / self.config.reference_rate)

    def remember(self, acts: ActsToday) -> None:
        """Let memory fade by a day and take in what was carried out and announced (7.10, Memory)."""
        config, n = self.config, len(acts.struck)
        left = keep(config.memory_half_life)
        self.rate = self.rate * left + (1 - left) * n / self.n_shops * 365
        floor = 0.1 * config.severity_prior_rate * self.n_shops
        fade = max(left, min(1.0, floor / self.weight))
        carried_out = {
            "demotion": acts.demotion_days,
            "fine": acts.shop_fines / FEN,
            "closure": acts.closures,
        }
        self.weight = self.weight * fade + n
        for name, amount in carried_out.items():
            self.sums[name] = self.sums[name] * fade + amount
            self.believed[name] = self.sums[name] / self.weight
        for name, value, weight in acts.announced:
            self.believed[name] = (1 - weight) * self.believed[name] + weight * value
            self.sums[name] = self.believed[name] * self.weight


@dataclass
class ActsToday:
    """What the acts of an evening came to; money in fen."""

    struck: set[Shop] = field(default_factory=set)
    demotion_days: int = 0
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
    """Update beliefs about severity and risk (7.10)."""
    config, acts = market.world.beliefs, market.acts_today
    fade = keep(config.half_life)
    if "deterrence" in market.mute:
        for shop in market.shops:
            shop.merchant.risk = market.still_risk + (shop.merchant.risk - market.still_risk) * fade
        return
    market.severity.remember(acts)
    heard = hearsay(market)
    prior = market.severity.prior_risk
    for shop in market.shops:
        caution = 1 - shop.merchant.risk
        if shop in acts.struck:
            caution *= 1 - config.own
        caution *= (1 - config.peer) ** heard.get(shop, 0)
        caution *= (1 - config.announcement) ** acts.announcements
        shop.merchant.risk = prior + (1 - caution - prior) * fade


def hearsay(market: AgentMarket) -> dict[Shop, int]:
    """Return of how many neighbours each shop heard today that they were struck (7.10)."""
    struck = market.acts_today.struck
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
