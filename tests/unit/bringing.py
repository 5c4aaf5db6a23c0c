"""Detectors that a test brings are there for that test only."""

from collections.abc import Iterator
from contextlib import contextmanager

from policies.detectors.names import BROUGHT


@contextmanager
def forgetting_what_was_brought() -> Iterator[None]:
    """Forget at the end what was brought within."""
    before = dict(BROUGHT)
    try:
        yield
    finally:
        BROUGHT.clear()
        BROUGHT.update(before)
