"""What each law preset makes shops and organisers pay, against sums worked out by hand from its text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from composing import composed, names_in

from experiments import load_config, load_study
from policies import CivilSuits, Regulator
from policies.build import build_package
from policies.regulator.laws import Law, Offences
from sim.contract import ConfigError, Fine, FineOrganisers, Observation, Raids, Referrals, case_number

Evening = Callable[..., Observation]


def preset(name: str, **changes: Any) -> Law:
    """Return a preset, with some of its parts changed."""
    return Law(**(composed("law", name) | changes))


def one(violations: float = 1, turnover: float = 0, gains: float = 0, serious: bool = False) -> Offences:
    """Return one offence."""
    return Offences(np.array([violations]), np.array([turnover]), np.array([gains]), np.array([serious]))


SHOP = one(violations=20, turnover=1e6)
USUAL, LARGE = one(10_000, 60e3, 60e3), one(630_000, 8.03e6, 8.03e6, serious=True)
"""The organisers of Renqiu and of Meilipa, the second a serious case."""

RANGE = {
    "cn_aucl_1993": ((10e3, 200e3), (10e3, 200e3), (10e3, 200e3)),
    "cn_online_trading_2014": ((10e3, 200e3), (10e3, 200e3), (10e3, 200e3)),
    "cn_consumer_2015": ((0, 500e3), (60e3, 600e3), (8.03e6, 80.3e6)),
    "cn_aucl_2018": ((200e3, 1e6), (200e3, 1e6), (1e6, 2e6)),
    "cn_aucl_2022": ((200e3, 1e6), (200e3, 1e6), (1e6, 2e6)),
    "cn_aucl_2025": ((0, 1e6), (0, 1e6), (1e6, 2e6)),
    "cn_aucl_2025_framing": ((100e3, 1e6), (100e3, 1e6), (1e6, 5e6)),
    "cn_ecommerce_2019": ((0, 0), (0, 0), (0, 0)),
    "eu_omnibus_2022": ((0, 40e3), (0, 2400), (0, 321_200)),
    "kr_kftc_2024": ((0, 0), (0, 0), (0, 0)),
    "uk_dmcc_2025": ((0, 100e3), (0, 6000), (0, 803e3)),
    "us_ftc_2024": ((0, 20 * 51_744 * 7.1), (0, 1e4 * 51_744 * 7.1), (0, 63e4 * 51_744 * 7.1)),
    "us_ftc_2025": ((0, 20 * 53_088 * 7.1), (0, 1e4 * 53_088 * 7.1), (0, 63e4 * 53_088 * 7.1)),
}
"""Floor and ceiling, RMB: for a shop, for the usual organiser, for the large one."""

PAID = {
    "cn_aucl_1993": (10e3, 90e3, 90e3),
    "cn_online_trading_2014": (10e3, 90e3, 90e3),
    "cn_consumer_2015": (18_500, 60e3, 8.03e6),
    "cn_aucl_2018": (37e3, 200e3, 1.5e6),
    "cn_aucl_2022": (37e3, 200e3, 1.5e6),
    "cn_aucl_2025": (37e3, 200e3, 1.5e6),
    "cn_aucl_2025_framing": (37e3, 200e3, 3.75e6),
    "cn_ecommerce_2019": (0, 0, 0),
    "eu_omnibus_2022": (800, 48, 6424),
    "kr_kftc_2024": (0, 0, 0),
    "uk_dmcc_2025": (0, 0, 0),
    "us_ftc_2024": (0, 0, 0),
    "us_ftc_2025": (0, 0, 0),
}
"""What the same three really pay, RMB."""

CONFISCATE = {"cn_consumer_2015", "cn_aucl_2022", "cn_aucl_2025", "cn_aucl_2025_framing"}
STATUTORY = {"cn_aucl_2022", "cn_aucl_2025", "cn_aucl_2025_framing"}


def test_every_preset_has_its_sums() -> None:
    assert set(RANGE) == set(PAID) == set(names_in("law"))


@pytest.mark.parametrize("name", RANGE)
def test_floor_and_ceiling_are_those_of_the_text(name: str) -> None:
    law = preset(name)
    cases = (("shop", SHOP), ("organiser", USUAL), ("organiser", LARGE))
    for (who, offence), (low, high) in zip(cases, RANGE[name], strict=True):
        assert np.concatenate(law.range_of(who, offence)) == pytest.approx([low, high])


@pytest.mark.parametrize("name", PAID)
def test_what_is_paid_is_what_cases_report(name: str) -> None:
    law = preset(name)
    paid = [law.fine("shop", SHOP), law.fine("organiser", USUAL), law.fine("organiser", LARGE)]
    assert np.concatenate(paid) == pytest.approx(PAID[name])


def test_platforms_have_a_range_of_their_own_and_tiers() -> None:
    law = preset("cn_ecommerce_2019")
    assert np.concatenate(law.range_of("platform", one())).tolist() == [50e3, 500e3]
    assert np.concatenate(law.range_of("platform", one(serious=True))).tolist() == [500e3, 2e6]
    coupang = preset("kr_kftc_2024").range_of("platform", one(serious=True))
    assert np.concatenate(coupang) == pytest.approx([0, 162.8e9 * 0.0053])


@pytest.mark.parametrize("name", RANGE)
def test_gains_are_confiscated_and_damages_statutory_where_the_law_says_so(name: str) -> None:
    law = preset(name)
    assert law.confiscation == (name in CONFISCATE)
    assert law.statutory_damages_rmb == (5e6 if name in STATUTORY else 0)
    assert law.limitation_days == (730 if name.startswith("cn_") else None)


def test_floors_bind_organisers_but_not_shops_and_a_mitigation_of_the_policy_undercuts_both() -> None:
    law = preset("cn_aucl_2018", shop_mitigation=0.1, organiser_mitigation=0.1)
    assert law.fine("shop", SHOP) == 100e3
    assert law.fine("organiser", USUAL) == 200e3
    assert law.fine("organiser", LARGE._replace(serious=np.array([False]))) == 200e3
    assert law.fine("organiser", USUAL, mitigation=0.1) == law.fine("shop", SHOP, mitigation=0.1) == 100e3
    assert replace(law, shop_floor_binds=True).fine("shop", SHOP) == 200e3
    assert replace(law, serious_mitigation=0.1).fine("organiser", LARGE) == 1e6


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"shop_fine_low": 300_000}, "law.shop_fine_low must be at most shop_fine_high 200000; got 300000"),
        ({"serious_low": 1}, "law.serious_low must be at most serious_high 0; got 1"),
        ({"gains_multiple_low": 2, "gains_multiple": 1}, "law.gains_multiple_low must be at most"),
        ({"status": "A"}, "law.status must be one of V, L, R; got 'A'"),
    ],
)
def test_a_range_upside_down_is_an_error(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        Law(**wrong)
    assert str(error.value).startswith(message)


def test_the_default_law_is_the_preset_of_the_shatui_years() -> None:
    default = preset("cn_aucl_1993")
    assert replace(default, reference="", in_force_from="", in_force_to=None, note="") == Law()


def test_laws_that_follow_each_other_leave_no_day_between_them() -> None:
    rows = [
        ("cn_aucl_1993", "cn_aucl_2018", "cn_aucl_2022", "cn_aucl_2025"), ("us_ftc_2024", "us_ftc_2025"),
    ]  # fmt: skip
    for earlier, later in (pair for row in rows for pair in pairwise(map(preset, row))):
        gap = date.fromisoformat(later.in_force_from) - date.fromisoformat(str(earlier.in_force_to))
        assert gap.days == 1, later.id
    assert preset("uk_dmcc_2025").in_force_from == "2025-04-06"
    assert preset("cn_consumer_2015").in_force_from == "2015-03-15"
    assert preset("cn_consumer_2015").subsidiary_to in names_in("law")


def raided(evening: Evening, gains: float) -> Observation:
    """Return the evening after a raid on organiser 5."""
    return evening(day=0, raids=Raids(np.array([5]), np.array([gains]), np.array([26.5e6]), np.zeros(1)))


@pytest.mark.parametrize(
    ("law", "settings", "gains", "amount"),
    [
        ("cn_aucl_2018", {}, 60e3, [200e3]),
        ("cn_aucl_2018", {}, 8.03e6, [1.5e6]),
        ("cn_aucl_2018", {"serious_gains_rmb": None}, 8.03e6, [200e3]),
        ("cn_aucl_2018", {"serious_gains_rmb": 50_000}, 60e3, [1.5e6]),
        ("cn_aucl_2022", {}, 60e3, [260e3]),
        ("cn_aucl_2022", {"mitigation": 0}, 60e3, [60e3]),
        ("cn_aucl_2018", {"fine_delay_days": 729}, 60e3, [200e3]),
        ("cn_aucl_2018", {"fine_delay_days": 730}, 60e3, []),
        ("us_ftc_2024", {"fine_delay_days": 1000}, 60e3, [0]),
    ],
)
def test_an_organiser_is_fined_by_tier_with_its_gains_and_in_time(
    law: str, settings: dict[str, Any], gains: float, amount: list[float], evening: Evening
) -> None:
    regulator = Regulator(raids_per_year=0, law=preset(law), **settings)
    regulator.reset()
    acts = regulator.act(raided(evening, gains)) + regulator.act(evening(day=regulator.fine_delay_days))
    fines = [act for act in acts if isinstance(act, FineOrganisers)]
    assert [fine for act in fines for fine in act.amount] == pytest.approx(amount)


def fines_of_shop(evening: Evening, opened: int, fined: int, **settings: Any) -> list[float]:
    """Return what shop 9 is fined on day ``fined`` for a case opened on ``opened``."""
    regulator = Regulator(raids_per_year=0, shop_fine_delay_days=0, **settings)
    regulator.reset()
    case = case_number(opened, evening().identity[[9]])
    told = Referrals(np.array([9]), case, np.array(["platform"]))
    acts = regulator.act(evening(day=fined, referrals=told, identity=evening().identity))
    return [float(sum_) for act in acts if isinstance(act, Fine) for sum_ in act.amount]


def test_a_shop_is_not_fined_two_years_after_its_case(evening: Evening) -> None:
    law = preset("cn_aucl_2018")
    assert fines_of_shop(evening, 0, 730, law=law) == pytest.approx([37e3])
    assert fines_of_shop(evening, 0, 731, law=law) == fines_of_shop(evening, 0, 731, fine_rmb=5) == []
    assert fines_of_shop(evening, 0, 731, law=replace(law, limitation_days=None)) == pytest.approx([37e3])


def test_the_policy_chooses_how_many_shops_are_serious_cases(evening: Evening) -> None:
    law = preset("cn_aucl_2018")
    assert fines_of_shop(evening, 0, 1, law=law, serious_shop_share=1) == pytest.approx([1.5e6])
    assert fines_of_shop(evening, 0, 1, serious_shop_share=1) == pytest.approx([10e3]), "1993 has one tier"


def test_a_claim_to_statutory_damages_needs_a_law_that_has_them() -> None:
    message = r"civil_suits.claim_rule statutory needs a law with statutory damages .* law=cn_aucl_2022"
    with pytest.raises(ConfigError, match=message):
        CivilSuits(claim_rule="statutory")
    suits = CivilSuits(claim_rule="statutory", statutory_rmb=7e6, statutory_ceiling_rmb=5e6)
    assert suits.claims(np.array([1.0]), np.array([1.0])).tolist() == [5e6]


def test_the_law_chosen_reaches_the_court() -> None:
    claim = ["package=threshold_fine_suit", "package.civil_suits.claim_rule=statutory"]
    config = load_config([*claim, "law=cn_aucl_2022"])
    assert config.package["civil_suits"]["statutory_ceiling_rmb"] == 5e6
    build_package(config.package)
    with pytest.raises(ConfigError) as error:
        build_package(load_config([*claim, "law=cn_aucl_2018"]).package)
    assert str(error.value).startswith("package.civil_suits.claim_rule statutory needs a law")


def test_an_arm_brings_its_own_law_to_the_court() -> None:
    arm = (
        "arms=[status_quo_2015,{label: new, package: status_quo_2015, law: cn_aucl_2022, "
        "overrides: ['civil_suits.claim_rule=statutory']}]"
    )
    study = load_study(["market=small", arm])
    ceilings = [arm.package["civil_suits"]["statutory_ceiling_rmb"] for arm in study.arms]
    assert ceilings == [0, 5e6]
