"""Limits in signs and in words: read as meant, refused where they cannot be meant."""

import pytest

from experiments.searches.packages.constraints import Constraint, is_constraint, read_constraints
from sim.parameters import ConfigError

HITS = "innocent_hits_per_1000_shop_years"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"{HITS}<=2", Constraint(HITS, True, 2)),
        (f"{HITS} ≤ 2.5", Constraint(HITS, True, 2.5)),
        ("at most 2 wrongful hits per 1,000 shop-years", Constraint(HITS, True, 2)),
        ("At most 1,000 innocent shops hit", Constraint(HITS, True, 1000)),
        ("brushed_share<3%", Constraint("brushed_share", True, 0.03)),
        ("at most 3 % brushing remaining", Constraint("brushed_share", True, 0.03)),
        ("honest_sales_rmb>=1e8", Constraint("honest_sales_rmb", False, 1e8)),
        ("at least 1e8 sales of honest merchants", Constraint("honest_sales_rmb", False, 1e8)),
    ],
)
def test_a_limit_is_read(text: str, wanted: Constraint) -> None:
    assert is_constraint(text)
    assert read_constraints([text]) == (wanted,)


@pytest.mark.parametrize(
    "word", ["market=small", "package.detection.threshold=0.3", "title=a<b", "trials=64"]
)
def test_other_words_are_no_limits(word: str) -> None:
    assert not is_constraint(word)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ([f"{HITS}<=two"], "cannot read the constraint"),
        (["at most brushing"], "cannot read the constraint"),
        (["brushed<=2"], "there is no outcome 'brushed'; did you mean"),
        (["brushed_share<=3%", "brushed_share>=4%"], "nothing is at least 0.04 and at most 0.03"),
    ],
)
def test_what_is_no_limit_is_refused_in_one_line(texts: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        read_constraints(texts)
    assert "\n" not in str(error.value)


def test_a_later_limit_takes_the_place_of_an_earlier_one() -> None:
    assert read_constraints([f"{HITS}<=5", f"{HITS}<=2"]) == (Constraint(HITS, True, 2),)


def test_a_limit_is_judged_by_the_end_of_the_interval_that_may_break_it() -> None:
    most, least = Constraint(HITS, True, 2), Constraint("honest_sales_rmb", False, 10)
    assert most.bound(1, 3) == 3 and most.excess(3) == 1
    assert least.bound(8, 12) == 8 and least.excess(8) == 2


def test_a_limit_is_said_in_the_unit_that_readers_see() -> None:
    (limit,) = read_constraints(["brushed_share<=3%"])
    assert limit.text == "brushing remaining of at most 3 % of paid orders"
