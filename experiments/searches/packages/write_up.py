"""What a search for packages leaves in words: a page, and the same as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from experiments.files.whole import write_bytes
from experiments.language import package_search as texts
from experiments.language.outcomes import fitting, told
from experiments.searches.calibration.write_up import markdown
from experiments.searches.packages.estimates import Findings, name_of
from experiments.searches.packages.plan import SearchPlan
from experiments.settings.schema import SCHEMA_VERSION


def summary(plan: SearchPlan, found: Findings) -> dict[str, Any]:
    """Return what a search found, with the sentence that says it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "sentence": sentence(plan, found),
        "unbeaten": unbeaten_sentence(found),
        "cheapest": None if found.cheapest is None else name_of(found.cheapest),
        "nearest": name_of(found.nearest),
        "constraints": [one.text for one in plan.constraints],
        "candidates": found.candidates.to_dict("records"),
        "estimates": found.estimates.to_dict("records"),
        "how": effort(plan, found),
    }


def sentence(plan: SearchPlan, found: Findings) -> str:
    """Name the cheapest feasible package, or say that there is none and what comes nearest."""
    number, limits = found.cheapest, [one.text for one in plan.constraints]
    if number is None:
        near = found.nearest
        missed = [
            texts.missed_text(found.row(near, one.outcome), one.limit, one.most) for one in plan.constraints
        ]
        return texts.infeasible_text(len(found.candidates), limits, near, missed)
    limited = list(dict.fromkeys(one.outcome for one in plan.constraints))
    rest = [name for name in plan.measured if name not in (*limited, plan.cheapest)]
    kept, others = ([found.row(number, name) for name in names] for names in (limited, rest))
    alike = found.candidates.loc[found.candidates["as_cheap"], "candidate"].tolist()
    said = texts.cheapest_text(number, limits, kept, found.row(number, plan.cheapest), others)
    return said + texts.as_cheap_text([int(one) for one in alike])


def unbeaten_sentence(found: Findings) -> str:
    """Say how many packages are unbeaten."""
    own = found.candidates
    return texts.unbeaten_text(int(own["unbeaten"].sum()), len(own), int(own["surely_beaten"].sum()))


def effort(plan: SearchPlan, found: Findings) -> str:
    """Say how hard was searched."""
    config, own = plan.config, plan.effort
    numbers = {name: getattr(own, name) for name in ("trials", "replications", "fresh")}
    lasted = {
        "shops": config.world.market.n_shops,
        "warmup": config.warmup,
        "days": config.days,
        "failed": int((~found.trials["ok"]).sum()),
        "candidates": len(found.candidates),
    }
    return texts.effort_text(numbers, lasted)


def write_up(file: Path, plan: SearchPlan, found: Findings) -> None:
    """Write the page."""
    chosen = found.cheapest if found.cheapest is not None else found.nearest
    levers = found.candidates.set_index("candidate").loc[chosen, [one.path for one in plan.dimensions]]
    parts = [
        f"# {plan.title}",
        sentence(plan, found),
        f"Its levers: {texts.levers_text({str(k): v for k, v in levers.items()})}.",
        use_of(plan, found),
        unbeaten_sentence(found),
        "![What packages can reach](figures/search.svg)",
        "## Estimates on fresh seeds",
        markdown(estimates_shown(plan, found)),
        "## Levers",
        markdown(levers_shown(plan, found)),
        "## How it was searched",
        effort(plan, found),
    ]
    write_bytes(file, ("\n\n".join(part for part in parts if part) + "\n").encode())


def use_of(plan: SearchPlan, found: Findings) -> str:
    """Say how the packages are used by other commands."""
    name = "cheapest_feasible" if found.cheapest is not None else name_of(found.nearest)
    if name == "base_package":
        return ""
    own = f"`antibrush compare --configs {plan.folder}/configs arms=[status_quo_2015,{name}]`"
    return f"To compare it with others: {own}."


def estimates_shown(plan: SearchPlan, found: Findings) -> pd.DataFrame:
    """Return the estimates as readers see them, a row a candidate, the cheapest first."""
    order = found.candidates.sort_values(["cheapest", "feasible", "unbeaten"], ascending=False, kind="stable")
    rows = []
    for own in order.to_dict("records"):
        number = int(own["candidate"])
        cells = {heading(name, found): cell(found.row(number, name), found) for name in plan.measured}
        marks = {"unbeaten": yes(own["unbeaten"])}
        marks |= {"within limits": yes(own["feasible"])} if plan.constraints else {}
        rows.append({"package": texts.named(number)} | cells | marks)
    return pd.DataFrame(rows)


def heading(outcome: str, found: Findings) -> str:
    """Return the heading of an outcome, with the unit that suits all candidates."""
    own = in_unit(outcome, found)
    return f"{own.name}, {own.unit}"


def cell(row: dict[str, Any], found: Findings) -> str:
    """Write an estimate in the unit of its column."""
    return texts.with_interval(row, in_unit(str(row["outcome"]), found))


def in_unit(outcome: str, found: Findings) -> Any:
    """Return the outcome in the unit that suits the means of all candidates."""
    own = found.estimates[found.estimates["outcome"] == outcome]
    return fitting(told(outcome), float(own["mean"].abs().max()))


def levers_shown(plan: SearchPlan, found: Findings) -> pd.DataFrame:
    """Return the levers of the candidates as readers see them."""
    rows = []
    for own in found.candidates.to_dict("records"):
        values = {one.path.removeprefix("package."): texts.shown(own[one.path]) for one in plan.dimensions}
        rows.append({"package": texts.named(int(own["candidate"]))} | values)
    return pd.DataFrame(rows)


def yes(true: bool) -> str:
    """Write a truth."""
    return "yes" if true else "no"
