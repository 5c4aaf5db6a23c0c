"""Every term of every act (amount, days, cost, what it states) is what the policy's parameters say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from busy import DAYS, N_SHOPS, NAMES, built, busy_evening, kind, numbered, rehearsed
from composing import composed, names_in

from policies import Ladder
from policies.courts.civil_suits import CLAIM_RULES
from policies.platform.detection import MODES
from sim.contract import Act, FineOrganisers, Observation, View

MONTH = 2
"""Row of the traces that counts 30 days."""


@dataclass
class Terms:
    """What an act should say, target by target where it differs."""

    amount: list[float] = field(default_factory=list)
    days: int = 0
    cost: float = 0.0
    states: dict[str, float] = field(default_factory=dict)


def of_detection(policy: Any, act: Act, evening: Observation) -> dict[str, Terms]:
    ladder, n = policy.ladder, act.targets.size
    return {
        **dict.fromkeys(("screen", "flag", "share", "warn", "remove_sales", "close"), Terms()),
        "review": Terms(states={"effort": policy.review_effort}),
        "demote": Terms(days=ladder.demotion_days),
        "fine": Terms([ladder.fine_rmb] * n),
        "announce": Terms(states={"salience": 1.0}),
        "bound": Terms(states=stated(act)),  # `test_detection.py` counts what waits
    }


def of_appeals(policy: Any, act: Act, evening: Observation) -> dict[str, Terms]:
    paid = []
    for shop in act.targets:
        latest = min(evening.days_since_sanction[shop])
        paid.append(policy.restitution_rmb_per_day * latest if latest < np.inf else 0.0)
    heard = Terms(states={"effort": policy.hearing_effort})
    return {"hear": heard, "reinstate": Terms(), "compensate": Terms(paid)}


def of_ledger_use(policy: Any, act: Act, evening: Observation) -> dict[str, Terms]:
    return {
        **dict.fromkeys(("remove_sales", "close", "share"), Terms()),
        "demote": Terms(days=policy.demotion_days),
        "ban": Terms(days=policy.ban_days),
    }


def of_regulator(policy: Any, act: Act, evening: Observation) -> dict[str, Terms]:
    if isinstance(act, FineOrganisers):
        return {"fine": Terms([fine_of_organiser(policy, number) for number in act.targets])}
    fines = [fine_of_shop(policy, evening, shop) for shop in act.targets] if act.verb == "fine" else []
    return {
        "investigate": Terms(states={"effort": policy.raids_per_year / 365}),
        "raid": Terms(cost=policy.raid_cost),
        "fine": Terms(fines, cost=policy.shop_fine_cost),
    }


def of_civil_suits(policy: Any, act: Act, evening: Observation) -> dict[str, Terms]:
    claims = [claim_on(policy, number) for number in act.targets]
    court = {
        name: getattr(policy, name) for name in ("odds", "award_ratio", "collectability", "ruin", "publicity")
    }
    return {"sue": Terms(claims, cost=policy.cost), "try_suit": Terms(claims, states=court)}


def fine_of_shop(policy: Any, evening: Observation, shop: int) -> float:
    """Return what the statute says, or the sum that a package sets; turnover of the month is for a year."""
    if policy.fine_rmb is not None:
        return policy.fine_rmb
    law, traces = policy.law, evening.traces
    violations = max(traces.flagged_parcels[MONTH, shop], 1) if law.per_violation else 1
    luck = evening.luck("regulator.serious", evening.identity[[shop]])[0]
    serious = law.serious_high > 0 and law.shop_fine_high > 0 and luck < policy.serious_shop_share
    most = (law.serious_high if serious else law.shop_fine_high) * law.rmb_per_unit * violations
    if law.turnover_share:
        most = law.turnover_share * traces.turnover[MONTH, shop] * 365 / 30
    usual = law.serious_mitigation if serious else law.shop_mitigation  # shops have no floor that binds
    return most * (usual if policy.mitigation is None else policy.mitigation)


def fine_of_organiser(policy: Any, number: int) -> float:
    """Return what the statute says of somebody with these gains and this turnover, when it was told."""
    evening, gains, turnover = report_on(number)
    law, orders = policy.law, turnover / order_value(evening.day)
    count = law.rmb_per_unit * (max(orders, 1) if law.per_violation else 1)
    serious = law.serious_high > 0 and law.organiser_fine_high > 0 and gains > policy.serious_gains_rmb
    least = (law.serious_low if serious else law.organiser_fine_low) * count
    most = (law.serious_high if serious else law.organiser_fine_high) * count
    if law.gains_multiple:
        least, most = law.gains_multiple_low * gains, law.gains_multiple * gains
    if law.turnover_share:
        least, most = 0, law.turnover_share * gains
    usual = law.serious_mitigation if serious else law.organiser_mitigation
    fine = max(usual * most, least if law.organiser_floor_binds else 0)
    return (fine if policy.mitigation is None else policy.mitigation * most) + law.confiscation * gains


def claim_on(policy: Any, number: int) -> float:
    _, gains, turnover = report_on(number)
    return {
        "loss": turnover * policy.loss_share,
        "organiser_gains": gains,
        "all_gains": turnover * policy.fee_share,
        "statutory": min(policy.statutory_rmb, policy.statutory_ceiling_rmb),
        "multiple": gains * policy.gains_multiple,
    }[policy.claim_rule]


@cache
def report_on(number: int) -> tuple[Observation, float, float]:
    """Return the evening on which a raid on an organiser was told, its gains and its turnover."""
    for day in DAYS:
        raids = busy_evening(day).raids
        if number in raids.organiser:
            (row,) = np.flatnonzero(raids.organiser == number)
            return busy_evening(day), raids.gains[row], raids.turnover[row]
    raise LookupError(number)


@cache
def order_value(day: int) -> float:
    """Return the market's mean order value of the month before ``day``, RMB."""
    traces = busy_evening(day).traces
    return traces.turnover[MONTH].sum() / traces.orders[MONTH].sum()


OF_EVERY_ACT = {"cost", "reason", "actor", "policy", "cases", "amount", "days"}


def stated(act: Act) -> dict[str, float]:
    """Return what an act states beside whom, how much and how long."""
    names = {f.name for f in fields(act)} - OF_EVERY_ACT - {act.target_kind.plural}
    return {name: getattr(act, name) for name in names if getattr(act, name) is not None}


EXPECTED: dict[str, Callable[[Any, Act, Observation], dict[str, Terms]]] = {
    "appeals": of_appeals,
    "civil_suits": of_civil_suits,
    "detection": of_detection,
    "ledger_use": of_ledger_use,
    "regulator": of_regulator,
}

COURT = {
    "odds": 0.7, "award_ratio": 0.21, "collectability": 0.6, "ruin": 0.3, "publicity": 2.5, "cost": 12_345,
    "loss_share": 0.07, "fee_share": 0.09, "statutory_rmb": 7e5, "gains_multiple": 2.5, "who": "every",
    "statutory_ceiling_rmb": 6e5, "filing_delay_days": 3, "judgment_delay_days": 11,
}  # fmt: skip
DESK = {
    "hearing_effort": 1.7,
    "restitution_rmb_per_day": 13,
    "delay_days": 4,
}
PLATFORM = {
    "threshold": 0.1, "acted_share": 0.9, "review_effort": 0.83,
    "refer_share": 0.5, "publish_days": 3, "reviewers_per_100k_shops": 400,
}  # fmt: skip
STATE = {"raids_per_year": 15, "raid_cost": 4321, "shop_fine_cost": 321, "fine_delay_days": 2}
TIERS = {"serious_low": 3e5, "serious_high": 9e5, "serious_mitigation": 0.2, "confiscation": 0.4}
LADDERS: list[dict[str, Any]] = [
    {"steps": ["warn", "remove_sales+demote+fine", "close"], "demotion_days": 17, "fine_rmb": 777},
    {"steps": ["demote", "fine"], "demotion_days": 5, "fine_rmb": 55, "skip_intensity": 3, "expiry_days": 60},
]

SETTINGS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in NAMES),
    *(("detection", PLATFORM | {"mode": mode, "ladder": own}) for mode in MODES for own in LADDERS),
    ("appeals", DESK),
    ("ledger_use", {"merchants": "demote", "demotion_days": 19, "workers": "ban", "ban_days": 23}),
    ("ledger_use", {"merchants": "close", "refer_share": 0.5}),
    *(("civil_suits", COURT | {"claim_rule": rule}) for rule in CLAIM_RULES),
    ("regulator", STATE | {"fine_rmb": 654}),
    ("regulator", STATE | {"mitigation": 0.33, "law": {"turnover_share": 0.04}}),
    ("regulator", STATE | {"law": {"per_violation": True, "gains_multiple": 2, "rmb_per_unit": 7}}),
    ("regulator", STATE | {"mitigation": 0.01, "law": composed("law", "us_ftc_2024")}),
    ("regulator", STATE | {"serious_gains_rmb": 2e4, "law": TIERS, "serious_shop_share": 0.5}),
    *(("regulator", STATE | {"law": composed("law", law)}) for law in names_in("law")),
]  # fmt: skip


def acted(name: str, settings: dict[str, Any]) -> list[tuple[Observation, Act]]:
    """Return what a policy does on busy evenings, with the evening of each act; raids are somebody else's."""
    policy = built(name, settings)
    if name != "regulator":
        return [(evening, act) for evening, acts in rehearsed(policy) for act in acts]
    policy.reset()
    evenings = map(busy_evening, DAYS)
    return [(e, act) for e in evenings for act in policy.act(View(e, policy.reads, 1.0))]


@pytest.mark.parametrize(("name", "settings"), numbered(SETTINGS))
def test_every_term_is_what_the_parameters_say(name: str, settings: dict[str, Any]) -> None:
    assert name in EXPECTED, f"nobody has said what the acts of {name} should say"
    policy = built(name, settings)
    for evening, act in acted(name, settings):
        expected = EXPECTED[name](policy, act, evening)
        assert act.verb in expected, f"nobody has said what {kind(act)} of {name} should say"
        due = expected[act.verb]
        assert list(getattr(act, "amount", [])) == pytest.approx(due.amount), kind(act)
        days = getattr(act, "days", 0)
        assert (days, act.cost, stated(act)) == (due.days, due.cost, due.states), kind(act)


@pytest.mark.parametrize("name", NAMES)
def test_every_act_that_a_policy_knows_has_been_seen(name: str) -> None:
    seen = {kind(act) for own, settings in SETTINGS if own == name for _, act in acted(own, settings)}
    assert {what.split()[0] for what in seen} == ALL_VERBS[name]


ALL_VERBS = {
    "appeals": {"hear", "reinstate", "compensate"},
    "civil_suits": {"sue", "try_suit"},
    "detection": {
        "screen", "flag", "review", "warn", "remove_sales", "demote", "fine", "close", "share", "announce",
        "bound",
    },
    "ledger_use": {"remove_sales", "demote", "close", "share", "ban"},
    "regulator": {"investigate", "raid", "fine"},
}  # fmt: skip


def test_evenings_hold_shops_with_none_to_four_strikes_of_many_ages() -> None:
    strikes = np.concatenate([busy_evening(day).days_since_sanction for day in DAYS])
    assert set(np.isfinite(strikes).sum(axis=1)) == {0, 1, 2, 3, 4}
    assert all(np.ptp(days[np.isfinite(days)]) > 150 for days in strikes.T)


@pytest.mark.parametrize("expiry", [1, 40, 90.5, 365])
@pytest.mark.parametrize("skip", [0, 2, 8])
@pytest.mark.parametrize("steps", [["warn"], ["warn", "remove_sales+demote", "fine", "close"]])
def test_the_rung_of_every_shop_counts_its_own_strikes(expiry: float, skip: float, steps: list[str]) -> None:
    evening = busy_evening(3)
    shops, found = np.arange(0, evening.n_shops, 3), np.arange(0, evening.n_shops, 3) % 10.0
    ladder = Ladder(steps=steps, expiry_days=expiry, skip_intensity=skip, closure_probability=0)
    cases = shops + 7
    done: dict[int, set[str]] = {shop: set() for shop in shops.tolist()}
    for act in ladder.sanction(evening, shops, cases, found):
        assert (act.cases == act.targets + 7).all()
        for shop in act.targets.tolist():
            done[shop].add(str(act.verb))
    for shop, intensity in zip(shops.tolist(), found.tolist(), strict=True):
        rung = sum(days < expiry for days in evening.days_since_sanction[shop].tolist())
        rung += skip > 0 and intensity >= skip
        assert done[shop] == set(steps[min(rung, len(steps) - 1)].split("+"))


def days_of(name: str, settings: dict[str, Any], what: str) -> list[int]:
    """Return the days on which a policy does ``what`` after one busy evening, on quiet ones that follow."""
    policy, quiet = built(name, settings), silent()
    policy.reset()
    days = []
    for day in range(90):
        evening = replace(busy_evening(0) if day == 0 else quiet, day=day)
        days += [day] * any(kind(act) == what for act in policy.act(View(evening, policy.reads, 1.0)))
    return days


def silent() -> Observation:
    """Return an evening with the shops of the busy one on which nothing arrives."""
    evening = busy_evening(0)
    parts = ("findings", "appeals", "referrals", "ledgers", "raids")
    nothing = {
        part: type(getattr(evening, part))(
            *(getattr(getattr(evening, part), f)[:0] for f in getattr(evening, part).__slots__)
        )
        for part in parts
    }
    return replace(evening, organisers=evening.organisers[:0], **nothing)


@pytest.mark.parametrize("delay", [2, 5, 30])
def test_what_is_put_off_comes_on_its_day_and_once(delay: int) -> None:
    state = {"raids_per_year": 0}
    fined = days_of("regulator", state | {"fine_delay_days": delay}, "fine organiser")
    shops = days_of("regulator", state | {"shop_fine_delay_days": delay}, "fine shop")
    heard = days_of("appeals", {"delay_days": delay + 2}, "hear shop")
    filed, tried = (
        days_of("civil_suits", COURT | {"filing_delay_days": delay, "judgment_delay_days": 3 * delay}, what)
        for what in ("sue organiser", "try_suit organiser")
    )
    assert fined == shops == heard == filed == [delay]
    assert tried == [delay + 3 * delay] if 4 * delay < 90 else tried == []


@pytest.mark.parametrize(
    ("name", "settings", "what"),
    [
        ("appeals", {"staff_per_100k_shops": 250, "hearings_per_staff_day": 3.25, "delay_days": 2}, "hear"),
        (
            "detection",
            {"reviewers_per_100k_shops": 250, "reviews_per_reviewer_day": 3.25, "acted_share": 1},
            "review",
        ),
    ],
)
def test_as_much_is_done_as_the_staff_can_whatever_waits(
    name: str, settings: dict[str, Any], what: str
) -> None:
    done = {
        evening.day: sum(act.targets.size for act in acts if act.verb == what)
        for evening, acts in rehearsed(built(name, settings))
    }
    assert 250 * N_SHOPS / 100_000 * 3.25 == 32.5
    assert [done[day] for day in range(8)] == [32, 33] * 4


def test_where_no_restitution_is_promised_none_is_paid() -> None:
    paid = [act for _, act in acted("appeals", {"restitution_rmb_per_day": 0}) if act.verb == "compensate"]
    assert paid == []
