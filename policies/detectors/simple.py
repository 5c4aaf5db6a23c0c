"""Two detectors to compare others with: the public orders-per-account rule, and a lot."""

from __future__ import annotations

import numpy as np

from policies.detectors.shop_features import MONTH, PSEUDO_ORDERS
from sim.contract import Observation


class OrdersPerAccount:
    """The public rule: a shop with many orders from few accounts is risky.

    Risk is 1 − accounts / orders over 30 days, so three orders an account are a risk of 2/3. The rule
    that is known looks at one hour; the traces hold days, and count an order as repeated if the account
    ordered last at the same shop. Shops with few orders are drawn towards 0.
    """

    reads = ("traces",)

    def score(self, observation: Observation) -> np.ndarray:
        """Return the risk of every shop."""
        traces = observation.traces
        return traces.repeats[MONTH] / (traces.orders[MONTH] + PSEUDO_ORDERS)


class RandomAudit:
    """A lot drawn anew every day: what a detector that knows nothing achieves."""

    reads = ("identity",)

    def score(self, observation: Observation) -> np.ndarray:
        """Return a number in (0, 1) for every shop, whatever it did."""
        lot: np.ndarray = observation.luck("detector.random_audit", observation.identity)
        return lot
