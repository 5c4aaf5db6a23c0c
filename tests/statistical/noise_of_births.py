"""How much of brushing's noise comes from who is born how: traits as drawn, spread evenly, or shared.

    PYTHONPATH=. python tests/statistical/noise_of_births.py even 24

Lives markets of the base size: a year under the status quo, then under each of three packages half a year
that is not counted and half a year that is (some ten minutes on one core for 24 seeds). ``drawn``: traits as
in the model. ``even``: the seven traits of an identity are a point of a scrambled Sobol sequence, so that
they fill their space evenly. ``shared``: an identity has the same traits in every market; the rest is luck.
``mirrored``: who is disposed to brush and who is not, and moral costs, change places; of opposite markets the
counts that are printed market by market would be, too.
"""

from __future__ import annotations

import sys
from functools import cache

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

import sim.state.traits as traits
from experiments import load_config
from policies import build_package
from sim import Market

DAYS, MONTH, TRAITS, IDENTITIES = 180, 30, 7, 2**15
OPPORTUNIST, MORAL_COST = 5, 6
"""Numbers of the two traits that dispose a merchant to brush (`sim.state.traits`)."""

PACKAGES = ("status_quo_2015", "ten_times_action", "all_cases")


@cache
def points(key: int) -> np.ndarray:
    """Return a sequence of points in the unit cube (identities, traits)."""
    return qmc.Sobol(TRAITS, scramble=True, rng=key % 2**32).random(IDENTITIES).clip(1e-9, 1 - 1e-9)


def even(key: np.uint64, who: np.ndarray, k: int = 0) -> np.ndarray:
    """Return trait ``k`` of the identities ``who``, evenly spread in (0, 1)."""
    return points(int(key))[who, k]


def brushed(config: object, seed: int) -> list[float]:
    """Return the brushed orders of the last half year under each package."""
    trunk = Market(config.world, build_package(config.status_quo), seed=seed).run(config.warmup)
    counts = []
    for name in PACKAGES:
        market = trunk.branch().adopt(build_package(load_config([f"package={name}"]).package)).run(DAYS)
        months = (market.run(MONTH).state.traces.brushed_30.sum() for _ in range(DAYS // MONTH))
        counts.append(float(sum(months)))
    return counts


def spread(how: str) -> None:
    """Let traits be born in this way from now on; ages are drawn as ever."""
    key_of, drawn, drawn_normals = traits.day_key, traits.uniforms, traits.normals
    born = {key_of(seed, traits.Stream.TRAITS, 0) for seed in range(1, 1000)}

    def uniforms(key: np.uint64, who: np.ndarray, k: int = 0) -> np.ndarray:
        return even(key, who, k) if key in born else drawn(key, who, k)

    def normals(key: np.uint64, who: np.ndarray, k: int = 0) -> np.ndarray:
        return ndtri(even(key, who, k))

    def same_key(seed: int, stream: int, day: int) -> np.uint64:
        return key_of(1, stream, day)

    def mirrored(key: np.uint64, who: np.ndarray, k: int = 0) -> np.ndarray:
        return 1 - drawn(key, who, k) if k == OPPORTUNIST and key in born else drawn(key, who, k)

    def mirrored_normals(key: np.uint64, who: np.ndarray, k: int = 0) -> np.ndarray:
        return (-1 if k == MORAL_COST else 1) * drawn_normals(key, who, k)

    if how == "shared":
        traits.day_key = same_key
    elif how == "even":
        traits.uniforms, traits.normals = uniforms, normals
    elif how == "mirrored":
        traits.uniforms, traits.normals = mirrored, mirrored_normals
    elif how != "drawn":
        raise SystemExit("say drawn, even, shared or mirrored, and how many markets")


if __name__ == "__main__":
    spread(sys.argv[1])
    settings = load_config()
    found = np.array([brushed(settings, seed) for seed in range(1, int(sys.argv[2]) + 1)]) / 1000
    names = dict(zip(PACKAGES, found.T, strict=True))
    for name, own in names.items():
        difference = (own - found[:, 0]).std(ddof=1)
        print(", ".join(f"{one:.1f}" for one in own))
        print(f"{name}: {own.mean():.1f}, sd {own.std(ddof=1):.1f}, sd of the difference {difference:.1f}")
