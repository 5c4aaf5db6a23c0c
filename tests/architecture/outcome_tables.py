"""Tables of outcomes and daily columns in the documents, written from `sim.outcomes`.

    python tests/architecture/outcome_tables.py --write

Without ``--write`` it tells whether they are up to date, as a test does.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sim.outcomes import DAILY, OUTCOMES  # noqa: E402

PAGE = ROOT / "docs" / "files.md"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)]
    return "\n".join(lines)


def written() -> dict[str, str]:
    """Return the tables by the name of their place in the page."""
    outcomes = [(f"`{o.name}`", o.unit, o.meaning, f"`{o.exposure}`" if o.exposure else "") for o in OUTCOMES]
    columns = [(f"`{c.name}`", c.unit, c.meaning, "yes" if c.weekly else "") for c in DAILY]
    return {
        "outcomes": table(("outcome", "unit", "meaning", "exposure of the rate"), outcomes),
        "daily": table(("column", "unit", "meaning", "weekly in studies"), columns),
    }


def filled(text: str) -> str:
    """Return a page with its tables as they ought to be."""
    for name, content in written().items():
        begin, end = f"<!-- {name}: from sim/outcomes.py -->", f"<!-- end of {name} -->"
        place = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if not place.search(text):
            raise SystemExit(f"{PAGE.name} has no place for the table of {name}: {begin} … {end}")
        text = place.sub(lambda _, new=f"{begin}\n{content}\n{end}": new, text)
    return text


def main(words: list[str]) -> int:
    """Write the tables, or tell whether they are up to date."""
    text = PAGE.read_text(encoding="utf-8")
    if "--write" in words:
        PAGE.write_text(filled(text), encoding="utf-8")
        return 0
    return int(filled(text) != text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
