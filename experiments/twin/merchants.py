"""How opportunists decide, in expectation: what each intensity promises and how many begin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.twin import kernels
from experiments.twin.demand import Bursts
from experiments.twin.population import Population
from sim.brushing.ways import ways_to_brush
from sim.config import World
from sim.ranking import display_horizon

PRIOR_ORDERS = 10.0
"""A shop's own record of sales counts against the category's as if it had so many orders more."""


@dataclass(frozen=True)
class Offer:
    """What brushing costs and brings today: elasticity θ, the category's constant, terms, beliefs."""

    elasticity: float
    constant: float
    fee: float
    camouflage_price: float
    relative_hazard: np.ndarray
    demotion: float
    fine: float
    closure: float


@dataclass(frozen=True)
class Choices:
    """What idle merchants of each kind do, arrays (n_kinds, 2 stages, n_levels).

    ``start`` is the probability that a decision begins a campaign of each level, ``orders`` the
    brushed orders a day of that campaign on average (gradual starts included), ``promised`` the extra
    orders a day that the ranking rule promises of it, ``record`` the orders a day that its merchants
    had before.
    """

    start: np.ndarray
    orders: np.ndarray
    promised: np.ndarray
    record: np.ndarray


def perceived_loss(profit: np.ndarray, offer: Offer, world: World) -> np.ndarray:
    """Return the loss that one sanction is believed to bring (odd.md 7.3), RMB.

    Cash is ``cash_days`` of profit: what is above is drawn, and in the mean the rest is there.
    """
    out = np.empty(profit.size)
    kernels.losses(profit.ravel(), loss_terms(offer, world), out)
    return out.reshape(profit.shape)


def choose(
    people: Population, rate: np.ndarray, days: np.ndarray, earned: np.ndarray, offer: Offer, bursts: Bursts,
    world: World,
) -> Choices:  # fmt: skip
    """Return how idle merchants choose: the mean over what bursts and luck did to their records.

    ``rate`` (n_kinds, 2) are ordinary genuine orders a day of the established and of the rebuilding,
    ``days`` (2,) the length of their records, ``earned`` (n_kinds,) the margin of an order, RMB.
    """
    ways, brushing, shops = ways_to_brush(world), world.brushing, world.shops
    kinds, horizon = people.kinds, display_horizon(world.ranking)
    share = offer.fee + shops.commission + kinds.moral_cost
    order = brushing.value_ratio * kinds.price * share + brushing.parcel_cost + offer.camouflage_price
    terms = (
        offer.elasticity, offer.constant, horizon, world.beliefs.hazard_concavity, brushing.campaign_cost,
        brushing.level_scale, brushing.choice_scale, shops.fixed_cost, PRIOR_ORDERS,
    )  # fmt: skip
    sums = np.empty((4, kinds.share.size, 2, people.n_levels))
    kernels.choose(
        np.ascontiguousarray(rate), days, earned, order, np.ascontiguousarray(people.risk[:, :2]),
        np.stack(believed(people.belief)), np.repeat(offer.relative_hazard, 2), ways.mean_level,
        bursts.records, bursts.chances, terms, loss_terms(offer, world), sums,
    )  # fmt: skip
    first = np.maximum(sums[0], 1e-300)
    return Choices(sums[0], sums[1] / first, sums[2] / first, sums[3] / first)


def loss_terms(offer: Offer, world: World) -> tuple[float, ...]:
    """Return what `experiments.twin.kernels.perceived_loss` needs."""
    brushing, horizon = world.brushing, display_horizon(world.ranking)
    discount = np.exp(-brushing.discount_rate * horizon / 365)
    demotion = (offer.demotion + (horizon if offer.demotion > 0 else 0.0)) * discount
    return (
        float(demotion), float(offer.fine), float(offer.closure), float(brushing.shop_value_days),
        float(world.shops.cash_days), float(world.shops.deposit), float(brushing.fine_scale),
        float(brushing.fine_concavity),
    )  # fmt: skip


def believed(belief: np.ndarray) -> list[np.ndarray]:
    """Return three equally likely beliefs of each kind, of the mean and variance of ``belief``."""
    mean, sd = belief[:, 0], np.sqrt(1.5 * belief[:, 1])
    return [np.clip(mean + z * sd, 0.5, 1.5) for z in (-1, 0, 1)]


def learn_gain(
    people: Population, choices: Choices, genuine: np.ndarray, ended: np.ndarray, bursts: Bursts, days: float,
    world: World,
) -> None:  # fmt: skip
    """Let campaigns that end teach what brushing brings; what is believed moves back towards one.

    ``genuine`` and ``ended`` (n_kinds, 2, n_levels) are the orders a day of shops in campaigns, and the
    campaigns that end a day, of all merchants of the kind. A record differs from the next by the
    bursts that fell into it: that is most of what merchants learn.
    """
    config, (mean, spread) = world.brushing, people.belief.T
    expected = np.maximum(mean[:, None, None] * choices.promised, 1e-9)
    noise = (genuine + choices.record) / 30
    weight = config.learning * expected**2 / (expected**2 + noise)
    promised = np.maximum(choices.promised, 1e-9)
    luck = bursts.chances @ (bursts.records - bursts.chances @ bursts.records) ** 2
    scatter = (2 * luck * genuine**2 + noise) / promised**2
    brought = (genuine - choices.record) / promised
    steps = np.minimum(ended * days, 1)
    drift = (steps * weight * (brought - mean[:, None, None])).sum(axis=(1, 2))
    gained = (steps * (weight**2 * scatter - weight * (2 - weight) * spread[:, None, None])).sum(axis=(1, 2))
    keep = 0.5 ** (days / config.learning_half_life)
    mean = np.clip(1 + (mean + drift - 1) * keep, 0.5, 1.5)
    room = (mean - 0.5) * (1.5 - mean) / 2
    people.belief = np.stack([mean, np.clip((spread + gained) * keep**2, 0, room)], axis=1)


def start_rate(probability: np.ndarray, decision_days: int) -> np.ndarray:
    """Return the rate a day at which the idle begin, if a decision begins with ``probability``.

    They decide every ``decision_days``; the first decision after a campaign comes 0 … n − 1 days
    after its end, so being idle lasts n/p − (n + 1)/2 days in the mean.
    """
    p = np.clip(probability, 1e-300, 1)
    return 1 / np.maximum(decision_days / p - (decision_days + 1) / 2, 1e-3)
