"""Where results come from: versions, machine, command, time."""

from __future__ import annotations

import hashlib
import platform
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from experiments.home import HOME, VERSION
from experiments.settings.schema import SCHEMA_VERSION, digest
from sim.kernels.threads import cores

PACKAGES = (
    "mesa", "networkx", "numpy", "pandas", "hydra-core", "omegaconf", "matplotlib", "numba", "pyarrow",
    "scipy", "scikit-learn", "rich", "jinja2", "pebble",
)  # fmt: skip


def provenance(seed: int, started: datetime, command: str | None = None, **more: Any) -> dict[str, Any]:
    """Return what somebody needs to know who wants to repeat a result."""
    return {
        "schema_version": SCHEMA_VERSION,
        "antibrush": VERSION,
        "git_commit": git_commit(),
        "code": code_digest(),
        "python": platform.python_version(),
        "packages": versions(),
        "platform": platform.platform(),
        "cores": cores(),
        "seed": seed,
        "command": command or command_line(),
        "started": started.isoformat(timespec="seconds"),
        "wall_seconds": round((now() - started).total_seconds(), 3),
        **more,
    }


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def versions() -> dict[str, str]:
    """Return the installed version of each dependency."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "missing"
    return found


@lru_cache
def code_digest() -> str:
    """Return a digest of the source of world and policies: numbers of two digests are not mixed."""
    total = hashlib.sha256()
    for part in ("sim", "policies"):
        for file in sorted((HOME / part).rglob("*.py")):
            total.update(file.relative_to(HOME).as_posix().encode() + file.read_bytes())
    return total.hexdigest()[:16]


@lru_cache
def modules_digest(folder: Path, names: tuple[str, ...]) -> str:
    """Return a digest of modules of one package, on which the numbers of a search depend as well."""
    return digest([(folder / f"{name}.py").read_text(encoding="utf-8") for name in names])


def git_commit() -> str | None:
    """Return the commit of the checkout that runs, with a mark if files differ from it."""
    if not (HOME / ".git").exists():
        return None
    try:
        commit = _git(HOME, "rev-parse", "HEAD").strip()
        return commit + ("+changes" if _git(HOME, "status", "--porcelain", "-uno").strip() else "")
    except (OSError, subprocess.SubprocessError):
        return None


def _git(home: Path, *words: str) -> str:
    command = ["git", "-C", str(home), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=10).stdout


def command_line() -> str:
    """Return the command as it can be typed again."""
    program = Path(sys.argv[0]).name if sys.argv and sys.argv[0] else "python"
    words = ["antibrush"] if program in {"antibrush", "__main__.py"} else [program]
    return shlex.join([*words, *sys.argv[1:]])
