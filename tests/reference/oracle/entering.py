"""Enter and age: what happens each morning (7.1)."""

from __future__ import annotations

from math import ceil, exp
from typing import TYPE_CHECKING

from scipy.special import pdtrik

from oracle.raiding import run_organisers
from oracle.settling import fund, pay_in, pay_out
from oracle.shop import CLOSED_DAYS, NEVER, Shop
from sim.chance import Stream

if TYPE_CHECKING:
    from oracle.model import AgentMarket

CLOSURE_DAYS = 365


def enter_and_age(market: AgentMarket) -> None:
    """Let buyers forget, organisers and shops come and go, bursts end and start (7.1)."""
    for fading in (market.sales_mistrust, market.platform_mistrust, market.past):
        fading.fade(market.buyers)
    run_organisers(market)
    start_bursts(market)
    let_shops_leave(market)
    admit_entrants(market)


def start_bursts(market: AgentMarket) -> None:
    """Let genuine bursts end and start (7.1, step 3)."""
    who = market.identities()
    draws = (market.luck.many(Stream.BURST, market.day, who, k) for k in range(3))
    for shop, *luck in zip(market.shops, *draws, strict=True):
        shop.start_burst((luck[0], luck[1], luck[2]))


def let_shops_leave(market: AgentMarket) -> None:
    """Let shops leave; a closure of an innocent one counts a year of sales (7.1, step 4; 9)."""
    luck = market.luck.many(Stream.LEAVE, market.day, market.identities())
    leaving = [shop for shop, u in zip(market.shops, luck, strict=True) if shop.must_leave(u)]
    closed = [s for s in leaving if s.closed_day != NEVER and s.watched_until > market.day]
    rest = sum((CLOSURE_DAYS - CLOSED_DAYS + 1) * shop.expected * shop.price for shop in closed)
    market.closure_losses = round(rest * 100)
    for shop in leaving:
        shop.merchant.stop_campaign()
        pay_out(market, shop.merchant)
        shop.vacate()
    for shop in market.shops:
        if shop.open and shop.merchant.insolvent:
            pay_in(market, shop.merchant)


def admit_entrants(market: AgentMarket) -> None:
    """Let entrants arrive, give up, and take free slots (7.1, steps 5 and 6)."""
    config, day = market.world.shops, market.day
    mean = (config.entrant_rate + config.growth) / 365 * market.world.market.n_shops
    for _ in range(poisson_quantile(market.luck.one(Stream.ENTRY, day, 0, 0), mean)):
        market.waiting.append((market.next_identity, day))
        market.next_identity += 1
    market.waiting = [(who, came) for who, came in market.waiting if day - came < config.entrant_patience]
    risk, blameless_risk = market.severity.prior_risks
    if "deterrence" in market.mute:
        risk = market.still_risk
    free = [shop for shop in market.shops if shop.identity < 0]
    for old, (identity, _) in zip(free, list(market.waiting), strict=False):
        del market.waiting[0]
        old.remove()
        market.shops[old.slot] = shop = Shop(market, old.slot, identity, day, (risk, blameless_risk))
        fund(market, shop.merchant)


def poisson_quantile(u: float, mean: float) -> int:
    """Return the Poisson count at ``u``: the number of potential entrants (7.1, step 5)."""
    return max(0, ceil(pdtrik(u, mean))) if mean > 0 and u > exp(-mean) else 0
