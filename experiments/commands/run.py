"""The commands about single runs: `run`, and `resume` of one that was interrupted."""

from __future__ import annotations

import argparse
import shlex
import sys
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.commands.cli import FAILED, INTERRUPTED, OK, complain
from experiments.commands.terminal import progress_bar
from experiments.files.provenance import now
from experiments.files.whole import StoreError, write_json
from experiments.runs.checkpoint import FILE, load_checkpoint
from experiments.runs.run import RunResult, begin, claim, finish, run_folder, save_run
from experiments.settings.config import load_config
from experiments.settings.schema import SCHEMA_VERSION, RunConfig
from sim.market import Market

if TYPE_CHECKING:
    from experiments.figures import Drawn


def run(options: argparse.Namespace) -> int:
    """Simulate one run and save it."""
    config = load_config(options.overrides, options.configs)
    folder = run_folder(config)
    claim(folder)
    return live_through(config, folder, lambda: begin(config), now())


def resume(options: argparse.Namespace) -> int:
    """Go on with a run from its last checkpoint; the end is that of a run without interruption."""
    folder = Path(options.folder)
    checkpoint = load_checkpoint(folder)
    print(f"{checkpoint.config.package_name}: goes on after day {checkpoint.market.day} of the run")
    return live_through(checkpoint.config, folder, lambda: checkpoint.market, checkpoint.started)


def live_through(config: RunConfig, folder: Path, opened: Callable[[], Market], started: datetime) -> int:
    """Bring the run of a market that is to be ``opened`` to its end, save it, show it."""
    total, market = config.warmup + config.days, None
    try:
        with progress_bar(config.package_name, "days") as bar:
            bar(0, total)
            market = opened()
            result = finish(config, market, started, lambda _: bar(market.day, total), folder)
    except KeyboardInterrupt:
        if market is None or not (folder / FILE).exists():
            raise
        print(f"\nantibrush: interrupted after day {market.day} of {total}", file=sys.stderr)
        print(f"continue with: antibrush resume {shlex.quote(str(folder))}", file=sys.stderr)
        return INTERRUPTED
    except StoreError:
        raise
    except Exception as error:
        return record_failure(config, folder, market.day if market else 0, error)
    save_run(result, folder)
    code = illustrate(folder, "run_figures")
    print_outcomes(result)
    print(f"\n{folder}")
    return code


def record_failure(config: RunConfig, folder: Path, days: int, error: Exception) -> int:
    """Write down where and why a run failed, and say it in one line."""
    day = days - config.warmup
    stage = f"policy, after day {day}" if day >= 0 else f"warm-up, after day {days}"
    record = {
        "schema_version": SCHEMA_VERSION,
        "stage": stage,
        "error": f"{type(error).__name__}: {error}",
        "traceback": "".join(traceback.format_exception(error)),
        "configuration": config.tree(),
    }
    write_json(folder / "failure.json", record)
    return complain(f"the run failed ({stage}): {record['error']}; see {folder / 'failure.json'}", FAILED)


def print_outcomes(result: RunResult) -> None:
    """Print what a run measured."""
    for name, value in result.summary["outcomes"].items():
        print(f"{name:45} {'–' if value is None else format(value, ',.6g'):>16}")


def illustrate(folder: Path, what: str) -> int:
    """Draw the figures of a folder, whatever it holds."""
    from experiments import figures

    try:
        drawn = getattr(figures, what)(folder)
    except OSError as error:
        raise StoreError(f"cannot write the figures: {error.strerror or error}") from error
    return tell(drawn)


def tell(drawn: Drawn) -> int:
    """Say on standard error, in a line each, what could not be drawn, and return the exit code."""
    for line in drawn.hints():
        complain(line, OK)
    for line in drawn.troubles():
        complain(line, FAILED)
    return FAILED if drawn.failed else OK
