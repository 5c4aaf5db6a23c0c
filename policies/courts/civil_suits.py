"""Civil suits of the platform against organisers, after the raid that gave it the evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from policies.queues import Docket
from policies.suggest import check_choice
from sim.contract import Act, ConfigError, Observation, Sue, TrySuit, check_parameters, parameter

WHO = ("never", "share", "every")
CLAIM_RULES = ("loss", "organiser_gains", "all_gains", "statutory", "multiple")


@dataclass
class CivilSuits:
    """Who is sued, for how much, and what the court makes of it; amounts in real RMB."""

    who: str = parameter("share", "-", None, None, "assumption", "who is sued: never, share, every (raided)")
    suit_share: float = parameter(0.11, "share", 0, 1, "suit_share", "raided organisers that are sued")
    filing_delay_days: int = parameter(241, "days", 0, 3650, "shatui_suit_delay", "raid to filing")
    judgment_delay_days: int = parameter(329, "days", 1, 3650, "shatui_judgment_delay", "filing to judgment")
    claim_rule: str = parameter(
        "all_gains",
        "-",
        None,
        None,
        "shatui_claim",
        "claim: loss, organiser_gains, all_gains, statutory, multiple (of the organiser's gains)",
    )
    loss_share: float = parameter(
        0.05, "share", 0, 1, "assumption", "the platform's loss as a share of brushed turnover (rule loss)"
    )
    fee_share: float = parameter(
        0.0815, "share", 0, 1, "shatui_fee", "all gains as a share of brushed turnover (rule all_gains)"
    )
    statutory_rmb: float = parameter(
        5e6, "RMB", 0, 1e9, "statutory_damages", "claim under the rule statutory, as far as the law allows"
    )
    statutory_ceiling_rmb: float = parameter(
        0, "RMB", 0, 1e9, "statutory_damages", "highest statutory damages in the law chosen; 0: it has none"
    )
    gains_multiple: float = parameter(3, "-", 0, 100, "assumption", "multiple of gains (rule multiple)")
    odds: float = parameter(0.9, "probability", 0, 1, "assumption", "the platform wins")
    award_ratio: float = parameter(0.094, "share", 0, 1, "shatui_award", "award in terms of the claim")
    collectability: float = parameter(0.8, "share", 0, 1, "assumption", "award that can be collected")
    cost: float = parameter(200_000, "RMB", 0, 1e8, "unit_costs", "legal cost of one suit")
    publicity: float = parameter(1, "-", 0, 100, "assumption", "salience of the judgment's publication")
    ruin: float = parameter(0, "probability", 0, 1, "assumption", "a suit won bars the founder for good")

    actor = "court"
    reads = ("raids",)

    def __post_init__(self) -> None:
        check_parameters(self, "civil_suits")
        check_choice(self.who, WHO, "civil_suits.who")
        check_choice(self.claim_rule, CLAIM_RULES, "civil_suits.claim_rule")
        if self.claim_rule == "statutory" and self.statutory_ceiling_rmb == 0:
            raise ConfigError(
                "civil_suits.claim_rule statutory needs a law with statutory damages for brushing, as "
                "law=cn_aucl_2022 (from 20 Mar 2022); the law chosen has none"
            )

    def reset(self) -> None:
        """Forget all suits."""
        self._filings = Docket("organiser", "claim")
        self._trials = Docket("organiser", "claim")

    def act(self, observation: Observation) -> list[Act]:
        """Prepare suits after yesterday's raids, file and try those that are due."""
        self._prepare(observation)
        return self._file(observation.day) + self._try(observation.day)

    def _file(self, day: int) -> list[Act]:
        due = self._filings.call(day)
        if not due:
            return []
        organisers, claims = _once(due)
        self._trials.enter(day + self.judgment_delay_days, organiser=organisers, claim=claims)
        return [Sue(organisers, claims, cost=self.cost)]

    def _try(self, day: int) -> list[Act]:
        due = self._trials.call(day)
        if not due:
            return []
        organisers, claims = _once(due)
        return [
            TrySuit(
                organisers, claims, odds=self.odds, award_ratio=self.award_ratio,
                collectability=self.collectability, ruin=self.ruin, publicity=self.publicity,
            )
        ]  # fmt: skip

    def claims(self, gains: np.ndarray, turnover: np.ndarray) -> np.ndarray:
        """Return what is claimed from organisers with these gains and this brushed turnover, RMB."""
        rules = {
            "loss": self.loss_share * turnover,
            "organiser_gains": 1.0 * gains,
            "all_gains": self.fee_share * turnover,
            "statutory": np.full(gains.size, min(self.statutory_rmb, self.statutory_ceiling_rmb)),
            "multiple": self.gains_multiple * gains,
        }
        return rules[self.claim_rule]

    def _prepare(self, observation: Observation) -> None:
        raids = observation.raids
        if raids.organiser.size == 0:
            return
        share = {"never": 0.0, "share": self.suit_share, "every": 1.0}[self.who] * observation.ramp
        sued = observation.luck("civil_suits.sue", raids.organiser) < share
        claims = self.claims(raids.gains, raids.turnover)
        self._filings.enter(
            observation.day + self.filing_delay_days, organiser=raids.organiser[sued], claim=claims[sued]
        )


def _once(rows: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return organisers and claims, each organiser once."""
    organisers, first = np.unique(rows["organiser"].astype(np.int64), return_index=True)
    return organisers, rows["claim"][first]
