"""What each command does, once everything is imported."""

from __future__ import annotations

import argparse
import shlex
import sys
import traceback
from dataclasses import asdict
from itertools import count
from pathlib import Path

from experiments import running
from experiments.catalogue import print_catalogue, print_parameters
from experiments.cli import BAD_INPUT, FAILED, INTERRUPTED, OK, complain
from experiments.comparing import Interrupted, compare, default_folder
from experiments.config import load_config, load_study
from experiments.detector import fit_detector
from experiments.doctor import examine
from experiments.provenance import command_line
from experiments.settings import SCHEMA_VERSION, RunConfig
from experiments.store import StoreError, prepare_folder, write_json
from experiments.terminal import print_answer, progress_bar
from policies.detectors import FITTED
from sim.parameters import ConfigError


def perform(options: argparse.Namespace) -> int:
    """Perform the command and turn what may go wrong into a line and an exit code."""
    try:
        return COMMANDS[options.command](options)
    except ConfigError as error:
        return complain(error, BAD_INPUT)
    except StoreError as error:
        return complain(f"{error}; what was complete is kept", FAILED)
    except Interrupted as stop:
        print(f"\nantibrush: interrupted; {stop}", file=sys.stderr)
        print(f"continue with: {continuation(options, stop.folder)}", file=sys.stderr)
        return INTERRUPTED


def run(options: argparse.Namespace) -> int:
    """Simulate one run and save it."""
    config = load_config(options.overrides, options.configs)
    folder = running.run_folder(config)
    running.claim(folder)
    total = config.warmup + config.days
    with progress_bar(config.package_name, "days") as bar:
        days = count(1)

        def progress(day: int) -> None:
            bar(next(days), total)

        try:
            result = running.run(config, progress)
        except Exception as error:
            return record_failure(config, folder, next(days) - 1, error)
    running.save_run(result, folder)
    print_outcomes(result)
    print(f"\n{folder}")
    return illustrate(folder, "run_figures")


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


def print_outcomes(result: running.RunResult) -> None:
    """Print what a run measured."""
    for name, value in result.summary["outcomes"].items():
        print(f"{name:45} {'–' if value is None else format(value, ',.6g'):>16}")


def compare_packages(options: argparse.Namespace) -> int:
    """Run or continue a study, then write its report."""
    overrides = list(options.overrides)
    if not any(text.lstrip("+").startswith(("experiment=", "arms=", "grid=")) for text in overrides):
        overrides.append("experiment=demo")
    study = load_study(overrides, options.configs)
    folder = Path(study.config.out or default_folder(study))
    with progress_bar(study.name, "runs") as bar:
        tables = compare(study, folder, bar)
    print_answer(tables)
    code = write_report(folder)
    return code if tables.complete else FAILED


def report(options: argparse.Namespace) -> int:
    """Write figures and report of a folder again."""
    folder = Path(options.folder)
    if (folder / "runs.parquet").exists():
        return write_report(folder)
    if (folder / "summary.json").exists():
        return illustrate(folder, "run_figures")
    raise ConfigError(f"{folder} is not a folder that `antibrush run` or `antibrush compare` left")


def write_report(folder: Path) -> int:
    """Write the report of a study and say where it is."""
    from experiments.report.build import write_report as build

    try:
        print(f"\n{build(folder)}")
    except OSError as error:
        raise StoreError(f"cannot write the report: {error.strerror or error}") from error
    return OK


def illustrate(folder: Path, what: str) -> int:
    """Draw the figures of a run."""
    from experiments import figures

    try:
        getattr(figures, what)(folder)
    except OSError as error:
        raise StoreError(f"cannot write the figures: {error.strerror or error}") from error
    return OK


def continuation(options: argparse.Namespace, folder: Path) -> str:
    """Return the command that goes on with an interrupted study."""
    named = any(text.startswith("out=") for text in options.overrides)
    return command_line() + ("" if named else f" out={shlex.quote(str(folder))}")


def parameters(options: argparse.Namespace) -> int:
    """List parameters."""
    return print_parameters(options.filter, options.format)


def catalogue(options: argparse.Namespace) -> int:
    """List what can be chosen."""
    return print_catalogue(options.kind)


def doctor(options: argparse.Namespace) -> int:
    """Check the installation."""
    return OK if examine() else FAILED


def fit(options: argparse.Namespace) -> int:
    """Fit the detector and say how good it is."""
    config = load_config(options.overrides, options.configs)
    output = Path(options.output or FITTED)
    prepare_folder(output.parent)
    with progress_bar("fit-detector", "days") as bar:
        fitted = fit_detector(config, options.seeds, bar)
    write_json(output, asdict(fitted))
    print(f"{output}\narea under the curve {fitted.auc:.3f} on the data of {fitted.key}")
    return OK


COMMANDS = {
    "run": run,
    "compare": compare_packages,
    "report": report,
    "parameters": parameters,
    "list": catalogue,
    "doctor": doctor,
    "fit-detector": fit,
}
