"""The merchant of a shop: beliefs, campaign, money (2, 7.3, 7.9, 7.10)."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from oracle.fading import keep
from sim.chance import Stream

if TYPE_CHECKING:
    from oracle.model import AgentMarket
    from oracle.organiser import Organiser
    from oracle.shop import Shop
    from oracle.ways import Way

NEVER = -100_000
FEN = 100


class Merchant:
    """Who owns a shop; outside campaigns at first (5). Money in fen, but for ``profit`` in RMB a day."""

    def __init__(self, shop: Shop, market: AgentMarket, risk: float) -> None:
        brushing, i = market.world.brushing, shop.identity
        self.shop, self.market = shop, market
        self.opportunist = market.luck.one(Stream.TRAITS, 0, i, 5) < brushing.opportunist_share
        z = market.luck.one_normal(Stream.TRAITS, 0, i, 6)
        self.moral_cost = brushing.moral_cost * exp(brushing.moral_cost_sd * z)
        self.risk = risk
        self.gain_belief = 1.0
        self.way: Way | None = None
        self.level = 0
        self.campaign_start = self.campaign_until = NEVER
        self.expected_gain = self.sales_before = 0.0
        self.organiser: Organiser | None = None
        self.last_organiser: Organiser | None = None
        self.previous_organiser: Organiser | None = None
        self.quote = self.cover = self.resolve = 0.0
        self.ordered = self.served = 0
        self.struck = False
        self.served_until = self.last_served_until = NEVER
        self.last_brushed_day = NEVER
        self.cash = self.deposit = 0
        self.owed_platform = self.owed_state = self.drawn = 0
        self.profit = 0.0
        self.losing_days = 0

    @property
    def in_campaign(self) -> bool:
        """Whether a campaign runs today (7.3)."""
        return self.campaign_until > self.market.day

    @property
    def genuine_rate(self) -> float:
        """Genuine orders a day, of 30 days or of the shop's life if that is shorter: s in 7.3."""
        return self.shop.traces.genuine / min(max(self.shop.age, 1), 30)

    def begin_campaign(self, way: Way, days: int, expected_gain: float) -> None:
        """Start to brush today (7.3)."""
        self.way, self.level = way, way.level
        self.ordered, self.served, self.struck = 0, 0, False
        self.campaign_start, self.campaign_until = self.market.day, self.market.day + days
        self.expected_gain, self.sales_before = expected_gain, self.genuine_rate

    def stop_campaign(self) -> None:
        """End the campaign at once: it teaches nothing (7.1, 7.3)."""
        self.level, self.campaign_until = 0, NEVER

    def reconsider_gain(self) -> None:
        """Let the belief about the gain fade, and learn from a campaign that is over (7.3)."""
        day, half_life = self.market.day, self.market.world.brushing.learning_half_life
        self.gain_belief += (1 - self.gain_belief) * (1 - keep(half_life))
        if self.level == 0 or self.in_campaign:
            return
        self.level = 0
        if self.served > 0 and self.shop.hidden_until <= day - 30:
            self._learn_from_campaign()

    def _learn_from_campaign(self) -> None:
        """Compare what came with what the orders carried out had promised (7.3)."""
        sales = self.shop.traces.genuine / 30
        brought = sales - self.sales_before
        promised = max(self.expected_gain * self.served / self.ordered, 1e-9)
        noise = (sales + self.sales_before) / 30
        weight = self.market.world.brushing.learning * promised**2 / (promised**2 + noise)
        self.gain_belief += weight * self.gain_belief * (brought / promised - 1)
        self.gain_belief = min(max(self.gain_belief, 0.5), 1.5)

    def orders_wanted(self) -> int:
        """Return the orders that the campaign plans for today; it pauses in a shop that is not seen (7.4)."""
        if not (self.shop.seen and self.in_campaign and self.way is not None):
            return 0
        day = self.market.day - self.campaign_start
        return self.way.orders_until(day + 1) - self.way.orders_until(day)

    def note_service(self, orders: int) -> None:
        """Note what was served today and by whom: the last two different organisers stay known (7.4)."""
        day = self.market.day
        self.served += orders
        self.last_brushed_day = day
        if self.last_organiser is not self.organiser:
            self.previous_organiser, self.last_served_until = self.last_organiser, self.served_until
            self.last_organiser = self.organiser
        self.served_until = day

    def innocent(self, window: float = 90) -> bool:
        """Tell whether it bought no brushed order of its own for so many days (7.8, Truth)."""
        return self.market.day - self.last_brushed_day > max(window, 90)

    def loss_of_a_sanction(self, horizon: float) -> float:
        """Return the loss that one sanction is believed to bring, RMB: at most what is owned (7.3)."""
        believed, brushing = self.market.severity, self.market.world.brushing
        profit = max(self.profit, 0.0)
        worth = profit * brushing.shop_value_days
        reach = self.market.world.shops.owner_reach * max(self.drawn, 0)
        held = max(self.cash, 0) + self.deposit + reach - (self.owed_platform + self.owed_state)
        owned = max(held, 0.0) / FEN + worth
        days = believed.demotion + (horizon if believed.demotion > 0 else 0.0)
        demotion = profit * days * exp(-brushing.discount_rate * horizon / 365)
        scale, power = brushing.fine_scale, brushing.fine_concavity
        fine: float = scale * ((1 + min(believed.fine, owned) / scale) ** power - 1) / power
        return min(demotion + believed.closure * worth + fine, owned)

    def note_profit(self) -> None:
        """Move the mean of 30 days' profit, and count the run of losing days (7.9)."""
        config, shop = self.market.world.shops, self.shop
        today = shop.today.turnover / FEN * (shop.margin - config.commission) - config.fixed_cost
        today -= shop.today.brushing_cost / FEN
        self.profit += (today - self.profit) / 30
        self.losing_days = self.losing_days + 1 if shop.open and self.profit < 0 else 0
