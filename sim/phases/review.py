"""Review: genuine and brushed reviews become ratings."""

from __future__ import annotations

from sim.chance import Stream
from sim.kernels import review as kernels
from sim.parameters import BrushingParameters, TraceParameters
from sim.state.displayed import reviews_due
from sim.state.shops import Shops
from sim.state.today import Today


def review(today: Today, shops: Shops, brushing: BrushingParameters, traces: TraceParameters) -> None:
    """Update ratings with genuine and brushed reviews; add the brushed parcels that are recognised."""
    config, sales, tasks = shops.parameters, today.sales, today.tasks
    fake, prior = float(brushing.rating * config.quality_sd), float(config.rating_prior)
    reviews = reviews_due(shops, today.clock.day, sales.placed, sales.stars)
    fade = 0.5 ** (1 / config.rating_half_life)
    kernels.rate(fade, prior, fake, reviews, tasks.count, kernels.rating_columns(shops))
    kernels.flag_brushed(
        today.clock.key(Stream.TASKS),
        shops.identity,
        tasks.count,
        tasks.cover,
        shops.parcel_flag,
        float(traces.brushed_parcel_flag),
        sales.flagged_parcels,
    )
