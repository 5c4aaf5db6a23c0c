"""Size of a market."""

from __future__ import annotations

from dataclasses import dataclass

from sim.parameters.declare import parameter


@dataclass
class MarketParameters:
    """Size of the market. Shares and rates must not depend on it."""

    n_shops: int = parameter(2000, "shops", 2, 10_000_000, "assumption", "shop slots of the platform")
    shops_per_category: int = parameter(
        100, "shops", 2, 10_000, "assumption", "shops that compete in one ranking; divides n_shops"
    )
    buyers_per_shop: float = parameter(29, "buyers", 1, 60, "taobao_2013", "buyers for each shop slot")
