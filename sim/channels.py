"""Channels through which a package works, and counterfactuals in which some are mute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sim.parameters import ConfigError

if TYPE_CHECKING:
    from sim.market import Market


class Channel(StrEnum):
    """What sanctions do to brushing.

    - deterrence: merchants learn from sanctions how likely and how severe they are
    - incapacitation: sanctions are carried out: shops closed, hidden, stripped of sales, campaigns
      stopped, accounts banned, organisers closed
    - price: fees clear, camouflage is paid for
    - evasion: organisers buy camouflage, the trade learns which ways to brush are hit
    """

    DETERRENCE = "deterrence"
    INCAPACITATION = "incapacitation"
    PRICE = "price"
    EVASION = "evasion"


@dataclass(frozen=True)
class Mute:
    """Which channels are mute, and ``risk``: the perceived risk at which deterrence stands still."""

    deterrence: bool = False
    incapacitation: bool = False
    price: bool = False
    evasion: bool = False
    risk: float = 0.0


def check_channels(names: Iterable[str]) -> list[str]:
    """Return the names, or raise `ConfigError` for one that is no channel."""
    known = [channel.value for channel in Channel]
    chosen = [str(name) for name in names]
    for name in chosen:
        if name not in known:
            raise ConfigError(f"mute must name some of {', '.join(known)}; got {name!r}")
    return chosen


def mute_channels(market: Market, names: Iterable[str]) -> Mute:
    """Let the named channels stand as they are today from now on.

    Perceived risk then returns to today's mean over opportunists, beliefs about severity, prices,
    camouflage and what the trade knows stay, and sanctions are pronounced but not carried out.
    """
    chosen = check_channels(names)
    ready = market.shops.open & market.merchants.opportunist
    risk = float(market.merchants.risk[ready].mean()) if ready.any() else 0.0
    for organiser in market.organisers:
        organiser.fix_prices(Channel.PRICE in chosen)
    return Mute(risk=risk, **{channel.value: channel in chosen for channel in Channel})
