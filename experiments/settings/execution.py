"""Where runs are carried out: settings that change no number and are no part of a study's identity."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from pathlib import Path

from sim.parameters import ConfigError, parameter

KINDS = ("local", "dask")
CLUSTERS = ("", "local", "slurm")
WALLTIME = re.compile(r"\d+(:\d{1,2}){0,2}|\d+-\d{1,2}(:\d{1,2}){0,2}")
"""What SLURM reads as a time: minutes, hours:minutes:seconds, days-hours, …"""
MEMORY = re.compile(r"\d+(\.\d+)? ?[KMGT]i?B", re.IGNORECASE)
ADDRESS = re.compile(r"(tcp|tls)://\S+:\d+")


def word(default: str, doc: str) -> str:
    """Declare a setting that is a word; an empty one is not set."""
    found: str = parameter(default, "-", None, None, "-", doc)
    return found


@dataclass
class Tls:
    """Files of certificates, for scheduler, workers and client alike; all three or none."""

    ca_file: str = word("", "certificate of the authority that has signed `cert`, a PEM file")
    cert: str = word("", "certificate that all parties show, a PEM file")
    key: str = word("", "key of `cert`, a PEM file")

    def wanted(self) -> bool:
        """Tell whether connections are to be encrypted with these files."""
        return bool(self.ca_file or self.cert or self.key)


@dataclass
class Slurm:
    """What jobs on a SLURM cluster ask for."""

    queue: str = word("", "partition; empty: the cluster's own default")
    account: str = word("", "account that pays; empty: the user's own default")
    walltime: str = word("01:00:00", "time of a job, as SLURM writes it; what is undone then goes elsewhere")
    memory: str = word("", "memory of one worker, e.g. 2GiB; empty: what a market of that size takes")
    workers_per_job: int = parameter(1, "processes", 1, 1024, "-", "workers that share a job")
    interface: str = word("", "network between the nodes, e.g. ib0; empty: the usual one")
    folder: str = word("", "shared folder for what jobs print; empty: the user's state folder")
    directives: list[str] = field(default_factory=list)
    """More of what `#SBATCH` lines say, such as ``--qos=low``."""
    prologue: list[str] = field(default_factory=list)
    """Shell commands before a worker starts."""


@dataclass
class Execution:
    """The entry ``executor``."""

    kind: str = word("local", "local: processes of this machine; dask: workers of dask.distributed")
    address: str = word("", "scheduler to join, tcp://HOST:PORT or tls://HOST:PORT")
    cluster: str = word("", "cluster to start: local or slurm; empty: local, unless there is an address")
    shared_disk: bool = parameter(
        True, "-", None, None, "-", "workers that see the study's folder write there; false: none does"
    )
    tls: Tls = field(default_factory=Tls)
    slurm: Slurm = field(default_factory=Slurm)

    def check(self) -> None:
        """Raise `ConfigError` for a word that means nothing, or words that do not go together."""
        one_of("executor.kind", self.kind, KINDS)
        one_of("executor.cluster", self.cluster, CLUSTERS)
        if self.kind == "local" and (self.address or self.cluster or self.tls.wanted()):
            raise ConfigError("executor.address, executor.cluster and executor.tls need executor=dask")
        if self.address and self.cluster:
            raise ConfigError("executor.address joins a cluster and executor.cluster starts one; give one")
        if self.address and not ADDRESS.fullmatch(self.address):
            raise ConfigError(f"executor.address must be tcp://HOST:PORT or tls://…; got {self.address!r}")
        check_tls(self.tls, self.address)
        check_slurm(self.slurm)


def one_of(key: str, value: str, known: tuple[str, ...]) -> None:
    """Raise `ConfigError` unless a word is known."""
    if value not in known:
        raise ConfigError(f"{key} must be one of {', '.join(filter(None, known))}; got {value!r}")


def check_tls(tls: Tls, address: str) -> None:
    """Raise `ConfigError` unless there are all files or none, as the address says."""
    if not tls.wanted():
        if address.startswith("tls://"):
            raise ConfigError("executor.address=tls://… needs executor.tls.ca_file, .cert and .key")
        return
    if address.startswith("tcp://"):
        raise ConfigError("executor.tls encrypts; write executor.address=tls://…")
    for part in fields(tls):
        file = getattr(tls, part.name)
        if not Path(file).is_file():
            raise ConfigError(f"executor.tls.{part.name} must be a file; got {file!r}")


def check_slurm(slurm: Slurm) -> None:
    """Raise `ConfigError` for what would not be one line of a job script, or none that SLURM reads."""
    words = [(name, getattr(slurm, name)) for name in ("queue", "account", "interface", "folder")]
    words += [("directives", line) for line in slurm.directives] + [("prologue", x) for x in slurm.prologue]
    for name, text in words:
        if not isinstance(text, str) or not (text.isprintable() or text == ""):
            raise ConfigError(f"executor.slurm.{name} must be text of one line; got {text!r}")
    for name in ("queue", "account", "interface"):
        if re.search(r"\s", getattr(slurm, name)):
            raise ConfigError(f"executor.slurm.{name} must be one word; got {getattr(slurm, name)!r}")
    if not WALLTIME.fullmatch(slurm.walltime):
        raise ConfigError(f"executor.slurm.walltime must be like 02:30:00 or 1-12; got {slurm.walltime!r}")
    if slurm.memory and not MEMORY.fullmatch(slurm.memory):
        raise ConfigError(f"executor.slurm.memory must be like 2GiB; got {slurm.memory!r}")
