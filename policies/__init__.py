"""The institutions: one file a policy, all of which see `sim.contract` and nothing else of the world."""

from policies.build import build_package
from policies.courts.civil_suits import CivilSuits
from policies.detectors.names import bring_detector
from policies.package import Dated, Package
from policies.platform.appeals import Appeals
from policies.platform.detection import Detection
from policies.platform.ladder import Ladder
from policies.platform.ledger import LedgerUse
from policies.registry import POLICIES, find_policy
from policies.regulator.regulator import Regulator

__all__ = [
    "POLICIES", "Appeals", "CivilSuits", "Dated", "Detection", "Ladder", "LedgerUse", "Package", "Regulator",
    "bring_detector", "build_package", "find_policy",
]  # fmt: skip
