"""A detector that somebody else wrote: loaded, limited to what it declares, its answers checked."""

from __future__ import annotations

import hashlib
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from policies.detectors.shop_features import READS
from policies.suggest import suggestion
from sim.contract import ConfigError, ContractError, View, guarded, observation_fields


class DetectorView(View):
    """An evening limited to the fields that a detector declares."""

    reader = "it"


@dataclass
class Brought:
    """A detector from elsewhere; ``source`` is its file or entry point, ``digest`` that of its bytes."""

    name: str
    scorer: Any
    source: str = ""
    digest: str = ""

    @property
    def reads(self) -> tuple[str, ...]:
        """Fields of the observation that it may read."""
        return tuple(getattr(self.scorer, "reads", READS))

    def reset(self) -> None:
        """Let it forget, if it remembers anything."""
        if hasattr(self.scorer, "reset"):
            self.scorer.reset()

    def score(self, observation: Any) -> np.ndarray:
        """Return the risk of every shop; raise `ContractError` if it is none."""
        view = DetectorView(observation, self.reads)
        risk = asked(f"the detector {self.name}", self.scorer.score, view)
        return checked_risk(risk, observation.n_shops, self.name)


def checked_risk(risk: Any, n_shops: int, name: str) -> np.ndarray:
    """Return ``risk`` as an array (n_shops,) of its own, or raise `ContractError`."""
    array = np.asarray(risk)
    if array.shape != (n_shops,) or array.dtype.kind not in "biuf":
        got = f"{array.dtype} of shape {array.shape}"
        raise ContractError(f"the detector {name} must score numbers of shape ({n_shops},); got {got}")
    outside = ~((array >= 0) & (array <= 1))
    if outside.any():
        raise ContractError(f"the detector {name} must score risks in [0, 1]; got {array[outside][0]}")
    return array.astype(float)


def scorer_of(thing: Any, where: str) -> Any:
    """Return an object with ``score``, from one, its class, a function, or a module that has either.

    A module gives its ``detector`` or, if it has none, its function ``score`` with ``reads`` and ``reset``.
    """
    if isinstance(thing, ModuleType):
        functions = {key: vars(thing)[key] for key in ("score", "reads", "reset") if key in vars(thing)}
        thing = getattr(thing, "detector", SimpleNamespace(**functions))
    if isinstance(thing, type):
        thing = thing()
    if callable(thing) and not hasattr(thing, "score"):
        thing = SimpleNamespace(score=thing)
    if not callable(getattr(thing, "score", None)):
        raise ConfigError(f"{where} must be, or define, something with score(observation); got {thing!r}")
    known = observation_fields()
    for field in getattr(thing, "reads", ()):
        if field not in known:
            hint = suggestion(str(field), known)
            raise ConfigError(f"{where}: `reads` names {field!r}, which no observation has{hint}")
    return thing


def asked(who: str, method: Callable[..., Any], *arguments: Any) -> Any:
    """Return the answer of a policy's or detector's method; to end the program is to break the contract.

    So it is to look behind what it was handed.

    For every evening: unlike `staying` it costs nothing, and takes any `KeyboardInterrupt` for the user's.
    """
    try:
        with guarded(getattr(method, "__self__", method)):
            return method(*arguments)
    except ContractError as error:
        raise ContractError(f"{who}: {error}") from None
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise ContractError(f"{who} {ends(error)}") from error


@contextmanager
def staying(where: str) -> Iterator[None]:
    """Let code from elsewhere end nothing but itself: what would end the program becomes a `ConfigError`.

    Errors pass, and so does a Ctrl-C of the user's; the code's own `KeyboardInterrupt` does not.
    """
    with interruptions() as noted:
        try:
            yield
        except Exception:
            raise
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) and noted:
                raise
            raise ConfigError(f"{where} {ends(error)}") from error


@contextmanager
def interruptions() -> Iterator[list[int]]:
    """Yield a list to which every signal is added that interrupts the program from now on."""
    noted: list[int] = []
    alone = threading.current_thread() is threading.main_thread()  # others cannot be interrupted
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM) if alone}
    handlers = {number: handler for number, handler in before.items() if callable(handler)}

    def note(number: int, frame: Any) -> Any:
        noted.append(number)
        return handlers[signal.Signals(number)](number, frame)

    for number in handlers:
        signal.signal(number, note)
    try:
        yield noted
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


@contextmanager
def words_of_its_own(path: Path) -> Iterator[None]:
    """Let a file that reads the command line find its own name there, and no words of ours."""
    before = sys.argv
    sys.argv = [str(path)]
    try:
        yield
    finally:
        sys.argv = before


def ends(error: BaseException) -> str:
    """Say that code ends the program, and how."""
    return f"ends the program ({first_line(error)})"


def from_file(name: str, path: Path) -> Brought:
    """Run the Python file at ``path`` and return the detector that it defines."""
    where = f"detector {name} ({path})"
    module = ModuleType(f"antibrush_detector_{name}")
    module.__file__ = str(path)
    try:
        code = path.read_bytes()
        sys.modules[module.__name__] = module  # dataclasses look their module up
        with staying(where), words_of_its_own(path):
            exec(compile(code, path, "exec"), vars(module))
            scorer = scorer_of(module, where)
        return Brought(name, scorer, str(path), source_digest(path, code, vars(module).get("files", ())))
    except ConfigError:
        raise
    except Exception as error:
        raise ConfigError(f"{where} cannot be loaded: {first_line(error)}") from error


def from_entry_point(point: EntryPoint) -> Brought:
    """Return the detector that an installed distribution offers."""
    where = f"detector {point.name} ({point.value})"
    try:
        with staying(where):
            scorer = scorer_of(point.load(), where)
        module = sys.modules[point.module]
        path = Path(str(module.__file__))
        return Brought(
            point.name,
            scorer,
            point.value,
            source_digest(path, path.read_bytes(), getattr(module, "files", ())),
        )
    except ConfigError:
        raise
    except Exception as error:
        raise ConfigError(f"{where} cannot be loaded: {first_line(error)}") from error


def source_digest(path: Path, code: bytes, files: tuple[str, ...]) -> str:
    """Return the digest of a detector's code and of the ``files`` beside it that it says it reads."""
    digest = hashlib.sha256(code)
    for file in files:
        digest.update(file.encode() + hashlib.sha256((path.parent / file).read_bytes()).digest())
    return digest.hexdigest()


def first_line(error: BaseException) -> str:
    """Return kind and first line of an error."""
    lines = str(error).splitlines()
    return re.sub(r"\s+", " ", f"{type(error).__name__}: {lines[0] if lines else ''}").rstrip(": ")
