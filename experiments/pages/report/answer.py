"""The study's answer as sentences, each made from rows of the comparison so that signs decide the words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from experiments.figures.tables import Study
from experiments.figures.trade_off import plane
from experiments.language.outcomes import BY_COLUMN, Outcome
from experiments.language.words import heading, humanise, number, plural

BRUSHED = BY_COLUMN["brushed_share"]
HITS = BY_COLUMN["innocent_hits_per_1000_shop_years"]
BOUND = BY_COLUMN["capacity_bound_day_share"]
NARROW = "\u202f"
"""The space before a percent sign, at which no line breaks."""


@dataclass(frozen=True)
class Finding:
    """One package's part of the answer."""

    package: str
    sentences: list[str]


def findings(study: Study) -> list[Finding]:
    """Say for each package what it does to brushing and to innocent shops, against the baseline."""
    others = [label for label in study.order() if label != study.baseline]
    told = [Finding(heading(study.baseline), baseline_sentences(study))]
    told += [Finding(heading(label), package_sentences(study, label)) for label in others]
    return [finding for finding in told if finding.sentences]


def baseline_sentences(study: Study) -> list[str]:
    """State the levels of the baseline."""
    brushed, hits = (row_of(study, study.baseline, outcome) for outcome in (BRUSHED, HITS))
    if brushed is None or hits is None:
        return []
    return [
        f"The baseline: {with_interval(brushed, BRUSHED)} of paid orders are fake, and "
        f"{with_interval(hits, HITS)} innocent shops are hit per 1,000 innocent shop-years."
    ]


def package_sentences(study: Study, label: str) -> list[str]:
    """Compare one package with the baseline, if both finished."""
    baseline = humanise(study.baseline)
    leaves = compare(
        study, label, BRUSHED, ("Leaves {} brushing than " + baseline, "Brushing"), ("less", "more")
    )
    hits = compare(study, label, HITS, ("Hits {} innocent shops", "Innocent shops hit"), ("fewer", "more"))
    return [sentence for sentence in (leaves, hits) if sentence]


def compare(
    study: Study, label: str, outcome: Outcome, phrases: tuple[str, str], words: tuple[str, str]
) -> str:
    """Say whether a package has less or more of something, or that the two cannot be told apart."""
    row, base = row_of(study, label, outcome), row_of(study, study.baseline, outcome)
    if row is None:
        return ""
    claim, topic = phrases
    change = difference(row, outcome)
    if base is None or not change:
        return f"{topic}: {with_interval(row, outcome)}{per(outcome)}; too few pairs for a comparison."
    levels = f"{level(row, outcome)} against {level(base, outcome)}{per(outcome)}"
    sign = direction(row)
    if same_everywhere(row):
        return f"{topic}: the same as under {humanise(study.baseline)} in every run: {levels}."
    if sign == 0:
        return f"{topic}: cannot be told apart from {humanise(study.baseline)}: {levels} ({change})."
    return f"{claim.format(words[sign > 0])}: {levels} ({change})."


def direction(row: Any) -> int:
    """Return the sign of a paired difference whose simultaneous 95 % interval leaves out 0; else 0."""
    if row["sim_low"] > 0:
        return 1
    return -1 if row["sim_high"] < 0 else 0


def same_everywhere(row: Any) -> bool:
    """Tell whether all pairs agree to the last digits."""
    return bool(max(abs(row["diff_low"]), abs(row["diff_high"])) <= 1e-9 * abs(row["mean"]))


def per(outcome: Outcome) -> str:
    """Return the unit that follows a number; shares carry theirs already."""
    return "" if outcome.is_share else f" {outcome.unit}"


def level(row: Any, outcome: Outcome) -> str:
    """Write a mean: ``3.1 %``."""
    return outcome.text(row["mean"]) + (NARROW + "%" if outcome.is_share else "")


def with_interval(row: Any, outcome: Outcome) -> str:
    """Write a mean with its interval: ``3.1 % [3.0, 3.2]``."""
    return f"{level(row, outcome)} {interval(row, outcome)}".strip()


def interval(row: Any, outcome: Outcome) -> str:
    """Write the interval of a mean in brackets; empty where it is unknown or has no width."""
    low, high = row["low"], row["high"]
    if not math.isfinite(low) or not math.isfinite(high) or math.isclose(low, high, rel_tol=1e-9):
        return ""
    return f"[{outcome.text(low, row['mean'])},\u00a0{outcome.text(high, row['mean'])}]"


def difference(row: Any, outcome: Outcome) -> str:
    """Write a paired difference with its simultaneous interval; empty where there is none."""
    change = change_interval(row, outcome)
    points = " percentage points" if outcome.is_share else ""
    return f"{outcome.change(row['difference'])}{points} {change}" if change else ""


def change_interval(row: Any, outcome: Outcome) -> str:
    """Write the simultaneous interval of a paired difference in brackets; empty where it is unknown."""
    return change_brackets(row, outcome, "sim")


def change_brackets(row: Any, outcome: Outcome, kind: str) -> str:
    """Write an interval of a paired difference: "sim" for all packages together, "diff" for this one."""
    low, high = row[f"{kind}_low"], row[f"{kind}_high"]
    if not math.isfinite(low) or not math.isfinite(high):
        return ""
    return f"[{outcome.change(low, row['difference'])},\u00a0{outcome.change(high, row['difference'])}]"


def row_of(study: Study, label: str, outcome: Outcome) -> Any:
    """Return the comparison's row of one package on one outcome; None where it has no value."""
    rows = study.rows_of(outcome.column)
    if label not in rows.index or not math.isfinite(float(rows["mean"][label])):
        return None
    return rows.loc[label]


def summary(study: Study) -> list[str]:
    """Return the sentences about all packages together: frontier and capacity."""
    return [sentence for sentence in (frontier_sentence(study), capacity_sentence(study)) if sentence]


def frontier_sentence(study: Study) -> str:
    """Name the packages that no other beats on both axes."""
    table = plane(study, (HITS, BRUSHED))
    if table.empty or table["kind"].eq("package").sum() < 2:
        return ""
    front = table[table["frontier"].astype(bool)].sort_values("x")
    names, doubt = listed([str(label) for label in front["label"]]), unclear(study, list(front["arm"]))
    if len(front) == 1:
        return (
            f"By their means, {names} is better than every other package on both counts, or as good.{doubt}"
        )
    return (
        f"By their means, no package beats any of these on both counts: {names}. Choosing among them means "
        f"weighing brushing against harm to innocent shops.{doubt}"
    )


def unclear(study: Study, labels: list[str]) -> str:
    """Name the packages of the frontier that may be there by luck: on neither count unlike the baseline."""
    doubtful = [
        humanise(label)
        for label in labels
        if label != study.baseline
        and not any(direction(study.rows_of(o.column).loc[label]) for o in (BRUSHED, HITS))
    ]
    if not doubtful:
        return ""
    return f" On neither count can {listed(doubtful)} be told apart from {humanise(study.baseline)}."


def capacity_sentence(study: Study) -> str:
    """Say on how many days review capacity bound."""
    rows = study.rows_of(BOUND.column)
    told = [(label, float(rows["mean"][label])) for label in study.order() if label in rows.index]
    bound = [
        f"on {number(100 * part, 1)}{NARROW}% of policy days under {humanise(label)}"
        for label, part in told
        if part > 0
    ]
    if not told:
        return ""
    if not bound:
        return "Review capacity bound on no day under any package."
    return f"All reviewers were busy {'; '.join(bound)}. On such days a lower threshold may change nothing."


def listed(names: list[str]) -> str:
    """Join names as a sentence does; names that hold commas are set apart by semicolons."""
    if len(names) < 2:
        return "".join(names)
    comma = ";" if any("," in name for name in names) else ","
    return f"{f'{comma} '.join(names[:-1])}{comma if comma == ';' else ''} and {names[-1]}"


def reliability(study: Study) -> str:
    """Say how many runs stand behind the answer."""
    counts = study.finished["package"].value_counts()
    most, least = int(counts.max()), int(counts.min())
    text = f"{plural(len(study.finished), 'run')}, " + (
        f"{plural(most, 'replication')} of each package"
        if most == least
        else f"{least} to {most} replications of each package"
    )
    if most < 2:
        return f"{text}. One replication gives no interval: nothing here is a result yet."
    if least < 10:
        return f"{text}. With fewer than 10 replications, intervals are rough."
    return f"{text}."
