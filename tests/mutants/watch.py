"""A pytest plugin: write down why tests failed, and whose code they ran, for `run`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

REPORT = "MUTANT_REPORT"
"""Environment variable that names the file to write."""

OURS = ("sim", "policies", "experiments")

FAILURES: list[dict[str, str]] = []


def pytest_runtest_makereport(item: Any, call: Any) -> None:
    """Note kind and place of every exception but those that skip a test."""
    if call.excinfo is None or call.excinfo.typename == "Skipped":
        return
    kinds = [kind.__name__ for kind in call.excinfo.type.__mro__]
    said = call.excinfo.exconly(tryshort=True).splitlines()[0]
    FAILURES.append({"test": item.nodeid, "when": call.when, "kinds": " ".join(kinds), "said": said})


def pytest_sessionfinish() -> None:
    """Write what was seen, and the files of the project's packages that were imported."""
    imported = [str(sys.modules[name].__file__) for name in OURS if name in sys.modules]
    report = {"failures": FAILURES, "imported": imported}
    Path(os.environ[REPORT]).write_text(json.dumps(report), encoding="utf-8")
