"""The command line: reads the words, then imports what the command needs."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from experiments import check_neighbours
from experiments.commands.help_texts import COMMANDS
from experiments.commands.output import Streams, lenient_output
from experiments.home import VERSION

OK, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: all is well, a run failed or a file could not be written, bad input, Ctrl-C."""

EPILOG = """\
exit codes: 0 well, 1 a run or a file failed, 2 bad input (nothing written), 130 interrupted"""

SETTING = (
    "run", "compare", "explore", "export", "fit-detector", "validate", "calibrate", "theory", "search",
    "stress",
)  # fmt: skip
"""Commands that take overrides."""

GONE = {
    "twin": "`twin` is gone: its expectations were too far from the engine's results. Instant answers "
    "come from an emulator of finished runs, see `emulate`; `run` and `compare` simulate.",
}
"""Commands of old, and what is said to who types them."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="antibrush",
        description="Simulate brushing on an e-commerce market and compare enforcement packages.",
        epilog=EPILOG,
    )
    top.add_argument("--version", action="version", version=f"antibrush {VERSION}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    made = {}
    for name, (line, examples) in COMMANDS.items():
        made[name] = commands.add_parser(
            name,
            help=line,
            description=line[0].upper() + line[1:] + ".",
            epilog=f"{examples}\n\n{EPILOG}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    for name in SETTING:
        made[name].add_argument(
            "overrides",
            nargs="*",
            metavar="KEY=VALUE",
            help="see `list` and `parameters`",
        )
        made[name].add_argument("--configs", metavar="DIR", help="your own folder, laid out like configs/")
    made["report"].add_argument("folder", help="a folder that `run`, `compare` or `explore` left")
    made["report"].add_argument(
        "axes", nargs="*", metavar="x|y=OUTCOME", help="outcomes on the axes of the trade-off plane"
    )
    made["resume"].add_argument(
        "folder",
        help="a folder in which `run checkpoint_every=DAYS`, `compare`, `explore`, `expand`, `search`, "
        "`stress`, `calibrate` or `theory` was interrupted",
    )
    made["expand"].add_argument("folder", help="a folder that `compare` or `explore` left")
    made["expand"].add_argument("overrides", nargs="+", metavar="KEY=VALUE", help="what is added")
    made["parameters"].add_argument("filter", nargs="?", default="", help="show only names that contain this")
    made["parameters"].add_argument("--format", choices=("table", "csv"), default="table")
    made["list"].add_argument("kind", nargs="?", default="", help="show only this kind, e.g. packages")
    made["fit-detector"].add_argument(
        "--output", metavar="FILE", help="JSON file to write (default: the one that detector=fitted reads)"
    )
    made["fit-detector"].add_argument("--seeds", type=int, default=4, help="markets to sample from")
    made["compare"].add_argument(
        "--worlds",
        metavar="all|none|N|FOLDER",
        default="none",
        help="compare the named packages in the calibrated worlds too: all, the first N, or those that "
        "`calibrate targets=…` left in a folder",
    )
    add_detector_words(made)
    add_calibration_words(made["validate"], made["calibrate"])
    add_theory_words(made["theory"])
    add_uncertainty_words(made)
    return top


def add_uncertainty_words(made: dict[str, argparse.ArgumentParser]) -> None:
    """Add the words of the commands about a finished exploration."""
    made["sensitivity"].add_argument("words", nargs="+", metavar="FOLDER|KEY=VALUE", help="see the examples")
    made["sensitivity"].add_argument(
        "--configs", metavar="DIR", help="your own folder, laid out like configs/"
    )
    made["robustness"].add_argument("folder", help="a folder that `explore` left")
    made["robustness"].add_argument(
        "limits", nargs="*", metavar="OUTCOME.max|min=VALUE", help="limits to keep, and choose=OUTCOME"
    )
    made["emulate"].add_argument("folder", help="a folder that `explore` left, or an emulator's file")
    made["emulate"].add_argument("words", nargs="*", metavar="at KEY=VALUE", help="the point to answer")
    made["emulate"].add_argument("--output", metavar="FILE", help="file of the emulator")
    for name in ("sensitivity", "emulate"):
        made[name].add_argument(
            "--outcome",
            action="append",
            default=[],
            metavar="NAME",
            help="an outcome to look at (default: the four objectives); may be repeated",
        )


def add_detector_words(made: dict[str, argparse.ArgumentParser]) -> None:
    """Add the options about detectors of one's own and the data to build them on."""
    for name in ("search", "stress"):
        made[name].add_argument("--output", metavar="FOLDER", help="folder of the results")
    for name in ("run", "compare", "explore", "export", "list", "search", "stress"):
        made[name].add_argument(
            "--detector",
            action="append",
            default=[],
            metavar="NAME=FILE",
            help="run a Python file of yours and let configurations use its detector by this name",
        )
    made["export"].add_argument("--output", metavar="FOLDER", help="folder of the data")
    made["export"].add_argument(
        "--days-of-orders",
        type=int,
        default=60,
        metavar="N",
        help="days of which every order is written, a third in each split (default: 60)",
    )


def add_calibration_words(validate: argparse.ArgumentParser, calibrate: argparse.ArgumentParser) -> None:
    """Add the options of the two commands about calibration."""
    validate.add_argument("--quick", action="store_true", help="targets only, four replications")
    validate.add_argument(
        "--controls",
        action="store_true",
        help="break the worlds on purpose and see that each misses its targets, four replications",
    )
    validate.add_argument(
        "--worlds",
        metavar="all|default|N|FOLDER",
        default="default",
        help="all calibrated worlds, the first N, or those in a folder against their own targets",
    )
    validate.add_argument(
        "--replications", type=int, metavar="N", help="markets (default: 20; quick, controls: 4)"
    )
    calibrate.add_argument("--waves", type=int, default=3, help="rounds of points (default: 3)")
    calibrate.add_argument("--points", type=int, default=80, help="points of a wave (default: 80)")
    for command in (validate, calibrate):
        command.add_argument("--output", metavar="FOLDER", help="folder of the results")


def add_theory_words(theory: argparse.ArgumentParser) -> None:
    """Add the options that say how hard to search."""
    words = {
        "points": (32, "points of the space to screen (default: 32)"),
        "replications": (2, "paired replications of each point, two at least (default: 2)"),
        "candidates": (2, "candidates to confirm, for each proposition (default: 2)"),
        "confirm": (10, "paired replications of each candidate, on other seeds (default: 10)"),
    }
    for name, (default, text) in words.items():
        theory.add_argument(f"--{name}", type=int, default=default, metavar="N", help=text)
    theory.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="KEY",
        help="search for this proposition (T1, T2a, T2b, T3, T4, T5), not for all; may be repeated",
    )
    theory.add_argument("--output", metavar="FOLDER", help="folder of the results")


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing is lost where something cannot be printed."""
    with lenient_output() as streams:
        try:
            return judged(perform(words), streams)
        except SystemExit as stop:  # argparse has given help, or said which words it cannot read
            code = stop.code if isinstance(stop.code, int) else FAILED if stop.code else OK
            raise SystemExit(judged(code, streams)) from None


def judged(code: int, streams: Streams) -> int:
    """Return a command's exit code; one that did all but could not print all of it has failed."""
    sys.stdout.flush()
    lost = streams.lost()
    return complain(f"not everything could be printed: {lost}", FAILED) if lost and code == OK else code


def perform(words: Sequence[str] | None) -> int:
    """Read the words and do what they say."""
    words = sys.argv[1:] if words is None else words
    if words and words[0] in GONE:
        return complain(GONE[words[0]], BAD_INPUT)
    options = read_words(words)
    try:
        check_neighbours()
    except ImportError as error:
        return complain(error, BAD_INPUT)
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, _interrupt)
    try:
        commands = importlib.import_module("experiments.commands.perform")
        code: int = commands.perform(options)
        return code
    except SystemExit as stop:
        return complain(f"code from elsewhere ended the command (with {stop.code!r})", BAD_INPUT)
    except KeyboardInterrupt:
        return complain("interrupted; nothing was kept", INTERRUPTED)


def read_words(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; overrides may stand before and after options."""
    top = parser()
    options, more = top.parse_known_args(words)
    if more and (not hasattr(options, "overrides") or any(word.startswith("-") for word in more)):
        top.error(f"unrecognized arguments: {' '.join(more)}")
    if more:
        options.overrides = [*options.overrides, *more]
    return options


def complain(message: object, code: int) -> int:
    """Say on one line of standard error what is wrong, and return the exit code."""
    print(f"antibrush: {message}", file=sys.stderr)
    return code


def _interrupt(signum: int, frame: FrameType | None) -> None:
    """Treat a request to end like Ctrl-C."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
