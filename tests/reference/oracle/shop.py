"""A shop with its merchant: one agent for each slot of the platform (2)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import exp, log1p
from typing import TYPE_CHECKING

import mesa
from scipy.special import betaincinv

from oracle.fading import keep
from oracle.merchant import Merchant
from oracle.traces import Traces
from sim.chance import Stream
from sim.parameters import Parameters, RankingParameters, ShopParameters

if TYPE_CHECKING:
    from oracle.draws import Luck
    from oracle.model import AgentMarket

NEVER = -100_000
CLOSED_DAYS = 30
STRIKES = 4


@dataclass(slots=True)
class ShopDay:
    """What a day brings to one shop; money in fen, stars in thousandths of quality."""

    genuine: int = 0
    standing: int = 0
    turnover: int = 0
    stars: int = 0
    complaints: int = 0
    flagged_parcels: int = 0
    task_like: int = 0
    repeats: int = 0
    brushed: int = 0
    brushed_value: int = 0
    brushing_cost: int = 0
    """What its brushed orders cost it: cut, workers' pay, commission, parcels (7.9)."""
    cover: float = 0.0
    """Share of its brushed orders' traces that its camouflage hides: x (7.4)."""


class Shop(mesa.Agent):
    """One slot with the shop that holds it, or that held it last: identity −1 means that it is free (2)."""

    model: AgentMarket

    def __init__(
        self, market: AgentMarket, slot: int, identity: int, opened_day: int, risks: tuple[float, float]
    ) -> None:
        super().__init__(market)
        self.slot = slot
        self.category = slot // market.world.market.shops_per_category
        self.identity = identity
        self.open = True
        self.opened_day = opened_day
        self._take_traits(market.luck, market.world)
        self.displayed = self.removed = 0.0
        self.counted_from = NEVER
        self._clear_days()
        self.rating_sum = self.rating_count = self.rating = 0.0
        self.hidden_until = self.closed_day = NEVER
        self.burst, self.burst_until = 1.0, NEVER
        self.last_case_day = NEVER
        self.strikes = [NEVER] * STRIKES
        self.score = self.attention = 0.0
        self.watched_until, self.shadow, self.expected = NEVER, 0.0, 0.0
        self.today = ShopDay()
        self.traces = Traces()
        self.merchant = Merchant(self, market, *risks)

    def _take_traits(self, luck: Luck, world: Parameters) -> None:
        """Take the traits that belong to the identity (7.1)."""
        shops, i = world.shops, self.identity
        self.quality = shops.quality_sd * luck.one_normal(Stream.TRAITS, 0, i, 0)
        z = luck.one_normal(Stream.TRAITS, 0, i, 1)
        self.price = shops.order_value * lognormal(z, shops.order_value_sd_shops)
        width = shops.margin_high - shops.margin_low
        centre = (shops.margin_mean - shops.margin_low) / width if width else 0.5
        a = min(max(5 * centre, 0.05), 4.95)
        u = luck.one(Stream.TRAITS, 0, i, 2)
        self.margin = shops.margin_low + width * float(betaincinv(a, 5 - a, u))
        self.following = lognormal(luck.one_normal(Stream.TRAITS, 0, i, 3), world.ranking.following_sd)
        z = luck.one_normal(Stream.TRAITS, 0, i, 4)
        flag = world.traces.genuine_parcel_flag * lognormal(z, world.traces.genuine_parcel_sd)
        self.parcel_flag = min(flag, 1.0)

    def _clear_days(self) -> None:
        """Forget the sales of the last days and the reviews still to come; lists are oldest first (2)."""
        world = self.model.world
        self.sold = no_orders(world.ranking.displayed_days * has_window(world.ranking))
        self.coming_reviews = no_orders(world.shops.review_days)
        self.coming_stars = no_orders(world.shops.review_days)

    @property
    def age(self) -> int:
        """Days since opening."""
        return self.model.day - self.opened_day

    @property
    def seen(self) -> bool:
        """Whether the ranking shows it today (7.2)."""
        return self.open and self.hidden_until <= self.model.day

    def start_burst(self, luck: tuple[float, float, float]) -> None:
        """End a burst that is over, and start one if ``luck`` will have it (7.1)."""
        config, day = self.model.world.shops, self.model.day
        if self.burst_until <= day:
            self.burst = 1.0
            if self.open and luck[0] < config.burst_rate / 365:
                low, high = config.burst_multiple_low, config.burst_multiple_high
                self.burst = low * (high / low) ** luck[1]
                longest = config.burst_days_high - config.burst_days_low
                self.burst_until = day + config.burst_days_low + int(luck[2] * (longest + 1))

    def must_leave(self, luck: float) -> bool:
        """Tell whether it leaves: restless, losing, insolvent, or closed for long enough (7.1)."""
        if self.identity < 0:
            return False
        config, merchant = self.model.world.shops, self.merchant
        if self.closed_day != NEVER and self.model.day - self.closed_day >= CLOSED_DAYS:
            return True
        ruined = merchant.losing_days >= config.losing_days and merchant.cash < 0
        given_up = merchant.insolvent and not merchant.worth_saving
        return self.open and (luck < leave_chance(self.age, config) or ruined or given_up)

    def vacate(self) -> None:
        """Leave the slot; price, rating and traces stay, unseen, until a new shop takes it (7.1)."""
        self.identity = -1
        self.open = False
        self.closed_day = self.watched_until = NEVER
        self.displayed = 0.0
        self._clear_days()
        self.burst = 1.0

    def rank(self, rule: RankingParameters, noise: float) -> None:
        """Set today's score (7.2)."""
        self.score = (
            rule.sales_weight * log1p(self.displayed)
            + rule.rating_weight * self.rating
            + rule.freshness_weight * exp(-max(self.age, 0) / rule.freshness_days)
            + rule.noise * noise
        )

    def take_in_reviews(self) -> None:
        """Let old reviews fade; add genuine ones that are due and those of brushed orders of today (7.6)."""
        config = self.model.world.shops
        fade = keep(config.rating_half_life)
        fake = self.model.world.brushing.rating * config.quality_sd
        self.coming_stars.append(self.today.stars)
        self.coming_reviews.append(self.today.genuine)
        stars, reviews = self.coming_stars.popleft(), self.coming_reviews.popleft()
        self.rating_sum = self.rating_sum * fade + (stars / 1000 + fake * self.today.brushed)
        self.rating_count = self.rating_count * fade + (reviews + self.today.brushed)
        self.rating = self.rating_sum / (self.rating_count + config.rating_prior)

    def show_sales(self, rule: RankingParameters) -> None:
        """Let displayed sales age and take in the orders of the day that stand (7.2)."""
        sold = self.today.standing + self.today.brushed
        if has_window(rule):
            self.sold.append(sold)
            self._drop_sales(self.model.day - rule.displayed_days, self.sold.popleft())
        else:
            self.displayed *= sales_kept(rule)
            self.removed *= sales_kept(rule)
        self.displayed += sold

    def _drop_sales(self, day: int, sold: int) -> None:
        """Let the orders of ``day`` leave the window: from what was removed if they were (7.2)."""
        if day < self.counted_from:
            self.removed -= sold
        else:
            self.displayed -= sold

    def remove_sales(self) -> None:
        """Show sales from tomorrow on only (7.8)."""
        self.displayed, self.removed = 0.0, self.removed + self.displayed
        self.counted_from = self.model.day + 1

    def restore_sales(self) -> None:
        """Show again all sales that were removed (7.8)."""
        self.displayed, self.removed = self.displayed + self.removed, 0.0
        self.counted_from = NEVER

    def strike(self) -> None:
        """Enter today in the file of strikes, which holds the last four (7.8)."""
        self.strikes = [self.model.day, *self.strikes[:-1]]

    def forgive(self, day: int) -> None:
        """Take the strike of ``day`` off the file (7.8)."""
        self.strikes = sorted((NEVER if s == day else s for s in self.strikes), reverse=True)


def leave_chance(age: int, config: ShopParameters) -> float:
    """Return the chance that a shop of this age gives up, or drops out of the sample, on one day (5)."""
    young = config.newcomer_leave * 0.5 ** (max(age, 0) / config.newcomer_days)
    return (config.leave_rate * (1 + young) + config.growth) / 365


def lognormal(z: float, sd: float) -> float:
    """Return the log-normal number of mean one at the normal ``z``."""
    return exp(sd * z - 0.5 * sd**2)


def display_horizon(rule: RankingParameters) -> float:
    """Return τ, the days that an order counts in displayed sales, also where they are cumulative (7.2)."""
    return float(rule.displayed_days or 1 / (1 - keep(rule.displayed_half_life)))


def has_window(rule: RankingParameters) -> bool:
    """Tell whether the sales of the last days are displayed, neither faded nor cumulative ones (7.2)."""
    return rule.displayed_days > 0 and not rule.cumulative_sales


def sales_kept(rule: RankingParameters) -> float:
    """Return the share of displayed sales that a day leaves; of a window, in a steady shop: f (7.2, 9)."""
    if rule.cumulative_sales:
        return 1.0
    return 1 - 1 / rule.displayed_days if rule.displayed_days else keep(rule.displayed_half_life)


def no_orders(days: int) -> deque[int]:
    """Return a record of so many days without orders."""
    return deque([0] * days)
