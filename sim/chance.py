"""Chance as a function: ``uniform(seed, stream, day, who, k)``, keyed by identity; a leaf.

A draw is a hash of what it is for, so it depends neither on the order of evaluation nor on who
else drew. The hash is a counter through the SplitMix64 finaliser (Steele, Lea, Flood 2014), the
idea is that of counter-based generators (Salmon et al. 2011).
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit, uint64
from scipy.special import ndtri

_STEP = np.uint64(0x9E3779B97F4A7C15)
_OTHER_STEP = np.uint64(0xD1B54A32D192ED03)
_MASK = (1 << 64) - 1


class Stream(IntEnum):
    """What a draw is for; two purposes never share a number."""

    TRAITS = 1
    ENTRY = 2
    LEAVE = 3
    BURST = 4
    RANK_NOISE = 5
    ARRIVAL = 6
    VISIT = 7
    EXPERIENCE = 8
    VIEWS = 9
    DECIDE = 10
    ORGANISER = 11
    TASKS = 12
    RECRUIT = 13
    FINDING = 14
    APPEAL = 15
    LEDGER = 16
    POLICY = 17
    BUYER = 18
    INITIAL = 19
    PEERS = 20
    COHORTS = 21


@njit(inline="always")
def mix(x: Any) -> Any:
    """Scramble 64 bits (SplitMix64 finaliser)."""
    x = uint64(x)
    x = uint64((x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9))
    x = uint64((x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB))
    return uint64(x ^ (x >> uint64(31)))


@njit(inline="always")
def bits(key: Any, who: Any, k: Any) -> Any:
    """Return the 64 random bits of draw ``k`` of ``who`` under ``key``."""
    root = mix(uint64(key) + uint64(who) * uint64(0x9E3779B97F4A7C15))
    return mix(root + uint64(k) * uint64(0xD1B54A32D192ED03))


@njit(inline="always")
def unit(b: Any) -> float:
    """Turn 64 random bits into a float in the open interval (0, 1)."""
    return (np.float64(uint64(b) >> uint64(12)) + 0.5) * 2.220446049250313e-16


@njit(cache=True)
def _fill(key: Any, who: np.ndarray, k: int, out: np.ndarray) -> None:
    for i in range(who.size):
        out[i] = unit(bits(key, uint64(who[i]), uint64(k)))


@lru_cache(maxsize=4096)
def _stream_key(seed: int, stream: int) -> np.uint64:
    return np.uint64(_mix_int(((seed & _MASK) + (stream & _MASK) * int(_STEP) + int(_OTHER_STEP)) & _MASK))


@njit(cache=True)
def _mix_day(key: Any, day: int) -> Any:
    return mix(uint64(key) + uint64(day) * uint64(0x9E3779B97F4A7C15) + uint64(0xD1B54A32D192ED03))


def day_key(seed: int, stream: int, day: int) -> np.uint64:
    """Return the 64-bit key of one stream on one day of the run seeded ``seed``."""
    return np.uint64(_mix_day(_stream_key(int(seed), int(stream)), int(day)))


def uniforms(key: np.uint64, who: np.ndarray, k: int = 0) -> np.ndarray:
    """Return draw ``k`` of every identity in ``who`` (int array, shape (n,)), each in (0, 1)."""
    who = np.ascontiguousarray(who, dtype=np.int64)
    out = np.empty(who.size)
    _fill(key, who, k, out)
    return out


def uniform(seed: int, stream: int, day: int, who: int, k: int = 0) -> float:
    """Return one draw in (0, 1): the definition that everything else must equal."""
    root = _mix_int((int(day_key(seed, stream, day)) + (int(who) & _MASK) * int(_STEP)) & _MASK)
    number = _mix_int((root + (int(k) & _MASK) * int(_OTHER_STEP)) & _MASK)
    return ((number >> 12) + 0.5) * 2.0**-52


def normals(key: np.uint64, who: np.ndarray, k: int = 0) -> np.ndarray:
    """Return standard normal draws by inversion of `uniforms`."""
    return ndtri(uniforms(key, who, k))


def _mix_int(x: int) -> int:
    """Do what `mix` does, in Python integers."""
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)
