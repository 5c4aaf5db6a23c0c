"""What each command does, once everything is imported."""

from __future__ import annotations

import argparse
import shlex
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from experiments.commands.catalogue import print_catalogue, print_parameters
from experiments.commands.cli import BAD_INPUT, FAILED, INTERRUPTED, OK, complain
from experiments.commands.doctor import examine
from experiments.commands.emulate import emulate
from experiments.commands.explore import expand_space, explore_space, print_exploration, resume_space
from experiments.commands.going_on import asked_in, words_of
from experiments.commands.report import report
from experiments.commands.robustness import judge
from experiments.commands.run import illustrate, resume, run
from experiments.commands.search import search_packages, stress
from experiments.commands.sensitivity import explain
from experiments.commands.studies import compare_packages, expand_study, resume_study
from experiments.commands.terminal import progress_bar
from experiments.detectors.check import bring_checked
from experiments.detectors.fit import fit_detector
from experiments.files.folders import prepare_folder
from experiments.files.provenance import command_line
from experiments.files.whole import StoreError, write_json
from experiments.settings.config import load_config
from experiments.settings.retired import RetiredKey
from experiments.settings.schema import RunConfig
from experiments.studies.continuation import is_exploration
from experiments.studies.engine import EvaluationError, Interrupted
from experiments.studies.executors.remarks import Remark
from experiments.studies.explore import read_exploration
from experiments.studies.store import CLAIM
from experiments.studies.tasks import ExecutorError
from policies.detectors import FITTED
from sim.parameters import ConfigError


def perform(options: argparse.Namespace) -> int:
    """Perform the command and turn what may go wrong into a line and an exit code."""
    try:
        bring_checked(getattr(options, "detector", []))
        with plain_warnings():
            return COMMANDS[options.command](options)
    except ConfigError as error:
        return complain(error, BAD_INPUT)
    except StoreError as error:
        return complain(f"{error}; what was complete is kept", FAILED)
    except EvaluationError as error:
        return complain(error, FAILED)
    except ExecutorError as error:
        return complain(f"{error}; what was complete is kept, and the same command goes on", FAILED)
    except Interrupted as stop:
        print(f"\nantibrush: interrupted; {stop}", file=sys.stderr)
        print(f"continue with: {continuation(options, stop.folder)}", file=sys.stderr)
        return INTERRUPTED


@contextmanager
def plain_warnings() -> Iterator[None]:
    """Say on one line, once, that a key moved or has no effect any more, and what executors remark."""
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
            if issubclass(category, (RetiredKey, Remark)):
                complain(message, OK)
            else:
                usual(message, category, *where, **more)

        warnings.showwarning = show
        yield


def continuation(options: argparse.Namespace, folder: Path) -> str:
    """Return the command that goes on with an interrupted study."""
    if options.command in ("resume", "expand"):
        return f"antibrush resume {shlex.quote(str(folder))}"
    named = getattr(options, "output", None) or any(text.startswith("out=") for text in options.overrides)
    return command_line() + ("" if named else f" out={shlex.quote(str(folder))}")


def go_on(options: argparse.Namespace) -> int:
    """Go on with the run, the study or the search in a folder."""
    folder = Path(options.folder)
    if asked := asked_in(folder):
        bring_checked(getattr(asked, "detector", []))
        return COMMANDS[asked.command](asked)
    if is_exploration(folder):
        return resume_space(folder)
    return resume_study(folder) if (folder / CLAIM).exists() else resume(options)


def enlarge(options: argparse.Namespace) -> int:
    """Make the study or the exploration in a folder larger."""
    folder = Path(options.folder)
    return expand_space(folder, options.overrides) if is_exploration(folder) else expand_study(options)


def tell_again(options: argparse.Namespace) -> int:
    """Write figures and report of a folder again, or say again what an exploration found."""
    folder = Path(options.folder)
    if not is_exploration(folder):
        return report(options)
    if options.axes:
        raise ConfigError(f"{folder} holds an exploration, which has no plane with axes")
    print_exploration(read_exploration(folder))
    return OK


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


def export(options: argparse.Namespace) -> int:
    """Simulate one run and save labelled data."""
    from experiments.detectors.labelled_data.export import export as simulate
    from experiments.detectors.labelled_data.export import export_folder

    config = load_config(options.overrides, options.configs)
    folder = Path(options.output) if options.output else export_folder(config)
    with progress_bar("export", "days") as bar:
        simulate(config, folder, options.days_of_orders, bar)
    print(folder)
    return OK


def validate(options: argparse.Namespace) -> int:
    """Hold one or more worlds, or worlds broken on purpose, against the targets."""
    from experiments.searches.calibration import validation

    worlds = validation.find_worlds(options.worlds, options.overrides, options.configs)
    quick = options.quick or options.controls
    default = validation.QUICK_REPLICATIONS if quick else validation.REPLICATIONS
    replications = default if options.replications is None else options.replications
    config = next(iter(worlds.values()))
    folder = Path(options.output or config.out or validation.default_folder(worlds, replications, quick))
    prepare_folder(folder)
    well = (
        controls_push(worlds, replications, folder)
        if options.controls
        else targets_met(worlds, replications, quick, folder, validation.targets_of(options.worlds))
    )
    print(f"\n{folder}")
    return OK if well else FAILED


def targets_met(
    worlds: dict[str, RunConfig], replications: int, quick: bool, folder: Path, own: Any = None
) -> bool:
    """Hold worlds against the targets, or their ``own``, and print how they do."""
    from experiments.commands.calibration import print_validation
    from experiments.searches.calibration import validation

    with progress_bar("validate", "markets") as bar:
        table = validation.validate(worlds, replications, quick, folder, bar, own)
    print_validation(table)
    return validation.met(table)


def controls_push(worlds: dict[str, RunConfig], replications: int, folder: Path) -> bool:
    """Break worlds on purpose and print whether each misses the targets that it has to miss."""
    from experiments.commands.calibration import print_controls
    from experiments.searches.calibration.controls import all_pushed, hold_controls

    with progress_bar("validate", "markets") as bar:
        table = hold_controls(worlds, replications, folder, bar)
    print_controls(table)
    return all_pushed(table)


def calibrate(options: argparse.Namespace) -> int:
    """Run or continue a calibration."""
    from experiments.commands.calibration import print_calibration
    from experiments.searches.calibration.calibrate import calibrate as start
    from experiments.searches.calibration.calibrate import plan_of
    from experiments.searches.calibration.own_targets import asked

    question, overrides = asked(options.overrides)
    plan = plan_of(load_config(overrides, options.configs), options, question)
    with progress_bar("calibrate", "evaluations") as bar:
        found = start(plan, bar, words=words_of(options))
    drawn = illustrate(plan.folder, "calibration_figures") if len(found.ensemble) else FAILED
    code = drawn if found.complete else FAILED
    print_calibration(found, question)
    print(f"\n{plan.folder}")
    return code


def theory(options: argparse.Namespace) -> int:
    """Run or continue a search for points at which propositions of the theory hold."""
    from experiments.commands.theory import print_findings
    from experiments.searches.theory.search import plan_of, search

    plan = plan_of(options.overrides, options.configs, options)
    with progress_bar("theory", "trials") as bar:
        found = search(plan, bar, words=words_of(options))
    code = illustrate(plan.folder, "theory_figures")
    print_findings(plan, found)
    print(f"\n{plan.folder}")
    return code


COMMANDS = {
    "run": run,
    "resume": go_on,
    "compare": compare_packages,
    "explore": explore_space,
    "expand": enlarge,
    "report": tell_again,
    "sensitivity": explain,
    "robustness": judge,
    "emulate": emulate,
    "parameters": parameters,
    "list": catalogue,
    "doctor": doctor,
    "fit-detector": fit,
    "export": export,
    "validate": validate,
    "calibrate": calibrate,
    "search": search_packages,
    "stress": stress,
    "theory": theory,
}
