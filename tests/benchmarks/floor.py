"""The floor of the demand kernel: as many draws and random reads as the law takes, and nothing else.

No rule is followed here: nobody compares, chooses or writes an order. Tables have the size of the
kernel's, positions are drawn evenly within a drawn category. The kernel's own positions crowd around
the shops that are looked at most, and it may read them in a better order: its reads are, if anything,
cheaper than these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import uint64
from recount import Work

from sim.chance import bits, mix
from sim.compiling import inner
from sim.kernels.threads import shared

PARTS = 64
"""Independent stretches of the work, as in the engine."""


@dataclass(frozen=True)
class Tables:
    """What is read at random, of the sizes and types that the demand kernel reads."""

    by_class_and_category: tuple[np.ndarray, np.ndarray]
    by_category: np.ndarray
    guide: np.ndarray
    cumulative: np.ndarray
    shop: np.ndarray
    utility: np.ndarray
    price: np.ndarray
    multiples: np.ndarray


def make_tables(classes: int, n_shops: int, per_category: int, multiples: int) -> Tables:
    """Return tables filled with numbers that mean nothing."""
    categories = n_shops // per_category
    pair = tuple(np.random.default_rng(0).random((classes, categories)) for _ in range(2))
    return Tables(
        by_class_and_category=(pair[0], pair[1]),
        by_category=np.ones((PARTS, categories), dtype=np.int32),
        guide=np.ones(2 * n_shops, dtype=np.int32),
        cumulative=np.ones(2 * n_shops),
        shop=np.arange(2 * n_shops) % per_category,
        utility=np.ones((classes, n_shops)),
        price=np.ones(n_shops),
        multiples=np.ones(multiples),
    )


@inner
def part_of(x, n):
    """Return a number in 0 … n − 1 from the upper half of 64 bits."""
    return ((x >> uint64(32)) * uint64(n)) >> uint64(32)


@inner
def place(x, categories, per_category):
    """Return a category, and a position within it, from 64 bits."""
    return part_of(x, categories), ((x & uint64(0xFFFFFFFF)) * uint64(per_category)) >> uint64(32)


@shared
def draw_and_read(
    begin, end, buyers, visits, looks, again, orders, leaves, best, counts, guide, cumulative, shop, utility,
    price, multiples, out,
):  # fmt: skip
    """Make the draws and reads of `recount.Work`, in equal parts; ``out`` (parts,) keeps them alive."""
    parts, classes, categories = out.size, leaves.shape[0], leaves.shape[1]
    n_shops = price.size
    n = n_shops // categories
    for part in range(begin, end):
        total, key = 0.0, mix(uint64(part))
        for i in range(buyers // parts):
            total += uint64(bits(key, uint64(i), uint64(0))) >> uint64(63)
        for i in range(visits // parts):
            x = mix(mix(key + uint64(i)))
            c, kind = part_of(x, categories), x % uint64(classes)
            total += leaves[kind, c] + counts[part, c]
        for i in range(looks // parts):
            x = mix(key - uint64(i))
            c, at = place(x, categories, n)
            half, kind = (x & uint64(1)) * uint64(n_shops), x % uint64(classes)
            start = half + c * uint64(n)
            total += guide[start + at] + cumulative[start + at] + cumulative[start + uint64(n) - uint64(1)]
            total += utility[kind, c * uint64(n) + uint64(shop[start + at])]
        for i in range(again // parts):
            x = mix(key ^ uint64(i))
            total += best[x % uint64(classes), part_of(x, categories)]
        for i in range(orders // parts):
            x = mix(key + uint64(~i))
            c, at = place(x, categories, n)
            total += price[c * uint64(n) + at] * multiples[x & uint64(multiples.size - 1)]
        out[part] = total


def floor_of(work: Work, tables: Tables) -> Callable[[], float]:
    """Return a function that does the draws and reads of ``work`` once."""
    leaves, best = tables.by_class_and_category

    def run() -> float:
        out = np.empty(PARTS)
        draw_and_read(
            PARTS, work.buyers, work.visits, work.looks, work.again, work.orders, leaves, best,
            tables.by_category, tables.guide, tables.cumulative, tables.shop, tables.utility, tables.price,
            tables.multiples, out, work=work.draws,
        )  # fmt: skip
        return float(out.sum())

    return run
