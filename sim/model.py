"""Mesa's model, which steps by days alone and goes with the last reference to it."""

from __future__ import annotations

import mesa

OF_MESAS_CLOCK = ("step", "_user_step", "_default_schedule", "_event_list", "_event_generators", "_scenario")
"""Attributes of a model of Mesa 3.3 or 3.5 that refer back to it."""


class DailyModel(mesa.Model):
    """A model without Mesa's wrappers of ``step``: they refer back to the model, which could never go."""

    def __init__(self, seed: int) -> None:
        super().__init__(rng=seed)
        for name in OF_MESAS_CLOCK:
            self.__dict__.pop(name, None)
