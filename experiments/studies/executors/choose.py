"""Which executor carries out the tasks of a configuration."""

from __future__ import annotations

from experiments.settings.schema import RunConfig
from experiments.studies.executors.clusters import check_installed
from experiments.studies.executors.local import local
from experiments.studies.store import Store
from experiments.studies.tasks import Executor


def executor_of(config: RunConfig, store: Store) -> Executor:
    """Return the executor that a configuration asks for, which leaves results in ``store``.

    Nothing is started before it has work.

    Raises
    ------
    ConfigError : it needs something that is not installed or not said
    """
    check_installed(config)
    if config.executor.kind == "dask":
        from experiments.studies.executors.dask import DaskExecutor

        return DaskExecutor(config, store)
    return local(config, store)
