"""What each outcome is called, measured in and means; the order of the report's table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from experiments.language.words import number, sentence_case
from sim.outcomes import OUTCOMES as MEASURED

SMALL_MONEY = 2e6
"""Amounts up to this many RMB are told in thousands."""


@dataclass(frozen=True)
class Outcome:
    """How a reader sees one outcome: values are multiplied by ``scale`` and written with ``digits``.

    ``better`` is 1 where more is better, −1 where less is, and 0 where it depends on who asks.
    """

    column: str
    name: str
    unit: str
    meaning: str
    scale: float = 1.0
    digits: int = 1
    better: int = 0

    @property
    def is_share(self) -> bool:
        """Tell whether values are written in percent."""
        return self.scale == 100

    def text(self, value: float, like: float | None = None) -> str:
        """Write a value in the outcome's unit, with the digits that suit ``like`` (by default itself)."""
        judged = self.scale * (value if like is None else like)
        return number(self.scale * value, 0 if abs(judged) >= 1000 else self.digits)

    def change(self, value: float, like: float | None = None) -> str:
        """Write a difference with its sign."""
        text = self.text(value, like)
        return f"+{text}" if value > 0 and text.strip("0.,") else text


def share(column: str, name: str, of: str, meaning: str, digits: int = 2, better: int = 0) -> Outcome:
    """Return an outcome that is a share, shown in percent."""
    return Outcome(column, name, f"% of {of}", meaning, 100.0, digits, better)


def millions(column: str, name: str, meaning: str, better: int = 0) -> Outcome:
    """Return an amount of money shown in million RMB."""
    return Outcome(column, name, "million RMB", meaning, 1e-6, 2, better)


def fitting(outcome: Outcome, largest: float) -> Outcome:
    """Return the outcome in thousand RMB where the largest amount is too small for millions."""
    small = outcome.unit == "million RMB" and largest < SMALL_MONEY
    return replace(outcome, unit="thousand RMB", scale=1e-3, digits=1) if small else outcome


OUTCOMES = (
    share(
        "brushed_share",
        "Brushing remaining",
        "paid orders",
        "Fake orders as a share of all paid orders of a day, mean over the second half of the policy days "
        "(90 at least; whole years where the market has festivals).",
        better=-1,
    ),
    Outcome(
        "innocent_hits_per_1000_shop_years",
        "Innocent shops hit",
        "per 1,000 innocent shop-years",
        "Cases with a sanction although the merchant had bought no fake order in the 90 days before the "
        "flag. Several sanctions in one case count once; a hit that an appeal overturns still counts.",
        better=-1,
    ),
    Outcome(
        "consumer_surplus_per_buyer_rmb",
        "Consumer surplus",
        "RMB per visiting buyer",
        "What purchases are worth to buyers beyond their price, judged by the true quality.",
        digits=2,
        better=1,
    ),
    millions(
        "honest_sales_rmb",
        "Sales of honest merchants",
        "Genuine orders that stand at merchants of honest disposition, over the policy days: the same "
        "persons under every package.",
        better=1,
    ),
    millions("enforcement_cost_rmb", "Cost of enforcement", "Reviews, hearings, raids and suits.", better=-1),
    share(
        "brushed_turnover_share",
        "Brushed turnover",
        "turnover",
        "As brushing remaining, counted in money instead of orders.",
        better=-1,
    ),
    share(
        "brushing_shop_share",
        "Shops that brush",
        "open shops",
        "Mean over the same days as brushing.",
        better=-1,
    ),
    Outcome(
        "effect_half_life_days",
        "Half-life of the effect",
        "days",
        "First policy day on which brushing (mean of 28 days) is half-way to its final level.",
        digits=0,
    ),
    Outcome(
        "honest_hits_per_1000_shop_years",
        "Honest merchants hit",
        "per 1,000 honest shop-years",
        "As innocent shops hit, for merchants of honest disposition: the same persons under every package.",
        better=-1,
    ),
    Outcome(
        "guilty_hits_per_1000_shop_years",
        "Brushers hit",
        "per 1,000 shop-years",
        "Cases with a sanction on a merchant who had bought fake orders.",
    ),
    Outcome(
        "innocent_days_lost_per_1000_shop_years",
        "Days lost by innocents",
        "per 1,000 innocent shop-years",
        "Days on which an innocent shop was demoted or closed.",
        better=-1,
    ),
    millions(
        "innocent_sales_lost_rmb",
        "Sales lost by innocents",
        "Sales that innocent shops would have made without the sanction, until 30 days after its end.",
        better=-1,
    ),
    share(
        "overturned_share",
        "Overturned on appeal",
        "hits",
        "Hits, on innocent and guilty shops, that an appeal reversed.",
        1,
    ),
    share(
        "precision",
        "Precision of cases",
        "the detector's cases",
        "Cases in which the merchant had really brushed.",
        1,
        better=1,
    ),
    share(
        "recall",
        "Recall of the detector",
        "heavily brushing shops",
        "Shops with at least 5 fake orders in 30 days whose risk passed the threshold in that time.",
        1,
        better=1,
    ),
    share(
        "false_positive_rate",
        "False-positive rate",
        "innocent shop-months",
        "Months in which an innocent shop's risk passed the threshold, whether or not anybody acted on it.",
        better=-1,
    ),
    Outcome(
        "mean_quality_bought",
        "Quality bought",
        "model units",
        "True quality of what was bought, mean over genuine orders.",
        digits=3,
        better=1,
    ),
    millions("platform_revenue_rmb", "Platform revenue", "Commission on paid orders over the policy days."),
    millions(
        "organiser_profit_rmb", "Profit of organisers", "What organisers of fake orders earn, net.", better=-1
    ),
    millions("fines_rmb", "Fines", "Fines collected from shops and organisers."),
    millions("damages_rmb", "Damages", "Damages collected from organisers by civil suits."),
    share(
        "capacity_bound_day_share",
        "Capacity bound",
        "policy days",
        "Days on which cases waited because all reviewers were busy. On such days a lower threshold may "
        "change nothing, or even help brushers.",
        1,
    ),
    Outcome(
        "perceived_risk",
        "Perceived risk",
        "% per 30 days",
        "Risk of a sanction that merchants who would brush perceive, at the reference intensity of brushing, "
        "mean over the same days as brushing.",
        100.0,
        2,
    ),
    Outcome(
        "true_risk",
        "True risk",
        "% per 30 days",
        "Hazard that a shop which brushed in the last 30 days is sanctioned, over the same days.",
        100.0,
        2,
    ),
    Outcome("reviews", "Reviews", "per run", "Cases that somebody reviewed over the policy days.", digits=0),
    Outcome("raids", "Raids", "per run", "Raids on organisers over the policy days."),
    Outcome("suits", "Suits", "per run", "Civil suits against organisers over the policy days."),
)
"""The outcomes of the table, the five of the answer first; a study's other columns are in its files."""

ADAPTING = (
    share(
        "recall_first_90",
        "Recall in the first 90 days",
        "heavily brushing shops",
        "Recall of the detector over the months that end in the first 90 policy days.",
        1,
    ),
    share(
        "recall_last_90",
        "Recall in the last 90 days",
        "heavily brushing shops",
        "The same in the last 90 policy days.",
        1,
    ),
    Outcome(
        "evasion_half_life_days",
        "Half-life of evasion",
        "days",
        "First policy day on which the camouflage of brushed orders (mean of 28 days) is half-way to its "
        "final level.",
        digits=0,
    ),
)
"""Outcomes that tell how those who brush adapt."""

BY_COLUMN = {outcome.column: outcome for outcome in (*OUTCOMES, *ADAPTING)}


def told(column: str) -> Outcome:
    """Return how a reader sees any outcome of a study, in words of its own or those of its formula."""
    if column in BY_COLUMN:
        return BY_COLUMN[column]
    measured = {outcome.name: outcome for outcome in MEASURED}.get(column)
    unit, meaning = (measured.unit, measured.meaning) if measured else ("", "")
    return Outcome(column, sentence_case(column.replace("_", " ")), unit, meaning, digits=3)
