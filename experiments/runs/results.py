"""What work under a key comes to: a result with its tables, or a failure with its reason."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Result:
    """What a key stands for: a row of plain data, and tables by name; equal keys mean equal numbers."""

    key: str
    row: dict[str, Any]
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why there is no result under a key."""

    key: str
    stage: str
    error: str
    traceback: str = ""


def failed(key: str, stage: object, error: Exception) -> Failure:
    """Return the record of an exception."""
    message = f"{type(error).__name__}: {error}"
    return Failure(key, str(stage), message, "".join(traceback.format_exception(error)))
