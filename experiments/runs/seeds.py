"""Seeds: what fixes all luck of a run, and words that keep uses of it apart."""

from __future__ import annotations

from zlib import crc32

import numpy as np

CALIBRATION_WORD = 0xCA11
VALIDATION_WORD = 0x7E57
THEORY_WORD = 0x7EA
DETECTOR_WORD = 0x5EED
SEARCH_WORD = 0x5EA2C
ADVERSARY_WORD = 0xADBE25
"""Words that keep the seeds of tuning, validation, theory checks, fitted detectors and searches apart from
each other's and from those of every study."""

CALIBRATED = "calibrated_"
"""How the names of calibrated worlds begin."""


def world_words(scenario: str) -> tuple[int, ...]:
    """Return the word that keeps the seeds of a calibrated world apart from those of all other scenarios.

    So as many worlds are as many looks. Other scenarios share their luck, and can be compared in pairs.
    """
    return (crc32(scenario.encode()),) if scenario.startswith(CALIBRATED) else ()


def replication_seed(seed: int, replication: int, *words: int) -> int:
    """Return the seed of one replication; it depends on nothing else."""
    low, high = np.random.SeedSequence([seed, replication, *words]).generate_state(2)
    return int(low) | (int(high) & 0x1FFFFF) << 32  # 53 bits: exact wherever numbers are doubles
