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
        self.less_cover = self.at_most = 0.0
        self.traced = self.named = 0.0

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
        prior = 4 * self.prior
        above = self.less_cover + prior * self.config.hidden_share
        return min(max(above / (max(self.at_most, 0.0) + prior), 0.0), 1.0)

    @property
    def hides(self) -> float:
        """What full cover is believed to hide of the whole hazard, ledgers included: κ (7.10)."""
        by_traces = self.prior + self.traced
        return self.hidden_from_traces * by_traces / (by_traces + self.named)

    def learn(self) -> None:
        """Let what was learnt fade, and enter today's sanctions and customers (7.10)."""
        market = self.market
        customers = [shop for shop in market.shops if shop.today.brushed]
        exposed = [exposed_today(market, shop) for shop in customers]
        self._fade()
        for shop, x in zip(customers, exposed, strict=True):
            if shop.merchant.way is not None:
                self.exposure[shop.merchant.way.number] += x
        given_away = []
        for shop, sources in market.acts_today.heard.items():
            if market.day - shop.merchant.last_brushed_day < RECENT:
                if shop.merchant.way is not None:
                    self.hits[shop.merchant.way.number] += 1
                if all(source == "ledger" for source in sources):
                    self.named += 1
                else:
                    given_away.append(shop)
        self._compare(customers, given_away)

    def _fade(self) -> None:
        left = keep(self.config.memory_half_life)
        for sums in (self.hits, self.exposure):
            sums[:] = [x * left for x in sums]
        self.less_cover *= left
        self.at_most *= left
        self.traced *= left
        self.named *= left

    def _compare(self, customers: list[Shop], given_away: list[Shop]) -> None:
        """Compare the cover of those whom their traces gave away today with that of customers (7.10)."""
        merchants, hit = [shop.merchant for shop in customers], [shop.merchant for shop in given_away]
        e = [sum(exposed_by_last_way(self.market, m) * m.cover**k for m in merchants) for k in range(3)]
        s = [sum(m.cover**k for m in hit) for k in range(2)]
        self.traced += s[0]
        if e[0]:
            self.less_cover += s[0] * e[1] / e[0] - s[1]
            self.at_most += (s[0] * e[2] - s[1] * e[1]) / e[0]
