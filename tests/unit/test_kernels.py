"""Compiled kernels are never stale."""

from pathlib import Path

import pytest

from experiments import load_config, terminal
from experiments.terminal import announce_compiling
from sim import Market
from sim.kernels import compiling, counting
from sim.kernels.compiling import SOURCES, digest, is_kept, kernel


def test_compiled_kernels_lie_in_a_folder_named_after_all_their_sources():
    assert Path(counting.count_harm.stats.cache_path).parent.name == f"kernels-{digest(SOURCES)}"
    assert {"chance.py", "choice.py", "orders.py", "losses.py"} <= {source.name for source in SOURCES}


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
