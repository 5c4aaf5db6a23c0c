"""Made-up observations on which a policy can be rehearsed without a market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any
from zlib import crc32

import numpy as np

from sim.chance import day_key, uniforms
from sim.contract.acts import Act, Hear, Review
from sim.contract.cases import case_number
from sim.contract.observation import (
    NONE,
    Appeals,
    Counts,
    Findings,
    Ledgers,
    Observation,
    Raids,
    Referrals,
)

SHOP_FIELDS = (
    "identity", "category", "age", "open", "demoted", "rating", "price", "displayed_sales",
    "days_since_case", "days_since_sanction",
)  # fmt: skip
"""Fields of an observation with one row a shop."""


def example_observation(n_shops: int = 200, day: int = 0, seed: int = 1) -> Observation:
    """Return one evening of a made-up market in which something happens to every institution.

    Parameters
    ----------
    n_shops : shop slots, at least 20
    day : the package's day; the same shops age with it and some are replaced
    seed : another seed, another market
    """
    rng = np.random.default_rng([seed, day])
    slots = np.arange(n_shops)
    identity = slots + n_shops * np.where(slots % 10 == 0, day // 30, 0)
    price = np.exp(rng.normal(4.9, 0.5, n_shops))
    recent = rng.integers(0, 60, (n_shops, 4)).cumsum(axis=1).astype(float)
    recent[rng.random((n_shops, 4)).cumsum(axis=1) > 1] = np.inf
    return Observation(
        day=day,
        ramp=1.0,
        n_shops=n_shops,
        identity=identity,
        category=slots * 4 // n_shops,
        age=rng.integers(0, 2000, n_shops),
        open=rng.random(n_shops) < 0.95,
        demoted=rng.random(n_shops) < 0.05,
        rating=rng.normal(0, 0.3, n_shops),
        price=price,
        displayed_sales=rng.gamma(1.0, 100.0, n_shops),
        traces=example_traces(rng, price),
        days_since_case=np.where(rng.random(n_shops) < 0.5, np.inf, rng.integers(0, 90, n_shops)),
        days_since_sanction=recent,
        findings=_findings(rng, identity, day),
        appeals=_appeals(rng, identity, day),
        referrals=_referrals(rng, identity, day),
        ledgers=_ledgers(rng, n_shops),
        raids=_raids(rng),
        organisers=example_names(np.arange(3, 13)),
        luck=_luck(seed, day),
    )


def example_names(organisers: np.ndarray) -> np.ndarray:
    """Return made-up public names of organisers."""
    return (organisers + 1) * 94_906_267 % 2**44


def example_traces(rng: np.random.Generator, price: np.ndarray) -> Counts:
    """Return traces in which one shop in five brushes."""
    n_shops, spans = price.size, np.array([1, 6, 23])[:, None]
    genuine = rng.poisson(spans * rng.gamma(1.0, 4.0, n_shops)).cumsum(axis=0)
    brushed = rng.poisson(spans * np.where(rng.random(n_shops) < 0.2, 2.0, 0.0)).cumsum(axis=0)
    orders = genuine + brushed
    return Counts(
        orders=orders,
        task_like=rng.binomial(genuine, 0.1) + rng.binomial(brushed, 0.7),
        repeats=rng.binomial(orders, 0.05),
        flagged_parcels=rng.binomial(genuine, 0.05) + rng.binomial(brushed, 0.5),
        returns=rng.binomial(genuine, 0.04),
        complaints=rng.binomial(genuine, 0.01),
        views=rng.poisson(45.0 * genuine + 8.0 * brushed),
        turnover=orders * np.round(price, 2),
    )


def answer(observation: Observation, acts: Sequence[Act]) -> Observation:
    """Add the findings that yesterday's reviews and hearings led to."""
    for kind, asked in (("review", Review), ("appeal", Hear)):
        for act in acts:
            if isinstance(act, asked):
                observation = replace(observation, findings=_found(observation, kind, act.cases, act.shops))
    return observation


def permuted(observation: Observation, order: np.ndarray) -> Observation:
    """Return the same evening with the shops, and all that names them, in another order of slots."""
    slot = np.empty_like(order)
    slot[order] = np.arange(order.size)
    rows: dict[str, Any] = {name: getattr(observation, name)[order] for name in SHOP_FIELDS}
    rows["traces"] = Counts(*(getattr(observation.traces, f.name)[:, order] for f in fields(Counts)))
    for name in ("findings", "appeals", "referrals", "ledgers"):
        part = getattr(observation, name)
        rows[name] = replace(part, shop=np.where(part.shop < 0, -1, slot[part.shop]))
    return replace(observation, **rows)


def _findings(rng: np.random.Generator, identity: np.ndarray, day: int) -> Findings:
    shop = rng.choice(identity.size, 4, replace=False)
    kind = np.array(["review", "review", "appeal", "appeal"])
    guilty = np.array([True, False, True, False])
    return Findings(kind, case_number(day - 4, identity[shop]), shop, guilty, np.where(guilty, 2.0, 0.0))


def _found(observation: Observation, kind: str, cases: np.ndarray, shops: np.ndarray) -> Findings:
    """Find half of the cases guilty, whatever their slots."""
    old, luck = observation.findings, observation.luck("rehearsal", cases)
    return Findings(
        kind=np.r_[old.kind, np.full(cases.size, kind)],
        case=np.r_[old.case, cases],
        shop=np.r_[old.shop, shops],
        guilty=np.r_[old.guilty, luck < 0.5],
        intensity=np.r_[old.intensity, np.where(luck < 0.5, 20 * luck, 0.0)],
    )


def _appeals(rng: np.random.Generator, identity: np.ndarray, day: int) -> Appeals:
    shop = rng.choice(identity.size, 5, replace=False)
    return Appeals(case_number(day - 3, identity[shop]), shop)


def _referrals(rng: np.random.Generator, identity: np.ndarray, day: int) -> Referrals:
    shop = rng.choice(identity.size, 6, replace=False)
    sender = np.array(["platform", "platform", "platform", "public", "regulator", "public"])
    return Referrals(shop, case_number(day - 1, identity[shop]), sender)


def _ledgers(rng: np.random.Generator, n_shops: int) -> Ledgers:
    shop, account = rng.choice(n_shops, 5, replace=False), rng.choice(10_000, 8, replace=False)
    seized = example_names(np.ones(8, dtype=np.int64))
    return Ledgers(seized[:5], np.r_[shop, shop[:1]][:5], account, seized)


def _raids(rng: np.random.Generator) -> Raids:
    turnover = rng.uniform(1e6, 3e7, 2)
    return Raids(
        example_names(rng.choice(3, 2, replace=False)), 0.0136 * turnover, turnover, rng.uniform(0, 1e5, 2)
    )


def _luck(seed: int, day: int) -> Any:
    def luck(purpose: str, who: np.ndarray = NONE, k: int = 0) -> np.ndarray:
        return uniforms(day_key(seed, 1000 + crc32(purpose.encode()), day), who, k)

    return luck
