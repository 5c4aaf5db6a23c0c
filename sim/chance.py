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
from numba import uint64

from sim.compiling import inner, kernel

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
    NAMES = 22


@inner
def mix(x: Any) -> Any:
    """Scramble 64 bits (SplitMix64 finaliser)."""
    x = uint64(x)
    x = uint64((x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9))
    x = uint64((x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB))
    return uint64(x ^ (x >> uint64(31)))


@inner
def bits(key: Any, who: Any, k: Any) -> Any:
    """Return the 64 random bits of draw ``k`` of ``who`` under ``key``."""
    root = mix(uint64(key) + uint64(who) * uint64(0x9E3779B97F4A7C15))
    return mix(root + uint64(k) * uint64(0xD1B54A32D192ED03))


@inner
def unit(b: Any) -> float:
    """Turn 64 random bits into a float in the open interval (0, 1)."""
    return (np.float64(uint64(b) >> uint64(12)) + 0.5) * 2.220446049250313e-16


@kernel
def _fill(key: Any, who: np.ndarray, k: int, out: np.ndarray) -> None:
    for i in range(who.size):
        out[i] = unit(bits(key, uint64(who[i]), uint64(k)))


_MIDDLE = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
     3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3),
)  # fmt: skip
_TAIL = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2,
     7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
     1.05075007164441684324e-9),
)  # fmt: skip
_FAR = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
     2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15),
)  # fmt: skip
"""Coefficients of Wichura's ratios, numerator and denominator, constant first."""


@inner
def _ratio(x: float, coefficients: Any) -> float:
    """Return the ratio of two polynomials of degree 7."""
    a, b = coefficients
    top = ((((((a[7] * x + a[6]) * x + a[5]) * x + a[4]) * x + a[3]) * x + a[2]) * x + a[1]) * x + a[0]
    low = ((((((b[7] * x + b[6]) * x + b[5]) * x + b[4]) * x + b[3]) * x + b[2]) * x + b[1]) * x + b[0]
    return top / low


@lru_cache(maxsize=4096)
def _stream_key(seed: int, stream: int) -> np.uint64:
    return np.uint64(_mix_int(((seed & _MASK) + (stream & _MASK) * int(_STEP) + int(_OTHER_STEP)) & _MASK))


@kernel
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
    return ((drawn(seed, stream, day, who, k) >> 12) + 0.5) * 2.0**-52


def drawn(seed: int, stream: int, day: int, who: int, k: int = 0) -> int:
    """Return the 64 bits of which a draw is made."""
    root = _mix_int((int(day_key(seed, stream, day)) + (int(who) & _MASK) * int(_STEP)) & _MASK)
    return _mix_int((root + (int(k) & _MASK) * int(_OTHER_STEP)) & _MASK)


@inner
def normal(u: float) -> float:
    """Return the standard normal quantile of ``u`` in (0, 1): algorithm AS 241, PPND16 (Wichura 1988).

    Three ratios of polynomials of degree 7, for the middle, the tails, and what is beyond e^(−25); the
    relative error is below 1e-15. Compiled, so that a kernel can turn a draw into a normal one in passing.
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        x = 0.180625 - q * q
        return q * _ratio(x, _MIDDLE)
    x = np.sqrt(-np.log(u if q < 0.0 else 1.0 - u))
    size = _ratio(x - 1.6, _TAIL) if x <= 5.0 else _ratio(x - 5.0, _FAR)
    return -size if q < 0.0 else size


@kernel
def _invert(out: np.ndarray) -> None:
    for i in range(out.size):
        out[i] = normal(out[i])


def normals(key: np.uint64, who: np.ndarray, k: int = 0) -> np.ndarray:
    """Return standard normal draws by inversion of `uniforms`."""
    out = uniforms(key, who, k)
    _invert(out)
    return out


def _mix_int(x: int) -> int:
    """Do what `mix` does, in Python integers."""
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)
