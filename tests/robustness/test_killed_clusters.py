"""So does one on a cluster of Dask that loses a worker."""

import sys
from pathlib import Path

import pytest
from disturbed import ends_as_undisturbed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX"),
]


def test_a_study_on_a_cluster_that_loses_a_worker_ends_as_undisturbed(
    tmp_path: Path,
) -> None:
    ends_as_undisturbed(tmp_path, "dask")
