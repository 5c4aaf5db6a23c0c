"""What a study says of its own runs: how many there are, and which are missing."""

from __future__ import annotations

from experiments.language.words import plural


def nothing_finished(n_failed: int) -> str:
    """Say why a study has nothing to show."""
    if n_failed:
        return f"Nothing to show: all {plural(n_failed, 'run')} of this study failed."
    return "Nothing to show: no run of this study has finished yet."


def coverage(n_most: int, n_least: int, n_failed: int) -> str:
    """Say how many replications stand behind a figure, and what is missing."""
    are = "is" if n_failed == 1 else "are"
    failed = f" {plural(n_failed, 'run')} failed and {are} left out." if n_failed else ""
    alone = " One replication gives no interval." if n_most == 1 else ""
    return f"{replications(n_most, n_least)} of each package.{alone}{failed}"


def reliability(n_runs: int, n_most: int, n_least: int) -> str:
    """Say how many runs stand behind an answer, and how much that is worth."""
    text = f"{plural(n_runs, 'run')}, {replications(n_most, n_least)} of each package"
    if n_most < 2:
        return f"{text}. One replication gives no interval: nothing here is a result yet."
    if n_least < 10:
        return f"{text}. With fewer than 10 replications, intervals are rough."
    return f"{text}."


def replications(n_most: int, n_least: int) -> str:
    """Say how many replications packages have."""
    return plural(n_most, "replication") if n_most == n_least else f"{n_least} to {n_most} replications"
