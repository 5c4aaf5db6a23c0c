"""What an institution may do: one class a verb, whose fields are all that the verb needs.

Targets are arrays: shops are slots (0 … n_shops − 1), accounts and organisers numbers and names that an
observation gave. ``cases`` are numbers made by `case_number` and ``amount`` is in RMB, both with one entry
for each target; ``days`` is a million at most.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from sim.contract.observation import NONE
from sim.contract.targets import ACCOUNT, ORGANISER, SHOP, TargetKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One verb on any number of targets, and what all verbs have.

    ``cost`` is what the act costs the institution, in RMB for each target (reviews and hearings cost what the
    world says instead); ``reason`` is for the record;
    ``actor`` and ``policy`` are filled in by the package.
    """

    cost: float = 0.0
    reason: str = ""
    actor: str = ""
    policy: str = ""

    verb: ClassVar[str]
    target_kind: ClassVar[TargetKind] = SHOP

    @property
    def targets(self) -> np.ndarray:
        """Return the shops, accounts or organisers; none where the verb has none."""
        named: np.ndarray = getattr(self, self.target_kind.plural, NONE)
        return named


@dataclass(frozen=True, slots=True)
class Screen(Act):
    """Note who is above the threshold today, for the record of the detector."""

    shops: np.ndarray
    verb = "screen"


@dataclass(frozen=True, slots=True)
class Flag(Act):
    """Open a case on each shop."""

    shops: np.ndarray
    cases: np.ndarray
    verb = "flag"


@dataclass(frozen=True, slots=True)
class Review(Act):
    """Find out whether shops brush; accuracy and cost are those of the world, for so much ``effort``.

    An error of either kind has its probability to the power of the effort, in (0, 10].
    """

    shops: np.ndarray
    cases: np.ndarray
    effort: float = 1.0
    verb = "review"


@dataclass(frozen=True, slots=True)
class Warn(Act):
    """Give a strike, and nothing else."""

    shops: np.ndarray
    cases: np.ndarray
    verb = "warn"


@dataclass(frozen=True, slots=True)
class RemoveSales(Act):
    """Set displayed sales to zero."""

    shops: np.ndarray
    cases: np.ndarray
    verb = "remove_sales"


@dataclass(frozen=True, slots=True)
class Demote(Act):
    """Hide shops from the ranking for so many days from tomorrow."""

    shops: np.ndarray
    cases: np.ndarray
    days: int
    verb = "demote"


@dataclass(frozen=True, slots=True)
class Fine(Act):
    """Take a fine from shops; what their merchants cannot pay now they owe."""

    shops: np.ndarray
    cases: np.ndarray
    amount: np.ndarray
    verb = "fine"


@dataclass(frozen=True, slots=True)
class FineOrganisers(Act):
    """Take a fine from organisers, real RMB, as far as they ever earned it."""

    organisers: np.ndarray
    amount: np.ndarray
    verb = "fine"
    target_kind = ORGANISER


@dataclass(frozen=True, slots=True)
class Close(Act):
    """Close shops from tomorrow."""

    shops: np.ndarray
    cases: np.ndarray
    verb = "close"


@dataclass(frozen=True, slots=True)
class Hear(Act):
    """Hear appeals; accuracy and cost are those of the world, for so much ``effort`` as in `Review`."""

    shops: np.ndarray
    cases: np.ndarray
    effort: float = 1.0
    verb = "hear"


@dataclass(frozen=True, slots=True)
class Reinstate(Act):
    """Undo what cases did to shops, and overturn them."""

    shops: np.ndarray
    cases: np.ndarray
    verb = "reinstate"


@dataclass(frozen=True, slots=True)
class Compensate(Act):
    """Pay shops from the platform; cases may be named for the record."""

    shops: np.ndarray
    amount: np.ndarray
    cases: np.ndarray = field(default_factory=lambda: NONE)
    verb = "compensate"


@dataclass(frozen=True, slots=True)
class Share(Act):
    """Hand shops to the other institutions."""

    shops: np.ndarray
    cases: np.ndarray
    verb = "share"


@dataclass(frozen=True, slots=True)
class Ban(Act):
    """Keep accounts from orders and tasks for so many days from tomorrow."""

    accounts: np.ndarray
    days: int
    verb = "ban"
    target_kind = ACCOUNT


@dataclass(frozen=True, slots=True)
class Investigate(Act):
    """Look for organisers: ``effort`` is the hazard a day of finding each open one that is not known yet.

    ``cost`` is that of the whole evening, in RMB of the market.
    """

    effort: float
    verb = "investigate"


@dataclass(frozen=True, slots=True)
class Raid(Act):
    """Close organisers, seize funds, copy the ledger."""

    organisers: np.ndarray
    verb = "raid"
    target_kind = ORGANISER


@dataclass(frozen=True, slots=True)
class Shut(Act):
    """Close organisers without seizure."""

    organisers: np.ndarray
    verb = "shut"
    target_kind = ORGANISER


@dataclass(frozen=True, slots=True)
class Sue(Act):
    """File civil suits against organisers; ``amount`` are the claims, real RMB."""

    organisers: np.ndarray
    amount: np.ndarray
    verb = "sue"
    target_kind = ORGANISER


@dataclass(frozen=True, slots=True)
class TrySuit(Act):
    """Try civil suits: won with probability ``odds``, award = ``award_ratio`` × claim × ``collectability``.

    A suit won is published with the salience ``publicity`` and with probability ``ruin`` bars the founder.
    """

    organisers: np.ndarray
    amount: np.ndarray
    odds: float
    award_ratio: float
    collectability: float
    ruin: float
    publicity: float
    verb = "try_suit"
    target_kind = ORGANISER


@dataclass(frozen=True, slots=True)
class Announce(Act):
    """Publish shops or rules, perhaps with the demotion (days), fine (RMB), closure (chance) to expect."""

    salience: float
    shops: np.ndarray = field(default_factory=lambda: NONE)
    demotion: float | None = None
    fine: float | None = None
    closure: float | None = None
    verb = "announce"


@dataclass(frozen=True, slots=True)
class SetRanking(Act):
    """Change those weights of the ranking rule that are given, from tomorrow."""

    sales_weight: float | None = None
    rating_weight: float | None = None
    freshness_weight: float | None = None
    verb = "set_ranking"


@dataclass(frozen=True, slots=True)
class Bound(Act):
    """Tell that so many cases waited while the capacity was exhausted."""

    waiting: float
    capacity: float
    verb = "bound"


ACTS: tuple[type[Act], ...] = (
    Screen, Flag, Review, Warn, RemoveSales, Demote, Fine, FineOrganisers, Close, Hear, Reinstate, Compensate,
    Share, Ban, Investigate, Raid, Shut, Sue, TrySuit, Announce, SetRanking, Bound,
)  # fmt: skip
"""Everything that an institution can do in this world."""

SANCTIONS: tuple[type[Act], ...] = (Warn, RemoveSales, Demote, Fine, Close)
"""Acts that count as a sanction on a shop (a warning counts for strikes, not as a hit)."""
