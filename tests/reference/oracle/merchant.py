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

    def __init__(self, shop: Shop, market: AgentMarket, risk: float, blameless_risk: float) -> None:
        brushing, i = market.world.brushing, shop.identity
        self.shop, self.market = shop, market
        self.opportunist = market.luck.one(Stream.TRAITS, 0, i, 5) < brushing.opportunist_share
        z = market.luck.one_normal(Stream.TRAITS, 0, i, 6)
        self.moral_cost = brushing.moral_cost * exp(brushing.moral_cost_sd * z)
        self.risk, self.blameless_risk = risk, blameless_risk
        self.gain_belief = 1.0
        self.way: Way | None = None
        self.level = 0
        self.campaign_start = self.campaign_until = NEVER
        self.expected_gain = self.sales_before = 0.0
        self.organiser: Organiser | None = None
        self.last_organiser: Organiser | None = None
        self.previous_organiser: Organiser | None = None
        self.quote = self.cover = self.resolve = self.feared = 0.0
        self.ordered = self.served = 0
        self.struck = False
        self.served_until = self.last_served_until = NEVER
        self.last_brushed_day = NEVER
        self.cash = self.deposit = self.drawn = 0
        self.owed = {"platform": 0, "state": 0}
        self.short_since = NEVER
        self.profit = 0.0
        self.losing_days = 0

    @property
    def in_campaign(self) -> bool:
        """Whether a campaign runs today (7.3)."""
        return self.campaign_until > self.market.day

    @property
    def owed_platform(self) -> int:
        """Fines owed to the platform, fen."""
        return self.owed["platform"]

    @property
    def owed_state(self) -> int:
        """Fines owed to the state, fen."""
        return self.owed["state"]

    @property
    def missing(self) -> int:
        """What the deposit lacks, fen (7.1, 7.9)."""
        return max(round(self.market.world.shops.deposit * FEN) - self.deposit, 0)

    @property
    def within_reach(self) -> int:
        """What creditors can take of what the owner drew, fen (7.8, Sanctions)."""
        return int(self.market.world.shops.owner_reach * max(self.drawn, 0))

    @property
    def insolvent(self) -> bool:
        """Whether fines are owed, or the deposit is short, for longer than is borne (7.1)."""
        days = self.market.day - self.short_since
        return self.short_since != NEVER and days >= self.market.world.shops.grace_days

    @property
    def worth_saving(self) -> bool:
        """Whether the shop is worth what its owner would have to pay in (7.1)."""
        worth = max(self.profit, 0.0) * self.market.world.brushing.shop_value_days * FEN
        return sum(self.owed.values()) + self.missing <= worth

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
        self.feared = self.risk

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
        believed, brushing = self.market.severity.believed, self.market.world.brushing
        profit = max(self.profit, 0.0)
        worth = profit * brushing.shop_value_days
        reach = self.market.world.shops.owner_reach * max(self.drawn, 0)
        liable = max(self.cash, 0) + self.deposit + reach - sum(self.owed.values())
        owned = max(liable, 0.0) / FEN + worth
        emptied = max(believed["removed"] * horizon, min(believed["demotion"], believed["demoted"] * horizon))
        days = believed["demotion"] + emptied
        demotion = profit * days * exp(-brushing.discount_rate * horizon / 365)
        scale, power = brushing.fine_scale, brushing.fine_concavity
        usual = believed["fine"] / believed["fined"] if believed["fined"] > 0 else 0.0
        weight: float = scale * ((1 + min(usual, owned) / scale) ** power - 1) / power
        return min(demotion + believed["closure"] * worth + believed["fined"] * weight, owned)

    def note_profit(self) -> None:
        """Move the mean of 30 days' profit, and count the run of losing days (7.9)."""
        config, shop = self.market.world.shops, self.shop
        earned = shop.today.turnover / FEN * (shop.margin - config.commission) - config.fixed_cost
        self.profit += (earned - shop.today.brushing_cost / FEN - self.profit) / 30
        self.losing_days = self.losing_days + 1 if shop.open and self.profit < 0 else 0

    def note_debts(self) -> None:
        """Note since when fines are owed, or the deposit of an open shop is short (7.9)."""
        if not (any(self.owed.values()) or (self.shop.open and self.missing)):
            self.short_since = NEVER
        elif self.short_since == NEVER:
            self.short_since = self.market.day
