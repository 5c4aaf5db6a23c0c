"""Fit the logistic detector on labelled warm-up data of seeds that no study uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict

import numpy as np

from experiments.runs.seeds import DETECTOR_WORD, replication_seed
from experiments.settings.schema import RunConfig, digest
from policies import build_package
from policies.detectors import FittedDetector, features, fit_logistic
from sim.market import Market
from sim.parameters import ConfigError

BRUSHES = 5
"""Brushed orders in 30 days from which a shop is one that a detector should find."""

SPACING = 30
"""Days between two samples of one market: the longest window of the traces."""


def fit_detector(config: RunConfig, markets: int, progress: Callable[[int, int], None]) -> FittedDetector:
    """Fit the detector on shop-days of ``markets`` markets under the status quo.

    Shops that bought fewer than `BRUSHES` orders, or bought some 31–90 days ago, are neither
    brushing nor innocent and are left out.
    """
    config = config.checked()
    if config.warmup < 2 * SPACING or markets < 1:
        raise ConfigError(f"fit-detector needs --seeds of at least 1 and a warmup of at least {2 * SPACING}")
    seeds = [replication_seed(config.seed, i, DETECTOR_WORD) for i in range(markets)]
    samples = []
    for i, seed in enumerate(seeds):
        before = i * config.warmup
        for day, rows, labels in shop_days(config, seed):
            samples.append((rows, labels))
            progress(before + day, markets * config.warmup)
    rows, labels = (np.concatenate(part) for part in zip(*samples, strict=True))
    identity = digest([asdict(config.world), config.status_quo, config.warmup, seeds])[:16]
    return fit_logistic(rows, labels, key=f"{markets} markets, {labels.size} shop-days, {identity}")


def shop_days(config: RunConfig, seed: int) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield day, features and labels of the shops of one market every `SPACING` days."""
    status_quo = build_package(config.status_quo)
    market = Market(config.world, status_quo, seed=seed, threads=config.threads)
    for day in range(SPACING, config.warmup + 1, SPACING):
        market.run(SPACING)
        yield day, *sample(market)


def sample(market: Market) -> tuple[np.ndarray, np.ndarray]:
    """Return features and labels of today's open shops that are clearly one or the other."""
    seen = market.observe()
    truth = market.truth()
    brushes = truth["brushed_30"].to_numpy() >= BRUSHES
    innocent = truth["innocent"].to_numpy() == 1
    kept = np.asarray(seen.open, dtype=bool) & (brushes | innocent)
    return features(seen)[kept], brushes[kept]
