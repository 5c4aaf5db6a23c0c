"""Clusters of Dask: joining one that runs, starting one on this machine or through SLURM."""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import logging
import math
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from experiments.settings.execution import Slurm, Tls
from experiments.settings.schema import RunConfig
from experiments.studies.executors.memory import need_mib, processes_for
from experiments.studies.executors.pool import interrupts_blocked
from experiments.studies.tasks import ExecutorError
from sim.parameters import ConfigError

LOOPBACK = "127.0.0.1"
PATIENCE = 30.0
"""Seconds for which a scheduler is looked for."""
WORKER_MIB = 250.0
"""What a worker of Dask takes beside the process that carries runs out."""
ROOM = 1.25
"""What a job asks for over what a run is estimated to take."""

OPEN: dict[str, Connection] = {}
"""Clusters that are in use: searches ask for workers again and again, and each is started once."""


@dataclass(frozen=True)
class Connection:
    """A client of a scheduler and, if it was started here, its cluster."""

    client: Any
    cluster: Any = None
    jobs: int = 0
    """Workers that a cluster of jobs is to have."""
    said: set[str] = field(default_factory=set)
    """What was said of workers, once for all studies that use this connection."""

    def refill(self) -> None:
        """Ask for jobs in place of those that have ended, as at their wall time."""
        if self.jobs:
            self.cluster.scale(self.jobs)

    def close(self) -> None:
        """Leave the scheduler; a cluster that was started here ends."""
        with contextlib.suppress(Exception):
            self.client.close()
        if self.cluster is not None:
            with contextlib.suppress(Exception):
                self.cluster.close()


def check_installed(config: RunConfig) -> None:
    """Raise `ConfigError` unless what an executor needs is installed and said."""
    executor = config.executor
    if executor.kind != "dask":
        return
    modules = ["distributed"] + ["dask_jobqueue", "cryptography"] * (executor.cluster == "slurm")
    if any(importlib.util.find_spec(name) is None for name in modules):
        raise ConfigError('executor=dask needs more: pip install "antibrush[dask]"')
    if executor.cluster == "slurm":
        if not config.workers:
            raise ConfigError("executor.cluster=slurm needs workers=N, how many to ask for")
        if shutil.which("sbatch") is None:
            raise ConfigError("executor.cluster=slurm needs SLURM's sbatch, which is not on the path here")


def connection(config: RunConfig) -> Connection:
    """Return a connection to the cluster of a configuration; the same one each time while it lasts.

    Raises
    ------
    ExecutorError : no scheduler is found, or none can be started
    """
    key = f"{config.executor} {config.workers}"
    own = OPEN.get(key)
    if own is None or own.client.status != "running":
        own = OPEN[key] = connect(config)
    return own


@atexit.register
def close_clusters() -> None:
    """End all clusters that were started here, and leave the others; done at the end of the program, too."""
    while OPEN:
        OPEN.popitem()[1].close()


def connect(config: RunConfig) -> Connection:
    """Join or start the cluster of a configuration."""
    from distributed import Client

    executor, cluster = config.executor, None
    for name in ("distributed", "distributed.client", "distributed.core", "distributed.comm"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is said in remarks
    try:
        if not executor.address:
            with interrupts_blocked():  # which processes inherit: Ctrl-C is for this one
                cluster = slurm_cluster(config) if executor.cluster == "slurm" else local_cluster(config)
        client = Client(
            cluster or executor.address,
            timeout=PATIENCE,
            security=security_of(executor.tls) if cluster is None else None,
            set_as_default=False,
        )
    except (OSError, RuntimeError, ValueError) as error:
        where = executor.address or f"cluster={executor.cluster or 'local'}"
        raise ExecutorError(f"no scheduler at {where}: {str(error).splitlines()[0]}") from error
    return Connection(client, cluster, config.workers if executor.cluster == "slurm" else 0)


def security_of(tls: Tls) -> Any:
    """Return what makes Dask encrypt all connections with these files; None without any."""
    if not tls.wanted():
        return None
    from distributed.security import Security

    files = {"tls_ca_file": tls.ca_file}
    for role in ("client", "scheduler", "worker"):
        files |= {f"tls_{role}_cert": tls.cert, f"tls_{role}_key": tls.key}
    return Security(require_encryption=True, **{k: str(Path(v).resolve()) for k, v in files.items()})


def local_cluster(config: RunConfig) -> Any:
    """Start workers of one thread on this machine, which listen to nobody else."""
    from distributed import LocalCluster

    return LocalCluster(
        n_workers=processes_for(config),
        threads_per_worker=1,
        host=LOOPBACK,
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": f"{LOOPBACK}:0", "dashboard": False},
        memory_limit=0,  # runs are in processes of their own, which this would not see
        security=security_of(config.executor.tls),
        silence_logs=logging.CRITICAL,
    )


def slurm_cluster(config: RunConfig) -> Any:
    """Ask SLURM for workers, and start their scheduler here; all connections are encrypted."""
    from dask_jobqueue import SLURMCluster

    cluster = SLURMCluster(**slurm_words(config))
    cluster.scale(config.workers)
    return cluster


def slurm_words(config: RunConfig) -> dict[str, Any]:
    """Return what dask-jobqueue is told about jobs and their scheduler."""
    slurm, security = config.executor.slurm, security_of(config.executor.tls)
    folder = Path(slurm.folder).resolve() if slurm.folder else user_state_path("antibrush") / "slurm"
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "queue": slurm.queue or None,
        "account": slurm.account or None,
        "walltime": slurm.walltime,
        "cores": slurm.workers_per_job,
        "processes": slurm.workers_per_job,
        "memory": job_memory(config),
        "interface": slurm.interface or None,
        "log_directory": str(folder),
        "shared_temp_directory": str(folder),
        "job_name": "antibrush",
        "job_extra_directives": list(slurm.directives),
        "job_script_prologue": list(slurm.prologue),
        "worker_extra_args": ["--no-dashboard", "--dashboard-address", f"{LOOPBACK}:0"],
        "scheduler_options": {"dashboard": False, "dashboard_address": f"{LOOPBACK}:0"},
        "security": security or True,  # True: certificates of this cluster's own
        "silence_logs": logging.CRITICAL,
    }


def job_memory(config: RunConfig) -> str:
    """Return the memory of a job: what is asked for a worker, or what a market takes, times its workers."""
    from dask.utils import parse_bytes

    slurm: Slurm = config.executor.slurm
    estimate = ROOM * need_mib(config) + WORKER_MIB
    one = parse_bytes(slurm.memory) / 2**20 if slurm.memory else estimate
    return f"{math.ceil(one * slurm.workers_per_job)}MiB"
