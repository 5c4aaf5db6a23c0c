"""Traces: what orders leave behind, shop by shop and account by account (7.7)."""

from __future__ import annotations

from collections import deque
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from oracle.fading import keep, single
from sim.chance import Stream

if TYPE_CHECKING:
    from oracle.buying import Order
    from oracle.model import AgentMarket
    from oracle.shop import Shop
    from oracle.trade import Task

QUANTITIES = (
    "orders", "task_like", "repeats", "flagged_parcels", "returns", "complaints", "views", "turnover",
)  # fmt: skip
"""What institutions are shown; turnover is kept in fen."""

ORDERS, BRUSHED = 0, len(QUANTITIES)
NOTHING = (0,) * (len(QUANTITIES) + 1)
WEEK, MONTH = 7, 30


class Traces:
    """The counts of one shop on each of the last 30 days, and their sums; brushed orders come last."""

    def __init__(self) -> None:
        self.days: deque[tuple[int, ...]] = deque([NOTHING] * MONTH, maxlen=MONTH)
        self.week = NOTHING
        self.month = NOTHING

    def record(self, today: tuple[int, ...]) -> None:
        """Enter a day; windows include it (7.7)."""
        self.week = roll(self.week, today, self.days[-WEEK])
        self.month = roll(self.month, today, self.days[0])
        self.days.append(today)

    @property
    def windows(self) -> tuple[tuple[int, ...], ...]:
        """Sums over 1, 7 and 30 days."""
        return self.days[-1], self.week, self.month

    @property
    def orders(self) -> int:
        """Orders of 30 days, brushed ones among them."""
        return self.month[ORDERS]

    @property
    def brushed(self) -> int:
        """Brushed orders of 30 days."""
        return self.month[BRUSHED]

    @property
    def genuine(self) -> int:
        """Genuine orders of 30 days: g in 7.3."""
        return self.orders - self.brushed


def roll(sums: tuple[int, ...], today: tuple[int, ...], last: tuple[int, ...]) -> tuple[int, ...]:
    """Return the sums of a window that moves on by a day."""
    return tuple(total + new - old for total, new, old in zip(sums, today, last, strict=True))


def leave_traces(market: AgentMarket, tasks: list[Task], orders: list[Order], visits: list[int]) -> None:
    """Enter the day's orders into the records of accounts and shops (7.7)."""
    enter_in_accounts(market, tasks, orders)
    for shop, views in zip(market.shops, count_views(market, visits), strict=True):
        day = shop.today
        turnover = day.turnover + day.brushed_value
        first = (day.genuine + day.brushed, day.task_like, day.repeats, day.flagged_parcels)
        last = (day.genuine - day.standing, day.complaints, views, turnover, day.brushed)
        shop.traces.record(first + last)


def enter_in_accounts(market: AgentMarket, tasks: list[Task], orders: list[Order]) -> None:
    """Count task-like orders and repeats, brushed orders first; then let past rates gain (7.7)."""
    config, scale = market.world.traces, market.past.scale
    made = [(market.buyers[task.account], task.shop) for task in tasks]
    made += [(order.buyer, order.shop) for order in orders]
    for buyer in market.ordered.popleft():
        buyer.recent_orders -= 1
    for buyer, _ in made:
        buyer.recent_orders += 1
    for buyer, shop in made:
        usual = config.task_like_ratio * buyer.past_orders * scale
        shop.today.task_like += config.task_like_orders <= buyer.recent_orders >= usual
        shop.today.repeats += buyer.last_shop == shop.slot and market.day - buyer.last_day <= MONTH
        buyer.last_shop, buyer.last_day = shop.slot, market.day
    gain = (1 - keep(config.account_half_life)) * MONTH / scale
    for buyer, _ in made:
        buyer.past_orders = single(buyer.past_orders + gain)
    market.ordered.append([buyer for buyer, _ in made])


def count_views(market: AgentMarket, visits: list[int]) -> list[int]:
    """Return the page views of every shop: drawn for buyers, counted for workers (7.7)."""
    noise = market.luck.many_normal(Stream.VIEWS, market.day, market.identities()).tolist()
    looks = market.world.demand.looks
    views = []
    for shop, z in zip(market.shops, noise, strict=True):
        mean = visits[shop.category] * looks * (shop.attention / shop.burst)
        views.append(int(max(np.rint(mean + sqrt(mean) * z), 0)) + views_of_workers(market, shop))
    return views


def views_of_workers(market: AgentMarket, shop: Shop) -> int:
    """Return the views that workers make: camouflage brings them up to a buyer's an order (7.7)."""
    demand, blatant = market.world.demand, market.world.traces.views_per_task
    natural = max(demand.looks / demand.purchase_probability, blatant)
    return round(shop.today.brushed * (blatant + shop.today.cover * (natural - blatant)))
