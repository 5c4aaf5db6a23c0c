"""Real schedulers and workers of Dask on the loopback: killed, late, of another version; a played SLURM."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from experiments import compare, load_config
from experiments.home import HOME
from experiments.runs.results import Failure, Result
from experiments.studies.engine import run_missing
from experiments.studies.executors.choose import executor_of
from experiments.studies.executors.clusters import close_clusters
from experiments.studies.executors.remarks import Remark
from experiments.studies.store import Store
from experiments.studies.tasks import Task, Tick

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX"),
]

HERE = Path(__file__).parent
QUIET = {"DASK_LOGGING__DISTRIBUTED": "critical"}


def slowly(keys: Sequence[str], begin: Tick) -> Iterator[Result | Failure]:
    """Give the length of keys, but for those that say what else happens."""
    for key in keys:
        begin()
        if key == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(600 if key == "hangs" else 0.2)
        yield Result(key, {"length": len(key)})


def tasks_of(*groups: str, time_limit: float = 300) -> list[Task]:
    return [Task(tuple(group.split()), slowly, time_limit) for group in groups]


class Machines:
    """A scheduler and workers, each a process that ends with the test."""

    def __init__(self, folder: Path) -> None:
        self.file, self.folder, self.running = folder / "scheduler.json", folder, []
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self.file))

    def start(self, kind: str, *words: str, home: Path = HOME) -> subprocess.Popen:
        path = os.pathsep.join((str(home), str(HERE)))
        quiet = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *words, *quiet]
        environment = os.environ | QUIET | {"PYTHONPATH": path}
        self.running.append(subprocess.Popen(command, env=environment, cwd=self.folder))
        return self.running[-1]

    def worker(self, home: Path = HOME) -> subprocess.Popen:
        words = ("--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--death-timeout", "120")
        return self.start("worker", "--scheduler-file", str(self.file), *words, home=home)

    def address(self) -> str:
        while not (self.file.exists() and self.file.stat().st_size):
            time.sleep(0.1)
        time.sleep(0.2)
        return self.file.read_text().split('"address": "')[1].split('"')[0]

    def close(self) -> None:
        """Tell workers to end, then their scheduler; all have to, by themselves.

        Where both are told at once, a worker without a nanny can wait for ever, in distributed 2026.8, for an
        end of its own that the scheduler had begun and the signal cancelled.
        """
        scheduler, *workers = self.running
        try:
            for group in (workers, [scheduler]):
                for process in group:
                    process.terminate()
                assert all(process.wait(60) is not None for process in group)
        finally:
            for process in self.running:
                process.kill()
                process.wait()


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    own = Machines(tmp_path)
    yield own
    close_clusters()
    own.close()


@pytest.fixture(autouse=True)
def _end_clusters(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """End clusters while what a test has patched, such as ``PATH``, is patched still."""
    yield
    close_clusters()


def other_version(folder: Path) -> Path:
    """Return a copy of the package in which one file says something more."""
    for part in ("sim", "policies", "experiments", "configs"):
        shutil.copytree(HOME / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "sim" / "market.py").open("a") as file:
        file.write("\n# another version\n")
    return folder


@pytest.mark.parametrize("shared", ["true", "false"])
def test_one_worker_is_killed_one_comes_late_and_one_is_of_another_version(
    tmp_path: Path, machines: Machines, shared: str
) -> None:
    first, workers = machines.worker(), []
    machines.worker(other_version(tmp_path / "other"))
    words = ["executor=dask", f"executor.address={machines.address()}", f"executor.shared_disk={shared}"]
    store, keys = Store(tmp_path / "study"), [f"key{n}" for n in range(40)]

    def progress(done: int, total: int) -> None:
        if done >= 3 and not workers:
            first.kill()
            workers.append(machines.worker())

    groups = [*keys, "a dies bb"]
    with pytest.warns(Remark, match="is refused: its code of antibrush is") as lines:
        failures = run_missing(tasks_of(*groups), store, executor_of(load_config(words), store), progress)
    assert workers and len([line for line in lines if "refused" in str(line.message)]) == 1
    assert [(one.key, one.error) for one in failures] == [("dies", "its process died (SIGKILL)")]
    assert store.finished() == {*keys, "a", "bb"}
    assert {key: store.row(key)["length"] for key in keys} == {key: len(key) for key in keys}
    assert not list(store.folder.rglob(".*"))


def test_what_hangs_on_a_worker_costs_its_time_and_nothing_else(tmp_path: Path, machines: Machines) -> None:
    machines.worker()
    store, words = Store(tmp_path / "study"), ["executor=dask", f"executor.address={machines.address()}"]
    executor = executor_of(load_config(words), store)
    tasks = tasks_of("a", "hangs", "bb", time_limit=4)
    (failure,) = run_missing(tasks, store, executor, lambda done, total: None)
    assert (failure.key, failure.error) == ("hangs", "no end within 4 s (time_limit)")
    assert "in slowly" in failure.traceback and store.finished() == {"a", "bb"}


def certificate(folder: Path) -> list[str]:
    """Return the words for certificates of this test's own."""
    from distributed.security import Security

    made = Security.temporary()
    files = {"ca_file": made.tls_ca_file, "cert": made.tls_client_cert, "key": made.tls_client_key}
    for name, text in files.items():
        (folder / f"{name}.pem").write_text(text)
    return [f"executor.tls.{name}={folder / name}.pem" for name in files]


def test_a_study_is_the_same_on_every_executor_and_opens_no_port_to_others(tmp_path: Path) -> None:
    small = ["arms=[no_enforcement,threshold_only]", "market=small", "warmup=2", "days=2", "replications=2"]
    heard: set[str] = set()

    def listen(done: int, total: int) -> None:
        own = psutil.Process()
        for process in (own, *own.children(recursive=True)):
            try:
                sockets = process.net_connections("tcp")
            except psutil.Error:
                continue
            heard.update(one.laddr.ip for one in sockets if one.status == psutil.CONN_LISTEN)

    here = compare([*small, "workers=2"], out=tmp_path / "here")
    dask = ["executor=dask", "workers=2", *certificate(tmp_path)]
    there = compare([*small, *dask], out=tmp_path / "there", progress=listen)
    assert heard == {"127.0.0.1"}
    assert there.runs.equals(here.runs) and set(there.runs["status"]) == {"ok"}
    for name in ("runs.parquet", "paths.parquet", "harm.parquet", "comparison.csv"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes(), name


SBATCH = """#!/bin/bash
script="${@: -1}"; cp "$script" "$0.$$.sh"
PYTHONPATH={path} bash "$0.$$.sh" > "$0.$$.out" 2>&1 &
echo $! >> "{folder}/jobs"
echo "Submitted batch job $!"
"""


def test_jobs_of_slurm_do_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    path = os.pathsep.join((str(HOME), str(HERE)))
    scripts = {
        "sbatch": SBATCH.replace("{path}", path).replace("{folder}", str(tmp_path)),
        "scancel": f"#!/bin/bash\necho $1 >> {tmp_path}/cancelled\n",  # jobs end without it, too
    }
    for name, text in scripts.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    slurm = [f"executor.slurm.folder={tmp_path / 'jobs.out'}", "executor.slurm.interface=lo"]
    config = load_config(["executor=dask", "executor.cluster=slurm", "workers=1", *slurm])
    store = Store(tmp_path / "study")
    failures = run_missing(
        tasks_of("a", "bb", "ccc"), store, executor_of(config, store), lambda done, total: None
    )
    assert failures == [] and store.finished() == {"a", "bb", "ccc"}
    (job,) = (tmp_path / "jobs").read_text().split()
    processes = [psutil.Process(int(job)), *psutil.Process(int(job)).children(recursive=True)]
    close_clusters()
    _, left = psutil.wait_procs(processes, timeout=60)
    for process in left:
        process.kill()
    assert left == [] and (tmp_path / "cancelled").read_text().split() == [job]
