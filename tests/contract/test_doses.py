"""Half the dose, half the acts: for every policy that dates can give a dose, whatever it does."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from busy import NAMES, built, kind, numbered, rehearsed

AT_ANY_DOSE = {
    "appeals": "to be heard is a right",
    "ledger_use": "names come from raids, which have their dose",
}
"""Policies that have no dose, and why; `docs/policies.md` says so."""

TELLING = {"screen shop", "flag shop", "bound shop", "investigate shop"}
"""What a policy does not do to anybody, but tells of what it has seen."""

REVIEWS_ALL_TIPS = "detection"
"""Shops that others refer are all reviewed, at every dose; what it flags itself is counted without them."""

LOUD: dict[str, list[dict[str, Any]]] = {
    "detection": [
        {"threshold": 0.1, "acted_share": 0.8, "refer_share": 0.5},
        {"threshold": 0.1, "acted_share": 1, "mode": "automatic", "refer_share": 1},
        {"threshold": 0.1, "acted_share": 0.6, "mode": "automatic", "ladder": {"steps": ["warn+fine"]}},
        {"flags_per_1000_week": 1000, "acted_share": 1, "publish_days": 1},
    ],
    "ledger_use": [{"merchants": "demote", "workers": "ban", "refer_share": 1}, {"merchants": "close"}],
    "appeals": [{"restitution_rmb_per_day": 10}],
    "regulator": [{"raids_per_year": 7.3}, {"raids_per_year": 20, "shop_fine_share": 0.6}],
    "civil_suits": [{"who": "share", "suit_share": 0.8}, {"who": "every"}],
}
"""Settings under which what a policy does is not rare; policies that are not named run at their defaults."""

EACH = [(name, settings) for name in NAMES for settings in LOUD.get(name, [{}])]


def counted(name: str, settings: dict[str, Any], dose: float = 1.0) -> Counter[str]:
    """Return how many targets acts of each kind have."""
    counts: Counter[str] = Counter()
    for _, acts in rehearsed(built(name, settings), dose, tips=name != REVIEWS_ALL_TIPS):
        for act in acts:
            counts[kind(act)] += act.targets.size
    return Counter({what: n for what, n in counts.items() if what not in TELLING})


def assert_half(full: int, half: int, what: str) -> None:
    """Fail unless ``half`` may be half of ``full``: four standard deviations of the difference, at most.

    Both are counts with shared luck, so the difference varies by less than a Poisson count of ``full``.
    """
    assert full > 100, f"{what} happens {full} times, too rarely to be judged: give LOUD settings for it"
    assert abs(half - full / 2) < 4 * full**0.5, f"{what}: {full} at the full dose, {half} at half of it"


@pytest.mark.parametrize(
    ("name", "settings"), numbered([pair for pair in EACH if pair[0] not in AT_ANY_DOSE])
)
def test_half_the_dose_is_half_the_acts(name: str, settings: dict[str, Any]) -> None:
    full, half = counted(name, settings), counted(name, settings, 0.5)
    assert full, f"{name} does nothing: give LOUD settings for it"
    for what, n in full.items():
        assert_half(n, half[what], f"{name}: {what}")


@pytest.mark.parametrize("name", AT_ANY_DOSE)
def test_what_has_no_dose_is_the_same_at_every_dose(name: str) -> None:
    for settings in LOUD[name]:
        assert counted(name, settings) == counted(name, settings, 0.5) != {}


@pytest.mark.parametrize(
    ("name", "parameter", "value", "what"),
    [
        ("detection", "acted_share", 0.8, "review shop"),
        ("detection", "refer_share", 1, "share shop"),
        ("ledger_use", "refer_share", 1, "share shop"),
        ("regulator", "raids_per_year", 7.3, "raid organiser"),
        ("regulator", "shop_fine_share", 1, "fine shop"),
        ("civil_suits", "suit_share", 0.8, "sue organiser"),
    ],
)
def test_half_the_share_is_half_its_acts(name: str, parameter: str, value: float, what: str) -> None:
    full, half = (counted(name, LOUD[name][0] | {parameter: share})[what] for share in (value, value / 2))
    assert_half(full, half, f"{name}.{parameter}: {what}")


def test_half_the_chance_of_closure_closes_half_as_many() -> None:
    loud = {"threshold": 0.1, "mode": "automatic", "acted_share": 1}
    full, half = (
        counted("detection", loud | {"ladder": {"steps": ["warn"], "closure_probability": p}})["close shop"]
        for p in (0.4, 0.2)
    )
    assert_half(full, half, "ladder.closure_probability")
