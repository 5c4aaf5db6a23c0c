"""The command line: reads the words, then imports what the command needs."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from experiments import __version__

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
  antibrush run package.detection.threshold=0.4 brushing.moral_cost=0.05 seed=7 out=results/mine""",
    ),
    "compare": (
        "compare packages over paired replications and leave tables and a report in a folder",
        """\
The same command into the same folder continues what is missing.

examples:
  antibrush compare experiment=demo
  antibrush compare experiment=demo replications=20 workers=4 out=results/mine
  antibrush compare arms=[no_enforcement,threshold_only] market=small days=90 replications=4""",
    ),
    "report": (
        "write the figures and the report of a folder again",
        "example:\n  antibrush report results/demo-1a2b3c4d",
    ),
    "parameters": (
        "list every parameter with unit, range, default and source",
        "examples:\n  antibrush parameters\n  antibrush parameters brushing --format csv",
    ),
    "list": (
        "list packages, policies, laws, markets, scenarios and experiments",
        "examples:\n  antibrush list\n  antibrush list packages",
    ),
    "doctor": ("check this installation in a few seconds", "example:\n  antibrush doctor"),
    "fit-detector": (
        "fit the detector on labelled warm-up data of seeds that no study uses",
        "example:\n  antibrush fit-detector --seeds 4 market=base",
    ),
}


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="antibrush",
        description="Simulate brushing on an e-commerce market and compare enforcement packages.",
        epilog=EPILOG,
    )
    top.add_argument("--version", action="version", version=f"antibrush {__version__}")
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
    for name in ("run", "compare", "fit-detector"):
        made[name].add_argument(
            "overrides",
            nargs="*",
            metavar="KEY=VALUE",
            help="see `list` and `parameters`",
        )
        made[name].add_argument("--configs", metavar="DIR", help="your own folder, laid out like configs/")
    made["report"].add_argument("folder", help="a folder that `run` or `compare` left")
    made["parameters"].add_argument("filter", nargs="?", default="", help="show only names that contain this")
    made["parameters"].add_argument("--format", choices=("table", "csv"), default="table")
    made["list"].add_argument("kind", nargs="?", default="", help="show only this kind, e.g. packages")
    made["fit-detector"].add_argument(
        "--output", metavar="FILE", help="JSON file to write (default: the one that detector=fitted reads)"
    )
    made["fit-detector"].add_argument("--seeds", type=int, default=4, help="markets to sample from")
    return top


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = parser().parse_args(words)
    find_kernel_cache()
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, _interrupt)
    try:
        commands = importlib.import_module("experiments.commands")
        code: int = commands.perform(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader has seen enough, as in `antibrush parameters | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return complain("interrupted; nothing was kept", INTERRUPTED)


def find_kernel_cache() -> None:
    """Let Numba keep compiled kernels in a temporary folder where it has no other place."""
    places = (Path(__file__).resolve().parent.parent / "sim", Path.home())
    if "NUMBA_CACHE_DIR" not in os.environ and not any(os.access(place, os.W_OK) for place in places):
        os.environ["NUMBA_CACHE_DIR"] = str(Path(tempfile.gettempdir()) / "antibrush-kernels")


def complain(message: object, code: int) -> int:
    """Say on one line of standard error what is wrong, and return the exit code."""
    print(f"antibrush: {message}", file=sys.stderr)
    return code


def _interrupt(signum: int, frame: FrameType | None) -> None:
    """Treat a request to end like Ctrl-C."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
