"""The exponential, the logarithm and the normal law in arithmetic alone.

A loop that calls the C library takes one number at a time. A loop over these is turned into instructions that
take several.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

LOG2_E, ROUNDER = 1 / math.log(2), 1.5 * 2.0**52
"""Adding `ROUNDER` moves the nearest whole number into the last bits of a float."""

LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
"""ln 2 in two parts, so that a multiple of it can be subtracted without loss."""

EXPONENT_BITS, BIAS, ROOT_HALF_BITS = 52, 1023, 0x3FE6A09E667F3BCD
"""How floats are laid out, and √½ as an integer in that layout."""

LARGEST = 708.0
"""Exponents beyond are taken as this, on either side."""

TAIL_ENDS = 7.0
"""Standard deviations beyond which `upper_tail` stays the same, 1e−12."""

_F = [1 / math.factorial(n) for n in range(14)]
F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12, F13 = _F[2:]


@intrinsic
def float_of(context: Any, bits: Any) -> Any:
    """Return the float that an integer's bits are."""
    return types.float64(types.int64), lambda _, builder, __, args: builder.bitcast(args[0], ir.DoubleType())


@intrinsic
def bits_of(context: Any, x: Any) -> Any:
    """Return a float's bits as an integer."""
    return types.int64(types.float64), lambda _, builder, __, args: builder.bitcast(args[0], ir.IntType(64))


@njit(error_model="numpy", forceinline=True, fastmath={"contract"})
def exp(x: float) -> float:
    """Return e^x: 2^k times the Taylor series of what is left, at most ½·ln 2, to its 13th power."""
    shifted = min(max(x, -LARGEST), LARGEST) * LOG2_E + ROUNDER
    k = shifted - ROUNDER
    r = (min(max(x, -LARGEST), LARGEST) - k * LN2_HIGH) - k * LN2_LOW
    high = F8 + r * (F9 + r * (F10 + r * (F11 + r * (F12 + r * F13))))
    series = 1 + r * (1 + r * (F2 + r * (F3 + r * (F4 + r * (F5 + r * (F6 + r * (F7 + r * high)))))))
    return series * float_of((bits_of(shifted) + BIAS) << EXPONENT_BITS)  # type: ignore[call-arg]


@njit(error_model="numpy", forceinline=True, fastmath={"contract"})
def log(x: float) -> float:
    """Return ln x of a positive x: k·ln 2 and the series of 2·artanh on √½ … √2."""
    bits: int = bits_of(x)  # type: ignore[call-arg]
    k = (bits - ROOT_HALF_BITS) >> EXPONENT_BITS
    m: float = float_of(bits - (k << EXPONENT_BITS))
    s = (m - 1) / (m + 1)
    z = s * s
    high = 1 / 13 + z * (1 / 15 + z * (1 / 17 + z * (1 / 19 + z / 21)))
    series = z * (1 / 3 + z * (1 / 5 + z * (1 / 7 + z * (1 / 9 + z * (1 / 11 + z * high)))))
    return k * LN2_HIGH + (2 * s + (2 * s * series + k * LN2_LOW))


@njit(error_model="numpy", forceinline=True, fastmath={"contract"})
def upper_tail(z: float, bell: float) -> float:
    """Return the probability that a standard normal exceeds ``z`` ≥ 0; ``bell`` is exp(−z²/2).

    Hart's formula 5666 (Hart et al. 1968, Computer Approximations; coefficients as in West 2005).
    """
    z = min(z, TAIL_ENDS)
    above = 33.912866078383 + z * (6.37396220353165 + z * (0.700383064443688 + z * 3.52624965998911e-02))
    above = 220.206867912376 + z * (221.213596169931 + z * (112.079291497871 + z * above))
    below = 16.064177579207 + z * (1.75566716318264 + z * 8.83883476483184e-02)
    below = 296.564248779674 + z * (86.7807322029461 + z * below)
    return bell * above / (440.413735824752 + z * (793.826512519948 + z * (637.333633378831 + z * below)))


@njit(error_model="numpy")
def exp_all(x: np.ndarray) -> None:
    """Replace every number of ``x`` (n,) by its exponential."""
    for i in range(x.size):
        x[i] = exp(x[i])


@njit(error_model="numpy")
def log_all(x: np.ndarray) -> None:
    """Replace every number of ``x`` (n,), all positive, by its logarithm."""
    for i in range(x.size):
        x[i] = log(x[i])


@njit(error_model="numpy")
def normal_all(x: np.ndarray) -> None:
    """Replace every number of ``x`` (n,) by the probability that a standard normal is below it."""
    for i in range(x.size):
        z = min(abs(x[i]), TAIL_ENDS)
        tail = upper_tail(z, exp(-0.5 * z * z))
        x[i] = tail if x[i] < 0 else 1 - tail
