"""Measure: one row of the daily table; reads everything, changes nothing (9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.shop import NEVER

if TYPE_CHECKING:
    from oracle.model import AgentMarket
    from oracle.shop import Shop

FEN = 100
GROUPS = ("new", "old", "small", "large", "good", "bad")
MONTH, NEW_DAYS, SMALL_ORDERS = 30, 365, 50
NAN = float("nan")


def measure(market: AgentMarket) -> dict[str, float]:
    """Return the day's row, as the evening leaves the market (9)."""
    return {"day": market.day - market.policy_start} | {
        **trade_of_the_day(market),
        **shops_of_the_day(market),
        **groups_of_the_day(market),
        **organisers_of_the_day(market),
        **acts_of_the_day(market),
        **losses_of_the_day(market),
    }


def trade_of_the_day(market: AgentMarket) -> dict[str, float]:
    """Return orders, turnover, and what buyers got."""
    days = [shop.today for shop in market.shops]
    placed, standing = sum(day.genuine for day in days), sum(day.standing for day in days)
    brushed = sum(day.brushed for day in days)
    return {
        "genuine_orders": standing,
        "returned_orders": placed - standing,
        "brushed_orders": brushed,
        "brushed_share": brushed / max(brushed + standing, 1),
        "genuine_turnover_rmb": sum(day.turnover for day in days) / FEN,
        "brushed_turnover_rmb": sum(day.brushed_value for day in days) / FEN,
        "honest_turnover_rmb": honest_turnover(market) / FEN,
        "visits": sum(market.visits),
        "consumer_surplus_rmb": market.deliveries.surplus,
        "mean_quality_bought": market.deliveries.quality / max(placed, 1),
        "platform_revenue_rmb": market.settled.platform_revenue / FEN,
    }


def honest_turnover(market: AgentMarket) -> int:
    """Return the fen of genuine orders that stand, at shops of honest merchants, open tonight or not."""
    return sum(shop.today.turnover for shop in market.shops if not shop.merchant.opportunist)


def shops_of_the_day(market: AgentMarket) -> dict[str, float]:
    """Return how many shops there are of each kind, and the risk that opportunists perceive."""
    open_shops = [shop for shop in market.shops if shop.open]
    brushing = [shop for shop in market.shops if shop.today.brushed]
    risks = [shop.merchant.risk for shop in open_shops if shop.merchant.opportunist]
    lately = [s for s in open_shops if market.day - s.merchant.last_brushed_day < MONTH]
    gradual = [s for s in brushing if s.merchant.way is not None and s.merchant.way.start > 0]
    return {
        "open_shops": len(open_shops),
        "innocent_shops": sum(shop.merchant.innocent() for shop in open_shops),
        "honest_shops": sum(not shop.merchant.opportunist for shop in open_shops),
        "brushing_shops": len(brushing),
        "brushers": len(lately),
        "sanctioned_brushers": sum(shop in market.acts_today.heard for shop in lately),
        "gradual_shops": len(gradual),
        "perceived_risk": sum(risks) / len(risks) if risks else 0.0,
    }


def groups_of_the_day(market: AgentMarket) -> dict[str, float]:
    """Return how many open shops of each group there are, and how many of them brush today."""
    columns = [f"{group}_{kind}" for group in GROUPS for kind in ("shops", "brushing_shops")]
    counts: dict[str, float] = dict.fromkeys(columns, 0)
    for shop in market.shops:
        for group in groups_of(shop):
            counts[f"{group}_shops"] += shop.open
            counts[f"{group}_brushing_shops"] += shop.open and shop.today.brushed > 0
    return counts


def groups_of(shop: Shop) -> tuple[str, str, str]:
    """Return the groups of a shop: by age, by genuine orders of 30 days, by true quality."""
    return (
        "new" if shop.age < NEW_DAYS else "old",
        "small" if shop.traces.genuine <= SMALL_ORDERS else "large",
        "good" if shop.quality > 0 else "bad",
    )


def organisers_of_the_day(market: AgentMarket) -> dict[str, float]:
    """Return the state of the trade."""
    standard = market.world.trade.cut
    fees = [o.fee + o.cut - standard for o in market.organisers if o.is_open]
    hidden = market.world.adaptation.hidden_share
    brushed = sum(shop.today.brushed for shop in market.shops)
    covered = sum(shop.today.brushed * shop.today.cover for shop in market.shops)
    profit = market.settled.organiser_profit - market.acts_today.taken_from_organisers
    return {
        "fee": sum(fees) / len(fees) if fees else NAN,
        "camouflage": covered / brushed / hidden if brushed and hidden else NAN,
        "organisers_open": len(fees),
        "workers": sum(len(organiser.pool) for organiser in market.organisers),
        "organiser_profit_rmb": profit / FEN,
    }


def acts_of_the_day(market: AgentMarket) -> dict[str, float]:
    """Return what institutions did."""
    acts = market.acts_today
    return {
        **acts.counts,
        "sanctions": len(acts.heard),
        "closures": acts.closures,
        "capacity_bound": int(acts.capacity_bound),
        "fines_rmb": acts.fines / FEN,
        "damages_rmb": acts.damages / FEN,
        "restitution_rmb": acts.restitution / FEN,
        "enforcement_cost_rmb": acts.enforcement_cost / FEN,
    }


def losses_of_the_day(market: AgentMarket) -> dict[str, float]:
    """Return sales and days that innocent shops lost."""
    return {
        "innocent_sales_lost_rmb": (market.sales_lost + market.closure_losses) / FEN,
        "innocent_days_lost": sum(loses_tomorrow(market, shop) for shop in market.shops),
    }


def loses_tomorrow(market: AgentMarket, shop: Shop) -> bool:
    """Tell whether a watched shop will be hidden or closed tomorrow (9)."""
    held = shop.hidden_until > market.day + 1 or shop.closed_day != NEVER
    return held and shop.watched_until > market.day
