"""Check an installation: versions, cores, kernel cache, write access, a self-test."""

from __future__ import annotations

import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from experiments.files.provenance import git_commit, versions
from experiments.home import VERSION
from experiments.runs.run import simulate, tiny
from experiments.settings.config import load_config
from sim.compiling import SOURCES, place_of
from sim.kernels.threads import cores

SELF_TEST = ("market=small", "package=threshold_only", "warmup=60", "days=60", "threads=1")


def examine() -> bool:
    """Print what was found and return whether all is well."""
    well = True
    for name, check in CHECKS.items():
        for fine, line in check():
            well &= fine
            print(f"{'ok  ' if fine else 'BAD '} {name}: {line}", flush=True)
    print("all is well" if well else "something is wrong (BAD above)")
    return well


def check_versions() -> Iterator[tuple[bool, str]]:
    """Yield the versions that matter."""
    commit = git_commit()
    yield True, f"antibrush {VERSION}" + (f" at {commit}" if commit else "")
    yield sys.version_info >= (3, 11), f"Python {platform.python_version()} on {platform.platform()}"
    for name, version in versions().items():
        yield version != "missing", f"{name} {version}"


def check_cores() -> Iterator[tuple[bool, str]]:
    """Yield the cores that runs can use."""
    yield True, f"{cores()} cores; a run uses up to as many threads, a study as many processes"


def check_cache() -> Iterator[tuple[bool, str]]:
    """Yield where compiled kernels are kept."""
    place = place_of(SOURCES)
    kept = not place.parent.name.startswith("antibrush-")
    yield kept, f"kernels are kept in {place}" if kept else "kernels are compiled anew by every command"


def check_writing() -> Iterator[tuple[bool, str]]:
    """Yield whether results can be written from here."""
    try:
        with tempfile.TemporaryFile(dir=Path.cwd()):
            yield True, f"results can be written to {Path.cwd()}"
    except OSError as error:
        yield False, f"nothing can be written to {Path.cwd()} ({error.strerror}); use out=FOLDER"


def check_market() -> Iterator[tuple[bool, str]]:
    """Yield the hash of a small market, run twice, and how long compiling and running took."""
    config = load_config(SELF_TEST)
    started = time.perf_counter()
    simulate(tiny(config))
    yield True, f"kernels ready in {time.perf_counter() - started:.1f} s"
    started = time.perf_counter()
    hashes = []
    for _ in range(2):
        hashes.append(simulate(config).hash())
    seconds = time.perf_counter() - started
    same = "twice the same" if hashes[0] == hashes[1] else f"but then {hashes[1][:16]}"
    yield hashes[0] == hashes[1], f"self-test {hashes[0][:16]}, {same}, {seconds:.1f} s"


CHECKS: dict[str, Callable[[], Iterator[tuple[bool, str]]]] = {
    "version": check_versions,
    "cores": check_cores,
    "cache": check_cache,
    "writing": check_writing,
    "market": check_market,
}
