"""A package that does anything to anybody: it uses every verb of the contract, for no reason."""

from __future__ import annotations

import numpy as np

from sim.contract import (
    NONE,
    Act,
    Announce,
    Ban,
    Close,
    Compensate,
    Demote,
    Fine,
    FineOrganisers,
    Flag,
    Hear,
    Investigate,
    Observation,
    Raid,
    Reinstate,
    RemoveSales,
    Review,
    SetRanking,
    Share,
    Shut,
    Sue,
    TrySuit,
    Warn,
    case_number,
)

RARE, SOMETIMES = 0.004, 0.02
SUIT = {"odds": 0.7, "award_ratio": 0.3, "collectability": 0.8, "ruin": 0.5, "publicity": 2.0}
MARK = {"actor": "court", "policy": "arbitrary"}


class Arbitrary:
    """Sanctions, raids, suits, announcements and changes of the ranking rule, by lot."""

    name = "arbitrary"

    def reset(self) -> None:
        """Forget the organisers."""
        self.organisers = NONE

    def act(self, seen: Observation) -> list[Act]:
        """Return today's acts on shops, cases, accounts, organisers and everybody."""
        acts = self._on_shops(seen) + self._on_findings(seen) + self._on_organisers(seen)
        acts += self._on_categories(seen) + self._on_everybody(seen)
        untargeted = Announce, SetRanking, Investigate
        return [act for act in acts if act.targets.size or isinstance(act, untargeted)]

    def _on_shops(self, seen: Observation) -> list[Act]:
        """Flag, review, sanction and share shops that the lot falls on, open or not."""
        acts: list[Act] = []
        for kind, share in (
            (Flag, SOMETIMES), (Review, SOMETIMES), (Warn, RARE), (RemoveSales, RARE), (Demote, RARE),
            (Fine, RARE), (Close, RARE), (Share, RARE), (Compensate, RARE),
        ):  # fmt: skip
            luck = seen.luck(f"arbitrary.{kind.verb}", seen.identity)
            shops = np.flatnonzero((luck < share) & (seen.identity >= 0))
            cases = case_number(seen.day - seen.day % 3, seen.identity[shops])
            amount = {"amount": 3000 * luck[shops] / share}
            terms = {
                Review: {"effort": 0.5 + seen.day % 4},
                Demote: {"days": 12},
                Fine: amount,
                Compensate: amount,
            }.get(kind, {})
            actor = "regulator" if seen.day % 2 else "platform"
            acts.append(kind(shops=shops, cases=cases, **terms, cost=7.5, actor=actor, policy=self.name))
        return acts

    def _on_categories(self, seen: Observation) -> list[Act]:
        """Hide all shops of one category once, and close all shops of another."""
        for day, category, kind, terms in ((30, 0, Demote, {"days": 12}), (36, 1, Close, {})):
            if seen.day == day:
                shops = np.flatnonzero((seen.category == category) & (seen.identity >= 0))
                return [kind(shops, case_number(day, seen.identity[shops]), **terms, **MARK)]
        return []

    def _on_findings(self, seen: Observation) -> list[Act]:
        """Hear every appeal, and reinstate who won yesterday."""
        appeals, found = seen.appeals, seen.findings
        won = (found.kind == "appeal") & ~found.guilty & (found.shop >= 0)
        return [
            Reinstate(found.shop[won], found.case[won], **MARK),
            Hear(appeals.shop, appeals.case, 1.3, cost=60.0, **MARK),
        ]

    def _on_organisers(self, seen: Observation) -> list[Act]:
        """Look for organisers; raid, shut, fine, sue and try whom the lot falls on, whoever runs them now."""
        actor = ("regulator", "platform", "court", "tax office")[seen.day % 4]
        acts: list[Act] = [Investigate(0.3, cost=11.5, actor=actor, policy=self.name)]
        found = np.concatenate([*(seen.known or {}).values(), seen.raids.organiser, seen.ledgers.organiser])
        self.organisers = everyone = np.union1d(self.organisers, found)
        for kind, share, terms in (
            (Raid, 0.03, {}), (Shut, 0.04, {}), (FineOrganisers, 0.05, {}), (Sue, 0.02, {}),
            (TrySuit, 0.05, SUIT),
        ):  # fmt: skip
            luck = seen.luck(f"arbitrary.organiser.{kind.verb}", everyone)
            chosen = everyone[luck < share]
            amount = [] if kind in (Raid, Shut) else [np.full(chosen.size, 50_000.0)]
            acts.append(kind(chosen, *amount, **terms, cost=900.0, **MARK))
        accounts = np.unique(seen.ledgers.account)[:20]
        return [*acts, Ban(accounts, 9, **MARK)]

    def _on_everybody(self, seen: Observation) -> list[Act]:
        """Publish, threaten and change the ranking rule now and then."""
        acts: list[Act] = []
        if seen.day % 10 == 4:
            acts.append(Announce(3.0, demotion=90.0, fine=8000.0, closure=0.5, **MARK))
        if seen.day % 40 == 20:
            acts.append(SetRanking(sales_weight=0.6, rating_weight=2.0, freshness_weight=0.5, **MARK))
        return acts
