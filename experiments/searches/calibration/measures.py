"""The statistics behind the targets, as pure functions of arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd


def brushing_merchants(identity: np.ndarray, brushed: np.ndarray) -> tuple[float, float]:
    """Return the share of merchants that brush at least once in the period, and their merchant-periods.

    share = Σ wᵢ bᵢ / Σ wᵢ over identities i, wᵢ the share of the days on which i is present and bᵢ
    whether i bought at least one brushed order on any of them; the second number is Σ wᵢ bᵢ.

    Parameters
    ----------
    identity : (days, slots), −1 where no open shop is
    brushed : (days, slots), brushed orders of the day
    """
    here = identity >= 0
    size = max(int(identity.max()) + 1, 1)
    present = np.bincount(identity[here], minlength=size) / len(identity)
    once = np.zeros(size, dtype=bool)
    once[identity[here & (brushed > 0)]] = True
    active = float(present[once].sum())
    return active / max(float(present.sum()), 1e-12), active


def follow_cohort(
    identity: np.ndarray, recent: np.ndarray, above: np.ndarray, census: int, days: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the identities of a cohort, and which of them were above the threshold afterwards.

    The cohort are the shops that are open on the evening ``census`` and bought a brushed order in the
    7 days up to it. They are followed for the ``days`` after it, as long as they exist.

    Parameters
    ----------
    identity, recent, above : (days, slots): who is there (−1: nobody open), who bought in the last
        7 days, whose risk is above the threshold
    """
    slots = np.flatnonzero(recent[census] & (identity[census] >= 0))
    who = identity[census, slots]
    window = slice(census + 1, census + 1 + days)
    same = identity[window][:, slots] == who
    return who, (above[window][:, slots] & same).any(axis=0)


def sanctioned_within(who: np.ndarray, events: pd.DataFrame, census: int, days: int) -> np.ndarray:
    """Return which identities have an event (``identity``, ``day``) in the ``days`` after ``census``."""
    due = events[(events["day"] > census) & (events["day"] <= census + days)]
    return np.isin(who, due["identity"].to_numpy())


def rank_slope(sales: np.ndarray) -> float:
    """Return the slope of log sales on log rank over the upper half of the ranks (least squares).

    Shops without sales count in the ranks; those in the upper half, which have no logarithm, are left
    out. NaN with fewer than three shops that sold.
    """
    upper = np.sort(sales)[::-1][: sales.size // 2]
    rank = np.arange(1, upper.size + 1)
    sold = upper > 0
    if sold.sum() < 3:
        return np.nan
    return float(np.polyfit(np.log(rank[sold]), np.log(upper[sold]), 1)[0])


def top_share(sales: np.ndarray, share: float = 0.1) -> float:
    """Return the share in sales of the top ``share`` of shops (rounded, at least one)."""
    top = max(1, round(share * sales.size))
    total = float(sales.sum())
    return float(np.sort(sales)[::-1][:top].sum()) / total if total else np.nan


def restricted_mean(duration: np.ndarray, reached: np.ndarray, horizon: float) -> float:
    """Return the mean time until the event, censored at ``horizon`` (Kaplan–Meier).

    It is the area under the survival curve up to ``horizon``. ``duration`` is the time of the event
    where ``reached``, else the time after which nothing more is known.
    """
    if duration.size == 0:
        return np.nan
    area, survival, before = 0.0, 1.0, 0.0
    for time in np.unique(duration[reached & (duration <= horizon)]):
        area += survival * (time - before)
        at_risk = (duration >= time).sum()
        survival *= 1 - (reached & (duration == time)).sum() / at_risk
        before = float(time)
    return area + survival * (horizon - before)
