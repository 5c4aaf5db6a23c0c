"""Compiled kernels are never stale."""

import numba

from experiments.terminal import announce_compiling
from sim.kernels import SOURCES, digest, is_kept


def test_compiled_kernels_lie_in_a_folder_named_after_all_their_sources():
    assert numba.config.CACHE_DIR.endswith(f"kernels-{digest(SOURCES)}")
    assert {"chance.py", "choice.py", "orders.py", "losses.py"} <= {source.name for source in SOURCES}


def test_a_change_in_any_source_changes_the_folder(tmp_path):
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text("a"), other.write_text("b")
    before = digest([one, other])
    other.write_text("c")
    assert digest([one, other]) != before


def test_people_are_told_that_it_compiles_first_and_only_then(tmp_path, capsys):
    (tmp_path / "chance.mix-1.py311.nbi").touch()
    announce_compiling("buy", str(tmp_path))
    assert "compiling" in capsys.readouterr().err
    (tmp_path / "choice.buy-7.py311.nbi").touch()
    assert is_kept("buy", str(tmp_path)) and is_kept("buy", "")
    announce_compiling("buy", str(tmp_path))
    assert capsys.readouterr().err == ""
