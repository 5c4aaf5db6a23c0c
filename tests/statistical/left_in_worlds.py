"""What each package leaves of the status quo's brushing in every calibrated world: the README's table.

    PYTHONPATH=. python tests/statistical/left_in_worlds.py results/headline-1a2b3c4d

The folder is that of a study with ``--worlds``. Printed are median, least and most over worlds of a world's
mean over that of its baseline, in how many it is less, and how many more innocents are hit a year.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from experiments import read_table

BRUSHED, HITS = "brushed_share", "innocent_hits_per_1000_shop_years"


def means(folder: Path) -> pd.DataFrame:
    """Return the mean of both outcomes by world and package, and of each package's own baseline."""
    files = sorted(folder.glob("worlds/*/comparison.csv"))
    table = pd.concat([read_table(file).assign(world=file.parent.name) for file in files])
    wide = table.pivot(index=["world", "package"], columns="outcome", values="mean")[[BRUSHED, HITS]]
    baseline = table["baseline"].iloc[0]
    before = wide.xs(baseline, level="package").add_suffix(" before")
    return wide.drop(baseline, level="package").join(before, on="world")


if __name__ == "__main__":
    found = means(Path(sys.argv[1]))
    left = (found[BRUSHED] / found[f"{BRUSHED} before"]).groupby("package", sort=False)
    hits = (found[HITS] - found[f"{HITS} before"]).groupby("package", sort=False)
    for name, own in left:
        more = hits.get_group(name)
        print(f"{name}: {own.median():.2f}, {own.min():.2f} to {own.max():.2f}; less in {(own < 1).sum()} of "
              f"{len(own)}; hits {more.mean():+.1f}, {more.min():.1f} to {more.max():.1f}")  # fmt: skip
