"""What merchants fear of a sanction."""

from __future__ import annotations

import math

from sim.parameters import BrushingParameters
from sim.state.beliefs import Severity


def fears(
    severity: Severity, horizon: float, brushing: BrushingParameters, owner_reach: float
) -> tuple[float, ...]:
    """Return what merchants believe that a sanction brings, as `sim.kernels.decide.fear` takes it.

    A demotion costs the profit of its days and of the ``horizon`` over which displayed sales recover.
    Fines weigh concavely: certainty deters more than severity (Nagin 2013). The share ``owner_reach`` of what
    the owner has drawn can be lost too.
    """
    days = severity.demotion + (horizon if severity.demotion > 0 else 0.0)
    discount = math.exp(-brushing.discount_rate * horizon / 365)
    worth, fines = brushing.shop_value_days, (brushing.fine_scale, brushing.fine_concavity)
    return tuple(map(float, (worth, days * discount, severity.closure, severity.fine, *fines, owner_reach)))
