"""Measure again all that the README and docs/findings.md say of packages, and print their tables.

    python tests/claims/measure.py                      everything: two hours on two cores
    python tests/claims/measure.py headline hangs_on    what begins with one of these words

Run from the root of the repository. Folders lie below results/claims (`--folder`); what is there is gone on
with, and what other code left there is refused.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from tables import TABLES, markdown

WORLDS = {
    "default": [],
    "no_evasion": ["adaptation.hidden_share=0"],
    "free_evasion": ["adaptation.camouflage_price=0"],
    "out_of_reach": ["shops.owner_reach=0"],
    "within_reach": ["shops.owner_reach=1", "brushing.fine_concavity=1"],
    "believed_at_once": ["beliefs.doubt=0"],
}
"""Assumptions that are turned, each with the words that turn it."""

STUDIES = {
    "headline": ["experiment=headline", "crossed={}", "days=720"],
    **{
        f"hangs_on_{name}": ["experiment=hangs_on", "replications=10", "days=480", *words]
        for name, words in WORLDS.items()
    },
    "demo": ["experiment=demo"],
    "worlds": ["experiment=headline", "crossed={}", "days=720", "replications=3", "--worlds", "all"],
    "levers": ["experiment=levers"],
    "detectors": ["experiment=detectors"],
    "thresholds": ["experiment=thresholds", "replications=6"],
    "grid": ["experiment=grid", "replications=6"],
    "deterrence": ["experiment=deterrence", "days=720", "replications=6"],
}
"""Every study by the name of its folder, with the words of `antibrush compare`."""


def measure(name: str, folder: Path) -> None:
    """Run a study, or what is missing of it; `SystemExit` if it fails."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "experiments", "compare", *STUDIES[name], f"out={folder / name}"]
    code = subprocess.run([*command, "share=none"], check=False).returncode
    print(f"{name}: {time.perf_counter() - started:.0f} s", flush=True)
    if code:
        raise SystemExit(code)


def told(name: str, folder: Path) -> str:
    """Return the tables of a study as Markdown."""
    if name == "worlds":
        return f"PYTHONPATH=. python tests/statistical/left_in_worlds.py {folder / name}"
    kinds = {"headline": ("headline", "sold"), "hangs_on": ("hangs_on", "certainty")}
    chosen = next((own for start, own in kinds.items() if name.startswith(start)), ("compared",))
    return "\n\n".join(markdown(TABLES[kind](str(folder / name))) for kind in chosen)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure again what README and docs/findings.md claim.")
    parser.add_argument("names", nargs="*", help="beginnings of names: " + ", ".join(STUDIES))
    parser.add_argument("--folder", type=Path, default=Path("results/claims"))
    options = parser.parse_args()
    chosen = [name for name in STUDIES if not options.names or name.startswith(tuple(options.names))]
    if not chosen:
        parser.error(f"none of {', '.join(STUDIES)} begins like this")
    for name in chosen:
        measure(name, options.folder)
    for name in chosen:
        print(f"\n{name}: {' '.join(STUDIES[name])}\n{told(name, options.folder)}")


if __name__ == "__main__":
    main()
