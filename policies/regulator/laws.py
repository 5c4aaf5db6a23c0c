"""What a statute allows: ranges of fines by law preset, in its own currency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from policies.suggest import check_choice
from sim.contract import ConfigError, check_parameters, parameter

STATUSES = {"V": "read in the source", "L": "read in the statute", "R": "recalled, not checked"}


@dataclass
class Law:
    """One law preset. Fines are in its currency; the realised share is of the ceiling."""

    id: str = parameter("cn_aucl_1993", "-", None, None, "law_presets", "name of the preset")
    reference: str = parameter("", "-", None, None, "law_presets", "statute and articles")
    in_force_from: str = parameter(
        "", "-", None, None, "law_presets", "in force from (ISO date, as far as known)"
    )
    in_force_to: str | None = parameter(None, "-", None, None, "law_presets", "in force to; null: still")
    currency: str = parameter("CNY", "-", None, None, "law_presets", "currency of the fines (ISO 4217)")
    rmb_per_unit: float = parameter(1, "RMB", 0.001, 1000, "assumption", "RMB for one unit of currency")
    shop_fine_low: float = parameter(10_000, "currency", 0, 1e12, "law_presets", "floor for a shop")
    shop_fine_high: float = parameter(200_000, "currency", 0, 1e12, "law_presets", "ceiling for a shop")
    organiser_fine_low: float = parameter(10_000, "currency", 0, 1e12, "law_presets", "floor, organiser")
    organiser_fine_high: float = parameter(200_000, "currency", 0, 1e12, "law_presets", "ceiling, organiser")
    per_violation: bool = parameter(False, "-", None, None, "law_presets", "the range is for each violation")
    turnover_share: float = parameter(
        0, "share", 0, 1, "law_presets", "ceiling as a share of yearly turnover; 0: the range holds"
    )
    gains_multiple: float = parameter(
        0, "-", 0, 100, "law_presets", "ceiling also at this many times the gains; 0: no such limit"
    )
    shop_mitigation: float = parameter(
        0.05, "share", 0, 1, "assumption", "share of the ceiling that shops really pay"
    )
    organiser_mitigation: float = parameter(
        0.45, "share", 0, 1, "shatui_fine", "share of the ceiling that organisers really pay"
    )
    status: str = parameter("V", "-", None, None, "law_presets", "V read in source, L statute, R recalled")
    note: str = parameter("", "-", None, None, "law_presets", "what else matters")

    def __post_init__(self) -> None:
        check_parameters(self, "law")
        check_choice(self.status, STATUSES, "law.status")
        for who in ("shop", "organiser"):
            low, high = getattr(self, f"{who}_fine_low"), getattr(self, f"{who}_fine_high")
            if low > high:
                raise ConfigError(f"law.{who}_fine_low must be at most {who}_fine_high {high:g}; got {low:g}")

    def shop_ceiling(self, violations: np.ndarray, turnover: np.ndarray) -> np.ndarray:
        """Return the highest fine for shops, RMB; turnover in RMB a year. Their gains are unknown."""
        return self._ceiling(self.shop_fine_high, violations, turnover, np.full(turnover.shape, np.inf))

    def organiser_ceiling(self, violations: np.ndarray, gains: np.ndarray) -> np.ndarray:
        """Return the highest fine for organisers, RMB; their turnover is what they earned."""
        return self._ceiling(self.organiser_fine_high, violations, gains, gains)

    def _ceiling(
        self, high: float, violations: np.ndarray, turnover: np.ndarray, gains: np.ndarray
    ) -> np.ndarray:
        if self.turnover_share > 0:
            return self.turnover_share * turnover
        count = np.maximum(violations, 1.0) if self.per_violation else np.ones(violations.shape)
        ceiling = high * self.rmb_per_unit * count
        return np.minimum(ceiling, self.gains_multiple * gains) if self.gains_multiple > 0 else ceiling
