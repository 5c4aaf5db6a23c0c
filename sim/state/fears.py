"""What merchants fear of a sanction."""

from __future__ import annotations

import math

from sim.parameters import BrushingParameters
from sim.state.beliefs import Severity


def fears(
    severity: Severity, horizon: float, brushing: BrushingParameters, owner_reach: float
) -> tuple[float, ...]:
    """Return what merchants believe that a sanction brings, as `sim.kernels.decide.fear` takes it.

    A demotion costs the profit of its days. Displayed sales recover over the ``horizon``: a removal empties
    it, a demotion as many days of it as it lasts; this is feared as often as cases are believed to remove and
    to demote at all, and a fine of the usual size as often as they fine. Fines weigh concavely: certainty
    deters more than severity (Nagin 2013). The share ``owner_reach`` of what the owner has drawn can be lost
    too.
    """
    emptied = max(severity.removed * horizon, min(severity.demotion, severity.demoted * horizon))
    days = severity.demotion + emptied
    discount = math.exp(-brushing.discount_rate * horizon / 365)
    usual = severity.fine / severity.fined if severity.fined > 0 else 0.0
    believed = days * discount, severity.closure, severity.fined, usual
    worth, fines = brushing.shop_value_days, (brushing.fine_scale, brushing.fine_concavity)
    return tuple(map(float, (worth, *believed, *fines, owner_reach)))
