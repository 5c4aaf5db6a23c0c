"""Whether an act can be carried out."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from typing import Any

import numpy as np

from sim.contract.acts import ACTS, Act, Investigate
from sim.contract.observation import NONE, ContractError
from sim.contract.targets import Census, TargetKind
from sim.kernels.targets import ascend, span

Check = Callable[[int, str, Any], str]
"""Says what is wrong with a field of an act on so many targets: its number of targets, name and value."""

MOST_DAYS = 1_000_000
MOST_EFFORT = 10
NUMBER = (float, int, np.number)


def check_act(act: Any, census: Census, name: str) -> None:
    """Raise `ContractError`, naming the policy ``name``, if ``act`` cannot be carried out.

    Parameters
    ----------
    act : what the policy answered
    census : how many there are of each kind of target, as far as is known
    name : the policy, for the message
    """
    if type(act) not in CHECKS_OF:
        raise ContractError(
            f"{name} answered {type(act).__name__}; it must answer a list of acts, such as Warn(shops, cases)"
        )
    if complaint := _complaint(act, census):
        raise ContractError(f"{name}: {act.verb}: {complaint}")


def check_targets(act: Act, census: Census) -> None:
    """Raise `ContractError` if a target of a checked act does not exist, now that the census is complete."""
    if outside := stray(act.target_kind, act.targets, census):
        raise ContractError(f"{act.policy}: {act.verb}: {outside}")


def stray(kind: TargetKind, targets: np.ndarray, census: Census) -> str:
    """Say that one of ``targets`` does not exist, or nothing."""
    n, (low, high) = getattr(census, kind.plural), span(targets)
    if isinstance(n, np.ndarray):
        return "" if np.isin(targets, n).all() else f"a target is the name of no {kind.name}"
    if n is None:
        return "a target is negative" if low < 0 else ""
    there = targets.size == 0 or 0 <= low <= high < n
    return "" if there else f"a target is not one of the {n} {kind.plural}"


def _complaint(act: Act, census: Census) -> str:
    """Say what is wrong with ``act``, the most basic fault first, or nothing."""
    targets, cases = act.targets, getattr(act, "cases", NONE)
    if not (_are_numbers(targets) and (cases is NONE or _are_numbers(cases))):
        return "targets and cases must be integer arrays of one dimension"
    if outside := stray(act.target_kind, targets, census):
        return outside
    for name, check in CHECKS_OF[type(act)]:
        if complaint := check(targets.size, name, getattr(act, name)):
            return complaint
    named = cases if cases.size else targets
    if not ascend(named) and np.unique(named).size != named.size:  # most come in order, and need no sorting
        return "a target is named twice"
    return ""


def _are_numbers(array: Any) -> bool:
    """Tell whether ``array`` is one of whole numbers, of one dimension."""
    return isinstance(array, np.ndarray) and array.ndim == 1 and array.dtype.kind in "iu"


def _about_cases(n: int, name: str, cases: np.ndarray) -> str:
    return "" if cases.size == n else f"{n} targets but {cases.size} cases"


def _about_optional_cases(n: int, name: str, cases: np.ndarray) -> str:
    return _about_cases(n, name, cases) if cases.size else ""


def _about_amount(n: int, name: str, amount: Any) -> str:
    amount = np.asarray(amount)
    if amount.shape != (n,):
        return f"{n} targets but {amount.size} amounts"
    numbers = amount.dtype.kind in "iuf" and (np.isfinite(amount) & (amount >= 0)).all()
    return "" if numbers else "an amount is not a finite number of at least 0"


def _about_days(n: int, name: str, days: Any) -> str:
    if not (isinstance(days, NUMBER) and days >= 1):
        return f"days must be at least 1; got {days}"
    return "" if days <= MOST_DAYS else f"days must be at most {MOST_DAYS}; got {days}"


def _about_cost(n: int, name: str, cost: Any) -> str:
    numbers = isinstance(cost, NUMBER) and 0 <= cost < math.inf
    return "" if numbers else "the cost is not a finite number of at least 0"


def _about_effort(n: int, name: str, effort: Any) -> str:
    if not (isinstance(effort, NUMBER) and 0 < effort <= MOST_EFFORT):
        return f"effort must be above 0 and at most {MOST_EFFORT}; got {effort}"
    return ""


def _about_hazard(n: int, name: str, effort: Any) -> str:
    numbers = isinstance(effort, NUMBER) and 0 <= effort < math.inf
    return "" if numbers else "the effort is not a finite number of at least 0"


def _about_number(n: int, name: str, value: Any) -> str:
    return "" if isinstance(value, NUMBER) and math.isfinite(value) else f"{name} is not a finite number"


def _about_optional_number(n: int, name: str, value: Any) -> str:
    return "" if value is None else _about_number(n, name, value)


CHECKS: dict[str, Check] = {
    "cases": _about_cases,
    "amount": _about_amount,
    "days": _about_days,
    "cost": _about_cost,
    "effort": _about_effort,
    "hazard": _about_hazard,
}
"""How a field of an act is checked; other numbers have only to be finite."""

OF_ONE_KIND: dict[tuple[type[Act], str], str] = {(Investigate, "effort"): "hazard"}
"""Fields that are checked in another way in acts of one kind."""

UNCHECKED = frozenset({"reason", "actor", "policy"})


def _checks(kind: type[Act]) -> list[tuple[str, Check]]:
    """Return the fields of a kind of act beside its targets, each with its check."""
    unchecked = UNCHECKED | {kind.target_kind.plural}
    return [(field.name, _check(kind, field)) for field in fields(kind) if field.name not in unchecked]


def _check(kind: type[Act], field: Field[Any]) -> Check:
    """Return how one field of a kind of act is checked."""
    if field.name == "cases" and field.default_factory is not MISSING:
        return _about_optional_cases
    name = OF_ONE_KIND.get((kind, field.name), field.name)
    return CHECKS.get(name, _about_optional_number if field.default is None else _about_number)


CHECKS_OF = {kind: _checks(kind) for kind in ACTS}
"""All kinds of acts, and what is checked in each."""
