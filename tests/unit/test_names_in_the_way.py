"""A folder of the user's with files of everyday names: it works, or the error names the file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


ROOT = Path(__file__).parents[2]
LOAD = "from experiments import load_config; print(load_config(['market=small']).days)"


def python(folder: Path, *words: str) -> subprocess.CompletedProcess:
    """Run Python in a folder, which is where it looks first."""
    path = os.pathsep.join([str(folder), str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.mark.parametrize("name", ["sim.py", "sim/__init__.py", "policies.py", "policies/__init__.py"])
def test_a_file_in_the_way_is_named(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("x = 1\n")
    for before in ("", f"import {name.split('/')[0].removesuffix('.py')}; "):
        last = python(tmp_path, "-c", before + LOAD).stderr.splitlines()[-1]
        assert last.startswith(f"ImportError: {file} is imported as") and "rename it" in last
    ended = python(tmp_path, "-m", "experiments", "list")
    assert ended.returncode == 2 and ended.stderr.count("\n") == 1 and str(file) in ended.stderr


def test_experiments_of_the_users_own_are_named_by_python(tmp_path: Path) -> None:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "__init__.py").write_text("")
    last = python(tmp_path, "-c", LOAD).stderr.splitlines()[-1]
    assert str(tmp_path / "experiments" / "__init__.py") in last


@pytest.mark.parametrize(
    "name", ["configs/__init__.py", "configs.py", "configs/config.yaml", "hydra_plugins/x.py"]
)
def test_configs_of_the_users_own_are_no_matter(name: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("")
    ended = python(tmp_path, "-c", LOAD)
    assert ended.stdout == "720\n", ended.stderr


def test_folders_without_code_are_no_matter(tmp_path: Path) -> None:
    for name in ("sim", "policies", "configs", "experiments"):
        (tmp_path / name).mkdir()
    assert python(tmp_path, "-c", LOAD).stdout == "720\n"
