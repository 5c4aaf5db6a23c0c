"""What a statute allows: ranges of fines by law preset, in its own currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from policies.suggest import check_choice
from sim.contract import ConfigError, check_parameters, parameter

STATUSES = {"V": "read in the source", "L": "read in the statute", "R": "recalled, not checked"}
PAYERS = ("shop", "organiser", "platform")
RANGES = (
    *((f"{who}_fine_low", f"{who}_fine_high") for who in PAYERS),
    ("serious_low", "serious_high"),
    ("gains_multiple_low", "gains_multiple"),
)
"""Parameters that are floor and ceiling of one range."""


class Offences(NamedTuple):
    """What is to be fined, arrays (n,): violations, RMB of turnover a year, RMB of gains, serious or not.

    Gains of 0 are gains that nobody knows, as those of shops.
    """

    violations: np.ndarray
    turnover: np.ndarray
    gains: np.ndarray
    serious: np.ndarray


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
    platform_fine_low: float = parameter(0, "currency", 0, 1e12, "law_presets", "floor for the platform")
    platform_fine_high: float = parameter(0, "currency", 0, 1e12, "law_presets", "ceiling for the platform")
    serious_low: float = parameter(0, "currency", 0, 1e12, "law_presets", "floor of a serious case")
    serious_high: float = parameter(
        0, "currency", 0, 1e12, "law_presets", "ceiling of a serious case; 0: no such tier"
    )
    per_violation: bool = parameter(False, "-", None, None, "law_presets", "the range is for each violation")
    turnover_share: float = parameter(
        0, "share", 0, 1, "law_presets", "ceiling as a share of yearly turnover; 0: the range holds"
    )
    gains_multiple_low: float = parameter(
        0, "-", 0, 100, "law_presets", "floor in terms of the gains, where gains_multiple holds"
    )
    gains_multiple: float = parameter(
        0, "-", 0, 100, "law_presets", "ceiling in terms of known gains; 0: the range holds"
    )
    confiscation: float = parameter(
        0, "share", 0, 1, "confiscation", "share of an organiser's gains that is taken beside the fine"
    )
    limitation_days: int | None = parameter(
        730, "days", 0, 36_500, "limitation", "no fine later than this after the act; null: no limit known"
    )
    statutory_damages_rmb: float = parameter(
        0, "RMB", 0, 1e9, "statutory_damages", "highest statutory damages for brushing; 0: there are none"
    )
    subsidiary_to: str | None = parameter(
        None, "-", None, None, "law_presets", "preset that goes before this one where both hold; null: none"
    )
    shop_mitigation: float = parameter(
        0.05, "share", 0, 1, "assumption", "share of the ceiling that shops really pay"
    )
    organiser_mitigation: float = parameter(
        0.45, "share", 0, 1, "shatui_fine", "share of the ceiling that organisers really pay"
    )
    serious_mitigation: float = parameter(
        0.75, "share", 0, 1, "serious_fine", "share of the ceiling really paid in serious cases"
    )
    shop_floor_binds: bool = parameter(
        False, "-", None, None, "fines_of_shops", "shops pay the floor at least; false: less too"
    )
    organiser_floor_binds: bool = parameter(
        True, "-", None, None, "fines_of_organisers", "organisers pay the floor at least"
    )
    status: str = parameter("V", "-", None, None, "law_presets", "V read in source, L statute, R recalled")
    note: str = parameter("", "-", None, None, "law_presets", "what else matters")

    def __post_init__(self) -> None:
        check_parameters(self, "law")
        check_choice(self.status, STATUSES, "law.status")
        for low, high in RANGES:
            least, most = getattr(self, low), getattr(self, high)
            if least > most:
                raise ConfigError(f"law.{low} must be at most {high} {most:g}; got {least:g}")

    def fine(self, who: str, offences: Offences, mitigation: float | None = None) -> np.ndarray:
        """Return the fines that shops or organisers (``who``) really pay, RMB (n,).

        They are shares of the ceiling, and never below a floor that binds ``who``. With a ``mitigation`` of
        the policy's own they are that share, whatever the floor.
        """
        low, high = self.range_of(who, offences)
        if mitigation is not None:
            return mitigation * high
        usual = getattr(self, f"{who}_mitigation")
        share = np.where(self.tier_of(who, offences), self.serious_mitigation, usual)
        return np.maximum(share * high, low) if getattr(self, f"{who}_floor_binds") else share * high

    def range_of(self, who: str, offences: Offences) -> tuple[np.ndarray, np.ndarray]:
        """Return the lowest and the highest fine for one of `PAYERS`, RMB (n,) each.

        The turnover of organisers is what they earned.
        """
        if self.turnover_share > 0:
            return np.zeros(offences.turnover.size), self.turnover_share * offences.turnover
        low, high = (self._amounts(who, end, offences) for end in ("low", "high"))
        if self.gains_multiple == 0:
            return low, high
        gains, known = offences.gains, offences.gains > 0
        return (
            np.where(known, self.gains_multiple_low * gains, low),
            np.where(known, self.gains_multiple * gains, high),
        )

    def tier_of(self, who: str, offences: Offences) -> np.ndarray:
        """Tell which offences (n,) get the serious tier: none where the law has no such tier for ``who``."""
        exists = self.serious_high > 0 and getattr(self, f"{who}_fine_high") > 0
        return offences.serious & exists

    def in_time(self, days: np.ndarray | int) -> np.ndarray:
        """Tell which acts, so many days ago (n,) or one number, may still be fined."""
        return np.asarray(days) <= (np.inf if self.limitation_days is None else self.limitation_days)

    def _amounts(self, who: str, end: str, offences: Offences) -> np.ndarray:
        """Return one end of the range in RMB (n,), times the violations where each of them counts."""
        usual, serious = getattr(self, f"{who}_fine_{end}"), getattr(self, f"serious_{end}")
        count = np.maximum(offences.violations, 1.0) if self.per_violation else 1.0
        return np.where(self.tier_of(who, offences), serious, usual) * self.rmb_per_unit * count
