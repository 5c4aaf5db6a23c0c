"""A session of benchmarks is read back, printed, drawn, and written into a page."""

import json
from pathlib import Path

import draw
import pytest
from compare_commits import Record, ratios_of, table_of
from compare_commits import main as compare
from results import read
from rich.console import Console
from show import BEGIN, END, growth, sheets, write
from stopwatch import PHASES

ROOT = Path(__file__).parents[2]
COUNTED = {"orders": 1_000, "draws": 40_000, "cases": 1, "events": 2, "days": 10}


def benchmark(name, group, median=0.1, **info):
    stats = {"median": median, "iqr": 0.01, "rounds": 10}
    return {"name": name, "group": group, "stats": stats, "extra_info": {"threads": 2} | COUNTED | info}


def of_size(shops):
    """Return a market whose time and memory a shop grow by a tenth a decade."""
    a_shop = 1.1 ** len(str(shops // 20_000))
    mib = {"mib_after_imports": 200.0, "peak_mib": 220 + (shops - 300) * a_shop / 1024}
    times = {"day_ms": shops * a_shop / 1e3, "kernel_ms": 1.0, "open_s": 1.0, "year_s": 60.0}
    return benchmark(f"test_growth[{shops}]", "scaling", shops=shops, buyers=29 * shops, **mib, **times)


@pytest.fixture
def session(tmp_path):
    ratios = {"over_floor": 2.0, "over_floor_low": 1.9, "over_floor_high": 2.1}
    phases = {name: 1.0 for name in (*PHASES, "other")}
    found = [
        benchmark("test_day[2000-2]", "day", shops=2_000),
        benchmark("test_demand_over_its_floor[2000-2]", "floor", shops=2_000, reads=1, floor_ms=1.0,
                  kernel_ms=2.0, **ratios),
        benchmark("test_phases[2000]", "phase", shops=2_000, phases_ms=phases),
        of_size(300), of_size(20_000), of_size(200_000), of_size(2_000_000),
    ]  # fmt: skip
    machine = {"cpu": {"brand_raw": "a processor", "count": 2}, "python_version": "3.11"}
    file = {"benchmarks": found, "machine_info": machine, "datetime": "2026-01-01T00:00", "commit_info": {}}
    path = tmp_path / "session.json"
    path.write_text(json.dumps(file))
    return read([path])


def test_throughput_is_orders_of_a_round_over_its_time(session) -> None:
    times = next(sheet for sheet in sheets(session) if sheet.title.startswith("Times"))
    assert "1,000" in times.rows[0] and times.rows[0][times.columns.index("orders/s")] == "1,000"


def test_growth_is_counted_a_decade(session) -> None:
    table = growth(session).set_index("shops")
    for name in ("shop_us_a_decade", "shop_kib_a_decade"):
        assert table[name].loc[200_000] == pytest.approx(1.1)
        assert table[name].loc[2_000_000] == pytest.approx(1.1)


def test_the_block_of_a_page_is_replaced_and_nothing_else(session, tmp_path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n\n{BEGIN}\n\nold\n\n{END}\n\nafter\n")
    write(page, session)
    write(page, session)
    text = page.read_text()
    assert text.startswith("before\n\n") and text.endswith("\n\nafter\n") and "old" not in text
    assert text.count("test_day[2000-2]") == 1


def test_the_page_on_performance_has_a_block() -> None:
    text = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1 and text.index(BEGIN) < text.index(END)


def test_both_figures_can_be_drawn(session) -> None:
    assert len(draw.throughput(session).axes) == 2
    assert len(draw.phases(session).axes) == 1


def test_what_a_commit_lacks_is_named_and_not_compared() -> None:
    seconds = {"base": [1.0, 1.01, 0.99], "head": [2.0, 2.01, 1.99]}
    records = {
        "slow": Record(seconds, digests={"base": "a", "head": "b"}),
        "new": Record(missing={"base": "ImportError"}),
    }
    ratios = ratios_of(records)
    assert ratios.keys() == {"slow"} and ratios["slow"].value == pytest.approx(2, rel=1e-3)
    console = Console(width=150)
    with console.capture() as shown:
        console.print(table_of(records, ratios, 0.03))
    assert "base lacks it" in shown.get() and "slower" in shown.get() and "differs" in shown.get()


def test_a_commit_that_is_not_there_is_bad_input(capsys) -> None:
    assert compare(["no-such-commit"]) == 2
    assert "no-such-commit" in capsys.readouterr().err
