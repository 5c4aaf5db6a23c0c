"""What a policy sees (`Observation`) and what it may do (acts): the only door to the world.

A policy never sees the truth. Each day it gets an `Observation` holding arrays of its own, limited
to the fields that it declares in ``reads``, and answers with a list of acts. Where an institution
must find something out, it asks (review, hear, investigate, try a suit), and the world draws the
finding from the truth, as accurate as the world says; it is in the next day's observation. Acts take
effect from tomorrow.
"""

from typing import Any

from sim.compiling import inner, kernel
from sim.contract.act_check import check_act, check_targets
from sim.contract.acts import (
    ACTS,
    SANCTIONS,
    Act,
    Announce,
    Ban,
    Bound,
    Close,
    Compensate,
    Demote,
    Fine,
    FineOrganisers,
    Flag,
    Hear,
    Investigate,
    Raid,
    Reinstate,
    RemoveSales,
    Review,
    Screen,
    SetRanking,
    Share,
    Shut,
    Sue,
    TrySuit,
    Warn,
)
from sim.contract.cases import case_identity, case_number
from sim.contract.guard import guarded
from sim.contract.observation import (
    NONE,
    WINDOWS,
    Appeals,
    ContractError,
    Counts,
    Findings,
    Ledgers,
    Observation,
    Raids,
    Referrals,
    View,
    observation_fields,
)
from sim.contract.policy import Package, Policy
from sim.contract.policy_check import check_policy
from sim.contract.targets import ACCOUNT, ORGANISER, SHOP, TARGET_KINDS, Census, TargetKind
from sim.kernels.threads import shared
from sim.parameters import ConfigError, check_parameters, check_value, parameter

__all__ = [
    "ACCOUNT", "ACTS", "NONE", "ORGANISER", "SANCTIONS", "SHOP", "TARGET_KINDS", "WINDOWS", "Act", "Announce",
    "Appeals", "Ban", "Bound", "Census", "Close", "Compensate", "ConfigError", "ContractError", "Counts",
    "Demote", "Findings", "Fine", "FineOrganisers", "Flag", "Hear", "Investigate", "Ledgers", "Observation",
    "Package", "Policy", "Raid", "Raids", "Referrals", "Reinstate", "RemoveSales", "Review", "Screen",
    "SetRanking", "Share", "Shut", "Sue", "TargetKind", "TrySuit", "View", "Warn", "case_identity",
    "case_number", "check_act", "check_parameters", "check_policy", "check_targets", "check_value",
    "guarded", "inner", "kernel", "observation_fields", "parameter", "shared",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Tell a policy written before acts were classes what to write instead."""
    if name == "Verb":
        raise ImportError(
            "sim.contract has no Verb any more, each verb is a class: import Demote and write "
            "Demote(shops, cases, days) for Act(Verb.DEMOTE, shops, cases, days=days); docs/policies.md "
            "has them all"
        )
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
