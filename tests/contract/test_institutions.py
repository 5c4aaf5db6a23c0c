"""Ladder, appeals, ledger use, regulator, civil suits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from composing import by_verb

from policies import Appeals as AppealDesk
from policies import CivilSuits, Ladder, LedgerUse, Regulator
from sim.contract import (
    Appeals,
    ConfigError,
    Findings,
    FineOrganisers,
    Hear,
    Ledgers,
    Observation,
    Raids,
    Referrals,
    case_number,
)

Evening = Callable[..., Observation]
NONE = np.zeros(0, dtype=np.int64)


def verbs_at(ladder: Ladder, evening: Evening, last: list[float], intensity: float = 0.0) -> set[str]:
    """Return what happens to shop 3, sanctioned so many days ago."""
    recent = np.full((200, 4), np.inf)
    recent[3, : len(last)] = last
    observation = evening(days_since_sanction=recent)
    shop = np.array([3])
    cases = case_number(0, observation.identity[shop])
    return {act.verb for act in ladder.sanction(observation, shop, cases, np.array([intensity]))}


def test_a_shop_climbs_one_step_a_strike_and_stays_on_the_last(evening: Evening) -> None:
    ladder = Ladder(closure_probability=0)
    assert verbs_at(ladder, evening, []) == {"remove_sales", "demote"}
    assert verbs_at(ladder, evening, [50]) == {"remove_sales", "demote", "fine"}
    assert verbs_at(ladder, evening, [50, 60]) == {"close"}
    assert verbs_at(ladder, evening, [1, 2, 3, 4]) == {"close"}


def test_strikes_expire(evening: Evening) -> None:
    ladder = Ladder(closure_probability=0, expiry_days=100)
    assert verbs_at(ladder, evening, [99, 100]) == {"remove_sales", "demote", "fine"}


def test_intensity_skips_a_step(evening: Evening) -> None:
    ladder = Ladder(steps=["warn", "demote", "close"], skip_intensity=10, closure_probability=0)
    assert verbs_at(ladder, evening, [], 9.9) == {"warn"}
    assert verbs_at(ladder, evening, [], 10) == {"demote"}
    assert verbs_at(ladder, evening, [5, 6], 10) == {"close"}


def test_chance_closes_at_any_strike(evening: Evening) -> None:
    assert verbs_at(Ladder(closure_probability=1), evening, []) == {"close"}
    observation, shops = evening(4000), np.arange(4000)
    acts = by_verb(Ladder().sanction(observation, shops, observation.identity, np.zeros(4000)))
    assert 150 < acts["close"].targets.size < 250
    assert not set(acts["close"].targets) & set(acts["demote"].targets)


def test_a_ladder_carries_its_days_and_its_fine(evening: Evening) -> None:
    ladder = Ladder(steps=["demote+fine"], demotion_days=12, fine_rmb=77, closure_probability=0)
    observation, shops = evening(), np.array([1, 2])
    acts = by_verb(ladder.sanction(observation, shops, shops, np.zeros(2)))
    assert acts["demote"].days == 12
    assert acts["fine"].amount.tolist() == [77, 77]


@pytest.mark.parametrize("steps", [["fien"], [], ["warn+", "close"]])
def test_a_ladder_of_unknown_steps_is_an_error(steps: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"ladder.steps must join some of warn, remove_sales"):
        Ladder(steps=steps)


def appeal(evening: Evening, day: int, shops: list[int]) -> Observation:
    """Return an evening on which these shops have appealed."""
    quiet = evening(day=day)
    return evening(day=day, appeals=Appeals(case_number(0, quiet.identity[shops]), np.array(shops)))


def test_an_appeal_is_heard_late_and_a_winner_restored(evening: Evening) -> None:
    desk = AppealDesk(delay_days=5, restitution_rmb_per_day=10)
    desk.reset()
    assert desk.act(appeal(evening, 10, [4, 5])) == []
    assert desk.act(evening(day=11)) == desk.act(evening(day=12)) == []
    (hearing,) = desk.act(evening(day=13))
    assert (type(hearing), sorted(hearing.targets)) == (Hear, [4, 5])
    kind, refused = np.array(["appeal", "appeal"]), hearing.targets == 5
    found = Findings(kind, hearing.cases, hearing.targets, refused, np.zeros(2))
    recent = np.full((200, 4), 9.0)
    acts = by_verb(desk.act(evening(day=14, findings=found, days_since_sanction=recent)))
    assert acts["reinstate"].targets.tolist() == acts["compensate"].targets.tolist() == [4]
    assert acts["compensate"].amount.tolist() == [90]


def test_appeals_wait_for_staff_oldest_first(evening: Evening) -> None:
    desk = AppealDesk(delay_days=2, staff_per_100k_shops=500, hearings_per_staff_day=1)
    desk.reset()
    heard = [desk.act(appeal(evening, 0, [4, 5]))[0], desk.act(appeal(evening, 1, [6]))[0]]
    heard += desk.act(evening(day=2))
    assert sorted(heard[0].targets.tolist() + heard[1].targets.tolist()) == [4, 5]
    assert heard[2].targets.tolist() == [6]


@pytest.mark.parametrize(
    ("merchants", "verbs"),
    [
        ("none", set()),
        ("zero", {"remove_sales"}),
        ("demote", {"remove_sales", "demote"}),
        ("close", {"close"}),
    ],
)
def test_a_ledger_is_used_as_stated(merchants: str, verbs: set[str], evening: Evening) -> None:
    ledger = Ledgers(np.zeros(3), np.array([8, 8, 9]), np.array([70, 71]), np.zeros(2))
    acts = by_verb(LedgerUse(merchants=merchants, workers="ban", ban_days=5).act(evening(ledgers=ledger)))
    assert set(acts) == verbs | {"ban"}
    assert all(acts[verb].targets.tolist() == [8, 9] for verb in verbs)
    assert (acts["ban"].targets.tolist(), acts["ban"].days) == ([70, 71], 5)


def test_a_shop_that_is_closed_already_is_not_sanctioned_by_a_ledger(evening: Evening) -> None:
    ledger = Ledgers(np.zeros(2), np.array([8, 9]), NONE, NONE)
    (act,) = LedgerUse(merchants="zero").act(evening(ledgers=ledger, open=np.arange(200) != 8))
    assert act.targets.tolist() == [9]


def raid(day: int, evening: Evening, turnover: float = 26.5e6, gains: float = 360e3) -> Observation:
    """Return the evening after a raid on organiser 5."""
    return evening(day=day, raids=Raids(np.array([5]), np.array([gains]), np.array([turnover]), np.zeros(1)))


def test_a_regulator_raids_whom_it_knows_and_looks_for_the_others(evening: Evening) -> None:
    regulator = Regulator(raids_per_year=0.5, raid_cost=77)
    regulator.reset()
    known = np.array([3, 1, 2**44 - 1])
    investigation, raid = regulator.act(evening(organisers=known))
    assert (investigation.verb, investigation.effort) == ("investigate", 0.5 / 365)
    assert (raid.verb, raid.targets.tolist(), raid.cost) == ("raid", known.tolist(), 77)
    (investigation,) = regulator.act(evening(organisers=NONE, ramp=0.1))
    assert investigation.effort == 0.05 / 365
    idle = Regulator(raids_per_year=0)
    idle.reset()
    assert idle.act(evening(organisers=NONE)) == []


def test_a_raided_organiser_is_fined_as_shatui_was(evening: Evening) -> None:
    regulator = Regulator(raids_per_year=0)
    regulator.reset()
    assert regulator.act(raid(10, evening)) == []
    assert regulator.act(evening(day=107)) == []
    (fine,) = regulator.act(evening(day=108))
    assert (type(fine), fine.targets.tolist()) == (FineOrganisers, [5])
    assert 80e3 <= fine.amount[0] <= 100e3
    assert regulator.act(evening(day=109)) == []


def referred(evening: Evening, sender: str = "platform") -> Observation:
    """Return an evening on which shop 9 has been referred."""
    quiet = evening()
    told = Referrals(np.array([9]), case_number(-1, quiet.identity[[9]]), np.array([sender]))
    return evening(referrals=told)


@pytest.mark.parametrize(
    ("settings", "amount"), [({"fine_rmb": 500}, 500), ({}, 10_000), ({"mitigation": 0}, 0)]
)
def test_a_referred_shop_is_fined_after_the_delay(settings: Any, amount: float, evening: Evening) -> None:
    regulator = Regulator(raids_per_year=0, **settings)
    regulator.reset()
    regulator.act(referred(evening))
    (fine,) = regulator.act(evening(day=30, identity=evening().identity))
    assert (fine.targets.tolist(), fine.amount.tolist()) == ([9], [amount])


def test_a_shop_that_wins_its_appeal_in_time_is_not_fined(evening: Evening) -> None:
    regulator = Regulator(raids_per_year=0)
    regulator.reset()
    told = referred(evening)
    regulator.act(told)
    won = Findings(np.array(["appeal"]), told.referrals.case, np.array([9]), np.array([False]), np.zeros(1))
    regulator.act(evening(day=8, findings=won))
    assert regulator.act(evening(day=30, identity=evening().identity)) == []


def test_a_shop_that_left_or_that_the_regulator_shared_itself_is_not_fined(evening: Evening) -> None:
    regulator = Regulator(raids_per_year=0)
    regulator.reset()
    regulator.act(referred(evening, "regulator"))
    assert regulator.act(evening(day=30, identity=evening().identity)) == []
    regulator.act(referred(evening))
    assert regulator.act(evening(day=30, identity=evening().identity + 1)) == []


def test_a_suit_takes_its_time(evening: Evening) -> None:
    suits = CivilSuits(who="every", ruin=1)
    suits.reset()
    days = {day: suits.act(raid(day, evening) if day == 5 else evening(day=day)) for day in range(5, 600)}
    dates = {day: [act.verb for act in acts] for day, acts in days.items() if acts}
    assert dates == {5 + 241: ["sue"], 5 + 241 + 329: ["try_suit"]}
    claim = days[246][0]
    assert claim.amount[0] == pytest.approx(2.16e6, rel=0.01)
    assert days[575][0].ruin == 1


@pytest.mark.parametrize(
    ("rule", "claim"),
    [
        ("loss", 50_000),
        ("organiser_gains", 2e4),
        ("all_gains", 81_500),
        ("statutory", 5e6),
        ("multiple", 6e4),
    ],
)
def test_claims_follow_their_rule(rule: str, claim: float) -> None:
    suits = CivilSuits(claim_rule=rule, statutory_ceiling_rmb=5e6)
    assert suits.claims(np.array([2e4]), np.array([1e6])) == pytest.approx(claim)


def test_who_is_sued_is_a_lever(evening: Evening) -> None:
    many = np.arange(1000)
    raids = Raids(many, many * 1.0, many * 1.0, many * 1.0)
    sued = {}
    for who in ("never", "share", "every"):
        suits = CivilSuits(who=who, filing_delay_days=0)
        suits.reset()
        sued[who] = sum(act.targets.size for act in suits.act(evening(raids=raids)))
    assert sued["never"] == 0 and 80 < sued["share"] < 140 and sued["every"] == 1000
