"""Who is on the twin's market: kinds of shops, each in a few states, as shares of all slots."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from sim.config import World
from sim.state import Merchants, Shops, draw_margins, lognormal

HONEST_KINDS, OPPORTUNIST_KINDS = 512, 96
"""Kinds of shops that stand for all; docs/twin.md says what more of them would change."""

DIMENSIONS = 5

NOBODY = 1e-7
"""Cells with a smaller share of all slots are taken as empty."""


class Kinds(NamedTuple):
    """Traits of kinds of shops, arrays (n_kinds,); ``share`` is their part of all merchants."""

    quality: np.ndarray
    price: np.ndarray
    margin: np.ndarray
    following: np.ndarray
    moral_cost: np.ndarray
    share: np.ndarray


class Cells(NamedTuple):
    """What never changes of the cells: a cell is a state of a kind, and they lie in one row (n_cells,).

    Honest kinds come first, ``n_honest`` of them. The states of a kind are: established and idle, established
    in a campaign of each of ``levels`` (only opportunists); the same for those who rebuild (newcomers, and
    those whom a sanction has set back); last, hidden by a demotion. So a kind whose cells are ``start[k]`` to
    ``start[k + 1]`` has half of them, rounded down, at each of the first two stages.

    ``start`` (n_kinds + 1,) is each kind's first cell, ``newcomer`` (n_kinds,) that of its newcomers. Arrays
    (n_cells,): ``kind``, ``stage`` (0 established, 1 rebuilding, 2 hidden), ``level`` (its place among
    ``levels``, −1 for no campaign) and ``orders``, the brushed orders a day of a campaign in full swing.
    """

    start: np.ndarray
    newcomer: np.ndarray
    kind: np.ndarray
    stage: np.ndarray
    level: np.ndarray
    orders: np.ndarray
    levels: np.ndarray
    n_honest: int


class State(NamedTuple):
    """How many shops are in which state, and what they show, fear and believe.

    ``mass`` (n_cells,) is in shares of all slots; ``shown`` (n_cells,; mass × displayed sales) and ``fear``
    (n_kinds, 3; mass × perceived risk; established, rebuilding, hidden) are carried along with it.
    ``reviews`` (n_kinds, 2) holds the faded counts of genuine and brushed reviews of a shop, ``strikes``
    (n_kinds,) the mean number in force, ``hidden_days`` (n_kinds,) how long a demotion lasts. Of opportunist
    kinds ``belief`` (n, 2) is mean and variance of what merchants believe that brushing brings, as a multiple
    of what the ranking rule promises, and ``guilty`` (n,) the share of the idle that brushed within 90 days.
    """

    mass: np.ndarray
    shown: np.ndarray
    fear: np.ndarray
    reviews: np.ndarray
    strikes: np.ndarray
    hidden_days: np.ndarray
    belief: np.ndarray
    guilty: np.ndarray


def make_cells(n_honest: int, n_opportunists: int, levels: np.ndarray) -> Cells:
    """Return the cells of so many kinds."""
    half = np.repeat([1, 1 + levels.size], [n_honest, n_opportunists])
    start = np.concatenate([[0], np.cumsum(2 * half + 1)])
    none, one_stage = np.full(3, -1), np.arange(-1, levels.size)
    level = np.concatenate(
        [np.tile(none, n_honest), np.tile(np.concatenate([one_stage, one_stage, [-1]]), n_opportunists)]
    )
    stages = np.repeat([0, 1, 2], [1 + levels.size, 1 + levels.size, 1])
    return Cells(
        start=start,
        newcomer=start[:-1] + half,
        kind=np.repeat(np.arange(half.size), 2 * half + 1),
        stage=np.concatenate([np.tile([0, 1, 2], n_honest), np.tile(stages, n_opportunists)]),
        level=level,
        orders=np.append(levels, 0.0)[level],
        levels=levels,
        n_honest=n_honest,
    )


def make_state(kinds: Kinds, cells: Cells, risk: float, young: float) -> State:
    """Return a state in which all are idle and perceive ``risk``; ``young`` rebuild for one established."""
    n, first = kinds.share.size, cells.start[:-1]
    mass, fear, opportunists = np.zeros(cells.kind.size), np.zeros((n, 3)), n - cells.n_honest
    mass[cells.newcomer] = kinds.share * young / (1 + young)
    mass[first] = kinds.share - kinds.share * young / (1 + young)
    fear[:, 0] = risk * kinds.share - risk * kinds.share * young / (1 + young)
    fear[:, 1] = risk * kinds.share * young / (1 + young)
    return State(
        mass, np.zeros_like(mass), fear, reviews=np.zeros((n, 2)), strikes=np.zeros(n),
        hidden_days=np.ones(n), belief=np.tile([1.0, 0.0], (opportunists, 1)), guilty=np.zeros(opportunists),
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


def joined(honest: Kinds, opportunists: Kinds) -> Kinds:
    """Return both kinds of shops in one row, honest ones first."""
    return Kinds(*(np.concatenate(pair) for pair in zip(honest, opportunists, strict=True)))


def realised_market(shops: Shops, merchants: Merchants) -> tuple[Kinds, Kinds]:
    """Return the shops of a market as kinds of their own: honest ones, and opportunists."""
    return tuple(
        Kinds(
            shops.quality[who], shops.price[who], shops.margin[who], shops.following[who],
            merchants.moral_cost[who], np.full(int(who.sum()), 1 / shops.n),
        )
        for who in (~merchants.opportunist, merchants.opportunist)
    )  # type: ignore[return-value]  # fmt: skip
