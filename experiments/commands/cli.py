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
from experiments.commands.output import Streams, lenient_output
from experiments.home import VERSION

OK, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
"""Exit codes: all is well, a run failed or a file could not be written, bad input, Ctrl-C."""

EPILOG = """\
exit codes: 0 well, 1 a run or a file failed, 2 bad input (nothing written), 130 interrupted"""

COMMANDS: dict[str, tuple[str, str]] = {
    "run": (
        "simulate one run and leave tables, figures and a summary in a folder",
        """\
examples:
  antibrush run
  antibrush run market=small package=threshold_only days=90
  antibrush run package.detection.threshold=0.4 brushing.moral_cost=0.05 seed=7 out=results/mine
  antibrush run --detector mine=my_detector.py package.detection.detector=mine
  antibrush run market=large days=1460 checkpoint_every=30""",
    ),
    "resume": (
        "go on with a run or a study that was interrupted",
        """\
A run goes on from its last checkpoint, a study with the runs that are missing; both end as they would have
without the interruption. A checkpoint is a Python pickle, and a study may name a detector to be run: resume
only what you ran yourself.

examples:
  antibrush resume results/run-status_quo_2015-1a2b3c4d
  antibrush resume results/demo-1a2b3c4d""",
    ),
    "compare": (
        "compare packages over paired replications and leave tables and a report in a folder",
        """\
The same command into the same folder continues what is missing. until= stops a study when it knows enough:
OUTCOME:HALF_WIDTH (of every paired difference; of shares in percentage points), decided:OUTCOME (the sign of
every one), or decided:OUTCOME:HALF_WIDTH (either).

examples:
  antibrush compare experiment=demo
  antibrush compare experiment=headline until=decided:brushed_share:0.3 max_replications=60 look_every=5
  antibrush compare experiment=demo --worlds results/calibration-mine
  antibrush compare experiment=demo replications=20 workers=4 out=results/mine
  antibrush compare experiment=headline --worlds all
  antibrush compare arms=[no_enforcement,threshold_only] market=small days=90 replications=4""",
    ),
    "explore": (
        "run packages at many points of a space of levers and uncertainties",
        """\
The same command into the same folder continues what is missing; `resume` and `expand` go on with it.

examples:
  antibrush explore exploration=levers
  antibrush explore exploration=uncertainties points=256 replications=4 workers=4 out=results/mine
  antibrush explore exploration=levers design=my_points.csv
  antibrush explore arms=[threshold_only] design=sobol levers.package.detection.threshold=[0.3,0.97]""",
    ),
    "expand": (
        "make a study larger: more replications, packages or levels; what has ended is not run again",
        """\
The larger study has all runs of the smaller one. `resume` goes on with it if it is interrupted.

examples:
  antibrush expand results/demo-1a2b3c4d replications=+20
  antibrush expand results/demo-1a2b3c4d more_arms=[all_cases]""",
    ),
    "report": (
        "write the figures and the report of a folder again",
        """\
The plane of the report shows brushing against innocent shops hit, or any two outcomes of the study.

examples:
  antibrush report results/demo-1a2b3c4d
  antibrush report results/demo-1a2b3c4d x=honest_sales_rmb y=brushed_share""",
    ),
    "sensitivity": (
        "find what moves outcomes and the choice of a package, and what would change that choice",
        """\
Takes the folder of an exploration with design=morris or design=saltelli, or words that describe one, which is
run first. The best package leaves the least brushing unless choose= and limits say otherwise.

examples:
  antibrush sensitivity results/explore_uncertainties-1a2b3c4d
  antibrush sensitivity exploration=uncertainties points=16 replications=4
  antibrush sensitivity exploration=uncertainties design=saltelli points=64 out=results/mine
  antibrush sensitivity results/mine choose=honest_sales_rmb innocent_hits_per_1000_shop_years.max=20""",
    ),
    "robustness": (
        "compare packages over uncertain worlds: regret, limits that are kept, and where a package fails",
        """\
Takes the folder of an exploration of uncertainties. With limits a package fails where it misses one; without
any it fails where it is furthest behind the best package.

examples:
  antibrush robustness results/explore_uncertainties-1a2b3c4d
  antibrush robustness results/mine brushed_share.max=0.03 innocent_hits_per_1000_shop_years.max=20
  antibrush robustness results/mine choose=honest_sales_rmb""",
    ),
    "emulate": (
        "fit an emulator on an exploration, and answer any point of its design at once",
        """\
Without a point it fits and says how good it is at points left out; with one it answers, and refuses what lies
outside of the design. What a point does not say is in the middle of its range.

examples:
  antibrush emulate results/explore_levers-1a2b3c4d
  antibrush emulate results/explore_levers-1a2b3c4d at detection.threshold=0.7 regulator.fine_rmb=50000
  antibrush emulate results/explore_levers-1a2b3c4d --output levers.npz
  antibrush emulate levers.npz at detection.threshold=0.7""",
    ),
    "parameters": (
        "list every parameter with unit, range, default and source",
        "examples:\n  antibrush parameters\n  antibrush parameters brushing --format csv",
    ),
    "list": (
        "list packages, policies, detectors, laws, markets, scenarios and experiments",
        "examples:\n  antibrush list\n  antibrush list packages",
    ),
    "doctor": ("check this installation in a few seconds", "example:\n  antibrush doctor"),
    "fit-detector": (
        "fit the detector on labelled warm-up data of seeds that no study uses",
        "example:\n  antibrush fit-detector --seeds 4 market=base",
    ),
    "export": (
        "simulate one run and leave labelled data for people who build detectors",
        """\
examples:
  antibrush export package=no_enforcement seed=7
  antibrush export market=small days=180 --days-of-orders 30 --output data""",
    ),
    "validate": (
        "hold the default world against its targets on seeds that nothing was tuned on",
        """\
Ends with code 1 if the mean of a target lies outside its band. With --controls the worlds are
broken on purpose (brushing fees tripled, detector off, flat ranking, newcomers first), and it ends with
code 1 if one of them stays inside a band that it has to leave, or if sanctions by lot leave one.

examples:
  antibrush validate --quick
  antibrush validate
  antibrush validate --worlds all --replications 10
  antibrush validate --worlds results/calibration-mine --replications 10
  antibrush validate --controls""",
    ),
    "calibrate": (
        "look for parameter sets that meet the targets and keep an ensemble of them",
        """\
The same command into the same folder goes on where it was interrupted. With targets=FILE it holds a market of
your own against bands that you give; the worlds then lie in the folder, for --worlds FOLDER.

examples:
  antibrush calibrate
  antibrush calibrate --waves 3 --points 80 workers=2 --output results/calibration
  antibrush calibrate targets=mine.yaml --output results/calibration-mine""",
    ),
    "search": (
        "search ranges of levers for packages that no other beats, and for the cheapest within limits",
        """\
Optuna asks for packages in batches; the most promising are run again on fresh seeds, and only that counts.
A limit is kept to where the end of an interval keeps to it that holds for all of them together. The same
command into the same folder goes on where it was interrupted. Needs Optuna: pip install "antibrush[search]".

examples:
  antibrush search search=levers trials=64 "innocent_hits_per_1000_shop_years<=2" workers=2
  antibrush search "innocent_hits_per_1000_shop_years<=2" "brushed_share<=2%"
  antibrush search "at most 2 wrongful hits per 1,000 shop-years" market=small trials=32 fresh=20
  antibrush search --configs mine search=my_levers trials=128 batch=16 candidates=20 out=results/mine""",
    ),
    "stress": (
        "search the brushers' best response to a package, and say what is left of the package then",
        """\
Searches all that the world lets brushers and organisers choose, from the day of the package on, for what
leaves most brushing. The best response is run again on fresh seeds, in pairs with none. The same command into
the same folder goes on where it was interrupted. Needs Optuna: pip install "antibrush[search]".

examples:
  antibrush stress package=threshold_and_fine
  antibrush stress package=threshold_only market=small trials=32 fresh=20 workers=2
  antibrush stress --configs results/search-levers-1a2b3c4d/configs package=cheapest_feasible""",
    ),
    "theory": (
        "search the parameter space for points at which propositions of the theory hold",
        """\
Screens points of the space, then confirms the best candidates of each proposition on other seeds. A parameter
that is set on the command line is not searched. The same command into the same folder goes on where it was
interrupted. The search as it is by default takes about 27 minutes on two cores that do nothing else.

T1 costlier brushing makes consumers worse off      T3 weight on sales helps consumers, then hurts
T2a, T2b middling enforcement is best               T4 dearer brushing is more brushing
T5 at equal expected fines, frequent small fines leave less brushing than rare large ones

examples:
  antibrush theory
  antibrush theory --points 64 --candidates 4 workers=2 --output results/theory
  antibrush theory --only T3 --points 64
  antibrush theory --only T4 --only T5
  antibrush theory market=small --points 16 --confirm 2 --output results/try""",
    ),
}

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
    made["report"].add_argument("folder", help="a folder that `run` or `compare` left")
    made["report"].add_argument(
        "axes", nargs="*", metavar="x|y=OUTCOME", help="outcomes on the axes of the trade-off plane"
    )
    made["resume"].add_argument(
        "folder", help="a folder in which `run checkpoint_every=DAYS`, `compare` or `expand` was interrupted"
    )
    made["expand"].add_argument("folder", help="a folder that `compare` left")
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
