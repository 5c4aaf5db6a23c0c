"""Which executor a configuration asks for, how many processes fit, and what SLURM is asked for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from experiments import load_config
from experiments.home import HOME
from experiments.settings.schema import RunConfig
from experiments.studies.design import load_study
from experiments.studies.executors import clusters, memory
from experiments.studies.executors.choose import executor_of
from experiments.studies.executors.dask import DaskExecutor
from experiments.studies.executors.local import LocalExecutor
from experiments.studies.executors.remarks import Remark
from experiments.studies.store import Store
from sim.parameters import ConfigError

SLURM = ["executor=dask", "executor.cluster=slurm", "workers=6"]


def test_an_executor_is_chosen_by_name_and_changes_no_study(tmp_path: Path) -> None:
    words = ["experiment=smoke", "workers=2"]
    dask = load_study([*words, "executor=dask"])
    assert dask.digest() == load_study(words).digest() and dask.config.executor.kind == "dask"
    assert [run.key for run in dask.runs()] == [run.key for run in load_study(words).runs()]
    assert isinstance(executor_of(dask.config, Store(tmp_path)), DaskExecutor)
    assert executor_of(load_config(words[1:]), Store(tmp_path)) == LocalExecutor(2, Store(tmp_path).place)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["executor=dsk"], "executor has no 'dsk'; did you mean dask"),
        (["executor.address=tcp://a:1"], "need executor=dask"),
        (["executor=dask", "executor.cluster=pbs"], "executor.cluster must be one of local, slurm"),
        (["executor=dask", "executor.address=a:1"], "executor.address must be tcp://HOST:PORT"),
        (["executor=dask", "executor.address=tls://a:1"], "needs executor.tls.ca_file"),
        (["executor=dask", "executor.address=tcp://a:1", "executor.cluster=local"], "give one"),
        (["executor=dask", "executor.tls.key=/nowhere"], "executor.tls.ca_file must be a file; got ''"),
        (["executor.slurm.walltime=soon"], "executor.slurm.walltime must be like 02:30:00"),
        (["executor.slurm.memory=much"], "executor.slurm.memory must be like 2GiB"),
        (["executor.slurm.queue='a b'"], "executor.slurm.queue must be one word"),
    ],
)
def test_words_that_do_not_go_together_are_one_line(words: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said.replace(".", r"\.")) as error:
        load_config(words)
    assert "\n" not in str(error.value)


def test_a_line_of_a_job_script_stays_one_line() -> None:
    config = load_config(SLURM)
    config.executor.slurm.directives.append("--qos=low\nrm -rf x")
    with pytest.raises(ConfigError, match="must be text of one line"):
        config.checked()


def test_what_is_not_installed_is_said_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r'pip install "antibrush\[dask\]"'):
        clusters.check_installed(load_config(["executor=dask"]))
    clusters.check_installed(load_config([]))


def test_slurm_needs_a_number_of_workers_and_sbatch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="needs workers=N"):
        clusters.check_installed(load_config(SLURM[:2]))
    with pytest.raises(ConfigError, match="sbatch, which is not on the path"):
        clusters.check_installed(load_config(SLURM))


def test_the_script_of_a_job_is_what_was_asked_for(tmp_path: Path) -> None:
    from dask_jobqueue.slurm import SLURMJob

    more = {"queue": "short", "account": "lab", "walltime": "02:30:00", "workers_per_job": 3}
    words = [f"executor.slurm.{key}={value}" for key, value in (more | {"folder": tmp_path}).items()]
    lists = ["executor.slurm.directives=['--qos=low']", "executor.slurm.prologue=['module load gcc']"]
    config = load_config([*SLURM, *words, *lists, "executor.slurm.memory=2GiB"])
    given = clusters.slurm_words(config)
    assert given["security"] is True and given["scheduler_options"]["dashboard"] is False
    own = ("shared_temp_directory", "scheduler_options", "security", "silence_logs")
    job = SLURMJob("tls://node:1", "w", protocol="tls://", **{k: v for k, v in given.items() if k not in own})
    script = job.job_script()
    directives = [line[8:] for line in script.splitlines() if line.startswith("#SBATCH ")]
    expected = {"-p short", "-A lab", "-t 02:30:00", "--cpus-per-task=3", "--mem=6G", "-n 1", "--qos=low"}
    assert expected <= set(directives)
    lines = script.splitlines()
    (worker,) = [line for line in lines if "distributed.cli.dask_worker tls://node:1" in line]
    assert "--nthreads 1 " in worker and "--nworkers 3" in worker and "--no-dashboard" in worker
    assert "--protocol tls://" in worker and lines.index("module load gcc") < lines.index(worker)
    checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True)
    assert checked.returncode == 0, checked.stderr


def test_memory_of_a_job_follows_the_market() -> None:
    small, large = (clusters.job_memory(load_config([*SLURM, f"market={m}"])) for m in ("small", "large"))
    assert 500 < int(small.removesuffix("MiB")) < int(large.removesuffix("MiB")) < 2500


def free(monkeypatch: pytest.MonkeyPatch, mib: float, n: int = 16) -> RunConfig:
    monkeypatch.setattr(memory, "available_mib", lambda: mib)
    monkeypatch.setattr(memory, "cores", lambda: n)
    return load_config(["market=large"])


def test_processes_are_as_many_as_find_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    config = free(monkeypatch, 4000.0)
    with pytest.warns(Remark, match=r"4 of 16 cores are used: a process takes about \d{3} MiB"):
        assert memory.processes_for(config) == 4
    config.workers = 9
    with pytest.warns(Remark, match="9 processes of about"):
        assert memory.processes_for(config) == 9


def test_little_memory_is_one_process_and_much_is_one_a_core(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.warns(Remark, match="1 of 16"):
        assert memory.processes_for(free(monkeypatch, 10.0)) == 1
    assert memory.processes_for(free(monkeypatch, 1e6)) == 16


def test_the_limit_of_a_container_counts(tmp_path: Path) -> None:
    assert memory.left_in_group(tmp_path) == float("inf")
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("300\n")
    assert memory.left_in_group(tmp_path) == float("inf")
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.stat").write_text("anon 200\ninactive_file 100\n")
    assert memory.left_in_group(tmp_path) == 800
    assert memory.available_mib(tmp_path) == pytest.approx(800 / 2**20)


def test_cohorts_take_less_than_single_buyers() -> None:
    of = {kind: memory.need_mib(load_config(["market=million", f"demand={kind}"])) for kind in
          ("agents", "cohorts")}  # fmt: skip
    assert of["cohorts"] < of["agents"] < 10_000


def test_nobody_but_the_choice_starts_processes_of_this_machine_for_a_study() -> None:
    callers = {
        str(file.relative_to(HOME))
        for file in (HOME / "experiments").rglob("*.py")
        if "executors.local import local" in file.read_text(encoding="utf-8")
    }
    assert callers == {"experiments/studies/executors/choose.py"}
