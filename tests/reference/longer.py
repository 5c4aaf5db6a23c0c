"""Hold the engine against the oracle for longer than the tests do.

Run ``python tests/reference/longer.py --days 400 --seeds 1 2 -- package=all_cases`` from the root of the
repository, with it on the path. It stops at the first evening on which anything differs.
"""

from __future__ import annotations

import argparse

from test_agreement import Run, compare_tables, pair_of, walk

DEFAULTS = ("market.n_shops=120", "market.shops_per_category=30", "market.buyers_per_shop=29")
STRIDE = 20


def main() -> None:
    """Compare run after run and print what happened in each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=400)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("overrides", nargs="*", help="Hydra overrides of the run")
    chosen = parser.parse_args()
    for seed in chosen.seeds:
        engine, oracle = pair_of(Run("longer", (*DEFAULTS, *chosen.overrides), seed))
        while engine.day < chosen.days:
            walk(engine, oracle, min(STRIDE, chosen.days - engine.day))
        compare_tables(engine, oracle)
        table = engine.daily()
        counted = ("genuine_orders", "brushed_orders", "cases", "overturned", "raids", "suits")
        print(f"seed {seed}: {chosen.days} days agree;", {name: int(table[name].sum()) for name in counted})


if __name__ == "__main__":
    main()
