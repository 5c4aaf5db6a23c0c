"""The engine agrees with plain Mesa agents written from docs/odd.md: every day, every agent, every act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from arbitrary import Arbitrary
from oracle import AgentMarket
from reference_states import (
    observation_differences,
    row_differences,
    state_differences,
    table_differences,
    tables_of,
)

from experiments import load_config
from policies import build_package
from sim import Market
from sim.contract import ACTS, Bound, Screen
from sim.state.mechanisms import Mechanism

TINY = (
    "market=small", "market.n_shops=60", "market.shops_per_category=20", "market.buyers_per_shop=20",
)  # fmt: skip
"""Three categories; some institutions meet a handful of shops only, so `SWIFT` and `HARSH` hurry them."""

SWIFT = (
    "package.regulator.raids_per_year=9", "package.regulator.fine_delay_days=4",
    "package.regulator.shop_fine_delay_days=3", "package.civil_suits.filing_delay_days=3",
    "package.civil_suits.judgment_delay_days=6", "trade.ledger_days=3",
)  # fmt: skip
"""Raids, fines and suits within a season."""

EAGER = (
    "brushing.opportunist_share=0.8", "brushing.moral_cost=0.005", "brushing.choice_scale=20",
    "brushing.campaign_days_low=5", "brushing.campaign_days_high=25", "brushing.decision_days=3",
)  # fmt: skip
"""Many short campaigns."""

ODD = (
    "ranking.direct_share=1", "ranking.cumulative_sales=true", "ranking.position_exponent=0.3",
    "demand.looks=1", "demand.visit_rate_sd=0", "shops.margin_mean=0.45", "beliefs.neighbours=100",
    "market.n_shops=40", "market.shops_per_category=4", "adaptation.camouflage_price=0",
)  # fmt: skip
"""Parameters at the ends of their ranges."""

LEAKY = (
    "trade.ledger_days=2", "trade.ledger_error=0.05", "trade.ledger_completeness=0.95",
    "trade.return_days=20", "appeals.delay=1",
)  # fmt: skip
"""Ledgers that say much, some of it wrong; appeals and newcomers at once."""

SELDOM = (
    "brushing.opportunist_share=0.6", "brushing.moral_cost=0", "brushing.campaign_days_low=2",
    "brushing.campaign_days_high=4", "brushing.decision_days=53", "trade.ledger_error=0.05",
    "appeals.guilty_rate=1", "market.n_shops=80",
)  # fmt: skip
"""Campaigns so rare that who is guilty of one ledger becomes innocent otherwise; wrong names in ledgers."""

HASTY = (
    "shops.leave_rate=1", "shops.entrant_rate=3", "shops.losing_days=8", "shops.fixed_cost=60",
    "shops.burst_rate=6", "demand.trust_half_life=2", "demand.platform_trust_half_life=1.5",
    "demand.trust_loss=0.6", "demand.platform_trust_loss=0.5", "traces.account_half_life=4",
    "traces.task_like_orders=2", "demand.visit_rate_sd=1.2", "demand.season_amplitude=0.5",
    "trade.founding_assets=2000", "trade.staff_cost=2500",
)  # fmt: skip
"""Shops and organisers come and go, and what fades does so quickly enough for its scale to be renewed."""

RECENT = (
    "ranking.displayed_days=9", "shops.review_days=4", "shops.growth=0.9", "shops.leave_rate=0.6",
)  # fmt: skip
"""A short window of displayed sales, late reviews, and many newcomers."""


COVERED = (
    "adaptation.camouflage_price=0.3", "adaptation.camouflage_days=2", "adaptation.prior_rate=0.02",
    "beliefs.prior=0.03",
)  # fmt: skip
"""Cover so cheap that many buy some, and some buy much."""

INDEBTED = (
    "shops.cash_days=0", "shops.deposit=60", "shops.owner_reach=0.02", "shops.grace_days=6",
    "brushing.shop_value_days=30",
)  # fmt: skip
"""Fines above what can be taken at once: owed for weeks, paid by the owner, or the end of the shop."""

FEW = (
    "trade.min_organisers=4", "trade.kept_customers=0.5", "trade.reopen_days=5", "trade.return_days=20",
    "trade.quote_half_life=10", "trade.cut_adjustment=0.2", "brushing.campaign_days_high=60",
)  # fmt: skip
"""Few organisers, often closed, whose prices move: merchants wait, move on, and find them all closed."""


@dataclass(frozen=True)
class Run:
    """One pair of markets: overrides, seed, days."""

    name: str
    overrides: tuple[str, ...]
    seed: int
    days: int = 60


RUNS = [
    Run("no enforcement", ("package=no_enforcement", *EAGER), 1, 90),
    Run("status quo", ("package=status_quo_2015", *SWIFT, *EAGER), 2, 90),
    Run(
        "every case reviewed",
        ("package=all_cases", "package.detection.refer_share=0.5", *SWIFT, *COVERED),
        3,
    ),
    Run("threshold", ("package=threshold_only", "package.detection.flags_per_1000_week=40"), 4),
    Run("threshold and fine", ("package=threshold_and_fine", "package.regulator.shop_fine_delay_days=2"), 5),
    Run("threshold, fine and suit", ("package=threshold_fine_suit", *SWIFT, *EAGER), 6, 90),
    Run("no gain from rank", ("scenario=no_rank_gain", "package=status_quo_2015"), 7),
    Run(
        "lawless but afraid",
        ("scenario=lawless", "package=threshold_fine_suit", "beliefs.closure_prior=1",
         "beliefs.demotion_prior=300", *SWIFT),
        8,
    ),
    Run(
        "festivals",
        ("scenario=festivals", "demand.festival_days=[3,30,31]", "package=all_cases",
         "package.detection.reviewers_per_100k_shops=600", "package.detection.publish_days=7",
         "package.appeals.restitution_rmb_per_day=4"),
        9,
    ),
    Run("long pauses", ("package=threshold_fine_suit", *SWIFT, *SELDOM), 13, 150),
    Run("ends of ranges", ("package=threshold_fine_suit", *SWIFT, *EAGER, *ODD), 10),
    Run(
        "ranking alone",
        ("package=threshold_only", "ranking.direct_share=0", "demand.looks=40", "ranking.noise=0",
         "market.n_shops=40"),
        11,
    ),
    Run(
        "few organisers",
        ("package=threshold_fine_suit", "package.detection.acted_share=0.5",
         "package.detection.ladder.demotion_days=4", *SWIFT, *EAGER, *COVERED, *FEW),
        14,
        90,
    ),
    Run("a window of sales", ("package=threshold_fine_suit", *SWIFT, *EAGER, *RECENT), 15, 80),
    Run("much turnover", ("package=threshold_fine_suit", *SWIFT, *HASTY), 12, 80),
]  # fmt: skip


def pair_of(run: Run) -> tuple[Market, AgentMarket]:
    config = load_config([*TINY, *run.overrides])
    engine = Market(config.world, build_package(config.package), seed=run.seed)
    return engine, AgentMarket(config.world, build_package(config.package), seed=run.seed)


def walk(engine: Market, oracle: AgentMarket, days: int) -> None:
    """Step both, and compare rows, agents and the institutions' view every evening."""
    for _ in range(days):
        engine.run(1)
        oracle.step()
        unlike: list[Any] = row_differences(engine.rows[-1], oracle.rows[-1])
        unlike += state_differences(engine, oracle)
        unlike += observation_differences(engine.observe(), oracle.observe())
        assert not unlike, f"day {engine.day - 1}: {unlike}"
        assert oracle.balance() == 0


def compare_tables(engine: Market, oracle: AgentMarket) -> None:
    events, cases = tables_of(oracle)
    if len(events) or len(engine.events()):
        assert not table_differences(engine.events(), events)
    if len(cases) or len(engine.case_table()):
        order = ["day", "case"]
        assert not table_differences(engine.case_table().sort_values(order), cases.sort_values(order))


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_every_agent_is_the_same_every_evening(run: Run) -> None:
    engine, oracle = pair_of(run)
    walk(engine, oracle, run.days)
    compare_tables(engine, oracle)


@pytest.mark.parametrize(("seed", "terms"), [(21, ()), (22, INDEBTED), (24, RECENT)])
def test_every_verb_does_the_same(seed: int, terms: tuple[str, ...]) -> None:
    config = load_config([*TINY, *EAGER, *LEAKY, *terms])
    engine = Market(config.world, Arbitrary(), seed=seed)
    oracle = AgentMarket(config.world, Arbitrary(), seed=seed)
    walk(engine, oracle, 80)
    compare_tables(engine, oracle)
    logged = {act.verb for act in ACTS if act not in (Screen, Bound)}
    assert set(engine.events()["verb"]) == logged
    assert engine.state.founders.n > engine.state.trade.n


@pytest.mark.slow
@pytest.mark.parametrize("mute", Mechanism, ids=str)
def test_every_verb_does_the_same_with_a_mechanism_switched_off(mute: str) -> None:
    config = load_config([*TINY, *EAGER, *LEAKY, *COVERED, *INDEBTED])
    engine = Market(config.world, Arbitrary(), seed=23)
    oracle = AgentMarket(config.world, Arbitrary(), seed=23)
    walk(engine, oracle, 25)
    engine.adopt(Arbitrary(), (mute,))
    oracle.adopt(Arbitrary(), (mute,))
    walk(engine, oracle, 40)
    engine.adopt(Arbitrary())
    oracle.adopt(Arbitrary())
    walk(engine, oracle, 15)
    compare_tables(engine, oracle)


@pytest.mark.slow
@pytest.mark.parametrize("mute", [(), *((mechanism,) for mechanism in Mechanism)], ids=str)
def test_a_package_that_takes_over_does_the_same_with_every_mechanism_switched_off(
    mute: tuple[str, ...],
) -> None:
    first, second = (
        load_config([*TINY, *EAGER, *SWIFT, *COVERED, f"package={name}"]).package
        for name in ("status_quo_2015", "threshold_fine_suit")
    )
    world = load_config([*TINY, *EAGER, *SWIFT, *COVERED]).world
    engine = Market(world, build_package(first), seed=31)
    oracle = AgentMarket(world, build_package(first), seed=31)
    walk(engine, oracle, 25)
    engine.adopt(build_package(second), mute)
    oracle.adopt(build_package(second), mute)
    walk(engine, oracle, 30)
    engine.adopt(None)
    oracle.adopt(None)
    walk(engine, oracle, 5)
    compare_tables(engine, oracle)
