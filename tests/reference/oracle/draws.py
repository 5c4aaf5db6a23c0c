"""Keyed draws: those of many agents at once, as the arrays of a day (4)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from sim.chance import Stream, day_key, normals, uniform, uniforms

STEP, OTHER_STEP = np.uint64(0x9E3779B97F4A7C15), 0xD1B54A32D192ED03
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


class Luck:
    """All draws of the run with one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def one(self, stream: int, day: int, who: int, k: int = 0) -> float:
        """Return draw ``k`` of one agent, in (0, 1)."""
        return uniform(self.seed, stream, day, who, k)

    def one_normal(self, stream: int, day: int, who: int, k: int = 0) -> float:
        """Return draw ``k`` of one agent as a standard normal number."""
        return float(normals(day_key(self.seed, stream, day), np.array([who]), k)[0])

    def many(self, stream: int, day: int, who: Sequence[int] | np.ndarray, k: int = 0) -> list[float]:
        """Return draw ``k`` of each of ``who``."""
        drawn: list[float] = uniforms(day_key(self.seed, stream, day), np.asarray(who), k).tolist()
        return drawn

    def many_normal(self, stream: int, day: int, who: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return draw 0 of each of ``who`` as standard normal numbers."""
        return normals(day_key(self.seed, stream, day), np.asarray(who))

    def bits(self, stream: int, day: int, who: int, k: int) -> int:
        """Return the 64 bits of draw ``k`` of one agent (4)."""
        step = np.uint64(k * OTHER_STEP % 2**64)
        return int(finalise(self.roots(stream, day, np.array([who])) + step)[0])

    def roots(self, stream: int, day: int, who: np.ndarray) -> np.ndarray:
        """Return the 64 bits that all draws of each of ``who`` start from: m(key + who·A) (4)."""
        return finalise(day_key(self.seed, stream, day) + who.astype(np.uint64) * STEP)


class PolicyLuck:
    """A policy's draws on one day, by purpose and identity (4, stream POLICY)."""

    def __init__(self, seed: int, day: int) -> None:
        digest = hashlib.blake2b(seed.to_bytes(8, "big"), digest_size=8, person=b"policy").digest()
        self._seed, self._day = int.from_bytes(digest, "big"), day

    def __call__(self, purpose: str, who: np.ndarray, k: int = 0) -> np.ndarray:
        """Return draw ``k`` of each of ``who`` for ``purpose``."""
        number = int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=6).digest(), "big")
        return uniforms(day_key(self._seed, Stream.POLICY + 256 * number, self._day), who, k)


def finalise(x: np.ndarray) -> np.ndarray:
    """Return m(x), the finaliser of SplitMix64, of an array of uint64 (4)."""
    x = (x ^ (x >> np.uint64(30))) * FIRST
    x = (x ^ (x >> np.uint64(27))) * SECOND
    scrambled: np.ndarray = x ^ (x >> np.uint64(31))
    return scrambled


def table_entries(roots: np.ndarray, k: int) -> list[int]:
    """Return which of 1,024 equally likely values draw ``k`` of each root takes (4)."""
    step = np.uint64(k * OTHER_STEP % 2**64)
    entries: list[int] = (finalise(roots + step) >> np.uint64(54)).tolist()
    return entries
