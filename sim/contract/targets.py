"""What acts can be about: one row a kind of target, which the contract's checks and the world both read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Census(NamedTuple):
    """What there is of each kind of target, who has left included; None: not known here.

    How many there are where targets are counted, or all names that there are (n,).
    """

    shops: int
    accounts: int | None = None
    organisers: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class TargetKind:
    """One kind of target: targets are whole numbers, from 0 to below their count or names.

    ``name`` is the word of the event table, ``plural`` the field of an act and of a `Census`. ``is_place``:
    a number is a place, whoever holds it; else it is an identity for good. ``in_real_rmb``: money is that of
    the whole trade, of which the market holds a sample. ``known_from``: fields of an observation that name
    them, and so who may know them: whoever reads one.
    """

    name: str
    plural: str
    is_place: bool
    in_real_rmb: bool
    known_from: tuple[str, ...]

    def identities(self, targets: np.ndarray, holders: np.ndarray) -> np.ndarray:
        """Return who ``targets`` are for good; ``holders`` (n_places,) are the identities in all places."""
        return holders[targets] if self.is_place else targets


SHOP = TargetKind(
    "shop", "shops", True, False, ("n_shops", "identity", "findings", "appeals", "referrals", "ledgers")
)
ACCOUNT = TargetKind("account", "accounts", False, False, ("ledgers",))
ORGANISER = TargetKind("organiser", "organisers", False, True, ("organisers", "raids", "ledgers"))

TARGET_KINDS = {kind.name: kind for kind in (SHOP, ACCOUNT, ORGANISER)}
"""All kinds by name: another kind is a row here, a field of `Census`, and acts with a field of its plural."""
