"""Apply the mutants one by one to a copy of the repository; each must be caught by its own test.

    python tests/mutants/run.py                     all of them
    python tests/mutants/run.py fee fine            those with one of these words in their name
    python tests/mutants/run.py --workers 2         two at a time

Exit code 1 if one survives, or if its test ends in anything but a failed assertion.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogue import MUTANTS
from mutant import ROOT, Mutant, PatchError
from watch import REPORT

TIME_LIMIT = 600.0
"""Seconds after which a test is taken to hang; the kernels of some mutants have to be compiled."""

CAUGHT = "caught"
ASSERTS = {"AssertionError", "Failed"}
"""What a failing test raises: an assertion, or that an expected error did not come."""


@dataclass(frozen=True)
class Verdict:
    """What became of one mutant: `CAUGHT`, or why it does not count as caught."""

    mutant: Mutant
    what: str
    seconds: float
    said: str = ""


@dataclass(frozen=True)
class Bench:
    """A copy of the repository that mutants are tried on, with compiled kernels of its own."""

    folder: Path

    @property
    def tree(self) -> Path:
        """Return the root of the copy."""
        return self.folder / "tree"

    @property
    def compiled(self) -> Path:
        """Return the folder below which Numba keeps kernels, one folder for each state of their sources."""
        return self.folder / "compiled"

    def fill(self) -> None:
        """Copy the files of the repository that git knows, and those that it does not ignore."""
        command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        for name in filter(None, listed.split("\0")):
            if (ROOT / name).is_file():
                (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.tree / name)
        self.compiled.mkdir()

    def test(self, ids: Sequence[str]) -> tuple[int, dict[str, Any], str]:
        """Run tests in the copy; return the exit code, what `watch` wrote and what pytest printed."""
        report = self.folder / "report.json"
        report.unlink(missing_ok=True)
        # Without byte code of its own, no source of the copy is ever stale.
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(self.tree), str(self.tree / "tests" / "mutants")]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NUMBA_CACHE_DIR": str(self.compiled),
            REPORT: str(report),
        }
        options = ["-o", "addopts=", "-x", "-q", "-p", "no:cacheprovider", "-p", "watch"]
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *ids], cwd=self.tree, env=environment,
            capture_output=True, text=True, timeout=TIME_LIMIT * max(1.0, len(ids) / 10),
        )  # fmt: skip
        told = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
        self.check_imports(told)
        return ended.returncode, told, ended.stdout + ended.stderr

    def check_imports(self, told: dict[str, Any]) -> None:
        """Raise `RuntimeError` if a test ran code that is not the copy's."""
        foreign = [file for file in told.get("imported", ()) if not Path(file).is_relative_to(self.tree)]
        if foreign:
            raise RuntimeError(f"the tests import {foreign[0]} instead of the copy in {self.tree}")

    @contextmanager
    def bearing(self, mutant: Mutant) -> Iterator[None]:
        """Put a mutant into the copy; take it, and kernels compiled with it, out again."""
        file, known = self.tree / mutant.file, set(self.compiled.iterdir())
        date, text = file.stat(), file.read_text(encoding="utf-8")
        file.write_text(mutant.apply(text), encoding="utf-8")
        try:
            yield
        finally:
            file.write_text(text, encoding="utf-8")
            os.utime(file, ns=(date.st_atime_ns, date.st_mtime_ns))  # by its date Numba knows a source
            for folder in set(self.compiled.iterdir()) - known:
                shutil.rmtree(folder)

    def try_out(self, mutant: Mutant) -> Verdict:
        """Run the mutant's test on it."""
        started, known, said = time.perf_counter(), set(self.compiled.iterdir()), ""
        try:
            with self.bearing(mutant):
                code, told, printed = self.test([mutant.test])
                fresh = [f for new in set(self.compiled.iterdir()) - known for f in new.rglob("*.nbc")]
            what, said = judge(code, told, printed)
            if mutant.is_kernel and not fresh:
                what = "broken: its kernels were not compiled anew"
        except PatchError as error:
            what = f"broken: {error}"
        except subprocess.TimeoutExpired:
            what = f"broken: no end within {TIME_LIMIT:g} s"
        return Verdict(mutant, what, time.perf_counter() - started, said)


def judge(code: int, told: dict[str, Any], printed: str) -> tuple[str, str]:
    """Return what a test run means for the mutant, and what the failing test said."""
    if code == 0:
        return "SURVIVED", ""
    if code != 1 or not told.get("failures"):
        return f"broken: exit code {code}", printed[-2000:]
    failure = told["failures"][0]
    said = f"{failure['when']}: {failure['said']}"
    if failure["when"] != "call" or not ASSERTS & set(failure["kinds"].split()):
        return f"broken: no assertion failed, but {failure['kinds'].split()[0]} was raised", said
    return CAUGHT, said


def chosen(words: Sequence[str]) -> list[Mutant]:
    """Return the mutants that have one of the words in their name; all if there are none."""
    return [m for m in MUTANTS if not words or any(word in m.name for word in words)]


def check_unmutated(bench: Bench, mutants: Sequence[Mutant]) -> None:
    """End the program unless every test to be used passes on the code as it is."""
    ids = list(dict.fromkeys(mutant.test for mutant in mutants))
    started = time.perf_counter()
    code, told, printed = bench.test(ids)
    if code != 0 or not told.get("imported"):
        sys.exit(f"the tests must pass on the code as it is first (exit code {code})\n{printed}")
    print(f"{len(ids)} tests pass without mutants ({time.perf_counter() - started:.0f} s)", flush=True)


def try_all(benches: Sequence[Bench], mutants: Sequence[Mutant]) -> list[Verdict]:
    """Try every mutant, as many at a time as there are benches; print a line as each ends."""
    free: queue.Queue[Bench] = queue.Queue()
    for bench in benches:
        free.put(bench)

    def on_free_bench(mutant: Mutant) -> Verdict:
        bench = free.get()
        try:
            return bench.try_out(mutant)
        finally:
            free.put(bench)

    verdicts = []
    with ThreadPoolExecutor(len(benches)) as pool:
        for done, verdict in enumerate(pool.map(on_free_bench, mutants), 1):
            verdicts.append(verdict)
            print(f"{done:3}/{len(mutants)} {verdict.mutant.name}: {verdict.what}", flush=True)
    return verdicts


def table(verdicts: Sequence[Verdict]) -> str:
    """Return one line a mutant, and what became of those that were not caught."""
    wide = max(len(verdict.mutant.name) for verdict in verdicts)
    lines = [
        f"{v.mutant.name:{wide}}  {v.seconds:5.1f} s  {v.what.split(':')[0]:8}  {v.mutant.test}"
        for v in verdicts
    ]
    for verdict in verdicts:
        if verdict.what != CAUGHT:
            lines.append(f"\n{verdict.mutant.name} ({verdict.mutant.file}): {verdict.what}\n{verdict.said}")
    return "\n".join(lines)


def main() -> int:
    """Run the chosen mutants; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("words", nargs="*", help="only mutants with one of these words in their name")
    parser.add_argument("--workers", type=int, choices=(1, 2), default=1, help="mutants at a time")
    parser.add_argument("-v", "--verbose", action="store_true", help="say how each was caught")
    given = parser.parse_args()
    mutants = chosen(given.words)
    if not mutants:
        parser.error("no mutant has such a name")
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        benches = [Bench(Path(folder).resolve() / str(number)) for number in range(given.workers)]
        for bench in benches:
            bench.fill()
        check_unmutated(benches[0], mutants)
        verdicts = try_all(benches, mutants)
    print("\n" + table(verdicts))
    if given.verbose:
        print("\n" + "\n".join(f"{v.mutant.name}: {v.said}" for v in verdicts))
    caught = sum(verdict.what == CAUGHT for verdict in verdicts)
    print(f"\n{caught} of {len(verdicts)} mutants caught ({time.perf_counter() - started:.0f} s)")
    return 0 if caught == len(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
