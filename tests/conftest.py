"""What all tests share: kernels that are compiled once, before several processes look for them."""

import pytest

from experiments import load_config
from policies import build_package
from sim import Market


def pytest_sessionstart(session: pytest.Session) -> None:
    """Live some days of either demand where several processes will share the tests."""
    options = session.config.option
    if options.collectonly or not getattr(options, "numprocesses", None):  # which those processes lack
        return
    for demand in ("agents", "cohorts"):
        config = load_config(["market=small", f"demand={demand}"])
        Market(config.world, build_package(config.status_quo)).run(3)
