"""The examples of the documents run as they are printed."""

import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies import Dated, Package
from sim import Market, World
from sim.contract import check_policy
from sim.parameters import list_parameters

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / name for name in ("docs/policies.md", "README.md") if (ROOT / name).exists()]
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


def blocks(page: Path, language: str) -> list[str]:
    """Return the fenced blocks of one language in a Markdown page."""
    fence = rf"^```{language}\n(.*?)^```$"
    return re.findall(fence, page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module", params=PAGES, ids=lambda page: page.name)
def names(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """Return what the Python blocks of a page, run one after the other in an empty folder, define."""
    scope: dict[str, Any] = {"__name__": "example"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("example"))
        for number, block in enumerate(blocks(request.param, "python")):
            exec(compile(block, f"{request.param.name}, block {number}", "exec"), scope)
        yield scope


def policies_in(scope: dict[str, Any]) -> list[type]:
    """Return the policy classes that a page defines itself."""
    return [
        value
        for value in scope.values()
        if isinstance(value, type) and value.__module__ == "example" and hasattr(value, "act")
    ]


def test_the_page_on_policies_has_an_example() -> None:
    page = ROOT / "docs" / "policies.md"
    assert any("class " in block and "def act" in block for block in blocks(page, "python"))


def test_an_example_keeps_the_contract(names: dict[str, Any]) -> None:
    for policy in policies_in(names):
        assert is_dataclass(policy)
        check_policy(policy())


def test_an_example_acts_in_a_small_market(names: dict[str, Any]) -> None:
    for policy in policies_in(names):
        world = World()
        world.market.n_shops, world.market.shops_per_category = 200, 50
        package = Package("example", [Dated(policy(), "example")])
        market = Market(world, package, seed=1).run(20)
        assert len(market.daily()) == 20
        assert set(market.events()["policy"]) == {"example"}


def test_the_yaml_of_the_example_states_its_defaults() -> None:
    page = ROOT / "docs" / "policies.md"
    scope: dict[str, Any] = {"__name__": "example"}
    exec(blocks(page, "python")[0], scope)
    (policy,) = policies_in(scope)
    stated = next(entry for entry in map(yaml.safe_load, blocks(page, "yaml")) if "policy" in entry)
    for row in list_parameters(policy(), "own"):
        assert stated[row["parameter"].removeprefix("own.")] == row["default"]


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize(
    "page",
    [*PAGES, *(p for p in sorted((ROOT / "docs").glob("*.md")) if p not in PAGES)],
    ids=lambda p: p.name,
)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"
