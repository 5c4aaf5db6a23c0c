"""Titles, axes, footnotes and notes of the figures of searches: calibration and theory."""

from __future__ import annotations

from typing import Any

PARAMETERS = "What do the targets say about the parameters?"
PARAMETERS_NOTE = (
    "Grey: the range that the evidence allows (logarithmic for some). Blue: the middle nine tenths of "
    "what the targets leave. Dots: the ensemble. Diamonds: the defaults."
)
NO_PARAMETERS = "Nothing to show: no parameter set met all targets."

NO_CANDIDATE = "Nothing to show: no candidate was run."
BRUSHED_AXIS = "Brushed orders\na shop and day"
MAP = "Where else may it hold?"
GOOD, BAD = "good shops", "bad shops"


def verdict(found: int, n: int) -> str:
    """Say at how many candidates a proposition was found to hold."""
    candidates = "1 candidate" if n == 1 else f"{n} candidates"
    return f"Found at {found} of {candidates}" if found else f"None found among {candidates}"


def candidate(number: int, found: bool) -> str:
    """Return the title of a candidate's panel."""
    return f"{number}: {'found' if found else 'not found'}"


def difference(outcome: str, unit: str) -> str:
    """Return the name of the axis of differences of an outcome."""
    return f"{outcome},\ndifference, {unit}"


def who_brushes(number: int) -> str:
    """Return the title of the panel of one candidate's shops."""
    return f"Who brushes at candidate {number}"


def theory_note(n: int, first: Any, shown: tuple[int, int], points: int, unit: str) -> str:
    """Say what the marks mean.

    Parameters
    ----------
    n : confirming replications
    first : number of the candidate of the lower panels
    shown : candidates that are shown, and all
    points : that were screened
    unit : of the differences
    """
    left = f" {shown[0]} of {shown[1]} candidates are shown." if shown[1] > shown[0] else ""
    return (
        f"Top: paired differences in {unit} from the level at the dotted line; bars are "
        f"95\u00a0% t-intervals over {n} confirming replications, level by level; the verdict uses one-sided "
        "bounds that hold for all candidates together. Full marks: levels that the claim is about."
        f"{left} Below left: candidate {first}, with 95\u00a0% intervals; good is above the "
        "median quality. Below right: share of the other parameters' space in which an emulator of "
        f"{points} screened points puts the claim of candidate {first} above zero. Full dots: "
        "it held there in screening, luck included; open dots: it did not. Diamonds: candidates, full "
        "where found."
    )
