"""Mechanisms through which a package works, and counterfactuals in which some are switched off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sim.parameters import ConfigError
from sim.state.merchants import Merchants
from sim.state.shops import Shops


class Mechanism(StrEnum):
    """What sanctions do to brushing.

    - deterrence: merchants learn from sanctions how likely and how severe they are
    - incapacitation: sanctions are carried out: shops closed, hidden, stripped of sales, accounts banned,
      organisers closed
    - price: fees clear, organisers try what cuts pay
    - evasion: merchants buy camouflage, organisers learn to deliver it, the trade learns what is hit
    """

    DETERRENCE = "deterrence"
    INCAPACITATION = "incapacitation"
    PRICE = "price"
    EVASION = "evasion"


@dataclass(frozen=True)
class SwitchedOff:
    """Which mechanisms are switched off; where deterrence is, perceived risk stands still at ``risk``."""

    deterrence: bool = False
    incapacitation: bool = False
    price: bool = False
    evasion: bool = False
    risk: float = 0.0


def check_mechanisms(names: Iterable[str]) -> list[str]:
    """Return the names, or raise `ConfigError` for one that is no mechanism."""
    known = [mechanism.value for mechanism in Mechanism]
    chosen = [str(name) for name in names]
    for name in chosen:
        if name not in known:
            raise ConfigError(f"mute must name some of {', '.join(known)}; got {name!r}")
    return chosen


def switch_off(names: Iterable[str], risk: float) -> SwitchedOff:
    """Return what is switched off by ``names``.

    Perceived risk then returns to ``risk`` and the struck do not reconsider; beliefs about severity, prices,
    camouflage and what the trade knows stay, and sanctions are pronounced but not carried out.
    """
    chosen = check_mechanisms(names)
    return SwitchedOff(risk=risk, **{mechanism.value: mechanism in chosen for mechanism in Mechanism})


def mean_risk(shops: Shops, merchants: Merchants) -> float:
    """Return the mean perceived risk of opportunists with an open shop, 0 if there are none."""
    owners = shops.owner[shops.open & merchants.opportunist[shops.owner]]
    return float(merchants.risk[owners].mean()) if owners.size else 0.0
