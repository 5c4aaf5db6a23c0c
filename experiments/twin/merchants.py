"""How opportunists decide, in expectation: what each intensity costs, promises and brings."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from experiments.twin.beliefs import Severity
from experiments.twin.demand import Bursts
from experiments.twin.kernels.choosing import Loss, Offer
from experiments.twin.kernels.moving import Lesson, Pace
from sim.config import World
from sim.events import INNOCENT_DAYS
from sim.ranking import display_horizon


class Choices(NamedTuple):
    """What idle merchants do, arrays (n_levels, 2 × kinds): established and rebuilding of each kind in turn.

    ``start`` is the probability that a decision begins a campaign of each level, ``orders`` the
    brushed orders a day of that campaign on average (gradual starts included), ``promised`` the extra
    orders a day that the ranking rule promises of it, ``record`` the orders a day that its merchants
    had before.
    """

    start: np.ndarray
    orders: np.ndarray
    promised: np.ndarray
    record: np.ndarray


def make_offer(world: World) -> Offer:
    """Return the terms of brushing; what varies from day to day is filled in later."""
    brushing = world.brushing
    return Offer(
        elasticity=0.0, constant=0.0, horizon=float(display_horizon(world.ranking)), fee=0.0,
        commission=float(world.shops.commission), camouflage_price=0.0, kept=1.0, young_days=30.0,
        value_ratio=float(brushing.value_ratio), parcel_cost=float(brushing.parcel_cost),
        campaign_cost=float(brushing.campaign_cost), level_scale=float(brushing.level_scale),
        choice_scale=float(brushing.choice_scale),
        hazard_concavity=float(world.beliefs.hazard_concavity), fixed_cost=float(world.shops.fixed_cost),
    )  # fmt: skip


def believed_loss(severity: Severity, world: World) -> Loss:
    """Return what one sanction is believed to bring."""
    brushing, horizon = world.brushing, display_horizon(world.ranking)
    demotion, fine, closure = severity.means.tolist()
    discount = math.exp(-brushing.discount_rate * horizon / 365)
    return Loss(
        demotion_days=(demotion + (horizon if demotion > 0 else 0.0)) * discount, fine=fine, closure=closure,
        worth_days=float(brushing.shop_value_days), cash_days=float(world.shops.cash_days),
        deposit=float(world.shops.deposit), fine_scale=float(brushing.fine_scale),
        fine_concavity=float(brushing.fine_concavity),
    )  # fmt: skip


def make_lesson(world: World, bursts: Bursts) -> Lesson:
    """Return how campaigns that end teach, over one day."""
    brushing = world.brushing
    return Lesson(
        days=1.0, length=(brushing.campaign_days_low + brushing.campaign_days_high) / 2,
        learning=float(brushing.learning), half_life=float(brushing.learning_half_life),
        luck=float(bursts.chances @ (bursts.records - bursts.chances @ bursts.records) ** 2),
        forget=1 / INNOCENT_DAYS,
    )  # fmt: skip


def make_pace(world: World) -> Pace:
    """Return the events of a shop's day; what varies from day to day is filled in later."""
    brushing = world.brushing
    return Pace(
        days=1.0, end=2 / (brushing.campaign_days_low + brushing.campaign_days_high), recover=0.0,
        leave=world.shops.leave_rate / 365, decision_days=float(brushing.decision_days),
        own=float(world.beliefs.own),
    )  # fmt: skip
