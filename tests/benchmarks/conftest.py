"""Benchmarks reach the reference; those of a million shops are marked ``large``."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "reference"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "large: a market of a million shops (make bench-large)")
