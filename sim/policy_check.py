"""The door by which `check_policy` was always entered."""

from sim.contract.policy_check import check_policy

__all__ = ["check_policy"]
