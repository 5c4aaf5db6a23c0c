"""Compiled kernels are never stale."""

import numba

from sim.kernels import SOURCES, digest


def test_compiled_kernels_lie_in_a_folder_named_after_all_their_sources():
    assert numba.config.CACHE_DIR.endswith(f"kernels-{digest(SOURCES)}")
    assert {"chance.py", "choice.py", "orders.py", "losses.py"} <= {source.name for source in SOURCES}


def test_a_change_in_any_source_changes_the_folder(tmp_path):
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text("a"), other.write_text("b")
    before = digest([one, other])
    other.write_text("c")
    assert digest([one, other]) != before
