"""A quiet evening for the contract tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.contract import Appeals, Findings, Ledgers, Observation, Raids, Referrals
from sim.contract.rehearsal import example_observation


@pytest.fixture
def evening() -> Callable[..., Observation]:
    """Return a maker of evenings on which nothing has been filed, found, shared or seized."""

    def make(n_shops: int = 200, day: int = 0, **changes: Any) -> Observation:
        none, words = np.zeros(0, dtype=np.int64), np.zeros(0, dtype="U8")
        quiet = {
            "open": np.ones(n_shops, dtype=bool),
            "days_since_case": np.full(n_shops, np.inf),
            "days_since_sanction": np.full((n_shops, 4), np.inf),
            "findings": Findings(words, none, none, none.astype(bool), none.astype(float)),
            "appeals": Appeals(none, none),
            "referrals": Referrals(none, none, words),
            "ledgers": Ledgers(none, none, none, none),
            "raids": Raids(none, none * 1.0, none * 1.0, none * 1.0),
            "organisers": none,
        }
        return replace(example_observation(n_shops, day), **{**quiet, **changes})

    return make
