"""Displayed sales: what the platform shows of a shop's orders, and reviews that are still to come.

Platforms show the sales of a window of days, or totals; that sales fade is a smooth stand-in for a window.
"""

from __future__ import annotations

import numpy as np

from sim.parameters import RankingParameters
from sim.state.shops import Shops
from sim.state.units import NEVER


def display_window(rule: RankingParameters) -> int:
    """Return the days whose sales are displayed, 0 where none leave on a day of their own."""
    return 0 if rule.cumulative_sales else rule.displayed_days


def display_horizon(rule: RankingParameters) -> float:
    """Return τ, the days that one order is displayed: those of the window, or 1/(1 − 2^(−1/half-life))."""
    return float(rule.displayed_days) or 1 / (1 - 0.5 ** (1 / rule.displayed_half_life))


def display_fade(rule: RankingParameters) -> float:
    """Return what a day leaves of the displayed sales of a shop, of a steady one where there is a window."""
    if rule.cumulative_sales:
        return 1.0
    return 1 - 1 / rule.displayed_days if rule.displayed_days else 0.5 ** (1 / rule.displayed_half_life)


def days_on_display(rule: RankingParameters, age: np.ndarray) -> np.ndarray:
    """Return how many days of steady sales shops of an ``age`` in days (n,) display."""
    if rule.cumulative_sales:
        return age.astype(float)
    if rule.displayed_days:
        return np.minimum(age, rule.displayed_days).astype(float)
    return display_horizon(rule) * (1 - 0.5 ** (age / rule.displayed_half_life))


def lay_out(shops: Shops, days: np.ndarray) -> None:
    """Spread displayed sales evenly over the last ``days`` (n,), in whole orders; day 0 is today."""
    rate = shops.displayed / days
    for back in range(1, shops.sold.shape[1] + 1):
        orders = np.floor(rate * back) - np.floor(rate * (back - 1))
        shops.sold[:, -back] = np.where(back <= days, orders, 0)
    shops.displayed[:] = shops.sold.sum(axis=1)


def show(shops: Shops, rule: RankingParameters, day: int, orders: np.ndarray) -> None:
    """Add the ``orders`` (n_shops,) of ``day`` that stand to displayed sales; older ones leave, or fade."""
    if not display_window(rule):
        fade = display_fade(rule)
        shops.displayed *= fade
        shops.removed *= fade
        shops.displayed += orders
        return
    last = shops.sold[:, day % rule.displayed_days]
    removed = np.where(shops.counted_from > day - rule.displayed_days, last, 0)
    shops.removed -= removed
    shops.displayed += orders - (last - removed)
    last[:] = orders


def remove(shops: Shops, slots: np.ndarray, day: int) -> None:
    """Take what ``slots`` display on the evening of ``day`` off the page (销量清零)."""
    shops.removed[slots] += shops.displayed[slots]
    shops.displayed[slots] = 0.0
    shops.counted_from[slots] = day + 1


def give_back(shops: Shops, slots: np.ndarray) -> None:
    """Display again what was removed of the sales of ``slots``."""
    shops.displayed[slots] += shops.removed[slots]
    shops.removed[slots] = 0.0
    shops.counted_from[slots] = NEVER


def reviews_due(
    shops: Shops, day: int, reviews: np.ndarray, stars: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Keep the reviews and stars (n_shops,) of ``day``'s orders; return those that buyers write today."""
    delay = shops.parameters.review_days
    if delay == 0:
        return reviews, stars
    coming, sums = shops.coming_reviews[:, day % delay], shops.coming_stars[:, day % delay]
    due = coming.copy(), sums.copy()
    coming[:], sums[:] = reviews, stars
    return due
