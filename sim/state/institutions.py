"""Institutions: who acts, for whom, and whose money it is."""

from __future__ import annotations

from dataclasses import dataclass

from sim.contract.observation import ANY


@dataclass(frozen=True)
class Institution:
    """One institution, by the name that policies call their actor.

    ``number`` is its row where something is kept for each. ``platform`` is the marketplace that it belongs
    to, none if it governs all; ``jurisdiction`` whose law it applies. Its work is paid from the account
    ``pays`` of the money, its fines go to ``receives``.
    """

    name: str
    number: int
    platform: str | None
    jurisdiction: str | None
    pays: str
    receives: str


def make_institutions(platform: str, treasury: str = "state") -> dict[str, Institution]:
    """Return the institutions by name; `ANY` is every other actor.

    The platform is the plaintiff of civil suits; only the regulator works at the state's cost.
    """
    return {
        "platform": Institution("platform", 0, platform, None, platform, platform),
        "regulator": Institution("regulator", 1, None, treasury, treasury, treasury),
        "court": Institution("court", 2, None, treasury, platform, treasury),
        ANY: Institution(ANY, 3, None, None, platform, treasury),
    }


def institution_of(institutions: dict[str, Institution], actor: str) -> Institution:
    """Return who stands behind an act."""
    return institutions.get(actor, institutions[ANY])
