"""Verdicts: what counts as found, on confirming runs alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.analysis.intervals import interval
from experiments.analysis.simultaneous import ENOUGH, ERROR
from experiments.searches.theory.propositions import PROPOSITIONS, Hypothesis
from experiments.searches.theory.screening import differences

BY_KEY = {proposition.key: proposition for proposition in PROPOSITIONS}


def hypothesis_of(candidate: pd.Series) -> Hypothesis:
    """Return the hypothesis that a candidate is to confirm."""
    return BY_KEY[str(candidate["proposition"])].hypotheses[int(candidate["hypothesis"])]


def judge(candidates: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each candidate and contrast with its mean and lower bound.

    Bounds are one-sided and hold for all candidates of all propositions together, in 95 % of searches:
    each candidate may err with 5 % over their number (Bonferroni). The contrasts of one candidate need
    no correction, because it counts only if all of them pass (intersection-union: Berger 1982).
    ``holds`` says that the bound is above zero on at least ten pairs.
    """
    rows = []
    for point, candidate in candidates.iterrows():
        own = runs[runs["point"] == point] if len(runs) else runs
        hypothesis = hypothesis_of(candidate)
        for role, contrasts in (("claim", hypothesis.contrasts), ("mechanism", hypothesis.mechanism)):
            for contrast in contrasts:
                pairs = differences(own, contrast).to_numpy(float) if len(own) else np.zeros(0)
                mean, low, _ = interval(pairs, 2 * ERROR / len(candidates))
                rows.append(
                    {
                        "proposition": candidate["proposition"],
                        "candidate": candidate["candidate"],
                        "text": candidate["text"],
                        "role": role,
                        "contrast": contrast.key,
                        "outcome": contrast.outcome,
                        "n": len(pairs),
                        "mean": mean,
                        "low": low,
                        "holds": bool(len(pairs) >= ENOUGH and low > 0),
                    }
                )
    return pd.DataFrame(rows)


def verdicts(judged: pd.DataFrame, candidates: pd.DataFrame) -> pd.DataFrame:
    """Return the candidates with ``found`` (all contrasts of the claim hold) and ``explained``.

    ``explained`` says that the mechanism holds as well; it is false where there is none to hold.
    ``low`` is the smallest lower bound of the claim, ``mean`` the mean of that contrast.
    """
    rows = []
    for _, candidate in candidates.iterrows():
        own = judged[
            (judged["proposition"] == candidate["proposition"])
            & (judged["candidate"] == candidate["candidate"])
        ]
        claim, mechanism = (own[own["role"] == role] for role in ("claim", "mechanism"))
        weakest = claim.sort_values("low").iloc[0]
        found = bool(claim["holds"].all())
        rows.append(
            {
                **candidate,
                "n": int(claim["n"].min()),
                "mean": weakest["mean"],
                "low": weakest["low"],
                "found": found,
                "explained": found and len(mechanism) > 0 and bool(mechanism["holds"].all()),
            }
        )
    return pd.DataFrame(rows)


def lead(found: pd.DataFrame) -> pd.Series:
    """Return the candidate of one proposition to show first: found before not, then the greatest bound."""
    order = found.sort_values(["found", "low"], ascending=False, na_position="last", kind="stable")
    return order.iloc[0]


def counted(n: int) -> str:
    """Say how many candidates there are."""
    return f"{n} candidate" if n == 1 else f"{n} candidates"


def named(found: pd.DataFrame) -> Sequence[str]:
    """Return the propositions of a table of candidates, in their order."""
    return list(dict.fromkeys(found["proposition"]))
