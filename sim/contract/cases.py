"""Numbers of cases: the day and the shop that a case was opened on."""

from __future__ import annotations

import numpy as np


def case_number(day: int, identity: np.ndarray) -> np.ndarray:
    """Return the number of the case opened on ``day`` (of the package) on each shop identity."""
    return (np.int64(day) << np.int64(40)) | np.asarray(identity, dtype=np.int64)


def case_identity(cases: np.ndarray) -> np.ndarray:
    """Return the shop identities that the case numbers ``cases`` were opened on."""
    return np.asarray(cases, dtype=np.int64) & ((np.int64(1) << np.int64(40)) - np.int64(1))
