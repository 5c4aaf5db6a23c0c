"""What executors have to say while they work, a line each."""

from __future__ import annotations

import warnings


class Remark(UserWarning):
    """Something that whoever waits for a study may want to know; commands print it as a line."""


def remark(line: str) -> None:
    """Say a line; Python shows the same one once."""
    warnings.warn(line, Remark, stacklevel=2)
