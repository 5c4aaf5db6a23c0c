"""Compiled kernels are never stale."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments import load_config
from experiments.commands import terminal
from experiments.commands.terminal import announce_compiling
from policies import build_package
from sim import Market, compiling
from sim.compiling import SOURCES, digest, inner, is_kept, kernel, place_of
from sim.kernels import measure
from sim.kernels.threads import cores


def test_compiled_kernels_lie_in_a_folder_named_after_all_their_sources():
    assert Path(measure.count_harm.stats.cache_path).parent.name == f"kernels-{digest(SOURCES)}"
    assert {"chance.py", "buy.py", "orders.py", "count_losses.py"} <= {source.name for source in SOURCES}


def test_a_change_in_any_source_changes_the_folder(tmp_path):
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text("a"), other.write_text("b")
    before = digest([one, other])
    other.write_text("c")
    assert digest([one, other]) != before


def test_people_are_told_that_it_compiles_first_and_only_then(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(compiling, "place_of", lambda sources: tmp_path)

    @kernel
    def buy(price):
        return price + 1

    assert not is_kept(buy)
    announce_compiling(buy)
    assert "compiling" in capsys.readouterr().err
    buy(1)
    assert is_kept(buy)
    announce_compiling(buy)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("demand", ["agents", "cohorts"])
def test_a_day_of_either_demand_compiles_what_is_asked_for(demand):
    config = load_config(["market=small", f"demand={demand}"])
    Market(config.world).run(1)
    assert is_kept(terminal.count_shops.kernel)


@pytest.fixture
def site(tmp_path, monkeypatch):
    """An installation that cannot be written, and a home."""
    site, home = tmp_path / "site", tmp_path / "home"
    monkeypatch.setattr(compiling, "KERNELS", site)
    monkeypatch.setattr(compiling.numba.config, "CACHE_DIR", "")
    monkeypatch.setattr(compiling.platformdirs, "user_cache_path", lambda name: home / name)
    may_write = compiling.can_write
    monkeypatch.setattr(compiling, "can_write", lambda it: not it.is_relative_to(site) and may_write(it))
    return site


def place_for(*sources):
    return place_of.__wrapped__(tuple(sources))


def test_where_the_installation_cannot_be_written_kernels_go_to_the_user_s_cache(site, tmp_path):
    source = tmp_path / "one.py"
    source.write_text("a")
    before = place_for(source)
    source.write_text("b")
    after = place_for(source)
    assert before.parent == after.parent == tmp_path / "home" / "antibrush"
    assert before.name != after.name == f"kernels-{digest([source])}"


def test_the_user_s_cache_begins_with_what_was_installed(site, tmp_path):
    source = tmp_path / "one.py"
    source.write_text("a")
    installed = site / "__pycache__" / f"kernels-{digest([source])}"
    installed.mkdir(parents=True)
    (installed / "buy.nbi").write_text("compiled")
    assert (place_for(source) / "buy.nbi").read_text() == "compiled"


def test_where_nothing_can_be_written_kernels_go_with_the_process_and_its_children(
    site, tmp_path, monkeypatch
):
    monkeypatch.setattr(compiling, "can_write", lambda folder: False)
    monkeypatch.setattr(compiling.tempfile, "mkdtemp", lambda prefix: str(tmp_path / prefix))
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    compiling.passing_place.cache_clear()
    place = place_for(*SOURCES)
    compiling.passing_place.cache_clear()
    assert place.parent == Path(os.environ["NUMBA_CACHE_DIR"]) == tmp_path / "antibrush-"


def test_a_folder_named_by_numba_s_variable_is_used(site, tmp_path, monkeypatch):
    monkeypatch.setattr(compiling.numba.config, "CACHE_DIR", str(tmp_path / "named"))
    assert place_for(*SOURCES) == tmp_path / "named" / f"kernels-{digest(SOURCES)}"


def test_numba_s_own_settings_stay_as_they_were():
    before = compiling.numba.config.CACHE_DIR, compiling.numba.config.DISABLE_JIT
    with compiling.settings_of(Path("elsewhere")):
        assert compiling.numba.config.CACHE_DIR == "elsewhere"
    assert before == (compiling.numba.config.CACHE_DIR, compiling.numba.config.DISABLE_JIT)


def test_an_inner_function_can_be_called_from_python_and_from_a_kernel():
    @inner
    def double(x):
        return 2 * x

    @kernel
    def quadruple(x):
        return double(double(x))

    assert double(3) == 6 and quadruple(3) == 12 and double(1.5) == 3.0


LIVE = """
from experiments import load_config
from policies import build_package
from sim import Market
config = load_config(["market=small", "package=threshold_only"])
print(Market(config.world, build_package(config.package), seed=3).run(15).hash())
"""


@pytest.mark.slow
@pytest.mark.parametrize("variable", ["NUMBA_DISABLE_JIT", "PYTHONHASHSEED"])
def test_tables_are_the_same_where_the_compiler_is_switched_off(variable):
    config = load_config(["market=small", "package=threshold_only"])
    here = Market(config.world, build_package(config.package), seed=3).run(15).hash()
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", LIVE], env=os.environ | {variable: "1", "PYTHONPATH": path},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == here


@pytest.mark.slow
def test_the_first_day_is_compiled_by_two_processes_that_share(tmp_path):
    said = """
from sim.kernels.buy import place_orders
print(sum(place_orders.kernel.stats.cache_hits.values()))
"""
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", LIVE + said],
        env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": path},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split()[-1] == ("1" if cores() > 1 else "0")
