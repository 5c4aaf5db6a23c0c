"""Offers: which organisers a merchant meets, and what each asks (7.3, Offers; 7.4, The displaced)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.chance import Stream

if TYPE_CHECKING:
    from oracle.model import AgentMarket
    from oracle.organiser import Organiser
    from oracle.shop import Shop

SIGN_DRAW = 10
FIRST, SECOND, ONE_MORE = 3, 4, 5
"""Draws of the two organisers that everybody meets, and of the one in place of a former organiser."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one organiser asks of one merchant: its cut, and whether that is above or below its own."""

    organiser: Organiser
    sign: int
    quote: float


def pulls(market: AgentMarket, exponent: float = 1.0) -> list[float]:
    """Return how much each organiser draws merchants: nothing if it is closed (7.3, 7.4)."""
    customers = dict.fromkeys(market.organisers, 0)
    for shop in market.shops:
        organiser = shop.merchant.organiser
        if shop.merchant.in_campaign and organiser is not None:
            customers[organiser] += 1
    return [o.is_open * o.size * (n + 1.0) ** exponent for o, n in customers.items()]


def offers_to(market: AgentMarket, shop: Shop, pull: list[float]) -> list[Offer]:
    """Return three offers: of the last organiser or one more met, and of two that are met (7.3)."""
    former = shop.merchant.organiser
    if former is None or not former.is_open:
        former = meet(market, shop, pull, ONE_MORE)
    others = [meet(market, shop, pull, draw) for draw in (FIRST, SECOND)]
    return [ask(market, shop, organiser) for organiser in (former, *others)]


def meet(market: AgentMarket, shop: Shop, pull: list[float], draw: int) -> Organiser:
    """Return the organiser that a merchant comes upon, by how much each draws."""
    u = market.luck.one(Stream.DECIDE, market.day, shop.identity, draw)
    return market.organisers[first_above(u, pull)]


def ask(market: AgentMarket, shop: Shop, organiser: Organiser) -> Offer:
    """Return what an organiser asks: somewhat above its cut, or below, to try out prices (7.3)."""
    trade = market.world.trade
    u = market.luck.one(Stream.DECIDE, market.day, shop.identity, SIGN_DRAW + organiser.number)
    sign = 1 if u < 0.5 else -1
    quote = organiser.cut * (1 + trade.quote_spread * sign)
    return Offer(organiser, sign, min(max(quote, trade.cut_low), trade.cut_high))


def first_above(u: float, weights: list[float]) -> int:
    """Return the first index whose cumulative share of ``weights`` is above ``u``."""
    total, reached = sum(weights), 0.0
    for index, weight in enumerate(weights):
        reached += weight / total
        if reached > u:
            return index
    return max(index for index, weight in enumerate(weights) if weight > 0)
