"""The trade learns to evade: which ways to brush are hit, and what cover hides (7.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.fading import keep
from oracle.learning import exposed_by_last_way, exposed_today

if TYPE_CHECKING:
    from oracle.model import AgentMarket
    from oracle.shop import Shop

RECENT = 30
"""A sanction counts against the way to brush of a merchant that brushed in the last so many days."""


class Experience:
    """What the trade has learnt from sanctions; the names of sums are those of 7.10."""

    def __init__(self, market: AgentMarket) -> None:
        self.market, self.config = market, market.world.adaptation
        self.prior = self.config.prior_rate * market.world.market.n_shops
        self.hits = [0.0] * len(market.ways)
        self.exposure = [0.0] * len(market.ways)
        self.covered = [0.0, 0.0, 0.0]
        self.traced = [0.0, 0.0]
        self.named = 0.0

    @property
    def relative_hazards(self) -> list[float]:
        """R of every way: its hazard as learnt, over what was believed at first (7.10)."""
        hits, all_exposure = sum(self.hits), max(sum(self.exposure), 1e-9)
        return [
            (hit + self.prior) / (hits * exposed / all_exposure + self.prior)
            for hit, exposed in zip(self.hits, self.exposure, strict=True)
        ]

    @property
    def hidden_from_traces(self) -> float:
        """What full cover is believed to hide of the hazard of being found by traces: ê (7.10)."""
        (s0, s1), (e0, e1, e2) = self.traced, self.covered
        prior = self.prior * max(e0, 1e-9) / 4
        above = s0 * e1 - s1 * e0 + prior * self.config.hidden_share
        return min(max(above / (max(s0 * e2 - s1 * e1, 0.0) + prior), 0.0), 1.0)

    @property
    def hides(self) -> float:
        """What full cover is believed to hide of the whole hazard, ledgers included: κ (7.10)."""
        by_traces = self.prior + self.traced[0]
        return self.hidden_from_traces * by_traces / (by_traces + self.named)

    def learn(self) -> None:
        """Let what was learnt fade, and enter today's sanctions and customers (7.10)."""
        market = self.market
        customers = [shop for shop in market.shops if shop.today.brushed]
        exposed = [exposed_today(market, shop) for shop in customers]
        self._fade()
        for shop, x in zip(customers, exposed, strict=True):
            self._enter_customer(shop, x)
        for shop, sources in market.acts_today.heard.items():
            if market.day - shop.merchant.last_brushed_day < RECENT:
                self._enter_sanction(shop, all(source == "ledger" for source in sources))

    def _fade(self) -> None:
        left = keep(self.config.memory_half_life)
        for sums in (self.hits, self.exposure, self.covered, self.traced):
            sums[:] = [x * left for x in sums]
        self.named *= left

    def _enter_customer(self, shop: Shop, exposed: float) -> None:
        """Enter a customer of today, exposed so much beside what its cover hides (7.10)."""
        merchant = shop.merchant
        if merchant.way is not None:
            self.exposure[merchant.way.number] += exposed
        for k in range(3):
            self.covered[k] += exposed_by_last_way(self.market, merchant) * merchant.cover**k

    def _enter_sanction(self, shop: Shop, by_ledger: bool) -> None:
        """Enter a sanction of today, on a merchant that brushed lately (7.10)."""
        merchant = shop.merchant
        if merchant.way is not None:
            self.hits[merchant.way.number] += 1
        if by_ledger:
            self.named += 1
        else:
            for k in range(2):
                self.traced[k] += merchant.cover**k
