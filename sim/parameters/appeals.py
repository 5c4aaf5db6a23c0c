"""Appeals against sanctions."""

from __future__ import annotations

from dataclasses import dataclass

from sim.parameters.declare import parameter


@dataclass
class AppealParameters:
    """Who appeals against a sanction."""

    innocent_rate: float = parameter(0.6, "share", 0, 1, "assumption", "innocent shops that appeal")
    guilty_rate: float = parameter(0.1, "share", 0, 1, "assumption", "guilty shops that appeal")
    delay: int = parameter(3, "days", 1, 365, "assumption", "mean time until an appeal is filed")
