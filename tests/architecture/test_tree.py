"""What lies in the repository: sources, and pages that a reader sees as they were meant."""

import re
import subprocess
from pathlib import Path

import pytest
from source import ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]

KINDS = {
    ".py", ".yaml", ".yml", ".md", ".png", ".json", ".j2", ".txt", ".toml", ".csv", ".cff", ".npz", "",
}  # fmt: skip
"""Suffixes of files that belong here; figures, counters and emulators are the only ones that are no text."""

LARGEST = 2_000_000
"""Bytes of a file: who clones this gets all that was ever committed."""


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no checkout")
def test_nothing_lies_here_by_accident() -> None:
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")[:-1]
    files = [path for name in names if (path := ROOT / name).is_file()]
    assert len(files) > 500
    assert [str(path) for path in files if path.suffix not in KINDS] == []
    assert [str(path) for path in files if path.stat().st_size > LARGEST] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_keep_their_blocks_of_code_and_the_width_of_prose(page: Path) -> None:
    """A paragraph that was filled anew must not have swallowed a fence."""
    inside, wrong = False, []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if re.fullmatch(r"\s*```\w*", line):
            inside = not inside
        elif "```" in line or (not inside and len(line) > 120 and not line.startswith(("|", "#"))):
            wrong.append((number, line[:60]))
    assert not wrong and not inside
