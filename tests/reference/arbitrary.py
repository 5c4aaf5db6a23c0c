"""A package that does anything to anybody: it uses every verb of the contract, for no reason."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.contract import NONE, Act, Observation, Verb, case_number

RARE, SOMETIMES = 0.004, 0.02
REVIEW = {"sensitivity": 0.9, "specificity": 0.8}
SUIT = {"odds": 0.7, "award_ratio": 0.3, "collectability": 0.8, "ruin": 0.5, "publicity": 2.0}


class Arbitrary:
    """Sanctions, raids, suits, announcements and changes of the ranking rule, by lot."""

    name = "arbitrary"

    def reset(self) -> None:
        """Forget nothing: there is no memory."""

    def act(self, seen: Observation) -> list[Act]:
        """Return today's acts on shops, cases, accounts, organisers and everybody."""
        acts = self._on_shops(seen) + self._on_findings(seen) + self._on_organisers(seen)
        acts += self._on_categories(seen) + self._on_everybody(seen)
        return [act for act in acts if act.targets.size or act.verb in (Verb.ANNOUNCE, Verb.SET_RANKING)]

    def _on_shops(self, seen: Observation) -> list[Act]:
        """Flag, review, sanction and share shops that the lot falls on, open or not."""
        acts = []
        for verb, share in (
            (Verb.FLAG, SOMETIMES), (Verb.REVIEW, SOMETIMES), (Verb.WARN, RARE), (Verb.REMOVE_SALES, RARE),
            (Verb.DEMOTE, RARE), (Verb.FINE, RARE), (Verb.CLOSE, RARE), (Verb.SHARE, RARE),
            (Verb.COMPENSATE, RARE),
        ):  # fmt: skip
            luck = seen.luck(f"arbitrary.{verb}", seen.identity)
            shops = np.flatnonzero((luck < share) & (seen.identity >= 0))
            cases = case_number(seen.day - seen.day % 3, seen.identity[shops])
            amount = 3000 * luck[shops] / share if verb in (Verb.FINE, Verb.COMPENSATE) else np.zeros(0)
            terms = REVIEW if verb == Verb.REVIEW else {}
            actor = "regulator" if seen.day % 2 else "platform"
            acts.append(Act(verb, shops, cases, amount, 12, 7.5, terms=terms, actor=actor, policy=self.name))
        return acts

    def _on_categories(self, seen: Observation) -> list[Act]:
        """Hide all shops of one category once, and close all shops of another."""
        acts = []
        for day, verb, category in ((30, Verb.DEMOTE, 0), (36, Verb.CLOSE, 1)):
            if seen.day == day:
                shops = np.flatnonzero((seen.category == category) & (seen.identity >= 0))
                cases = case_number(day, seen.identity[shops])
                acts.append(self._act(verb, shops, cases, days=12))
        return acts

    def _on_findings(self, seen: Observation) -> list[Act]:
        """Hear every appeal, and reinstate who won yesterday."""
        appeals, found = seen.appeals, seen.findings
        won = (found.kind == "appeal") & ~found.guilty & (found.shop >= 0)
        return [
            self._act(Verb.REINSTATE, found.shop[won], found.case[won]),
            self._act(Verb.HEAR, appeals.shop, appeals.case, terms=REVIEW, cost=60.0),
        ]

    def _on_organisers(self, seen: Observation) -> list[Act]:
        """Raid, shut, fine, sue and try organisers that the lot falls on, whoever runs them now."""
        acts: list[Act] = []
        everyone = np.union1d(seen.organisers, seen.raids.organiser)
        for verb, share in (
            (Verb.RAID, 0.03), (Verb.SHUT, 0.04), (Verb.FINE, 0.05), (Verb.SUE, 0.02), (Verb.TRY_SUIT, 0.05),
        ):  # fmt: skip
            luck = seen.luck(f"arbitrary.organiser.{verb}", everyone)
            chosen = everyone[luck < share]
            amount = np.full(chosen.size, 50_000.0)
            acts.append(self._act(verb, chosen, amount=amount, who="organiser", cost=900.0, terms=SUIT))
        accounts = np.unique(seen.ledgers.account)[:20]
        return [*acts, self._act(Verb.BAN, accounts, days=9, who="account")]

    def _on_everybody(self, seen: Observation) -> list[Act]:
        """Publish, threaten and change the ranking rule now and then."""
        threats = {"salience": 3.0, "demotion": 90.0, "fine": 8000.0, "closure": 0.5}
        weights = {"sales_weight": 0.6, "rating_weight": 2.0, "freshness_weight": 0.5}
        acts = []
        if seen.day % 10 == 4:
            acts.append(self._act(Verb.ANNOUNCE, terms=threats))
        if seen.day % 40 == 20:
            acts.append(self._act(Verb.SET_RANKING, terms=weights))
        return acts

    def _act(self, verb: Verb, targets: np.ndarray = NONE, cases: np.ndarray = NONE, **rest: Any) -> Act:
        return Act(verb, targets, cases, actor="court", policy=self.name, **rest)
