"""Who is on the twin's market: kinds of shops, each in a few states, as shares of all slots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sim.config import World
from sim.state import Merchants, Shops, draw_margins, lognormal

HONEST_KINDS, OPPORTUNIST_KINDS = 512, 96
"""Kinds of shops that stand for all; docs/twin.md says what more of them would change."""

DIMENSIONS = 5


@dataclass(frozen=True)
class Kinds:
    """Traits of kinds of shops, arrays (n_kinds,); ``share`` is their part of all merchants."""

    quality: np.ndarray
    price: np.ndarray
    margin: np.ndarray
    following: np.ndarray
    moral_cost: np.ndarray
    share: np.ndarray


@dataclass
class Population:
    """Honest shops or opportunists: how many are in which state, and what they show and fear.

    The states of a kind are columns: established and idle, established in a campaign of each of
    ``levels``; the same two for those who rebuild (newcomers, and those whom a sanction has set back);
    last, hidden by a demotion. ``mass`` is in shares of all slots, ``shown`` (mass × displayed sales)
    and ``fear`` (mass × perceived risk; established, rebuilding, hidden) are carried along with it.
    ``reviews`` holds the faded counts of genuine and brushed reviews of a shop, ``strikes`` the mean
    number in force, ``hidden_days`` (n_kinds, 1) how long a demotion lasts, ``belief`` (n_kinds, 2) mean
    and variance of what merchants believe that brushing brings, as a multiple of what the ranking rule
    promises.
    """

    kinds: Kinds
    levels: np.ndarray
    mass: np.ndarray
    shown: np.ndarray
    fear: np.ndarray
    reviews: np.ndarray
    strikes: np.ndarray
    hidden_days: np.ndarray
    belief: np.ndarray

    @property
    def n_levels(self) -> int:
        """Number of intensities on offer: none to the honest."""
        return self.levels.size

    @property
    def orders(self) -> np.ndarray:
        """Brushed orders a day of each state in full swing (n_states,)."""
        return np.concatenate([[0.0], self.levels, [0.0], self.levels, [0.0]])

    @property
    def stage(self) -> np.ndarray:
        """Which column of ``fear`` each state has: 0 established, 1 rebuilding, 2 hidden."""
        return np.repeat([0, 1, 2], [1 + self.n_levels, 1 + self.n_levels, 1])

    def by_stage(self, values: np.ndarray) -> np.ndarray:
        """Sum an array (n_kinds, n_states) over the states of each stage: (n_kinds, 3)."""
        half = 1 + self.n_levels
        parts = values[:, :half].sum(axis=1), values[:, half : 2 * half].sum(axis=1), values[:, -1]
        return np.stack(parts, axis=1)

    @property
    def displayed(self) -> np.ndarray:
        """Displayed sales of a shop in each state (n_kinds, n_states)."""
        return self.shown / np.maximum(self.mass, 1e-300)

    @property
    def risk(self) -> np.ndarray:
        """Perceived risk of a merchant at each stage (n_kinds, 3)."""
        return self.fear / np.maximum(self.by_stage(self.mass), 1e-300)


def make_population(kinds: Kinds, levels: np.ndarray, risk: float) -> Population:
    """Return a population in which everybody is established and idle, with the risk of the prior."""
    n, n_states = kinds.share.size, 2 * (1 + levels.size) + 1
    mass = np.zeros((n, n_states))
    mass[:, 0] = kinds.share
    fear = np.zeros((n, 3))
    fear[:, 0] = risk * kinds.share
    return Population(
        kinds, levels, mass, np.zeros_like(mass), fear, reviews=np.zeros((n, 2)), strikes=np.zeros(n),
        hidden_days=np.ones((n, 1)), belief=np.tile([1.0, 0.0], (n, 1)),
    )  # fmt: skip


def typical_kinds(world: World, n: int, share: float) -> Kinds:
    """Return ``n`` kinds that stand for the law of traits: equal shares, spread evenly over it.

    Their places are the first points of the additive recurrence with the generalised golden ratio
    (Roberts 2018), which fill the unit cube more evenly than chance does.
    """
    golden = 2.0
    for _ in range(99):
        golden = (1 + golden) ** (1 / (DIMENSIONS + 1))
    u = (0.5 + np.arange(1, n + 1)[:, None] * golden ** -np.arange(1.0, DIMENSIONS + 1)) % 1
    shops, brushing = world.shops, world.brushing
    z = ndtri(u)
    return Kinds(
        quality=shops.quality_sd * z[:, 0],
        price=shops.order_value * lognormal(z[:, 1], shops.order_value_sd_shops),
        margin=draw_margins(u[:, 2], shops),
        following=lognormal(z[:, 3], world.ranking.following_sd),
        moral_cost=brushing.moral_cost * np.exp(brushing.moral_cost_sd * z[:, 4]),
        share=np.full(n, share / n),
    )


def typical_market(
    world: World, honest: int = HONEST_KINDS, opportunists: int = OPPORTUNIST_KINDS
) -> tuple[Kinds, Kinds]:
    """Return so many honest kinds and opportunist ones of a world."""
    share = world.brushing.opportunist_share
    return typical_kinds(world, honest, 1 - share), typical_kinds(world, opportunists, share)


def realised_market(shops: Shops, merchants: Merchants) -> tuple[Kinds, Kinds]:
    """Return the shops of a market as kinds of their own: honest ones, and opportunists."""
    return tuple(
        Kinds(
            shops.quality[who], shops.price[who], shops.margin[who], shops.following[who],
            merchants.moral_cost[who], np.full(int(who.sum()), 1 / shops.n),
        )
        for who in (~merchants.opportunist, merchants.opportunist)
    )  # type: ignore[return-value]  # fmt: skip
