"""What is said of targets that no parameter set meets together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from experiments.language.words import listed


def contradiction(found: Any) -> str:
    """Say which targets contradict each other, and who says so.

    Parameters
    ----------
    found : a `Contradiction` of `experiments.searches.calibration.contradictions`
    """
    bands = [f"{key} ({band})" for key, band in zip(found.targets, found.bands, strict=True)]
    nearest = listed([f"{key} {value:.3g}" for key, value in zip(found.targets, found.nearest, strict=True)])
    one = len(bands) == 1
    if one:
        verb = "cannot be met within the ranges" if found.ruled_out else "was met by no point that was run"
        said = f"{bands[0]} {verb}"
    else:
        verb = "contradict each other" if found.ruled_out else "were met together by no point that was run"
        said = f"{listed(bands)} {verb}"
    alone = [f"{key} by {n}" for key, n in zip(found.targets, found.met, strict=True)]
    each = "" if one else f"; alone, {listed(alone)} of them" if any(found.met) else "; alone neither"
    judged = (
        f"the emulators rule out every point of the ranges too (least implausibility {found.least:.1f})"
        if found.ruled_out
        else "the emulators do not rule it out, so that more points may find one"
    )
    return f"{said}: none of {found.points} points{each}, and {judged}. The nearest has {nearest}."


def contradictions(found: Sequence[Any]) -> list[str]:
    """Say so of all sets."""
    return [contradiction(one) for one in found]
