"""What merchants fear of a sanction."""

from __future__ import annotations

import math

from sim.parameters import BrushingParameters
from sim.state.beliefs import Severity


def fears(
    severity: Severity, horizon: float, brushing: BrushingParameters, owner_reach: float
) -> tuple[float, ...]:
    """Return what merchants believe that a sanction brings, as `sim.kernels.decide.fear` takes it.

    A demotion costs the profit of its days and of the ``horizon`` over which displayed sales recover; the
    latter is feared as far as sanctions are believed to demote at all, and a fine of the usual size as far as
    they are believed to fine. Fines weigh concavely: certainty deters more than severity (Nagin 2013). The
    share ``owner_reach`` of what the owner has drawn can be lost too.
    """
    days = severity.demotion + severity.demoted * horizon
    discount = math.exp(-brushing.discount_rate * horizon / 365)
    usual = severity.fine / severity.fined if severity.fined > 0 else 0.0
    believed = days * discount, severity.closure, severity.fined, usual
    worth, fines = brushing.shop_value_days, (brushing.fine_scale, brushing.fine_concavity)
    return tuple(map(float, (worth, *believed, *fines, owner_reach)))
