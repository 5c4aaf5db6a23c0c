"""Compare the speed of two commits in one session: code 1 if the head is slower than the noise explains.

    python tests/benchmarks/compare_commits.py BASE                 the working tree against a commit
    python tests/benchmarks/compare_commits.py BASE --head COMMIT   two commits

Run from the root of the repository. In every sitting two fresh processes, one a commit, do the same work
in turns, round by round. A sitting gives one ratio of the best times. Sittings differ by what processes
differ by and by what else the machine does: that is the noise, and it decides (`comparison`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from comparison import MINIMUM, Ratio, ratio_of, verdict
from contender import WORKLOADS
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
CONTENDER = Path(__file__).with_name("contender.py")
SIDES = ("base", "head")
CLOCK = "processor: time of all threads together, which other work on the machine hardly moves"


class UnknownCommitError(Exception):
    """A commit that is to be compared is not there."""


class ContenderError(Exception):
    """A process of the comparison failed."""


@contextmanager
def checked_out(commit: str | None) -> Iterator[Path]:
    """Give a folder with the files of a commit, or with those of the working tree."""
    if commit is None:
        yield ROOT
        return
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "tree"
        done = git("worktree", "add", "--detach", str(tree), commit)
        if done.returncode:
            raise UnknownCommitError(f"{commit}: {done.stderr.strip()}")
        try:
            yield tree
        finally:
            git("worktree", "remove", "--force", str(tree))


def git(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of git in the repository."""
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)


class Process:
    """A contender that runs the packages of ``tree``."""

    def __init__(self, tree: Path) -> None:
        path = os.pathsep.join([str(tree), os.environ.get("PYTHONPATH", "")])
        self.running = subprocess.Popen(
            [sys.executable, str(CONTENDER)],
            cwd=tree,
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, do: str, name: str) -> dict[str, Any]:
        """Let it do something and return what it answers."""
        assert self.running.stdin is not None and self.running.stdout is not None
        print(json.dumps({"do": do, "name": name}), file=self.running.stdin, flush=True)
        answer = self.running.stdout.readline()
        if not answer:
            raise ContenderError(f"{name}: the process ended with code {self.running.wait()}")
        return dict(json.loads(answer))

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.running.stdin is not None
        self.running.stdin.close()
        self.running.wait()


@dataclass
class Record:
    """What a session found of one workload: best seconds of each sitting by side, digests, what lacks."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {side: [] for side in SIDES})
    digests: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def same_work(self) -> bool:
        """Tell whether both sides end in the same tables."""
        return len(set(self.digests.values())) == 1


def sit(trees: dict[str, Path], records: dict[str, Record], rounds: int, turn: int, clock: str) -> None:
    """Start both processes, let them work in turns, and add the best times to the records."""
    with ExitStack() as stack:
        sides = SIDES if turn % 2 == 0 else SIDES[::-1]
        processes = {side: stack.enter_context(Process(trees[side])) for side in sides}
        for name, record in records.items():
            for side, process in processes.items():
                answer = process.ask("ready", name)
                found = record.missing if "missing" in answer else record.digests
                found[side] = next(iter(answer.values()))
        able = {name: record for name, record in records.items() if not record.missing}
        best = {(name, side): float("inf") for name in able for side in SIDES}
        for number in range(rounds):
            for name in able:
                for side in sides if number % 2 == 0 else sides[::-1]:
                    spent = processes[side].ask("time", name)[clock]
                    best[name, side] = min(best[name, side], spent)
        for (name, side), spent in best.items():
            able[name].seconds[side].append(spent)


def ratios_of(records: dict[str, Record]) -> dict[str, Ratio]:
    """Return head over base of every workload that both have, with intervals that hold together."""
    able = {name: record.seconds for name, record in records.items() if not record.missing}
    return {name: ratio_of(s["head"], s["base"], comparisons=len(able)) for name, s in able.items()}


def table_of(records: dict[str, Record], ratios: dict[str, Ratio], minimum: float) -> Table:
    """Return what is printed."""
    table = Table(title="head / base: above 1 is slower", title_justify="left")
    for column in ("", "base ms", "head ms", "ratio", "interval", "noise", "", "work"):
        table.add_column(column, justify="left" if column in ("", "work") else "right")
    for name, record in records.items():
        if record.missing:
            side, why = next(iter(record.missing.items()))
            table.add_row(name, "", "", "", "", "", f"{side} lacks it", why)
            continue
        ratio, (base, head) = ratios[name], (1e3 * min(record.seconds[side]) for side in SIDES)
        table.add_row(
            name, f"{base:.3f}", f"{head:.3f}", f"{ratio.value:.3f}", f"{ratio.low:.3f} – {ratio.high:.3f}",
            f"{100 * ratio.noise:.1f} %", verdict(ratio, minimum), "same" if record.same_work else "differs",
        )  # fmt: skip
    return table


def parse(words: Sequence[str] | None) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("base", help="commit to compare with")
    parser.add_argument("--head", help="commit that is compared; the working tree if left out")
    parser.add_argument("--names", nargs="+", default=[""], help="workloads with one of these words in them")
    parser.add_argument("--sittings", type=int, default=7, help="pairs of fresh processes")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each in a sitting")
    parser.add_argument("--minimum", type=float, default=MINIMUM, help="share below which nobody is slower")
    parser.add_argument("--clock", choices=("seconds", "processor"), default="seconds", help=CLOCK)
    parser.add_argument("--json", type=Path, help="file for times, ratios and intervals")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Compare, print, and return the exit code."""
    chosen = parse(words)
    names = [name for name in WORKLOADS if any(word in name for word in chosen.names)]
    records = {name: Record() for name in names}
    try:
        with checked_out(chosen.base) as base, checked_out(chosen.head) as head:
            for turn in range(chosen.sittings):
                sit({"base": base, "head": head}, records, chosen.rounds, turn, chosen.clock)
                print(f"sitting {turn + 1} of {chosen.sittings}", file=sys.stderr)
    except UnknownCommitError as error:
        print(error, file=sys.stderr)
        return 2
    ratios = ratios_of(records)
    Console(width=120).print(table_of(records, ratios, chosen.minimum))
    if chosen.json:
        found = {name: asdict(records[name]) | asdict(ratio) for name, ratio in ratios.items()}
        chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    slower = [name for name, ratio in ratios.items() if verdict(ratio, chosen.minimum) == "slower"]
    if slower:
        print(f"slower: {', '.join(slower)}")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
